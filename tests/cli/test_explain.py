"""`litwatch extract --explain`: every row with the steps that led to it, and every name that gave none with the reason."""

from __future__ import annotations

import json
import re
import tomllib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from litwatch.cli.explanation import explanation
from litwatch.domain.article import Article, Record, Section
from litwatch.extract.study import ReadStudy, read
from litwatch.pubmed.parse import read_records
from tests.cli.conftest import Run

CASES = Path(__file__).resolve().parent.parent / "extract" / "cases"
TITLE = "Exercise versus usual care for chronic pain: a randomised controlled trial"


def told(text: str, *, role: str = "RESULTS", title: str = TITLE) -> str:
    """The explanation of a sentence, without its folds."""
    found = read(Article("1", title, (Section(role, text),)), keep=True)
    return " ".join(" ".join(explanation(found)).split())


def sentences(name: str) -> list[str]:
    table = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    return [case["text"] for case in table]


def articles(sample: Path) -> list[Article]:
    records = [item for item in read_records(BytesIO(sample.read_bytes()), "sample") if isinstance(item, Record)]
    texts = [text for name in ("results", "turned") for text in sentences(name)]
    sections = [tuple(Section(role, text) for role in ("RESULTS", "CONCLUSIONS")) for text in texts]
    return [record.article for record in records] + [Article("1", TITLE, each) for each in sections]


def test_every_row_and_name_is_explained(sample: Path) -> None:
    """The last step of a row is its verdict: no stage turns a row without a step. A name without a row has its reason."""
    for article in articles(sample):
        found = read(article, keep=True)
        rows = [row for part in found.ledger.parts for row in part]
        assert tuple(row.outcome for row in rows if row.left is None) == found.study.outcomes
        for row in rows:
            last = row.steps[-1].verdict
            wanted = (row.outcome.direction, row.outcome.change, row.outcome.comparison)
            assert (last.direction, last.change, last.comparison) == wanted, row
        for part in found.ledger.clauses:
            assert all(each.findings or each.refusal or each.weighed or part.clause.opener for each in part.decisions)
        text = " ".join(" ".join(explanation(found)).split())
        for number, outcome in enumerate(found.study.outcomes, 1):
            assert f" {number}. {' '.join(outcome.name.split())}: {outcome.direction.value}" in text
            assert f"“{' '.join(outcome.evidence.text.split())}”" in text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Stiffness fell with exercise.", "cues “fell” (down) 1. Stiffness: improved (decreased), between"),
        ("Stiffness fell with exercise.", "good lower: the lexicon's concept “stiffness”"),
        ("Stiffness fell with exercise.", "read governed by a verdict word, “fell” (down) → improved (decreased)"),
        (
            "Stiffness did not improve with exercise.",
            "“improve” (better), denied or told as alike: same → no_difference",
        ),
        ("Stiffness fell with exercise (P = 0.4).", "“fell” (down), but its test shows no difference → no_difference"),
        ("Stiffness tended to be lower with exercise.", "“lower” (down), which only tends → no_difference"),
        ("Stiffness fell less with exercise than with usual care.", "turned by the words around it: up → worsened"),
        ("Stiffness fell more with usual care than with exercise.", "arms the control's result, turned round"),
        (
            "Stiffness decreased in both groups, but this difference was not significant.",
            "then taken back by a clause after it, “this difference was not significant.” → no_difference",
        ),
        ("Higher grip strength was associated with lower disability.", "“grip strength”: refused, it is the exposure"),
        (
            "Stiffness decreased in both groups. Stiffness decreased more with exercise than with usual care.",
            "left out, within a group, and a row of the same outcome tells it between groups",
        ),
        ("The rooms were warm.", "- no outcome is named"),
    ],
)
def test_what_is_told_of_a_sentence(text: str, wanted: str) -> None:
    assert wanted in told(text)


def test_an_abbreviation_is_told_in_full() -> None:
    text = told("The BAS rose with exercise.", title="Exercise and the Brno Ankle Score (BAS): a randomised trial")
    assert "the abstract has BAS for “Brno Ankle Score”" in text


def test_values_of_two_arms_are_told() -> None:
    text = told("Stiffness was 2.1 after exercise and 3.4 after usual care (P = 0.01).")
    assert "the values of two arms, 2.1 (intervention) and 3.4 → improved (decreased), between" in text


def test_a_model_tells_its_weights() -> None:
    text = told("Stiffness fell with exercise, as did worry about falls.")
    assert re.search(
        r"(ungoverned, by the model of leanings: \w+ with|by the trained decision, a result with) 0\.\d\d", text
    )
    assert re.search(r"\[[^\]]+\] [+-]\d\.\d\d", text)


def test_what_is_not_read_is_told() -> None:
    assert "outcomes are read in an article of this design" in told(
        "Pain fell.", title="Yoga: study protocol for a trial"
    )
    hope = told("Exercise may reduce stiffness.", role="CONCLUSIONS")
    assert "- not read: no clause of it may tell a result" in hope


def test_the_command_tells_every_row_of_extract(run: Run, sample: Path) -> None:
    plain = run("extract", sample)
    explained = run("extract", "--explain", sample)
    assert (plain.code, explained.code, explained.err) == (0, 0, plain.err)
    rows = [json.loads(line) for line in plain.out.splitlines()]
    heads = re.findall(r"^  \d+\. (.*)$", explained.out, flags=re.MULTILINE)
    outcomes: list[dict[str, Any]] = [outcome for row in rows for outcome in row["outcomes"]]
    assert len(heads) == len(outcomes) > 50
    for head, outcome in zip(heads, outcomes, strict=True):
        assert head.startswith(f"{outcome['name']}: {outcome['direction']}")


def test_bad_input_is_told_as_without_it(run: Run, tmp_path: Path) -> None:
    lines = tmp_path / "records.jsonl"
    lines.write_text(
        '{"id": "x", "title": "T", "abstract": [{"label": null, "text": "Pain decreased."}]}\nnot json\n{"id": "y", "abstract": 7}\n',
        encoding="utf-8",
    )
    explained = run("extract", "--explain", lines)
    assert explained.code == 0
    assert explained.out.startswith("x  T\n")
    assert "a record without id  error: line 2" in explained.out
    assert "y  error: line 3: abstract must be a list" in explained.out
    (tmp_path / "page.html").write_text("<html><body>Service unavailable</body></html>")
    assert run("extract", "--explain", tmp_path / "page.html").code == 3
    assert run("extract", "--explain", tmp_path / "absent.xml").code == 3


def test_ordinary_reading_lets_go_of_clauses() -> None:
    article = Article("1", TITLE, (Section("RESULTS", "Stiffness fell with exercise."),))
    found: ReadStudy = read(article)
    assert found.ledger.clauses == []
    assert found.study.outcomes
