"""From ledger to text: every row of every note is in its words, as what it is. Neither writer nor gate is asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from litwatch.compose.nugget import compose_nugget
from litwatch.compose.prose import Told as Before
from litwatch.domain.article import Article, Record
from litwatch.domain.digest import Length, Nugget
from litwatch.domain.study import Direction, Study
from litwatch.extract.study import read_study
from litwatch.pubmed.parse import open_records
from tests.compose.fictional import MIDS, paper
from tests.compose.papers import AUTHORITY
from tests.compose.plainly import Result, told
from tests.compose.test_mutated_notes import LONG

SAID = {
    Direction.IMPROVED: "better",
    Direction.NO_DIFFERENCE: "no difference",
    Direction.WORSENED: "worse",
    Direction.MIXED: "unclear",
    Direction.REPORTED: "unclear",
}
RESULTS = [(name, "better") for name in ("pain", "pain intensity", "crp", "sit and reach", "grip (left)", "fatigue")]


def text_of(nugget: Nugget) -> str:
    """As it stands on the page, a paragraph a line, without its takeaway."""
    return "\n".join(" ".join(sentence.text for sentence in part.sentences) for part in nugget.paragraphs)


def ledger_of(study: Study) -> Counter[Result]:
    return Counter((row.name.lower(), SAID[row.direction]) for row in study.outcomes)


def note(article: Article, study: Study, length: Length) -> Nugget:
    return compose_nugget(article, study, (), authority=AUTHORITY, length=length, told=Before(mids=MIDS))


def real(shared: Path, step: int) -> Iterator[tuple[Article, Study]]:
    for name in ("trials.xml.gz", "medline.xml.gz"):
        for number, record in enumerate(open_records(shared / "corpus" / name)):
            if number % step == 0 and isinstance(record, Record) and record.article.sections:
                yield record.article, read_study(record.article)


def test_no_row_of_a_real_record_is_dropped(shared: Path, mutations: int) -> None:
    """In the long campaign the whole corpus, else a record out of twenty."""
    rows: Counter[str] = Counter()
    for article, study in real(shared, 1 if mutations >= LONG else 20):
        ledger = ledger_of(study)
        for length in (Length.NOTE, Length.FEATURE):
            nugget = note(article, study, length)
            assert told(text_of(nugget), ledger) == ledger, (study.pmid, length)
            nulls = [row.name for row in study.outcomes if row.direction is Direction.NO_DIFFERENCE]
            counted = f"{len(nulls)} no clear change" in nugget.meta
            named = nugget.meta.casefold().endswith(" no clear change") or " no clear change, " in nugget.meta
            assert (counted or named) == bool(nulls), study.pmid
            assert counted or all(name.casefold() in nugget.meta.casefold() for name in nulls), study.pmid
            if nulls:
                last = nugget.takeaway.text if nugget.takeaway else ""
                said = ("no clear change in", "no clear link with", "different results for")
                assert any(words in last for words in said), study.pmid
        rows.update(SAID[row.direction] for row in study.outcomes)
    assert rows["no difference"] > 50


@pytest.mark.parametrize("length", [Length.NOTE, Length.FEATURE])
def test_no_row_of_a_fictional_record_is_dropped(length: Length) -> None:
    for seed in range(120):
        article, study = paper(seed)
        nugget = note(article, study, length)
        assert told(text_of(nugget), ledger_of(study)) == ledger_of(study), seed


def test_a_null_taken_out_of_a_text_is_missed() -> None:
    """The reader can tell: without a null, or with nulls among what improved, a text tells something else."""
    changed = 0
    for seed in range(120):
        article, study = paper(seed)
        ledger = ledger_of(study)
        lines = text_of(note(article, study, Length.NOTE)).splitlines()
        for place, line in enumerate(lines):
            nulls = [name for name, said in told(line, ledger) if said == "no difference"]
            for other in _lies(line, Random(seed).choice(nulls)) if nulls else ():
                assert told("\n".join([*lines[:place], other, *lines[place + 1 :]]), ledger) != ledger, (seed, other)
                changed += 1
    assert changed > 150


def _lies(line: str, null: str) -> Iterator[str]:
    yield ""
    yield re.sub(re.escape(null), "something else", line, flags=re.IGNORECASE)
    yield re.sub(r"\A[^:]*: ", "Better than in the comparison: ", line)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Improved against the comparison: pain.", {("pain", "better"): 1}),
        ("No clear link: pain and CRP.", {("pain", "no difference"): 1, ("crp", "no difference"): 1}),
        (
            "No clear difference, either: Pain intensity (p=0.3 (CI 1 to 2), 6 weeks; p=0.4); sit and reach.",
            {("pain intensity", "no difference"): 2, ("sit and reach", "no difference"): 1},
        ),
        ("Also worse: fatigue (p=0.03, 6 weeks; 3 results in all).", {("fatigue", "worse"): 3}),
        (
            "Mixed results: grip (left). Reported in the same way: CRP (12 weeks).",
            {("grip (left)", "unclear"): 1, ("crp", "unclear"): 1},
        ),
        (
            "Better, too: pain. The sentence behind pain: “Pain: less. It fell.” Also better: CRP.",
            {("pain", "better"): 1, ("crp", "better"): 1},
        ),
        ("Felt better, but not measured better: the symptom (pain) improved, the marker (CRP) did not.", {}),
        ("It does not mention what showed no clear difference: CRP", {}),
        ("The authors conclude: “No difference: CRP.” No clear link: CRP.", {}),
        ("No clear link: pain and something else.", {}),
        ("No clear change in the primary outcome: pain.", {}),
    ],
)
def test_a_text_is_read_as_a_reader_does(text: str, expected: dict[tuple[str, str], int]) -> None:
    assert told(text, RESULTS) == Counter(expected)
