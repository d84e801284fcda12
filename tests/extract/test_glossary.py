"""What an abstract's own definitions tell of its outcomes."""

from __future__ import annotations

import pytest

from litwatch.domain.article import Article, Section
from litwatch.domain.study import Outcome
from litwatch.extract.glossary import NO_GLOSSARY, Glossary, definitions
from litwatch.extract.sentences import sentences
from litwatch.extract.study import read_study
from litwatch.extract.words import split_words

TITLE = "Exercise versus usual care for chronic pain: a randomised controlled trial"


def ledger(methods: str, results: str, title: str = TITLE) -> list[Outcome]:
    sections = (Section("METHODS", methods), Section("RESULTS", results))
    return list(read_study(Article("1", title, sections)).outcomes)


def told(rows: list[Outcome]) -> list[tuple[str, str, str | None]]:
    return [(row.name, row.direction.value, row.concept) for row in rows]


def glossary(text: str, title: str = TITLE) -> Glossary:
    return Glossary.of(title, sentences((Section("METHODS", text),)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We used the Garden Comfort Index (GCI).", [("GCI", "Garden Comfort Index")]),
        ("We used the Garden Comfort Index (GCI, 0 to 10).", [("GCI", "Garden Comfort Index")]),
        ("We used the Garden Comfort Index [GCI].", [("GCI", "Garden Comfort Index")]),
        ("Pain (see below) and the range (mm) were noted.", []),
        ("Gait was filmed. Combined indices (GCI) were computed.", []),
    ],
)
def test_definitions_of_a_text(text: str, found: list[tuple[str, str]]) -> None:
    assert list(definitions(text)) == found


def test_an_abbreviation_has_the_concept_and_polarity_of_its_long_form() -> None:
    rows = ledger("We measured shoulder pain (SHP) daily.", "SHP scores were lower in the exercise group (P = 0.01).")
    assert told(rows) == [("SHP scores", "improved", "shoulder pain")]
    assert "shoulder pain scores" in rows[0].aliases


def test_without_a_concept_the_head_of_the_long_form_tells() -> None:
    rows = ledger(
        "We measured ladder climbing confidence (LCC).", "LCC scores were higher in the exercise group (P = 0.01)."
    )
    assert [(row.name, row.direction.value, row.aliases) for row in rows] == [
        ("LCC scores", "improved", ("ladder climbing confidence scores",))
    ]


def test_both_forms_make_one_row() -> None:
    rows = ledger(
        "We measured ladder climbing confidence (LCC).",
        "Ladder climbing confidence improved with exercise. LCC improved with exercise.",
    )
    assert [row.name for row in rows] == ["Ladder climbing confidence"]
    assert "LCC" in rows[0].aliases


def test_what_the_abstract_defines_outranks_the_lexicon() -> None:
    text = "Controls had treatment as usual (TAU)."
    words = split_words("Tau fell").words
    assert [hit.payload.name for hit in NO_GLOSSARY.concepts(words)] == ["amyloid-β"]
    assert glossary(text).concepts(words) == []


def test_letters_that_are_a_word_of_the_text_are_no_abbreviation() -> None:
    assert glossary("We measured nitric oxide (NO) and found no change.").terms == ()
    assert [term.short for term in glossary("We measured nitric oxide (NO) daily.").terms] == ["NO"]


@pytest.mark.parametrize(("people", "direction"), [("adults with obesity", "improved"), ("cachexia", "reported")])
def test_whether_less_is_good_depends_on_the_people_of_the_title(people: str, direction: str) -> None:
    rows = ledger(
        "We measured body mass index (BMI).",
        "BMI fell in the exercise group compared with the control group (P = 0.01).",
        f"Exercise for {people}: a randomised controlled trial",
    )
    assert [row.direction.value for row in rows] == [direction]
