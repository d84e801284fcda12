"""How notes begin: paper, people, treatment and comparison."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from litwatch.compose.lead import lead, opening
from litwatch.compose.people import told_counts
from litwatch.compose.telling import Wording
from litwatch.domain.article import Article, Journal
from litwatch.domain.study import Count, CountKind, Design, Named, Study
from tests.compose.papers import section, slice_of, spine, trial, trial_study


def text(article: Article, study: Study, **more: Any) -> str:
    options: dict[str, Any] = {"used": frozenset(), "aim": False} | more
    return " ".join(sentence.text for sentence in lead(article, study, Wording(article), **options))


def test_a_trial_tells_people_treatment_dose_and_comparison() -> None:
    article = trial("99000102")
    told = text(article, trial_study(article))
    assert told in {
        f"This randomised trial {looked} 120 adults. {tested} Nordic walking. The sessions went on for 12 weeks. {against} a waiting list."
        for looked in ("looked at", "took in")
        for tested in ("It tested", "What it tested was")
        for against in ("The comparison was", "It was compared with")
    }


def test_the_aim_is_quoted_where_it_is_asked_for() -> None:
    article = trial()
    quoted = "The aim, in the authors’ words: “We asked whether Nordic walking eases hip pain in adults.”"
    assert quoted in text(article, trial_study(article), aim=True)
    assert "aim" not in text(article, trial_study(article))


def test_a_review_tells_how_many_trials_and_people() -> None:
    told = text(*spine())
    assert "20 trials in people with axial spondyloarthritis: 1,670 people in all." in told


def test_the_number_of_people_is_put_before_who_they_were() -> None:
    article = trial(
        sections=(section(None, "We followed 302 people for back pain. Adults with Back Pain were asked."),)
    )
    study = Study(
        pmid=article.pmid,
        extractor="test",
        design=Design.COHORT,
        stance=trial_study(trial()).stance,
        n_participants=302,
        population=slice_of(article, "Adults with Back Pain"),
    )
    assert text(article, study) in {
        "This cohort study looked at 302 adults with back pain.",
        "This cohort study followed 302 adults with back pain.",
    }
    assert text(article, replace(study, population=None)) in {
        "This cohort study had 302 participants.",
        "In this cohort study, 302 people took part.",
    }
    assert text(article, replace(study, population=None, conditions=(slice_of(article, "Back Pain"),))) in {
        "This cohort study about back pain had 302 participants.",
        "In this cohort study about back pain, 302 people took part.",
    }
    unknown = replace(study, population=None, n_participants=None)
    assert text(article, unknown) == "This cohort study appeared in J Fict Stud in 2025."


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("an exercise programme", "an exercise programme"),
        ("exercise programme", "an exercise programme"),
        ("home-based programme of walking", "a home-based programme of walking"),
        ("walking and diet programme", "a walking and diet programme"),
        ("walking and diet", "walking and diet"),
        ("six-week walking programme", "a six-week walking programme"),
        ("12-week home programme", "a 12-week home programme"),
        ("six weeks of walking", "six weeks of walking"),
        ("interactive video-game-led group-based physical exercise program",
         "an interactive video-game-led group-based physical exercise program"),
        ("advice and an exercise programme", "advice and an exercise programme"),
        ("use of exercise programme", "use of exercise programme"),
        ("non-intervention control", "a non-intervention control"),
        ("pain control", "pain control"),
        ("usual care", "usual care"),
        ("control group", "the control group"),
        ("Tai Chi", "tai chi"),
        ("placebo (sugar", ""),
        ("the control group was asked to rest", ""),
    ],
)  # fmt: skip
def test_phrases_get_the_article_that_they_need(phrase: str, told: str) -> None:
    article = trial(sections=(section(None, f"It was tai chi. We tested {phrase}. That is all."),))
    study = Study(
        pmid=article.pmid,
        extractor="test",
        design=Design.RANDOMIZED_TRIAL,
        stance=trial_study(trial()).stance,
        comparator=slice_of(article, phrase),
    )
    sentences = lead(article, study, Wording(article), used=frozenset(), aim=False)
    assert [
        sentence.text.removeprefix("The comparison was ").removeprefix("It was compared with ")
        for sentence in sentences[1:]
    ] == ([f"{told}."] if told else [])


def test_an_exercise_without_a_phrase_of_its_own_is_told_by_its_kind() -> None:
    article = trial()
    study = trial_study(article)
    assert study.exercise
    card = replace(study.exercise, types=(Named("walking", slice_of(article, "walking")),))
    told = text(article, replace(study, intervention=None, exercise=card))
    assert "The exercise was walking. The sessions went on for 12 weeks." in told
    assert "sessions" not in text(article, replace(study, intervention=None))
    card = replace(card, types=(*card.types, Named("strength", slice_of(article, "adults")), card.types[0]))
    told = text(article, replace(study, intervention=None, exercise=card))
    assert "The exercise was walking and strength." in told


def test_no_two_notes_of_an_issue_begin_alike() -> None:
    article = trial()
    used: list[str] = []
    for _ in range(4):
        used.append(opening(article, trial_study(article), Wording(article), used).text)
    # The same record again and again runs out of phrasings: then the first author tells them apart, or the PMID.
    phrasings = {"This randomised trial looked at 120 adults", "This randomised trial took in 120 adults"}
    assert {text.removesuffix(".") for text in used[:2]} == phrasings
    assert used[2].removesuffix(" (Moss).") in phrasings
    assert used[3].removesuffix(" (PMID 99000101).") in phrasings


def counted(article: Article, *counts: tuple[CountKind, int, str]) -> Study:
    entries = tuple(Count(kind, value, slice_of(article, words)) for kind, value, words in counts)
    return replace(trial_study(trial()), counts=entries, n_participants=counts[-1][1])


PEOPLE = "We invited 1,540 people, randomised 1,032 of them and analysed 934; 12 were women."
INVITED, RANDOMISED, ANALYSED = "We invited 1,540 people", "randomised 1,032", "analysed 934"


def test_three_numbers_of_people_are_told_apart() -> None:
    article = trial(sections=(section(None, PEOPLE),))
    study = counted(
        article,
        (CountKind.INVITED, 1540, INVITED),
        (CountKind.RANDOMISED, 1032, RANDOMISED),
        (CountKind.ANALYSED, 934, ANALYSED),
    )
    assert [sentence.text for sentence in told_counts(article, study)] == [
        "Of 1,540 people invited, 1,032 were randomised and 934 were analysed."
    ]


@pytest.mark.parametrize(
    "counts",
    [
        ((CountKind.RANDOMISED, 1032, RANDOMISED),),
        ((CountKind.RANDOMISED, 1032, RANDOMISED), (CountKind.ANALYSED, 1032, ANALYSED)),
        ((CountKind.RANDOMISED, 934, RANDOMISED), (CountKind.ANALYSED, 1032, ANALYSED)),  # more than there were
        ((CountKind.RANDOMISED, 1032, RANDOMISED), (CountKind.ANALYSED, 12, ANALYSED)),  # hardly of the same people
        ((CountKind.RANDOMISED, 1540, "We invited 1,540 people, randomised"), (CountKind.ANALYSED, 934, ANALYSED)),
        ((CountKind.INVITED, 1540, RANDOMISED), (CountKind.ANALYSED, 934, ANALYSED)),  # no word for an invitation
        ((CountKind.RANDOMISED, 1033, RANDOMISED), (CountKind.ANALYSED, 934, ANALYSED)),  # not in the abstract
    ],
)
def test_numbers_that_need_not_be_of_the_same_people_are_not_told_together(
    counts: tuple[tuple[CountKind, int, str], ...],
) -> None:
    article = trial(sections=(section(None, PEOPLE),))
    assert told_counts(article, counted(article, *counts)) == ()


@pytest.mark.parametrize(
    ("aim", "is_told"),
    [
        ("To compare walking with rest in adults.", True),
        ("This study was undertaken for adults with pain.", True),
        ("We asked whether walking eases pain.", True),
        ("Hip pain is a common condition that can lead to disability.", False),
        ("Walking is an important tool in the treatment of pain.", False),
    ],
)
def test_what_everybody_knew_before_is_not_called_an_aim(aim: str, is_told: bool) -> None:
    article = trial(sections=(section(None, f"{aim} That is all."),))
    study = Study(
        pmid=article.pmid,
        extractor="test",
        design=Design.RANDOMIZED_TRIAL,
        stance=trial_study(trial()).stance,
        aim=slice_of(article, aim),
    )
    assert ("The aim, in the authors’ words: " in text(article, study, aim=True)) is is_told


@pytest.mark.parametrize(
    ("design", "people", "told"),
    [
        (Design.ANIMAL, None, "This is an animal study."),
        (Design.ECONOMIC, None, "This is an economic evaluation."),
        (Design.OTHER, None, "This is a paper."),
        (Design.OTHER, 12, "study"),
        (Design.CASE_REPORT, 12, "case series"),
        (Design.CASE_REPORT, None, "This is a case report."),
    ],
)
def test_a_design_is_called_as_people_would_call_it(design: Design, people: int | None, told: str) -> None:
    article = trial(journal=Journal(), sections=(section(None, "There were 12 of them."),))
    study = Study(
        pmid=article.pmid, extractor="test", design=design, stance=trial_study(trial()).stance, n_participants=people
    )
    assert text(article, study) in {
        told, f"This {told} had 12 participants.", f"In this {told}, 12 people took part."
    }  # fmt: skip


def test_people_who_begin_with_a_number_get_none_before_it() -> None:
    article = trial(sections=(section(None, "We asked 30 12-year-old children."),))
    study = replace(
        trial_study(trial()), population=slice_of(article, "12-year-old children"), n_participants=30, counts=()
    )
    assert (
        text(article, study).partition(". ")[0].endswith(("looked at 12-year-old children", "in 12-year-old children"))
    )
