"""The form of a told row, and how the record's capitals are told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from litwatch.compose.capitals import Capitals
from litwatch.compose.telling import Detail, Wording, brackets, told
from litwatch.domain.study import Direction, Outcome
from tests.compose.papers import row, section, trial, trial_rows

ARTICLE = trial()
WORDING = Wording(ARTICLE)
PAIN, CRP, DIZZINESS, STIFFNESS = trial_rows(ARTICLE)


def rows(*outcomes: Outcome) -> list[tuple[int, Outcome]]:
    return list(enumerate(outcomes))


def test_a_row_is_told_with_numbers_time_and_people() -> None:
    late = replace(PAIN, timepoint="12 weeks", subgroup="women")
    assert told(rows(late), WORDING, Detail.NUMBERS) == "pain (MD −1.20 (95% CI −1.90 to −0.50), 12 weeks, women)"
    assert told(rows(late), WORDING, Detail.QUALIFIERS) == "pain (12 weeks, women)"
    assert told(rows(late), WORDING, Detail.NAME) == "pain"


def test_a_time_point_over_a_line_break_is_told_on_one() -> None:
    assert brackets(replace(STIFFNESS, timepoint="12\n    weeks"), Detail.NUMBERS) == "12 weeks"


def test_rows_with_brackets_are_parted_by_semicolons() -> None:
    bare = replace(CRP, effect=None)
    assert told(rows(bare, DIZZINESS), WORDING, Detail.NUMBERS) == "CRP; dizziness (RR 1.8 (CI 1.1 to 2.9))"
    assert told(rows(bare, replace(STIFFNESS, timepoint=None)), WORDING, Detail.NUMBERS) == "CRP and stiffness"


def test_rows_of_one_name_are_told_together_and_each_is_told() -> None:
    early, late = replace(PAIN, timepoint="6 weeks"), replace(PAIN, name="Pain", effect=None, timepoint="one year")
    assert told(rows(early, CRP, late), WORDING, Detail.NUMBERS) == (
        "pain (MD −1.20 (95% CI −1.90 to −0.50), 6 weeks; one year); CRP (p=0.45)"
    )
    bare = replace(PAIN, effect=None)
    assert told(rows(early, bare), WORDING, Detail.QUALIFIERS) == "pain (6 weeks; 2 results in all)"
    assert told(rows(bare, bare, bare), WORDING, Detail.NUMBERS) == "pain (3 results)"


@pytest.mark.parametrize(
    ("name", "within"),
    [
        ("Pain", "pain"),
        ("Pain intensity", "pain intensity"),
        ("CRP", "CRP"),
        ("Oswestry Disability Index", "Oswestry Disability Index"),
        ("Barthel index", "Barthel index"),
        ("Snacks score", "Snacks score"),  # the abstract has this capital within a sentence
        ("IL-6", "IL-6"),
        ("pH", "pH"),
    ],
)
def test_a_name_loses_only_a_capital_that_is_not_its_own(name: str, within: str) -> None:
    assert Capitals("We counted how the Snacks pattern changed.").within(name) == within


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("HIV-Infected Adults With Chronic Pain", "HIV-infected adults with chronic pain"),
        ("Older Adults in Zurich", "older adults in Zurich"),
        ("Muslim patients with asthma", "Muslim patients with asthma"),
        ("Patients With Crohn's Disease", "patients with Crohn's disease"),
        ("adults with Fabry disease", "adults with Fabry disease"),
        ("VO2peak and BASDAI", "VO2peak and BASDAI"),
        ("", ""),
        # In a title without such capitals those of a name of several words are its own.
        (
            "effects of walking in the Old Hill Pain study of adults",
            "effects of walking in the Old Hill Pain study of adults",
        ),
        ("pain of adults with Chronic Pain in the city", "pain of adults with chronic pain in the city"),
        # Capitals only.
        ("THE EFFECT OF WALKING: A STUDY", "the effect of walking: a study"),
        ("WALKING AND PAIN IN ZURICH", "walking and pain in Zurich"),
        ("GRADE II HIP PAIN IN PEOPLE'S HOMES", "grade II hip pain in people's homes"),
        ("C-REACTIVE PROTEIN AND PAIN", "C-reactive protein and pain"),
        ("BASDAI, ASDAS and BASFI", "BASDAI, ASDAS and BASFI"),
    ],
)
def test_the_capitals_of_a_title_go(title: str, plain: str) -> None:
    assert Capitals("We asked adults of the city of Zurich with chronic pain.").lowered(title) == plain


def test_an_abbreviation_of_the_abstract_keeps_its_capitals() -> None:
    assert Capitals("CRP was measured.").lowered("WALKING LOWERS CRP AND PAIN") == "walking lowers CRP and pain"
    assert Capitals("").lowered("WALKING LOWERS CRP AND PAIN") == "walking lowers crp and pain"


def test_a_long_name_is_told_again_by_its_abbreviation() -> None:
    article = trial(sections=(section(None, "The Bath Index of Imaginary Stiffness (BIIS) fell. Rest was noted."),))
    long = row(article, "Bath Index of Imaginary Stiffness", Direction.IMPROVED, "BIIS", aliases=("BIIS", "stiffness"))
    assert Wording(article).brief(long) == "BIIS"
    other = replace(long, name="BIIS-C", aliases=())
    assert Wording(article).brief(long, [long, other]) == "Bath Index of Imaginary Stiffness", "two rows, one name"
    assert Wording(article).brief(replace(long, aliases=("BII",))) == "Bath Index of Imaginary Stiffness"
    assert Wording(article).brief(replace(long, name="stiffness")) == "stiffness"


def test_a_phrasing_is_chosen_by_the_paper_and_nothing_else() -> None:
    choices = ("one", "two", "three")
    assert WORDING.pick("lead", choices) == Wording(trial()).pick("lead", choices)
    picked = {Wording(trial(str(99000100 + number))).pick("lead", choices) for number in range(30)}
    assert picked == set(choices)
