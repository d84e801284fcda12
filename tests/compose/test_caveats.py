from __future__ import annotations

from dataclasses import replace

import pytest

from litwatch.compose.caveats import caveats
from litwatch.domain.article import Article, Correction
from litwatch.domain.study import Comparison, Design, Direction, Effect, Measure, Stance, Study
from tests.compose.papers import row, section, slice_of, spine, trial, trial_study

ABSTRACT_ONLY = "Read from the abstract only."
LEFT_OUT = "The authors' conclusion does not mention what did not clearly change: "


def told(article: Article, study: Study) -> list[str]:
    """The caveats but for the last one, which every note has."""
    *rest, last = caveats(article, study)
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
    ("conclusion", "left_out"),
    [
        ("Walking eases pain.", "CRP and walking speed"),
        ("Walking eases pain but CRP stayed as it was.", "walking speed"),
        ("Walking eases pain without any effect on inflammation or the speed of walking.", ""),
        ("Walking eases pain; no other outcome changed.", ""),
        ("Walking eases pain but not C-reactive protein, and speeds nobody up when walking.", ""),
    ],
)
def test_a_favourable_conclusion_that_is_silent_about_nulls(conclusion: str, left_out: str) -> None:
    text = "Pain fell. CRP and walking speed did not differ. Deaths did not differ."
    article = trial(sections=(section("RESULTS", text), section("CONCLUSIONS", conclusion)))
    null = "CRP and walking speed did not differ."
    study = Study(
        "99000101",
        "test",
        Design.RANDOMIZED_TRIAL,
        Stance.FAVOURS,
        outcomes=(
            row(article, "pain", Direction.IMPROVED, "Pain fell."),
            row(article, "CRP", Direction.NO_DIFFERENCE, null, aliases=("C-reactive protein",), domain="biomarker"),
            row(article, "walking speed", Direction.NO_DIFFERENCE, null),
            row(article, "deaths", Direction.NO_DIFFERENCE, "Deaths did not differ."),
            row(article, "pain", Direction.NO_DIFFERENCE, "Pain fell.", timepoint="later"),
        ),
        conclusion=slice_of(article, conclusion),
    )
    assert told(article, study) == ([f"{LEFT_OUT}{left_out}."] if left_out else [])
    assert told(article, replace(study, stance=Stance.NO_DIFFERENCE)) == []


def test_the_whole_concluding_section_is_read() -> None:
    article = trial(sections=(section("RESULTS", "CRP did not differ."), section("END", "Pain fell. CRP did not.")))
    study = Study(
        "1",
        "test",
        Design.COHORT,
        Stance.FAVOURS,
        outcomes=(row(article, "CRP", Direction.NO_DIFFERENCE, "CRP did not differ."),),
        conclusion=slice_of(article, "Pain fell."),
    )
    assert not any(caveat.startswith(LEFT_OUT) for caveat in caveats(article, study))


def test_a_primary_outcome_without_change_is_said_first() -> None:
    article = trial()
    study = trial_study(article)
    rows = tuple(replace(entry, primary=entry.name == "CRP") for entry in study.outcomes)
    assert told(article, replace(study, outcomes=rows)) == [
        "No clear change in the primary outcome: CRP.",
        f"{LEFT_OUT}CRP.",
    ]


@pytest.mark.parametrize(
    ("name", "conclusion", "spoken_of"),
    [
        ("composite EAO", "EAO may be rarer.", True),
        ("pain intensity", "Pain is eased.", True),
        ("TNF-alpha", "Only TNF fell.", True),
        ("haemoglobin >2 g/dl", "Haemoglobins rose.", True),
        ("pain-related disability", "Pain is eased.", False),
        ("chest expansion", "Pain is eased.", False),
    ],
)
def test_only_what_is_surely_left_out_is_called_so(name: str, conclusion: str, spoken_of: bool) -> None:
    text = f"There was no difference in {name}."
    article = trial(sections=(section("RESULTS", text), section("CONCLUSIONS", conclusion)))
    rows = (row(article, name, Direction.NO_DIFFERENCE, text),)
    study = Study("1", "test", Design.COHORT, Stance.FAVOURS, outcomes=rows, conclusion=slice_of(article, conclusion))
    assert (f"{LEFT_OUT}{name}." not in caveats(article, study)) is spoken_of
