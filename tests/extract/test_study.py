"""The two founding examples, whole; and what holds for any text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.domain.article import Article, Section
from litwatch.domain.study import CountKind, Design, Direction, Evidence, Measure, Stance, Study
from litwatch.extract.contract import article_from_json, findings
from litwatch.extract.study import read_study

SPINE = Article(
    "38921661",
    "Exercise therapy in axial spondyloarthritis: a systematic review and meta-analysis of randomised trials",
    (
        Section("OBJECTIVE", "To find out what exercise does in axial spondyloarthritis."),
        Section(
            "RESULTS",
            "Twenty trials with 1,670 patients were pooled. Compared with control, exercise brought significant "
            "reductions in the Bath Ankylosing Spondylitis Functional Index (BASFI) [weighted mean difference (WMD), "
            "-0.49; 95% CI, -0.65 to -0.32; I2=3.4%; P=.414], BASMI [WMD, -0.49; 95% CI, -0.87 to -0.11; I2=71.9%; "
            "P=.679], BASDAI [WMD, -0.78; 95% CI, -1.08 to -0.47; I2=55.9%; P=.021] and ASDAS [WMD, -0.44; 95% CI, "
            "-0.64 to -0.24; I2=0.0%; P=.424], and increases in VO2peak [WMD, 3.16; 95% CI, 1.37 to 4.94; I2=0.0%; "
            "P=.873] and the 6-minute walk test [WMD, 27.64; 95% CI, 12.04 to 43.24; I2=0.0%; P=.922]. Pain "
            "[standardised mean difference (SMD), -0.47; 95% CI, -0.74 to -0.21; I2=66.0%; P=.046] and fatigue [SMD, "
            "-0.49; 95% CI, -0.71 to -0.27; I2=0.0%; P=.446] also improved. No significant benefit was seen for chest "
            "expansion, C-reactive protein (CRP) or erythrocyte sedimentation rate (ESR).",
        ),
        Section("CONCLUSION", "Exercise is an effective way to control disease and relieve symptoms."),
    ),
)
HUNT = Article(
    "23776464",
    "Exercise and pain over time in a general population: the HUNT study",
    (
        Section(
            None,
            "BACKGROUND: Whether exercise protects from pain is open. METHODS: In this longitudinal study we invited "
            "6,419 people to report pain and exercise every three months for a year; 4,219 of them returned at least "
            "two questionnaires. RESULTS: Moderate exercise was associated with less pain over the next year. "
            "CONCLUSIONS: More exercise goes with less pain at the same time.",
        ),
    ),
)


def test_the_spine_review_comes_out_complete() -> None:
    study = read_study(SPINE)
    assert (study.design, study.n_participants, study.n_studies) == (Design.META_ANALYSIS, 1670, 20)
    assert study.stance is Stance.FAVOURS
    rows = [
        (row.concept, row.direction, row.effect and (row.effect.measure, row.effect.value, row.effect.ci))
        for row in study.outcomes
    ]
    better, same = Direction.IMPROVED, Direction.NO_DIFFERENCE
    assert rows == [
        ("BASFI", better, (Measure.WMD, -0.49, (-0.65, -0.32))),
        ("BASMI", better, (Measure.WMD, -0.49, (-0.87, -0.11))),
        ("BASDAI", better, (Measure.WMD, -0.78, (-1.08, -0.47))),
        ("ASDAS", better, (Measure.WMD, -0.44, (-0.64, -0.24))),
        ("VO2max", better, (Measure.WMD, 3.16, (1.37, 4.94))),
        ("6-minute walk test", better, (Measure.WMD, 27.64, (12.04, 43.24))),
        ("pain", better, (Measure.SMD, -0.47, (-0.74, -0.21))),
        ("fatigue", better, (Measure.SMD, -0.49, (-0.71, -0.27))),
        ("chest expansion", same, None),
        ("C-reactive protein", same, None),
        ("erythrocyte sedimentation rate", same, None),
    ]
    assert [row.effect.p for row in study.outcomes if row.effect] == [None] * 8
    assert [row.effect.i2 for row in study.outcomes if row.effect] == [3.4, 71.9, 55.9, 0, 0, 0, 66, 0]


def test_the_cohort_counts_those_followed_not_those_invited() -> None:
    study = read_study(HUNT)
    assert (study.design, study.n_participants) == (Design.COHORT, 4219)
    assert [(count.kind, count.value) for count in study.counts] == [
        (CountKind.INVITED, 6419),
        (CountKind.ANALYSED, 4219),
    ]
    # What goes together at one time and what comes later are two results.
    assert [(row.name, row.direction, row.comparison.value, row.timepoint) for row in study.outcomes] == [
        ("pain", Direction.IMPROVED, "association", "next year"),
        ("pain", Direction.IMPROVED, "association", "at the same time"),
    ]


def test_a_sentence_that_points_at_the_one_before_tells_its_own_place() -> None:
    text = "Yoga reduced pain. This effect was not seen in men. However, the benefit was not maintained at 6 months."
    study = read_study(Article("1", "Yoga versus usual care: a randomised trial", (Section("RESULTS", text),)))
    assert [(row.subgroup, row.timepoint, row.direction.value, row.evidence.text) for row in study.outcomes] == [
        (None, None, "improved", "Yoga reduced pain."),
        ("men", None, "no_difference", "This effect was not seen in men."),
        (None, "6 months", "no_difference", "However, the benefit was not maintained at 6 months."),
    ]


def test_a_result_between_groups_outranks_one_within() -> None:
    text = "Pain improved from baseline in both groups. There was no difference between groups in pain."
    study = read_study(Article("1", "Exercise versus advice: a randomised trial", (Section("RESULTS", text),)))
    assert [(row.direction, row.comparison.value) for row in study.outcomes] == [(Direction.NO_DIFFERENCE, "between")]


def test_the_conclusion_adds_only_what_the_results_leave_out() -> None:
    sections = (
        Section("RESULTS", "Pain did not differ between groups."),
        Section("CONCLUSIONS", "Exercise improved pain and sleep quality."),
    )
    study = read_study(Article("1", "Exercise: a randomised trial", sections))
    assert [(row.name, row.direction.value) for row in study.outcomes] == [
        ("Pain", "no_difference"),
        ("sleep quality", "improved"),
    ]


def test_a_conclusion_tells_better_of_an_outcome_of_no_list() -> None:
    section = Section("CONCLUSIONS", "Exercise brought an improvement in postural responses and is safe.")
    study = read_study(Article("1", "Exercise: a randomised trial", (section,)))
    assert [(row.name, row.direction.value) for row in study.outcomes] == [("postural responses", "improved")]


def test_a_conclusion_tells_each_null_of_a_list() -> None:
    section = Section("CONCLUSIONS", "Exercise did not affect CRP, nail repair and collagen production.")
    study = read_study(Article("1", "Exercise: a randomised trial", (section,)))
    assert [(row.name, row.direction.value) for row in study.outcomes] == [
        ("CRP", "no_difference"),
        ("nail repair", "no_difference"),
        ("collagen production", "no_difference"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Exercise is essential for preventing falls.",
        "Exercise has the potential to reduce falls.",
        "Clinicians must reduce fatigue in these patients.",
        "The role of improved sleep quality is the subject of ongoing work.",
    ],
)
def test_a_conclusion_finds_nothing_in_a_hope(text: str) -> None:
    assert not read_study(Article("1", "Exercise: a randomised trial", (Section("CONCLUSIONS", text),))).outcomes


def test_a_conclusion_makes_no_outcome_of_those_who_were_studied() -> None:
    text = "Exercise improves mobility, chest expansion and fatigue in axial spondyloarthritis."
    study = read_study(Article("1", "Exercise: a meta-analysis", (Section("CONCLUSIONS", text),)))
    assert [row.name for row in study.outcomes] == ["mobility", "chest expansion", "fatigue"]


def test_between_two_active_arms_the_title_tells_the_intervention() -> None:
    title = "Pilates versus stretching in low back pain: a randomised trial"
    text = "Disability was lower after stretching than after Pilates."
    study = read_study(Article("1", title, (Section("RESULTS", text),)))
    assert [(row.name, row.direction.value) for row in study.outcomes] == [("Disability", "worsened")]


@pytest.mark.parametrize("title", ["Study protocol for a randomised trial", "Clinical practice guidelines for pain"])
def test_designs_without_results_report_none(title: str) -> None:
    study = read_study(Article("1", title, (Section("RESULTS", "Exercise reduced pain."),)))
    assert study.outcomes == ()


def test_the_primary_outcome_is_the_one_that_the_methods_name() -> None:
    sections = (
        Section("METHODS", "The primary outcome was disability. Secondary outcomes were pain and sleep quality."),
        Section("RESULTS", "Exercise improved disability and pain."),
    )
    study = read_study(Article("1", "Exercise: a randomised trial", sections))
    assert [(row.name, row.primary) for row in study.outcomes] == [("disability", True), ("pain", False)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("There were no significant differences in fatigue between the groups.", ["fatigue"]),
        ("There were no significant differences in age and fatigue between the groups.", []),
        ("Exercise lowered fatigue (mean difference -3.1, 95% confidence interval -4.0 to -2.2).", ["fatigue"]),
        ("Exercise was to lower fatigue.", []),
    ],
)
def test_a_result_is_read_under_a_heading_of_methods(text: str, names: list[str]) -> None:
    study = read_study(Article("1", "Exercise: a randomised trial", (Section("METHODS", text),)))
    assert [row.name for row in study.outcomes] == names


# what holds for any text


def evidence(study: Study) -> Iterator[Evidence]:
    yield from (row.evidence for row in study.outcomes)
    yield from (count.evidence for count in study.counts)
    yield from (quote for quote in (study.aim, study.conclusion) if quote is not None)


def assert_grounded(article: Article, study: Study) -> None:
    for quote in evidence(study):
        assert article.sections[quote.section].text[quote.start : quote.end] == quote.text
        assert quote.text
    for row in study.outcomes:
        if row.timepoint:
            assert all(word in row.evidence.text for word in row.timepoint.split())  # "12 months" of "12 and 18 months"
        if row.effect and row.effect.p:
            assert row.effect.p.lstrip("<>≤≥.0") in row.evidence.text.replace("·", ".").replace(",", ".")


VOCABULARY = """
pain improved (SMD -0.5, 95% CI -1 to 0) . , ; no not and or reduced in CRP group than control P = 0.03 [ ] ( but higher
fatigue associated with 40 patients were randomised I2=5%; İ ﬁ −1.2 · 6-minute walk test : RESULTS: %
"""
WORDS = st.sampled_from(VOCABULARY.split())
LABELS = st.sampled_from([None, "RESULTS", "METHODS", "?"])


@settings(deadline=None, max_examples=150)
@given(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=60), LABELS)
def test_any_text_is_read_and_quoted_exactly(words: list[str], label: str | None) -> None:
    article = Article(
        "1", " ".join(words[:9]), (Section(label, " ".join(words)), Section("CONCLUSION", "".join(words)))
    )
    assert_grounded(article, read_study(article))


@pytest.mark.parametrize("name", ["gold/dev.jsonl", "corpus/abstracts.jsonl"])
def test_real_abstracts_are_quoted_exactly(shared: Path, name: str) -> None:
    rows = 0
    for line in (shared / name).read_text(encoding="utf-8").splitlines():
        article = article_from_json(json.loads(line))
        study = read_study(article)
        assert_grounded(article, study)
        rows += len(study.outcomes)
        json.dumps(findings(study), allow_nan=False)
    assert rows > 100


@pytest.mark.parametrize(
    ("text", "name", "whole"),
    [
        ("Exercise reduced intensity and duration of pain.", "intensity", "intensity of pain"),
        ("Exercise lowered systolic and diastolic blood pressure.", "systolic", "systolic blood pressure"),
        ("Exercise improved physical and mental health.", "physical", "physical health"),
    ],
)
def test_a_name_that_shares_its_head_has_the_whole_as_an_alias(text: str, name: str, whole: str) -> None:
    study = read_study(Article("1", "Exercise versus usual care: a randomised trial", (Section("RESULTS", text),)))
    assert next(outcome.aliases for outcome in study.outcomes if outcome.name == name) == (whole,)
