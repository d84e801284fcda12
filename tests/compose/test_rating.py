from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.compose.nugget import compose_nugget
from litwatch.compose.rating import DESIGN, SIZE, STARS, rate
from litwatch.compose.score import signed
from litwatch.compose.words import DESIGNS
from litwatch.domain.article import Article
from litwatch.domain.digest import Rating
from litwatch.domain.study import Comparison, ConclusionKind, ConclusionNote, Design, Direction, Study
from tests.compose.papers import AUTHORITY, section, slice_of, spine, trial, trial_study


def rated(people: int | None = 120, **changes: Any) -> Rating:
    article = trial(sections=(*trial().sections, section("OTHER", f"In all {people} people.")))
    rating = rate(article, trial_study(trial(), n_participants=people, **changes))
    assert rating is not None
    return rating


def note(kind: ConclusionKind, article: Article) -> ConclusionNote:
    return ConclusionNote(kind, slice_of(article, article.sections[-1].text))


def test_every_reason_is_told_with_its_points() -> None:
    article, study = spine()
    wide = tuple(
        replace(row, effect=replace(row.effect, i2=80.0)) if row.effect and row.name == "pain" else row
        for row in study.outcomes
    )
    study = replace(study, outcomes=wide, conclusion_check=(note(ConclusionKind.NULLS_UNMENTIONED, article),))
    assert rate(article, study) == Rating(
        stars=3,
        reasons=(
            "Meta-analysis: 4",
            "1,670 people: +2",
            "1 of 8 pooled results with I² of 75% or more: −1",
            "the conclusion is in favour and does not mention what did not change: −1",
        ),
    )


@pytest.mark.parametrize(
    ("design", "people", "more", "stars"),
    [
        (Design.RANDOMIZED_TRIAL, 120, {}, 3),
        (Design.RANDOMIZED_TRIAL, 39, {}, 2),
        (Design.RANDOMIZED_TRIAL, 500, {}, 3),
        (Design.RANDOMIZED_TRIAL, 500, {"registry_ids": ("NCT00000000",)}, 4),
        (Design.RANDOMIZED_TRIAL, 1200, {}, 4),
        (Design.RANDOMIZED_TRIAL, 1200, {"registry_ids": ("NCT00000000",)}, 5),
        (Design.META_ANALYSIS, None, {}, 2),
        (Design.META_ANALYSIS, None, {"n_studies": 10}, 3),
        (Design.META_ANALYSIS, 1670, {"n_studies": 20}, 3),
        (Design.SYSTEMATIC_REVIEW, 1670, {"registry_ids": ("CRD42000000000",)}, 4),
        (Design.COHORT, 4219, {}, 3),
        (Design.CROSS_SECTIONAL, 50, {}, 1),
        (Design.NONRANDOMIZED_TRIAL, 60, {}, 2),
    ],
)
def test_typical_studies(design: Design, people: int | None, more: dict[str, Any], stars: int) -> None:
    assert rated(people, design=design, **more).stars == stars


def test_no_control_group_and_causal_words_cost() -> None:
    within = tuple(replace(row, comparison=Comparison.WITHIN) for row in trial_study(trial()).outcomes)
    assert rated(outcomes=within).reasons[-1].endswith("not against a control group: −2")
    unclear = tuple(replace(row, direction=Direction.REPORTED) for row in within)
    assert len(rated(outcomes=unclear).reasons) == 2
    causal = note(ConclusionKind.CAUSAL_LANGUAGE, trial())
    assert rated(design=Design.COHORT, conclusion_check=(causal, causal)).reasons[-1].endswith("association: −1")


def test_a_null_that_the_note_says_the_conclusion_passes_over_costs_its_point() -> None:
    rows = tuple(replace(row, concept=row.name, domain="biomarker") for row in trial_study(trial()).outcomes)
    study = trial_study(trial(), outcomes=rows)
    nugget = compose_nugget(trial(), study, (), authority=AUTHORITY)
    assert any("does not mention" in paragraph.text for paragraph in nugget.paragraphs)
    assert study.conclusion_check == ()
    assert (
        rated(outcomes=rows).reasons[-1] == "the conclusion is in favour and does not mention what did not change: −1"
    )


def test_heterogeneity_is_a_matter_of_pooled_results() -> None:
    wide = tuple(
        replace(row, effect=replace(row.effect, i2=90.0)) if row.effect else row
        for row in trial_study(trial()).outcomes
    )
    assert not any("I²" in reason for reason in rated(outcomes=wide).reasons)
    assert any("I²" in reason for reason in rated(outcomes=wide, design=Design.META_ANALYSIS).reasons)


@pytest.mark.parametrize("design", sorted(set(Design) - set(DESIGN)))
def test_what_has_no_results_of_its_own_is_not_rated(design: Design) -> None:
    assert rate(trial(), trial_study(trial(), design=design)) is None


SIZES = st.integers(0, 100_000)


@given(st.sampled_from(sorted(DESIGN)), SIZES, SIZES, st.booleans())
def test_more_people_never_give_fewer_stars(design: Design, one: int, other: int, registered: bool) -> None:
    more: dict[str, Any] = {"design": design, "registry_ids": ("NCT00000000",) if registered else ()}
    fewer, most = sorted((one, other))
    assert rated(fewer, **more).stars <= rated(most, **more).stars


@given(st.sampled_from(sorted(DESIGN)), st.one_of(st.none(), SIZES), st.booleans())
def test_the_stars_follow_from_the_told_points(design: Design, people: int | None, registered: bool) -> None:
    rating = rated(people, design=design, registry_ids=("NCT00000000",) if registered else ())
    points = sum(int(reason.rpartition(": ")[2].replace("−", "-")) for reason in rating.reasons)
    assert rating.stars == next((stars for least, stars in STARS if points >= least), 1)
    assert 1 <= rating.stars <= 5


def test_the_tables_fall() -> None:
    for table in (SIZE, STARS):
        assert list(table) == sorted(table, reverse=True)
        assert [worth for _, worth in table] == sorted((worth for _, worth in table), reverse=True)


def test_the_study_of_nobody_is_rated() -> None:
    study: Study = trial_study(trial(), n_participants=None, outcomes=())
    assert rate(trial(), study) == Rating(3, ("Randomised trial: 5", "how many people is not told: −1"))


def test_the_documentation_gives_the_tables(root: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((root / "docs").glob("nuggets*.md"))]
    told = next(text for text in texts if "## The rating" in text).partition("## The rating")[2]
    for least, points in SIZE[:-1]:
        assert f"| {least:,} people or more | {signed(points) if points else 0} |" in told
    assert f"| fewer than {SIZE[-2][0]} | {signed(SIZE[-1][1])} |" in told
    for design, points in DESIGN.items():
        name = DESIGNS[design].lower().removesuffix(" study")
        (line,) = (line for line in told.splitlines() if line.startswith("| ") and name in line.split(" | ")[0])
        assert line.split(" | ")[1] == str(points)
