"""Studies meet only where they are about the same people, the same exercise and the same outcome."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from litwatch.compose.conditions import WRITINGS
from litwatch.compose.questions import Against, against, by_concept, common_direction, condition_names, conditions
from litwatch.domain.study import Direction, Evidence
from tests.compose.papers import row, trial, trial_study


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Axial Spondyloarthritis", {"axial spondyloarthritis"}),
        ("non-radiographic axial spondyloarthritis", {"axial spondyloarthritis"}),
        ("ankylosing spondylitis", {"axial spondyloarthritis"}),
        ("chronic non-specific low-back pain", {"low back pain"}),
        ("acute low back pain", {"acute low back pain"}),
        ("symptomatic osteoarthritis of the knee", {"knee osteoarthritis"}),
        ("end-stage knee OA", {"knee osteoarthritis"}),
        ("hip and/or knee osteoarthritis", {"knee osteoarthritis", "hip osteoarthritis"}),
        ("Parkinson’s disease", {"parkinson's disease"}),
        ("type 2 diabetes and renal impairment", {"type 2 diabetes", "renal impairment"}),
        ("rheumatoid arthritis with obesity", {"rheumatoid arthritis", "overweight or obesity"}),
        ("chronic hepatitis C", {"hepatitis c"}),
        ("", set()),
        ("chronic", set()),
    ],
)
def test_a_condition_has_one_name(text: str, names: set[str]) -> None:
    assert condition_names(text) == names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pulmonary hypertension", "hypertension"),
        ("juvenile fibromyalgia", "fibromyalgia"),
        ("non-cystic fibrosis bronchiectasis", "cystic fibrosis bronchiectasis"),
        ("gastric cancer", "breast cancer"),
        ("chronic pain", "low back pain"),
        ("hip osteoarthritis", "knee osteoarthritis"),
    ],
)
def test_different_conditions_stay_apart(one: str, other: str) -> None:
    assert condition_names(one).isdisjoint(condition_names(other))


def test_no_name_is_another_conditions_writing() -> None:
    for one, other in combinations(WRITINGS, 2):
        assert one not in [writing.strip() for writing in WRITINGS[other].split(";")]


def test_every_name_is_known_by_itself() -> None:
    for name in WRITINGS:
        assert condition_names(name) == {name}


def test_a_study_without_a_condition_has_none() -> None:
    assert conditions(trial_study(trial())) == frozenset()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("usual care", Against.LITTLE),
        ("no exercise", Against.LITTLE),
        ("a booklet with advice", Against.LITTLE),
        ("sham therapy", Against.TREATMENT),
        ("supervised stretching", Against.TREATMENT),
        ("manual therapy", Against.TREATMENT),
        ("usual care plus stretching", Against.TREATMENT),
    ],
)
def test_a_comparator_that_is_a_treatment_makes_no_null(text: str, kind: Against) -> None:
    study = replace(trial_study(trial()), comparator=Evidence(0, 0, len(text), text))
    assert against(study) is kind


def test_nothing_said_of_the_comparator_counts_as_little() -> None:
    assert against(replace(trial_study(trial()), comparator=None)) is Against.LITTLE


def test_rows_beyond_the_lexicon_are_left_aside() -> None:
    paper = trial()
    quote = "Pain fell more with walking (MD −1.20, 95% CI −1.90 to −0.50)."
    known = row(paper, "hip pain", Direction.IMPROVED, quote, concept="pain")
    unknown = row(paper, "pain", Direction.IMPROVED, quote)
    assert by_concept(replace(trial_study(paper), outcomes=(unknown, known))) == {"pain": (known,)}


@pytest.mark.parametrize(
    ("said", "together"),
    [
        (("improved", "improved"), Direction.IMPROVED),
        (("improved", "reported"), Direction.IMPROVED),
        (("improved", "no_difference"), Direction.MIXED),
        (("improved", "mixed"), Direction.MIXED),
        (("reported",), Direction.REPORTED),
    ],
)
def test_rows_that_differ_are_mixed_together(said: tuple[str, ...], together: Direction) -> None:
    paper = trial()
    rows = tuple(row(paper, "CRP", Direction(each), "CRP did not differ (p = 0.45).") for each in said)
    assert common_direction(rows) is together
