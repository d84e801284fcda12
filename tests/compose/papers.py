"""Fictional papers for the tests of this chapter: a record whose abstract is written with its ledger beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litwatch.domain.article import Article, Author, Journal, PartialDate, Section
from litwatch.domain.study import (
    Amount,
    Change,
    Comparison,
    Count,
    CountKind,
    Design,
    Direction,
    Effect,
    Evidence,
    ExerciseCard,
    Harms,
    HarmsReport,
    Measure,
    Outcome,
    Stance,
    Study,
    Unit,
)

AUTHORITY = "litwatch.example,2026"


def section(label: str | None, text: str) -> Section:
    return Section(label=label, text=text)


def slice_of(article: Article, text: str) -> Evidence:
    """The place of `text` in the article; the title is section −1."""
    for number, part in enumerate(article.sections):
        if (start := part.text.find(text)) >= 0:
            return Evidence(number, start, start + len(text), text)
    start = article.title.index(text)
    return Evidence(-1, start, start + len(text), text)


def row(article: Article, name: str, direction: Direction, quote: str, **more: Any) -> Outcome:
    more.setdefault("comparison", Comparison.BETWEEN)
    return Outcome(name=name, direction=direction, evidence=slice_of(article, quote), **more)


def trial(pmid: str = "99000101", **changes: Any) -> Article:
    """A randomised trial in four sections: pain better, CRP unchanged, dizziness worse, stiffness only mentioned."""
    fields: dict[str, Any] = {
        "pmid": pmid,
        "title": "Nordic walking for hip pain: a randomised trial.",
        "sections": (
            section("AIM", "We asked whether Nordic walking eases hip pain in adults."),
            section("METHODS", "We randomised 120 adults to walking or to a waiting list for 12 weeks."),
            section(
                "RESULTS",
                "Pain fell more with walking (MD −1.20, 95% CI −1.90 to −0.50). "
                "CRP did not differ (p = 0.45). Dizziness was more common with walking (RR 1.8; 1.1 to 2.9). "
                "Stiffness was recorded at 12 weeks.",
            ),
            section("CONCLUSIONS", "Nordic walking eases hip pain."),
        ),
        "doi": f"10.5555/fictional.{pmid}",
        "journal": Journal(title="Journal of Fictional Studies", abbreviation="J Fict Stud", volume="3", pages="1-9"),
        "published": PartialDate(2025, 2, raw="2025 Feb"),
        "authors": (Author(last="Moss", initials="A"), Author(collective="The Hill Walkers Group")),
        "publication_status": "ppublish",
    }
    return Article(**(fields | changes))


def trial_rows(article: Article) -> tuple[Outcome, ...]:
    pain = "Pain fell more with walking (MD −1.20, 95% CI −1.90 to −0.50)."
    return (
        row(
            article,
            "pain",
            Direction.IMPROVED,
            pain,
            effect=Effect(Measure.MD, -1.2, (-1.9, -0.5)),
            change=Change.DECREASED,
            domain="symptom",
        ),
        row(
            article,
            "CRP",
            Direction.NO_DIFFERENCE,
            "CRP did not differ (p = 0.45).",
            effect=Effect(Measure.OTHER, p="0.45"),
            aliases=("C-reactive protein",),
            domain="biomarker",
        ),
        row(
            article,
            "dizziness",
            Direction.WORSENED,
            "Dizziness was more common with walking (RR 1.8; 1.1 to 2.9).",
            effect=Effect(Measure.RR, 1.8, (1.1, 2.9)),
        ),
        row(article, "stiffness", Direction.REPORTED, "Stiffness was recorded at 12 weeks.", timepoint="12 weeks"),
    )


def trial_study(article: Article, **changes: Any) -> Study:
    fields: dict[str, Any] = {
        "pmid": article.pmid,
        "extractor": "test",
        "design": Design.RANDOMIZED_TRIAL,
        "stance": Stance.FAVOURS,
        "n_participants": 120,
        "counts": (Count(CountKind.RANDOMISED, 120, slice_of(article, "120 adults")),),
        "outcomes": trial_rows(article),
        "aim": slice_of(article, "We asked whether Nordic walking eases hip pain in adults."),
        "conclusion": slice_of(article, "Nordic walking eases hip pain."),
        "population": slice_of(article, "120 adults"),
        "intervention": slice_of(article, "Nordic walking"),
        "comparator": slice_of(article, "waiting list"),
        "exercise": ExerciseCard(length=Amount(12, 12, Unit.WEEKS, slice_of(article, "for 12 weeks"))),
        "harms": Harms(
            HarmsReport.TOLD, slice_of(article, "Dizziness was more common with walking (RR 1.8; 1.1 to 2.9).")
        ),
    }
    return Study(**(fields | changes))


SPINE_RESULTS = (
    "Twenty trials with 1670 patients were pooled. Compared with control, exercise improved BASFI (WMD, -0.49; 95% CI, "
    "-0.65 to -0.32; I2=3.4%), BASMI (WMD, -0.49; 95% CI, -0.87 to -0.11; I2=71.9%), BASDAI (WMD, -0.78; 95% CI, -1.08 "
    "to -0.47; I2=55.9%), ASDAS (WMD, -0.44; 95% CI, -0.64 to -0.24; I2=0.0%), VO2peak (WMD, 3.16; 95% CI, 1.37 to "
    "4.94; I2=0.0%), 6-minute walk test (WMD, 27.64; 95% CI, 12.04 to 43.24; I2=0.0%), pain (SMD, -0.47; 95% CI, -0.74 "
    "to -0.21; I2=66.0%) and fatigue (SMD, -0.49; 95% CI, -0.71 to -0.27; I2=0.0%)."
)
SPINE_NULLS = "Chest expansion, CRP and ESR did not change."
SPINE_CONCLUSION = "Exercise helps to control the disease and to relieve its symptoms."
_SPINE_ESTIMATES = (
    ("BASFI", Measure.WMD, -0.49, (-0.65, -0.32), 3.4),
    ("BASMI", Measure.WMD, -0.49, (-0.87, -0.11), 71.9),
    ("BASDAI", Measure.WMD, -0.78, (-1.08, -0.47), 55.9),
    ("ASDAS", Measure.WMD, -0.44, (-0.64, -0.24), 0.0),
    ("VO2peak", Measure.WMD, 3.16, (1.37, 4.94), 0.0),
    ("6-minute walk test", Measure.WMD, 27.64, (12.04, 43.24), 0.0),
    ("pain", Measure.SMD, -0.47, (-0.74, -0.21), 66.0),
    ("fatigue", Measure.SMD, -0.49, (-0.71, -0.27), 0.0),
)


def spine() -> tuple[Article, Study]:
    """The review of exercise in axial spondyloarthritis (PMID 38921661): its facts, in words of our own."""
    article = Article(
        pmid="38921661",
        title="Effects of Exercise Therapy in Axial Spondyloarthritis: A Systematic Review, Meta-analysis, and "
        "Meta-regression of Randomized Trials.",
        sections=(
            section("OBJECTIVE", "To find out what exercise does for people with axial spondyloarthritis."),
            section("RESULTS", f"{SPINE_RESULTS} {SPINE_NULLS}"),
            section("CONCLUSIONS", SPINE_CONCLUSION),
        ),
        doi="10.1016/j.apmr.2024.06.005",
        journal=Journal(abbreviation="Arch Phys Med Rehabil", volume="106", issue="1", pages="113-123"),
        published=PartialDate(2025, 1, raw="2025 Jan"),
        electronic=PartialDate(2024, 6, 26),
        authors=tuple(Author(last=last, initials=initials) for last, initials in (("Zhang", "M"), ("Liang", "Z"))),
        publication_status="ppublish",
    )
    better = tuple(
        row(article, name, Direction.IMPROVED, SPINE_RESULTS, effect=Effect(measure, value, ci, i2=i2))
        for name, measure, value, ci, i2 in _SPINE_ESTIMATES
    )
    same = tuple(
        row(article, name, Direction.NO_DIFFERENCE, SPINE_NULLS, change=Change.NO_DIFFERENCE)
        for name in ("chest expansion", "CRP", "ESR")
    )
    study = Study(
        pmid=article.pmid,
        extractor="test",
        design=Design.META_ANALYSIS,
        stance=Stance.FAVOURS,
        n_participants=1670,
        n_studies=20,
        outcomes=better + same,
        aim=slice_of(article, article.sections[0].text),
        conclusion=slice_of(article, SPINE_CONCLUSION),
        population=slice_of(article, "people with axial spondyloarthritis"),
        harms=Harms(HarmsReport.SILENT),
    )
    return article, study


def names(lines: Sequence[Any]) -> list[str]:
    return [line.name for line in lines]
