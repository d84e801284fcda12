"""Fictional issues for the tests of everything that renders or sends. No study in here exists."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from litwatch.domain.calendar import Week
from litwatch.domain.citation import Citation
from litwatch.domain.difference import MinimalDifference
from litwatch.domain.digest import Issue, LedgerLine, Mention, Nugget, Receipt
from litwatch.domain.prose import Paragraph, Part, Provenance, Sentence
from litwatch.domain.run import PollReceipt
from litwatch.domain.study import Effect, Measure
from litwatch.domain.subscriber import Delivery, DeliveryState, Subscriber, SubscriberStatus
from litwatch.publish.publication import Publication

PUBLISHED = datetime(2026, 1, 16, 7, 0, tzinfo=UTC)
WEEK = Week(2026, 3)
TOPIC_TITLES = {
    "exercise-inflammation": "Exercise and inflammation",
    "exercise-pain": "Exercise and chronic pain",
    "inflammation-pain": "Inflammation and chronic pain",
}
PUBLICATION = Publication(
    title="litwatch",
    description="New studies on exercise, inflammation and chronic pain, read outcome by outcome.",
    base_url="https://litwatch.example/",
    topic_titles=TOPIC_TITLES,
)

WALK = MinimalDifference(30.0, "m", "people with imaginary lungs", "doi:10.5555/fictional.walk")
_REVIEW_BETTER = "Walking groups lowered pain (SMD −0.41, 95% CI −0.66 to −0.16) and improved the 6-minute walk."
_REVIEW_NULL = "No differences were found for C-reactive protein, interleukin 6 or sleep."


def line(name: str, numbers: str = "", quote: str = "", comparison: str = "between", **more: Any) -> LedgerLine:
    return LedgerLine(name=name, numbers=numbers, quote=quote, comparison=comparison, **more)


def paragraph(part: Part, *texts: str) -> Paragraph:
    return Paragraph(part, tuple(Sentence(text, Provenance.EXTRACTED) for text in texts))


REVIEW = Nugget(
    pmid="99000001",
    guid="tag:litwatch.example,2026:nugget/99000001",
    slug="pmid-99000001",
    headline="Walking groups for people with inflamed fictional joints: a systematic review and meta-analysis",
    meta="Meta-analysis, 14 trials, n=1,204: 3 better, 3 no clear change, 1 mixed or unclear",
    topics=("exercise-inflammation", "exercise-pain"),
    better=(
        line(
            "pain",
            "SMD −0.41 (95% CI −0.66 to −0.16)",
            _REVIEW_BETTER,
            effect=Effect(Measure.SMD, -0.41, (-0.66, -0.16)),
        ),
        line(
            "6-minute walk distance",
            "WMD 31.2 m (95% CI 14.0 to 48.4)",
            _REVIEW_BETTER,
            timepoint="at 12 weeks",
            effect=Effect(Measure.WMD, 31.2, (14.0, 48.4), unit="m"),
            noticeable=WALK,
        ),
        line(
            "fatigue",
            "p=0.03",
            "Fatigue fell in women (p = 0.03).",
            "within",
            subgroup="women",
            effect=Effect(Measure.OTHER, p="0.03"),
        ),
    ),
    unchanged=(
        line(
            "C-reactive protein",
            "WMD −0.20 mg/L (95% CI −0.71 to 0.31)",
            _REVIEW_NULL,
            effect=Effect(Measure.WMD, -0.20, (-0.71, 0.31), unit="mg/L"),
        ),
        line("interleukin 6", "", _REVIEW_NULL),
        line("sleep", "", _REVIEW_NULL),
    ),
    worse=(),
    other=(line("knee swelling", "", "Knee swelling rose in two trials & fell in three <i>others</i>."),),
    citation=Citation(
        pmid="99000001",
        title="Walking groups for people with inflamed fictional joints: a systematic review and meta-analysis.",
        authors=("Sample A", "Ejemplo-Ruiz B", "Muster CD Jr", "Przykład E", "The FICTION Study Group"),
        journal="J Fict Rehabil",
        volume="12",
        issue="1",
        pages="113-123",
        date="2026-01",
        doi="10.99999/fict.2026.01.001",
        pmc="PMC99000001",
    ),
    paragraphs=(
        paragraph(
            Part.LEAD,
            "This meta-analysis brings together 14 trials in adults with inflamed fictional joints & <i>sore</i> keyboards.",
            "The comparison was waiting list.",
        ),
        paragraph(Part.BETTER, "Better than in the comparison: pain (SMD −0.41 (95% CI −0.66 to −0.16))."),
        paragraph(Part.UNCHANGED, "No clear difference from the comparison: C-reactive protein and sleep."),
        paragraph(Part.CONCLUSION, "The authors conclude: “Walking groups are an effective and safe strategy…”"),
        paragraph(Part.LIMITS, "The trials disagree with each other about pain (I² 71%)."),
    ),
    takeaway=Sentence("In short: better for pain; no clear change in C-reactive protein.", Provenance.DERIVED),
)
COHORT = Nugget(
    pmid="99000002",
    guid="tag:litwatch.example,2026:nugget/99000002",
    slug="pmid-99000002",
    headline="Lifting weights and back pain in 3,410 invented nurses",
    meta="Cohort study, n=3,410: 1 better, 1 worse",
    topics=("exercise-pain",),
    better=(
        line(
            "back pain",
            "OR 0.82 (95% CI 0.70 to 0.96)",
            "Lifters had less back pain.",
            "association",
            effect=Effect(Measure.OR, 0.82, (0.70, 0.96)),
        ),
    ),
    unchanged=(),
    worse=(
        line(
            "shoulder pain",
            "OR 1.31 (95% CI 1.05 to 1.63)",
            "Lifters had more shoulder pain.",
            "association",
            effect=Effect(Measure.OR, 1.31, (1.05, 1.63)),
        ),
    ),
    other=(),
    paragraphs=(
        paragraph(
            Part.LIMITS, "This study followed people without assigning anything; it cannot tell what caused what."
        ),
    ),
    citation=Citation(
        pmid="99000002",
        title="Lifting weights and back pain in 3,410 invented nurses.",
        authors=("Beispiel F",),
        journal="Imaginary Pain",
        date="2026-01-09",
        doi="10.99999/ip.2026.7",
        ahead_of_print=True,
    ),
)
PROTOCOL = Nugget(
    pmid="99000003",
    guid="tag:litwatch.example,2026:nugget/99000003",
    slug="pmid-99000003",
    headline="Cold baths for sore keyboards: protocol of a trial",
    meta="Study protocol, no results yet, n=80 planned",
    topics=("inflammation-pain",),
    better=(),
    unchanged=(),
    worse=(),
    other=(),
    citation=Citation(pmid="99000003", title="Cold baths for sore keyboards", authors=(), journal=""),
)
ALSO = (
    Mention(
        "99000010",
        "Stretching and CRP in <b>imaginary</b> rowers",
        "Randomised trial, n=44",
        ("exercise-inflammation",),
    ),
    Mention("99000011", "What rats on wheels tell us", "Animal study", ("exercise-pain",), doi="10.99999/x"),
)


def poll(topic: str, **more: object) -> PollReceipt:
    base = PollReceipt(
        topic=topic,
        query='("exercise"[mh] OR exercis*[tiab]) AND (pain[mh] OR pain[tiab])',
        started=PUBLISHED - timedelta(hours=2),
        seconds=3.2,
        window=(date(2026, 1, 1), date(2026, 1, 15)),
        complete_to=date(2026, 1, 15),
        found=312,
        new=41,
    )
    return replace(base, **more)  # type: ignore[arg-type]


RECEIPT = Receipt(
    polls=(
        poll("exercise-inflammation"),
        poll("exercise-pain", found=1204, new=96, missing=2),
        poll("inflammation-pain", found=0, new=0, failed="the service did not answer in 30 s"),
    ),
    considered=137,
    nuggets=3,
    mentioned=2,
    excluded=(("no outcome could be read", 88), ("older than 400 days", 44)),
)
ISSUE = Issue(
    week=WEEK,
    guid="tag:litwatch.example,2026:issue/2026-W03",
    title="Three studies: walking groups, weights and cold baths",
    summary="3 studies read, 2 more listed: 4 outcomes better, 3 no clear change, 1 worse.",
    published=PUBLISHED,
    nuggets=(REVIEW, COHORT, PROTOCOL),
    also=ALSO,
    receipt=RECEIPT,
)
QUIET = replace(
    ISSUE,
    title="A quiet week",
    summary="137 articles were considered; none is told here.",
    nuggets=(),
    also=(),
    receipt=replace(RECEIPT, nuggets=0, mentioned=0),
)
READER = Subscriber(
    id=7,
    address="reader@example.org",
    topics=(),
    status=SubscriberStatus.ACTIVE,
    seed="q3VfX1s0bE9rZ2hTd2VldA",
    created=datetime(2025, 11, 1, 9, 30, tzinfo=UTC),
)
DELIVERY = Delivery(
    id=1,
    week="2026-W03",
    subscriber=READER,
    state=DeliveryState.SENDING,
    message_id="2026-W03.7.8f14e45f@litwatch.example",
    date=datetime(2026, 1, 16, 7, 0, 3, tzinfo=UTC),
    attempts=1,
)


def many_issues(number: int) -> list[Issue]:
    """`number` weekly issues, oldest first."""
    issues, week = [], WEEK
    for index in range(number):
        issues.append(
            replace(
                ISSUE,
                week=week,
                guid=f"tag:litwatch.example,2026:issue/{week}",
                published=PUBLISHED + timedelta(weeks=index),
                nuggets=tuple(replace(nugget, guid=f"{nugget.guid}-{index}") for nugget in ISSUE.nuggets),
            )
        )
        week = week.next()
    return issues


def filled(text: str) -> Issue:
    """The issue with `text` in every field that comes from PubMed or from the reading of it."""
    effect = Effect(Measure.WMD, 2.0, (1.0, 3.0), p=text, unit=text)
    least = MinimalDifference(1.5, text, text, f"doi:10.99999/{text}")
    row = line(text, text, text, text, timepoint=text, subgroup=text, effect=effect, noticeable=least)
    citation = replace(
        REVIEW.citation, title=text, authors=(text, text), journal=text, volume=text, issue=text, pages=text, date=text
    )
    nugget = replace(
        REVIEW,
        headline=text,
        meta=text,
        better=(row,),
        unchanged=(row, row),
        worse=(row,),
        other=(row,),
        citation=replace(citation, doi=f"10.99999/{text}", pmc=text),
        paragraphs=(paragraph(Part.LEAD, text, text), paragraph(Part.LIMITS, text)),
        takeaway=Sentence(text, Provenance.DERIVED),
    )
    receipt = replace(RECEIPT, polls=(poll("exercise-pain", failed=text),), excluded=((text, 3),))
    return replace(
        ISSUE,
        title=text,
        summary=text,
        nuggets=(nugget, replace(nugget, guid=f"{nugget.guid}b", slug="pmid-2")),
        also=(Mention("99000010", text, text, ("exercise-pain",), doi=text),),
        receipt=receipt,
    )
