"""The slices that tell who and what, and a dose in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from litwatch.compose.checks import faults
from litwatch.compose.facts import dose, evidence_of, in_units
from litwatch.compose.nugget import compose_nugget
from litwatch.domain.study import (
    Amount,
    Evidence,
    ExerciseCard,
    Oversight,
    Supervision,
    Unit,
)
from tests.compose.papers import AUTHORITY, trial, trial_study


def at(section: int, start: int, text: str) -> Evidence:
    return Evidence(section, start, start + len(text), text)


def test_a_dose_that_the_phrase_itself_gives_is_not_repeated() -> None:
    phrase = at(-1, 0, "12-week supervised Nordic walking")
    card = ExerciseCard(
        length=Amount(12, 12, Unit.WEEKS, at(-1, 0, "12-week supervised Nordic walking")),
        frequency=Amount(3, 3, Unit.PER_WEEK, at(1, 5, "three times a week")),
        intensity=at(1, 30, "moderate intensity"),
        supervision=Oversight(Supervision.SUPERVISED, (at(-1, 8, "supervised"),)),
    )
    assert dose(card, phrase) == "The dose: 3 times a week, moderate intensity."
    assert dose(card, None) == "The dose: 3 times a week, for 12 weeks, moderate intensity, supervised."


def test_what_is_no_dose_is_not_called_one() -> None:
    weeks = Amount(12, 12, Unit.WEEKS, at(1, 0, "for 12 weeks"))
    home = Oversight(Supervision.HOME_BASED, (at(1, 30, "at home"),))
    assert dose(ExerciseCard(length=weeks), None) == "The sessions went on for 12 weeks."
    assert dose(ExerciseCard(length=weeks, supervision=home), None) == "The sessions went on for 12 weeks, at home."
    assert dose(ExerciseCard(supervision=home), None) == "The sessions were at home."
    assert dose(ExerciseCard(supervision=home), at(1, 25, "rest at home")) == ""
    assert dose(ExerciseCard(), None) == ""


@pytest.mark.parametrize(
    ("low", "high", "unit", "written", "printed"),
    [
        (1, 1, Unit.PER_WEEK, "weekly sessions", "once a week"),
        (2, 2, Unit.PER_WEEK, "twice a week", "twice a week"),
        (3, 5, Unit.PER_WEEK, "3-5 days/week", "3 to 5 times a week"),
        (45, 60, Unit.MINUTES, "45-60 min per session", "45 to 60 minutes a session"),
        (60, 60, Unit.MINUTES, "one-hour sessions", "1 hour a session"),
        (90, 90, Unit.MINUTES, "sessions of 1.5 h", "1.5 hours a session"),
        (8, 8, Unit.WEEKS, "8-week programme", "for 8 weeks"),
        (1, 1, Unit.MONTHS, "for one month", "for 1 month"),
    ],
)
def test_amounts_in_words(low: float, high: float, unit: Unit, written: str, printed: str) -> None:
    assert in_units(Amount(low, high, unit, at(0, 0, written))) == printed


def test_every_slice_is_checked_against_the_record() -> None:
    article = trial()
    value = trial_study(article)
    assert {name for name, _ in evidence_of(value)} == {
        "who took part",
        "what was tested",
        "what it is compared with",
        "harms",
        "the exercise",
    }
    wrong = replace(value, comparator=at(0, 3, "waiting list"))
    nugget = compose_nugget(article, wrong, (), authority=AUTHORITY)
    assert faults(nugget, article, wrong) == ("the sentence behind what it is compared with is not in the abstract",)
