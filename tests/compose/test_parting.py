"""Felt against measured, early against late, one group of people against another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from litwatch.compose.parting import partings
from litwatch.compose.telling import Wording
from litwatch.domain.prose import Sentence
from litwatch.domain.study import Comparison, Direction, Outcome
from tests.compose.papers import spine, trial, trial_rows, trial_study

ARTICLE = trial()
BETTER, SAME, WORSE = Direction.IMPROVED, Direction.NO_DIFFERENCE, Direction.WORSENED


def a(name: str, direction: Direction, domain: str | None = None, **more: Any) -> Outcome:
    return replace(trial_rows(ARTICLE)[0], name=name, direction=direction, domain=domain, effect=None, **more)


def told(*rows: Outcome) -> list[Sentence]:
    return list(partings(replace(trial_study(ARTICLE), outcomes=rows), Wording(ARTICLE)))


def texts(*rows: Outcome) -> list[str]:
    return [sentence.text for sentence in told(*rows)]


def test_symptoms_and_markers_that_part_are_told_apart() -> None:
    (sentence,) = told(
        a("pain", BETTER, "symptom"),
        a("walking", BETTER, "fitness"),
        a("fatigue", BETTER, "symptom"),
        a("CRP", SAME, "biomarker", concept="C-reactive protein"),
        a("ESR", SAME, "biomarker", concept="erythrocyte sedimentation rate"),
    )
    assert sentence.text == (
        "Felt better, but not measured better: both symptoms (pain and fatigue) improved, "
        "while both blood markers (CRP and ESR) showed no clear change."
    )
    assert sentence.rows == (0, 2, 3, 4)


def test_the_other_way_round() -> None:
    assert texts(a("pain", WORSE, "symptom"), a("insulin", BETTER, "biomarker")) == [
        "Measured better, but not felt better: the symptom (pain) got worse, while the marker (insulin) improved."
    ]


def test_many_names_are_counted() -> None:
    symptoms = [a(name, BETTER, "symptom") for name in ("pain", "fatigue", "stiffness", "cough")]
    assert texts(*symptoms, a("CRP", SAME, "biomarker"), a("glucose", WORSE, "biomarker")) == [
        "Felt better, but not measured better: all four symptoms improved, "
        "while both markers (CRP and glucose) showed no clear change or got worse."
    ]


@pytest.mark.parametrize(
    "rows",
    [
        (a("pain", BETTER, "symptom"), a("CRP", BETTER, "biomarker")),
        (a("pain", BETTER, "symptom"),),
        (a("pain", BETTER, "symptom"), a("fatigue", SAME, "symptom"), a("CRP", SAME, "biomarker")),
        (a("pain", BETTER, "symptom"), a("CRP", Direction.REPORTED, "biomarker")),
        # Counted by others, not felt.
        (a("response", BETTER, "symptom", concept="response rate"), a("CRP", SAME, "biomarker")),
        # A change from before to after is no counterpart of a difference between groups.
        (a("pain", BETTER, "symptom", comparison=Comparison.WITHIN), a("CRP", SAME, "biomarker")),
    ],
)
def test_what_does_not_clearly_part_is_not_told_apart(rows: tuple[Outcome, ...]) -> None:
    assert texts(*rows) == []


def test_an_association_is_called_one() -> None:
    rows = (a("pain", BETTER, "symptom"), a("CRP", SAME, "biomarker"))
    observed = [replace(row, comparison=Comparison.ASSOCIATION) for row in rows]
    assert texts(*observed)[0].startswith("As an association: felt better, but not measured better: ")


def test_short_and_long_term_are_told_apart() -> None:
    early, late = a("Pain", BETTER, timepoint="6 weeks"), a("pain", SAME, timepoint="12 months")
    (sentence,) = told(early, a("sleep", BETTER), late)
    assert (
        sentence.text
        == "It depends on when it is measured, for pain: better (6 weeks) and no clear change (12 months)."
    )
    assert sentence.rows == (0, 2)


def test_groups_of_people_are_told_apart() -> None:
    assert texts(a("pain", WORSE, subgroup="men"), a("pain", SAME, subgroup="women")) == [
        "It depends on who is asked, for pain: worse (men) and no clear change (women)."
    ]


@pytest.mark.parametrize("late", [None, "6 weeks"])
def test_without_two_times_nothing_depends_on_them(late: str | None) -> None:
    assert texts(a("pain", BETTER, timepoint="6 weeks"), a("pain", SAME, timepoint=late)) == []


def test_the_spine_review_parts_nowhere_without_domains() -> None:
    article, study = spine()
    assert partings(study, Wording(article)) == ()


def test_blood_pressure_alone_is_no_marker_of_what_people_feel() -> None:
    pressure = a("systolic blood pressure", SAME, "biomarker")
    assert texts(a("pain", BETTER, "symptom"), pressure) == []
    # Beside another marker it counts: an improvement there must not be passed over.
    crp = a("CRP", SAME, "biomarker", concept="C-reactive protein")
    assert len(texts(a("pain", BETTER, "symptom"), pressure, crp)) == 1
    assert texts(a("pain", BETTER, "symptom"), replace(pressure, direction=BETTER), crp) == []
