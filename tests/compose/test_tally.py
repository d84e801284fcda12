"""A tally counts each study once for a question, and never tells a count without designs and sizes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from litwatch.compose.tally import Told, answers, question_of, tallies
from litwatch.compose.tally import tally as tally_of
from litwatch.domain.article import Correction, MeshHeading
from litwatch.domain.calendar import Week
from litwatch.domain.study import Comparison, Design, Direction, Outcome
from litwatch.domain.tally import Counts, Question, Tally
from tests.compose.evidence import REVIEW, finding, side

BETTER, SAME, WORSE = Direction.IMPROVED, Direction.NO_DIFFERENCE, Direction.WORSENED
WEEK = Week(2025, 12)
NAMES = {"pain": "pain", "hip pain": "pain", "pain in the morning": "pain in the morning"}


def told(pmid: str, *rows: Outcome, **changes: Any) -> Told:
    made = side(pmid, *rows, **changes)
    return Told(made.article, made.study, WEEK, f"pmid-{pmid}")


def of(question: str, *items: Told) -> Tally:
    (found,) = [tally for tally in tallies(items, fewest=1) if str(tally.question) == question]
    return found


def test_a_question_is_counted_by_design_and_size() -> None:
    tally = of(
        "exercise × pain",
        told("99000101", finding("pain", BETTER)),
        told("99000102", finding("pain", SAME), n_participants=12, kind="yoga"),
        told("99000103", finding("pain", BETTER), **REVIEW),
        told("99000104", finding("pain", WORSE), n_participants=None, design=Design.COHORT, ill=("obesity",)),
        told("99000105", finding("pain", Direction.REPORTED)),
        told("99000106", finding("fatigue", BETTER)),
    )
    assert tally.counts == Counts(better=2, unchanged=1, worse=1, unclear=1)
    assert tally.by_design == (
        ("Meta-analysis", Counts(better=1)),
        ("Randomised trial", Counts(better=1, unchanged=1, unclear=1)),
        ("Cohort study", Counts(worse=1)),
    )
    assert tally.by_size == (
        ("50 to 199 people", Counts(better=2, unclear=1)),
        ("under 50 people", Counts(unchanged=1)),
        ("size not stated", Counts(worse=1)),
    )
    assert [study.pmid for study in tally.studies] == ["99000103", "99000101", "99000105", "99000102", "99000104"]
    assert tally.summary == (
        "exercise × pain: 5 studies (1 meta-analysis, 3 randomised trials and 1 cohort study; 12 to 120 people, "
        "1 of unknown size): 2 better, 1 no clear change, 1 worse, 1 unclear"
    )


def test_parts_add_up() -> None:
    items = [told(f"9900010{place}", finding("pain", direction)) for place, direction in enumerate(Direction)]
    for tally in tallies(items):
        for parts in (tally.by_design, tally.by_size):
            assert sum(counts.total for _, counts in parts) == tally.counts.total == len(tally.studies)


def test_each_kind_and_each_condition_has_its_own_count() -> None:
    items = [
        told("99000101", finding("pain", BETTER), kind="yoga"),
        told("99000102", finding("pain", SAME), kind="yoga", ill=("obesity",)),
        told("99000103", finding("pain", SAME), kind="walking"),
    ]
    counted = {str(tally.question): tally.counts.total for tally in tallies(items, fewest=1)}
    assert counted == {
        "exercise × pain": 3,
        "yoga × pain": 2,
        "walking × pain": 1,
        "exercise × pain in fibromyalgia": 2,
        "exercise × pain in overweight or obesity": 1,
        "yoga × pain in fibromyalgia": 1,
        "yoga × pain in overweight or obesity": 1,
        "walking × pain in fibromyalgia": 1,
    }
    assert [str(tally.question) for tally in tallies(items)] == [
        "exercise × pain",
        "exercise × pain in fibromyalgia",
        "yoga × pain",
    ]


def test_a_study_says_one_thing() -> None:
    """Between groups before before-and-after, everybody before women; rows that differ are unclear."""
    within = {"comparison": Comparison.WITHIN}
    items = [
        told("99000101", finding("pain", BETTER, **within), finding("pain", SAME)),
        told("99000102", finding("pain", BETTER, subgroup="women"), finding("pain", SAME)),
        told("99000103", finding("pain", BETTER), finding("pain", SAME, timepoint="12 months")),
        told("99000104", finding("pain", BETTER, **within)),
        told("99000105", finding("pain", BETTER, subgroup="women")),
    ]
    studies = {study.pmid: study for study in of("exercise × pain", *items).studies}
    assert [studies[f"9900010{place}"].direction for place in range(1, 6)] == [
        SAME,
        SAME,
        Direction.MIXED,
        BETTER,
        BETTER,
    ]
    assert studies["99000104"].comparison is Comparison.WITHIN


def test_what_does_not_count() -> None:
    counts = told("99000101", finding("pain", BETTER))
    retracted = replace(
        counts, article=replace(counts.article, pmid="99000102", corrections=(Correction("RetractionIn"),))
    )
    animals = told("99000103", finding("pain", BETTER))
    animals = replace(animals, article=replace(animals.article, mesh=(MeshHeading("Animals"),)))
    items = [
        counts,
        retracted,
        animals,
        told("99000104", finding("pain", BETTER), design=Design.PROTOCOL),
        told("99000105", finding("pain", BETTER), exercise=None),
        told("99000106", replace(finding("pain", BETTER), concept=None)),
    ]
    assert [study.pmid for study in of("exercise × pain", *items).studies] == ["99000101"]


def test_a_trial_and_a_paper_count_once() -> None:
    trial_ids = {"registry_ids": ("NCT99000001",)}
    small = told("99000101", finding("pain", BETTER), n_participants=12, **trial_ids)
    large = told("99000102", finding("pain", SAME), **trial_ids)
    review = told("99000103", finding("pain", SAME), **trial_ids, **REVIEW)
    again = replace(large, article=replace(large.article, pmid="99000104"))
    again = replace(again, study=replace(again.study, pmid="99000104", registry_ids=()))
    assert [study.pmid for study in of("exercise × pain", small, large, review, again).studies] == [
        "99000103",
        "99000102",
    ]


@pytest.mark.parametrize("kind", ["UpdateOf", "CorrectedandRepublishedFrom"])
def test_a_new_edition_takes_the_place_of_the_old_one(kind: str) -> None:
    old = told("99000101", finding("pain", SAME), **REVIEW)
    new = told("99000102", finding("pain", BETTER), **(REVIEW | {"n_participants": 9_999}))
    new = replace(new, article=replace(new.article, corrections=(Correction(kind, "99000101"),)))
    assert [study.pmid for study in of("exercise × pain", old, new).studies] == ["99000102"]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("exercise x pain", Question("exercise", "pain")),
        ("Yoga × Hip Pain in FM", Question("yoga", "pain", "fm")),
        ("walking * pain in the morning", Question("walking", "pain in the morning")),
        ("exercise X pain in chronic low-back pain", Question("exercise", "pain", "low back pain")),
    ],
)
def test_a_question_can_be_asked_in_the_words_of_abstracts(text: str, question: Question) -> None:
    assert question_of(text, NAMES) == question


@pytest.mark.parametrize(
    "text", ["", "pain", "exercise pain", "x pain", "exercise x", "exercise x luck", "a x luck in b"]
)
def test_a_question_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a question|no such outcome"):
        question_of(text, NAMES)


def test_the_answers_are_those_of_the_tally() -> None:
    items = [told("99000101", finding("pain", BETTER)), told("99000102", finding("pain", SAME), kind="yoga")]
    tally = of("exercise × pain", *items)
    assert set(answers(tally.question, items)) == set(tally.studies)


def test_a_question_without_an_answer_says_so() -> None:
    assert tally_of(Question("yoga", "pain"), []).summary == "yoga × pain: no study told yet"


def test_slugs_are_plain_and_differ() -> None:
    questions = [
        Question("aerobic exercise", "TNF-α"),
        Question("aerobic exercise", "TNF-α", "parkinson's disease"),
        Question("aerobic exercise", "TNF"),
    ]
    assert [question.slug for question in questions] == [
        "aerobic-exercise_tnf-alpha",
        "aerobic-exercise_tnf-alpha_parkinson-s-disease",
        "aerobic-exercise_tnf",
    ]
