"""Every table under cases/: a text of our own and what must be read from it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from litwatch.domain.article import Article, Section
from litwatch.domain.study import Design, Effect
from litwatch.extract.causal import causal_verb
from litwatch.extract.counts import n_participants, n_studies, participants
from litwatch.extract.design import design_of
from litwatch.extract.grammar import statistics
from litwatch.extract.sentences import sentences
from litwatch.extract.stance import ruled
from litwatch.extract.study import read_study
from litwatch.extract.words import plain

TITLE = "Exercise versus usual care for chronic pain: a randomised controlled trial"


def cases(name: str) -> list[Any]:
    path = Path(__file__).parent / "cases" / f"{name}.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    return [pytest.param(case, id=(case.get("text") or case.get("title"))[:60]) for case in table]


def printed(effect: Effect) -> str:
    parts = [effect.measure.value]
    if effect.value is not None:
        parts.append(f"{effect.value:g}")
    if effect.ci:
        parts.append(f"[{effect.ci[0]:g}, {effect.ci[1]:g}]")
    if effect.ci_level != 95:
        parts.append(f"@{effect.ci_level:g}")
    if effect.p:
        parts.append(f"P {effect.p}")
    if effect.i2 is not None:
        parts.append(f"I2 {effect.i2:g}")
    return " ".join(parts)


@pytest.mark.parametrize("case", [*cases("results"), *cases("turned"), *cases("places")])
def test_ledger_rows_of_a_sentence(case: dict[str, Any]) -> None:
    study = read_study(Article("1", TITLE, (Section("RESULTS", case["text"]),)))
    rows = []
    for outcome in study.outcomes:
        row: dict[str, Any] = {
            "name": outcome.name,
            "direction": outcome.direction.value,
            "change": None if outcome.change in (None, "no_difference") else outcome.change.value,
            "comparison": outcome.comparison.value,
            "effect": printed(outcome.effect) if outcome.effect else None,
            "timepoint": outcome.timepoint,
            "subgroup": outcome.subgroup,
        }
        rows.append({key: value for key, value in row.items() if value is not None})
    assert rows == case["rows"]


@pytest.mark.parametrize("case", cases("statistics"))
def test_statistics_of_a_text(case: dict[str, Any]) -> None:
    assert [printed(statistic.effect) for statistic in statistics(plain(case["text"]))] == case["found"]


@pytest.mark.parametrize("case", cases("counts"))
def test_people_and_studies(case: dict[str, Any]) -> None:
    design = Design(case["design"])
    parts = sentences((Section("RESULTS", case["text"]),))
    assert n_participants(participants(parts, design), design) == case.get("n_participants")
    assert n_studies(parts, design) == case.get("n_studies")


@pytest.mark.parametrize("case", cases("designs"))
def test_design(case: dict[str, Any]) -> None:
    sections = (Section(None, case["text"]),) if "text" in case else ()
    article = Article("1", case["title"], sections, publication_types=tuple(case.get("types", ())))
    assert design_of(article) is Design(case["design"])


@pytest.mark.parametrize("case", cases("sentences"))
def test_sentences_and_roles(case: dict[str, Any]) -> None:
    found = sentences((Section(None, case["text"]),))
    assert [sentence.text for sentence in found] == case["sentences"]
    assert all(case["text"][sentence.start : sentence.end] == sentence.text for sentence in found)
    if "roles" in case:
        assert [sentence.role.value for sentence in found] == case["roles"]


@pytest.mark.parametrize("case", cases("stances"))
def test_what_the_phrases_of_a_conclusion_say(case: dict[str, Any]) -> None:
    parts = sentences((Section("CONCLUSION", case["text"]),))
    assert ruled(parts).value == case["stance"]


@pytest.mark.parametrize("case", cases("conclusions"))
def test_stance_and_conclusion_check(case: dict[str, Any]) -> None:
    sections = tuple(Section(label, case[label.lower()]) for label in ("METHODS", "RESULTS", "CONCLUSION"))
    study = read_study(Article("1", case["title"], sections))
    assert study.stance.value == case["stance"]
    notes = [
        {"kind": note.kind.value, "rows": [study.outcomes[row].name for row in note.rows], "says": note.evidence.text}
        for note in study.conclusion_check
    ]
    assert notes == case["notes"]
    for note in study.conclusion_check:
        part = note.evidence
        assert sections[part.section].text[part.start : part.end] == part.text


@pytest.mark.parametrize("case", cases("causal"))
def test_causal_verb(case: dict[str, Any]) -> None:
    (sentence,) = sentences((Section("CONCLUSION", case["text"]),))
    assert causal_verb(sentence) == case.get("verb")
