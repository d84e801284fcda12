from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.compose.directness import questions_of, subject_conditions
from litwatch.compose.score import PEOPLE, Score, score
from litwatch.domain.article import Article, MeshHeading
from litwatch.domain.study import Comparison, Design, Direction, Evidence, ExerciseCard, Named, Study
from litwatch.domain.tally import Question
from tests.compose.papers import section, slice_of, spine, trial, trial_rows, trial_study

TOLD = re.compile(r"\(([+−])(\d+)\)")


def points(article: Article, study: Study, *topics: str, **more: Any) -> dict[str, int]:
    return dict(score(article, study, topics, **more).parts)


def of_size(people: int) -> tuple[Article, Study]:
    article = trial(sections=(section("METHODS", f"We randomised {people} adults to walking or to waiting."),))
    study = trial_study(trial(), n_participants=people)
    return article, study


def test_the_score_is_open() -> None:
    article, study = spine()
    assert str(score(article, study)) == (
        "100 points: meta-analysis (+40), 1,670 people (+20), 11 clear results (+10), 8 of them with an estimate (+10), "
        "exercise is what was studied (+8), pain was measured or is what people have (+6), "
        "inflammation was measured or is what people have (+6)"
    )


def test_what_raises_and_what_lowers_a_score() -> None:
    article, study = trial(), trial_study(trial())
    base = score(article, study).total
    within = tuple(replace(row, comparison=Comparison.WITHIN) for row in study.outcomes)
    assert score(article, replace(study, outcomes=within)).total == base - 8
    assert score(article, replace(study, registry_ids=("NCT00000000",))).total == base + 4
    assert score(article, study, ("a",)).total == base
    assert score(article, study, ("a", "b")).total == base + 3
    assert points(article, replace(study, n_participants=None))["how many people is not told"] == -2


@pytest.mark.parametrize(
    ("headings", "population", "young"),
    [
        (("Child", "Humans"), "120 adults", True),
        (("Child", "Adult"), "120 adults", False),
        ((), "children with arthritis", True),
        ((), "adolescents and young adults", False),
        ((), "120 adults", False),
        (("Humans",), "children with arthritis", False),
    ],
)
def test_children_by_the_headings_or_else_by_the_words(headings: tuple[str, ...], population: str, young: bool) -> None:
    article = trial(mesh=tuple(MeshHeading(heading) for heading in headings))
    study = trial_study(trial(), population=Evidence(1, 0, len(population), population))
    assert ("children or adolescents only" in points(article, study)) is young


@pytest.mark.parametrize(
    ("title", "rows", "expected"),
    [
        ("Nordic walking for hip pain", True, {"exercise", "pain", "inflammation"}),
        ("Nordic walking for mood", False, {"exercise"}),
        ("A drug for rheumatoid arthritis", False, {"pain", "inflammation"}),
        ("A drug for migraine", False, {"pain"}),
        ("Ulcerative colitis and diet", False, {"inflammation"}),
        ("Vitamins and mood", False, set()),
    ],
)
def test_directness_is_read_from_ledger_and_title(title: str, rows: bool, expected: set[str]) -> None:
    article = trial(title=title)
    study = trial_study(
        trial(), outcomes=trial_rows(trial()) if rows else (), exercise=None, intervention=None, population=None
    )
    told = points(article, study)
    assert {what.split()[0] for what in told if " is what " in what or "studied" in what} == expected


def yoga_for(condition: str, *concepts: str) -> Study:
    article = trial(title=f"Yoga for {condition}")
    rows = trial_rows(trial())[:2]
    outcomes = tuple(replace(row, concept=concept) for row, concept in zip(rows, concepts, strict=False))
    card = ExerciseCard(types=(Named("yoga", slice_of(article, "Yoga")),))
    return trial_study(trial(), outcomes=outcomes, exercise=card, conditions=(slice_of(article, condition),))


