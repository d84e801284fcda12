"""One to five stars by an open key, with a reason for every point.

1 = deeply flawed, 2 = weak, 3 = typical with the usual problems, 4 = bigger or better, 5 = stands out: large,
registered, controlled, and nothing found against it. The stars weigh
how far the design can carry the results, not whether they are welcome, and they are made from the abstract alone:
blinding, drop-out and what was changed after registration are mostly out of sight. An editor may override them.

The key follows GRADE's order of thought (start from the design, take points off for limits; Guyatt et al. 2008, BMJ
336:924, https://doi.org/10.1136/bmj.39489.470347.AD). Where a threshold has a source it stands beside it; the others
are house rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from litwatch.compose.caveats import FEW_PARTICIPANTS, WIDE_HETEROGENEITY
from litwatch.compose.ending import unmentioned
from litwatch.compose.ledger import only_within
from litwatch.compose.score import signed
from litwatch.compose.size import REVIEWS, people_counted
from litwatch.compose.words import DESIGNS, count
from litwatch.domain.article import Article
from litwatch.domain.digest import Rating
from litwatch.domain.study import ConclusionKind, Design, Study

DESIGN = {
    Design.RANDOMIZED_TRIAL: 5,
    Design.META_ANALYSIS: 4,
    Design.SYSTEMATIC_REVIEW: 4,
    Design.COHORT: 3,
    Design.NONRANDOMIZED_TRIAL: 3,
    Design.CASE_CONTROL: 2,
    Design.CROSS_SECTIONAL: 2,
}
"""Where a rating starts. A review starts below a trial because it is as good as its trials, and gains by its size."""

SIZE = (
    (10_000, 3),
    (1_000, 2),
    (400, 1),  # GRADE's rule of thumb for continuous outcomes: Guyatt et al. 2011, J Clin Epidemiol 64:1283
    (100, 0),
    (FEW_PARTICIPANTS, -1),
    (0, -3),
)
"""(at least so many people, points)."""

SIZE_UNKNOWN = -1
MANY_STUDIES = 10
"""A review of so many studies loses nothing where its number of people is not told."""
REGISTERED = 1  # asked of every trial since 2005: De Angelis et al. 2004, N Engl J Med 351:1250 (ICMJE)
UNCONTROLLED = -2
HETEROGENEOUS = -1  # I² from 75 %, "considerable": Cochrane Handbook 10.10.2
SPIN = {
    ConclusionKind.NULLS_UNMENTIONED: ("the conclusion is in favour and does not mention what did not change", -1),
    ConclusionKind.CAUSAL_LANGUAGE: ("the conclusion speaks of cause where the design shows association", -1),
}
"""Forms of spin: Boutron et al. 2010, JAMA 303:2058; Boutron and Ravaud 2018, PNAS 115:2613."""

STARS = ((8, 5), (7, 4), (4, 3), (2, 2))
"""(at least so many points, stars); fewer give one star."""


def rate(article: Article, study: Study) -> Rating | None:
    """The stars with their reasons; None for designs that are not rated, because they have no results of their own."""
    if study.design not in DESIGN:
        return None
    parts = [
        (DESIGNS[study.design], DESIGN[study.design]),
        _size(article, study),
        *_registration(study),
        *_control(study),
        *_heterogeneity(study),
        *_spin(article, study),
    ]
    points = sum(value for _, value in parts)
    return Rating(
        stars=next((stars for least, stars in STARS if points >= least), 1),
        reasons=tuple(
            f"{reason}: {value if place == 0 else signed(value)}" for place, (reason, value) in enumerate(parts)
        ),
    )


def _size(article: Article, study: Study) -> tuple[str, int]:
    people = people_counted(article, study)
    if people is None:
        many = study.design in REVIEWS and (study.n_studies or 0) >= MANY_STUDIES
        return "how many people is not told", 0 if many else SIZE_UNKNOWN
    return count(people, "person", "people"), next(value for least, value in SIZE if people >= least)


def _registration(study: Study) -> Iterator[tuple[str, int]]:
    """No registration in the record costs nothing: older studies had none, and many abstracts do not name theirs."""
    if study.registry_ids:
        yield "registered", REGISTERED


def _control(study: Study) -> Iterator[tuple[str, int]]:
    if only_within(study):
        yield "results are before against after, not against a control group", UNCONTROLLED


def _heterogeneity(study: Study) -> Iterator[tuple[str, int]]:
    if study.design not in REVIEWS:
        return
    given = [row.effect.i2 for row in study.outcomes if row.effect and row.effect.i2 is not None]
    wide = sum(value >= WIDE_HETEROGENEITY for value in given)
    if wide:
        yield (
            f"{wide} of {count(len(given), 'pooled result')} with I² of {WIDE_HETEROGENEITY:g}% or more",
            HETEROGENEOUS,
        )


def _spin(article: Article, study: Study) -> Iterator[tuple[str, int]]:
    """What the note itself says of the conclusion costs its point, whoever found it: the reading or the writer."""
    found = {note.kind for note in study.conclusion_check}
    if unmentioned(article, study):
        found.add(ConclusionKind.NULLS_UNMENTIONED)
    yield from (told for kind, told in SPIN.items() if kind in found)
