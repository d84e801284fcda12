"""Values to store, short to write in a test."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection

from litwatch.domain.article import Article, Journal, PartialDate, Record
from litwatch.domain.calendar import Week
from litwatch.domain.citation import Citation
from litwatch.domain.digest import Issue, LedgerLine, Mention, Nugget, Receipt
from litwatch.domain.prose import Paragraph, Part, Provenance, Sentence
from litwatch.domain.study import (
    Amount,
    Comparison,
    Design,
    Direction,
    Effect,
    Evidence,
    ExerciseCard,
    Harms,
    HarmsReport,
    Measure,
    Named,
    Outcome,
    Oversight,
    Stance,
    Study,
    Supervision,
    Unit,
)
from litwatch.store import articles

MONDAY = datetime(2025, 3, 17, 6, 30, tzinfo=UTC)


def record(pmid: str, raw: bytes | None = None, *, version: int = 1, doi: str | None = None) -> Record:
    value = Article(
        pmid,
        f"Title of {pmid}",
        version=version,
        doi=doi,
        journal=Journal(title="Journal of Samples", abbreviation="J Samples"),
        published=PartialDate(2025, 2),
    )
    return Record(value, raw if raw is not None else f"<PubmedArticle>{pmid}</PubmedArticle>".encode())


def store(tx: Connection, *pmids: str, seen: datetime = MONDAY, topic: str | None = "pain") -> None:
    """Articles that only need to be there."""
    articles.save(tx, [record(pmid, doi=f"10.5555/{pmid}") for pmid in pmids], seen=seen)
    if topic:
        articles.link(tx, topic, pmids, seen=seen)


def outcome(name: str, *, effect: Effect | None = None) -> Outcome:
    return Outcome(name, Direction.IMPROVED, Comparison.BETWEEN, Evidence(2, 5, 15, "Pain fell."), effect=effect)


def study(pmid: str, *names: str) -> Study:
    effect = Effect(Measure.MD, -1.5, (-2.0, -1.0), p="<0.001", i2=12.5, unit="cm")
    outcomes = tuple(outcome(name, effect=effect) for name in names)
    phrase = Evidence(-1, 0, 4, "yoga")
    card = ExerciseCard(
        types=(Named("yoga", phrase),),
        frequency=Amount(2.0, 3.0, Unit.PER_WEEK, Evidence(1, 4, 16, "2-3 per week")),
        supervision=Oversight(Supervision.BOTH, (phrase, phrase)),
    )
    return Study(
        pmid,
        "1",
        Design.RANDOMIZED_TRIAL,
        Stance.FAVOURS,
        n_participants=120,
        outcomes=outcomes,
        conditions=(phrase,),
        intervention=phrase,
        exercise=card,
        harms=Harms(HarmsReport.SILENT),
    )


def nugget(pmid: str) -> Nugget:
    line = LedgerLine("pain", "MD −1.5 cm (95% CI −2.0 to −1.0)", "Pain fell.", "between")
    citation = Citation(pmid, f"Title of {pmid}", ("Doe J", "The Sample Group"), "J Samples", doi=f"10.5555/{pmid}")
    return Nugget(
        pmid=pmid,
        guid=f"tag:litwatch.example,2026:{pmid}",
        slug=f"sample-{pmid}",
        headline="Less pain with exercise",
        meta="Randomised trial, n=120: 1 better",
        topics=("pain",),
        better=(line,),
        unchanged=(),
        worse=(),
        other=(),
        paragraphs=(Paragraph(Part.LIMITS, (Sentence("A small study.", Provenance.DERIVED),)),),
        citation=citation,
    )


def issue(week: Week, *pmids: str, also: tuple[str, ...] = ()) -> Issue:
    return Issue(
        week=week,
        guid=f"tag:litwatch.example,2026:{week}",
        title=f"litwatch {week}",
        summary=f"{len(pmids)} nuggets",
        published=datetime(2025, 3, 21, 7, 0, tzinfo=UTC),
        nuggets=tuple(nugget(pmid) for pmid in pmids),
        also=tuple(Mention(pmid, f"Title of {pmid}", "Cohort", ("pain",)) for pmid in also),
        receipt=Receipt((), considered=len(pmids) + len(also), nuggets=len(pmids), mentioned=len(also)),
    )
