"""The parts of the conclusion check and of the stance that a whole abstract shows badly."""

from __future__ import annotations

import pytest

from litwatch.domain.article import Section
from litwatch.domain.study import Comparison, Direction, Evidence, Outcome, Stance
from litwatch.extract.concluding import STANCES, best, model, pieces
from litwatch.extract.conclusion import only_observed, stands_apart
from litwatch.extract.mentioned import names_row, speaks_of_others
from litwatch.extract.sentences import sentences
from litwatch.extract.words import split_words


def row(name: str, concept: str | None = None, domain: str | None = None, aliases: tuple[str, ...] = ()) -> Outcome:
    place = Evidence(0, 0, 1, "x")
    return Outcome(name, Direction.NO_DIFFERENCE, Comparison.BETWEEN, place, aliases, concept=concept, domain=domain)


@pytest.mark.parametrize(
    ("text", "outcome", "named"),
    [
        ("Yoga helps people sleep.", row("sleep quality"), True),
        ("Yoga helps inflammation.", row("inflammatory state"), True),
        ("Yoga lowers CRP.", row("C-reactive protein", aliases=("CRP",)), True),
        ("Yoga improves quality of life.", row("SF-36 score", domain="quality_of_life"), True),
        ("Yoga reduces pain.", row("pain at rest", "pain", "symptom"), True),
        ("Yoga reduces pain.", row("grip strength", "grip strength", "fitness"), False),
        ("Yoga reduces the score.", row("total fatigue score", "fatigue", "symptom"), False),
    ],
)
def test_whether_a_text_may_speak_of_an_outcome(text: str, outcome: Outcome, named: bool) -> None:
    assert names_row(text, outcome) is named


@pytest.mark.parametrize(
    ("text", "speaks"),
    [
        ("Pain fell, and so did other outcomes.", True),
        ("It helped some of the secondary measures.", True),
        ("It helped only the legs.", True),
        ("It helped the legs.", False),
    ],
)
def test_whether_a_text_sums_up_outcomes(text: str, speaks: bool) -> None:
    assert speaks_of_others(text) is speaks


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Yoga reduced pain", ["yoga", "<better>", "@lower"]),
        ("Yoga did not reduce pain", ["yoga", "did", "not", "¬<better>", "¬@lower"]),
        ("not walking, but yoga improved sleep", ["not", "¬walking", ",", "but", "yoga", "<better>"]),
        ("in 40 people", ["in", "0", "people"]),
    ],
)
def test_pieces_of_a_sentence(text: str, read: list[str]) -> None:
    assert pieces(split_words(text).words)[: len(read)] == read


def test_the_shipped_weights_have_a_column_for_each_stance() -> None:
    assert {len(weights) for weights in model().values()} == {len(STANCES)}
    assert best({"phrase favours": 1.0, "<better>": 1.0, "rule favours": 1.0, "has improved": 1.0}) is Stance.FAVOURS


def test_a_conclusion_stands_apart_in_its_own_section() -> None:
    parts = sentences((Section("RESULTS", "Pain fell. Sleep did not."), Section("CONCLUSION", "Yoga works.")))
    assert stands_apart(parts[2:], parts)
    assert not stands_apart(parts[1:], parts)
    assert not stands_apart(parts[1:2], parts)
    assert not stands_apart((), parts)


@pytest.mark.parametrize(
    ("title", "text", "observed"),
    [
        ("Walking and pain", "In this cohort we counted steps.", True),
        ("Walking and pain", "We counted steps.", False),
        ("Walking and pain: a cohort of mice", "We counted steps.", False),
        ("Walking and pain", "The cohort was randomised.", False),
    ],
)
def test_whether_people_were_only_observed(title: str, text: str, observed: bool) -> None:
    assert only_observed(title, sentences((Section("METHODS", text),))) is observed
