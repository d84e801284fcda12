from __future__ import annotations

from dataclasses import replace

import pytest

from litwatch.compose.caveats import caveats
from litwatch.domain.article import Article, Correction
from litwatch.domain.study import Comparison, Design, Direction, Effect, Measure, Stance, Study
from tests.compose.papers import row, section, slice_of, spine, trial, trial_study

ABSTRACT_ONLY = "Read from the abstract only."


def told(article: Article, study: Study) -> list[str]:
    """The caveats but for the last one, which every note has."""
    *rest, last = [sentence.text for sentence in caveats(article, study)]
    assert last == ABSTRACT_ONLY
    return rest


@pytest.mark.parametrize(
    ("design", "words"),
    [
        (Design.COHORT, "not that one causes the other"),
        (Design.CASE_CONTROL, "not that one causes the other"),
        (Design.CROSS_SECTIONAL, "measured at one time"),
        (Design.NONRANDOMIZED_TRIAL, "not decided by chance"),
        (Design.CASE_REPORT, "without a control group"),
        (Design.ANIMAL, "in animals"),
        (Design.IN_VITRO, "in the laboratory"),
        (Design.PROTOCOL, "no results yet"),
    ],
)
def test_each_design_has_its_limit(design: Design, words: str) -> None:
    article = trial()
    assert words in told(article, replace(trial_study(article), design=design))[0]


def test_a_trial_has_no_caveat_for_its_design() -> None:
    article = trial()
    assert told(article, trial_study(article, stance=Stance.NONE)) == []


def within(study: Study) -> Study:
    return replace(study, outcomes=tuple(replace(entry, comparison=Comparison.WITHIN) for entry in study.outcomes))


def test_before_against_after_is_said() -> None:
    article = trial()
    study = within(trial_study(article, stance=Stance.NONE))
    assert told(article, study) == [
        "The changes told here are within a group, before against after, not against the control group."
    ]
    assert told(article, replace(study, design=Design.NONRANDOMIZED_TRIAL)) == [
        "No control group: people may also have changed for other reasons."
    ]


def test_few_people_are_said_only_where_the_abstract_counts_them() -> None:
    article = trial(sections=(section(None, "Thirty-nine adults walked. Pain fell."),))
    study = Study("99000101", "test", Design.RANDOMIZED_TRIAL, Stance.NONE, n_participants=39)
    assert told(article, study) == ["A small study: 39 participants."]
    assert told(article, replace(study, n_participants=38)) == []
    assert told(article, replace(study, design=Design.META_ANALYSIS)) == ["Few people in all: 39 participants."]


def test_forty_people_are_not_few() -> None:
    article = trial(sections=(section(None, "Forty adults walked."),))
    assert told(article, Study("1", "test", Design.RANDOMIZED_TRIAL, Stance.NONE, n_participants=40)) == []


def test_differing_trials_are_named() -> None:
    article, study = spine()
    rows = (replace(study.outcomes[0], effect=Effect(Measure.WMD, -0.49, i2=75.0)), *study.outcomes[1:])
    assert "The pooled studies differ considerably from each other: BASFI (I² 75%)." in told(
        article, replace(study, outcomes=rows)
    )


def test_what_became_of_the_paper() -> None:
    article = trial(
        corrections=(Correction("ErratumIn", pmid="99000999"), Correction("ExpressionOfConcernIn")),
        publication_status="aheadofprint",
    )
    assert told(article, trial_study(article, stance=Stance.NONE)) == [
        "The journal has published an expression of concern about this paper.",
        "A correction to this paper has been published.",
        "Ahead of print: details may still change.",
    ]
    preprint = trial(publication_types=("Preprint",), publication_status="aheadofprint")
    assert told(preprint, trial_study(preprint, stance=Stance.NONE)) == [
        "A preprint: not reviewed by other scientists yet."
    ]


@pytest.mark.parametrize(
    "conclusion", ["Walking eases pain.", "Both kinds were equally effective for pain and disability."]
)
def test_nothing_is_held_against_a_conclusion(conclusion: str) -> None:
    """What did not change is listed beside it; whether the authors are silent about it is too easily read wrongly."""
    null = "CRP and PI did not differ."
    article = trial(sections=(section("RESULTS", null), section("CONCLUSIONS", conclusion)))
    rows = tuple(row(article, name, Direction.NO_DIFFERENCE, null) for name in ("CRP", "PI"))
    study = Study(
        "1", "test", Design.RANDOMIZED_TRIAL, Stance.FAVOURS, outcomes=rows, conclusion=slice_of(article, conclusion)
    )
    assert told(article, study) == []


def test_a_primary_outcome_without_change_is_said_first() -> None:
    article = trial()
    study = trial_study(article)
    rows = tuple(replace(entry, primary=entry.name == "CRP") for entry in study.outcomes)
    assert told(article, replace(study, outcomes=rows)) == [
        "No clear change in the primary outcome: CRP.",
    ]