def test_novelty_is_the_share_of_questions_that_no_earlier_note_asked() -> None:
    title = "A trial"
    study = yoga_for("fibromyalgia", "pain", "C-reactive protein")
    own = questions_of(title, study)
    assert own == {Question("yoga", "pain", "fibromyalgia"), Question("yoga", "C-reactive protein", "fibromyalgia")}
    elsewhere = questions_of(title, yoga_for("migraine", "pain"))
    half = questions_of(title, yoga_for("fibromyalgia", "pain"))
    article = trial(title=title)
    assert "no earlier note" not in str(score(article, study))  # the first issue: everything is new, nothing is said
    assert points(article, study, asked=elsewhere)["questions that no earlier note asked"] == 8
    assert points(article, study, asked=half)["1 of its 2 questions that no earlier note asked"] == 4
    assert "no earlier note" not in str(score(article, study, asked=own))


def test_a_question_needs_condition_exercise_and_concept() -> None:
    study = yoga_for("fibromyalgia", "pain")
    assert questions_of("A trial", study)
    assert not questions_of("A trial", replace(study, conditions=()))
    assert not questions_of("A trial", replace(study, exercise=None))
    unclear = tuple(replace(row, direction=Direction.REPORTED) for row in study.outcomes)
    assert not questions_of("A trial", replace(study, outcomes=unclear))
    assert questions_of("Yoga for migraine", replace(study, conditions=())) == {Question("yoga", "pain", "migraine")}


def test_a_title_names_a_condition_by_whole_words() -> None:
    study = replace(yoga_for("fibromyalgia"), conditions=())
    assert subject_conditions("Chronic low back pain: MS-based analysis", study) >= {"low back pain"}
    assert subject_conditions("Goutweed tea and rheumatology", study) == frozenset()


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Walking in Crohn's disease", {"inflammatory bowel disease"}),
        ("Tai chi for Parkinson’s disease", {"parkinson's disease"}),
        ("Yoga after ischemic heart disease", {"coronary heart disease"}),
        ("Strengthening for knee OA and low-back pain", {"knee osteoarthritis", "low back pain"}),
    ],
)
def test_a_title_names_a_condition_in_any_spelling(title: str, named: set[str]) -> None:
    assert subject_conditions(title, replace(yoga_for("fibromyalgia"), conditions=())) == named


SIZES = st.integers(0, 200_000)


@given(SIZES, SIZES)
def test_more_people_never_give_fewer_points(one: int, other: int) -> None:
    fewer, more = sorted((one, other))
    assert score(*of_size(fewer)).total <= score(*of_size(more)).total


@given(
    st.sampled_from(Design),
    st.one_of(st.none(), SIZES),
    st.booleans(),
    st.lists(st.integers(0, 3), max_size=12),
    st.lists(st.sampled_from(["pain", "fibromyalgia", "neck pain"]), max_size=3),
)
def test_the_score_is_the_sum_of_its_told_parts(
    design: Design, people: int | None, registered: bool, chosen: list[int], taken: list[str]
) -> None:
    article, _ = of_size(people or 0)
    rows = trial_rows(trial())
    study = trial_study(
        trial(),
        design=design,
        n_participants=people,
        outcomes=tuple(rows[place] for place in chosen),
        registry_ids=("NCT00000000",) if registered else (),
    )
    whole = score(article, study, ("a", "b")).less_for(tuple(taken))
    told = str(whole)
    total, _, parts = told.partition(" point")
    assert int(total) == whole.total
    assert sum(int(number) * (1 if sign == "+" else -1) for sign, number in TOLD.findall(parts)) == whole.total


def test_the_table_of_sizes_falls_and_ends_at_nobody() -> None:
    assert list(PEOPLE) == sorted(PEOPLE, reverse=True)
    assert [worth for _, worth in PEOPLE] == sorted((worth for _, worth in PEOPLE), reverse=True)
    assert PEOPLE[-1][0] == 0


def test_one_point_is_one_point() -> None:
    assert str(Score((("a", 1),))) == "1 point: a (+1)"
