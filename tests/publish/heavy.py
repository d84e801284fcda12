"""A large fictional archive: ten years of weeks, a first week that nobody would read whole, long titles throughout."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache

from litwatch.domain.digest import Issue, LedgerLine, Mention, Nugget, Reject, Tags
from litwatch.domain.study import Effect, Measure
from litwatch.domain.tally import Question, Tally
from litwatch.publish.archive import Archive
from litwatch.publish.publication import Publication
from tests.publish.later import NOTICES, TALLY, TOLD, tallied
from tests.publish.sample import ISSUE, PUBLISHED, WEEK, line

WEEKS, NOTES_A_WEEK, REJECTS_A_WEEK, LINES_A_WEEK = 500, 7, 10, 3
FIRST_NOTES, FIRST_REJECTS, FIRST_LINES = 60, 900, 700
TITLE = (
    "Supervised walking, strengthening & “aquatic” exercise against usual care for pain, function and quality of life "
    "in invented adults with knee osteoarthritis: a pragmatic, assessor-blinded, randomised controlled trial (FICTION-{})"
)
"""223 characters: longer than nine titles in ten."""
META = "Randomised trial, n=1,204: pain better, physical function better, quality of life no clear change, 3 more worse"
CONDITIONS, EXERCISES = 60, 30
PUBLICATION = Publication(
    title="litwatch",
    description="New studies, read outcome by outcome.",
    base_url="https://litwatch.example/",
    topic_titles={f"topic-{number}": f"Exercise and something that hurts, {number}" for number in range(10)},
    served=True,
    authority="litwatch.example,2026",
)


@cache
def archive() -> Archive:
    """The same each time; it takes a second."""
    issues, rejects, week = [], {}, WEEK
    for at in range(WEEKS):
        issue = _issue(at)
        issues.append(replace(issue, week=week, guid=f"tag:litwatch.example,2026:issue/{week}"))
        rejects[week] = tuple(_reject(at, number) for number in range(REJECTS_A_WEEK if at else FIRST_REJECTS))
        week = week.next()
    notices = tuple(
        replace(notice, guid=f"{notice.guid}-{at}", made=notice.made + timedelta(days=at), headline=TITLE.format(at))
        for at in range(100)
        for notice in NOTICES
    )
    return Archive(issues, notices, rejects=rejects, tallies=(_large_tally(), *map(_tally, range(600))))


def heavy_note(rows: int) -> Nugget:
    """A note whose abstract gives a result in every half sentence."""
    return replace(note(0, 0), better=_rows(rows // 2, "lower"), unchanged=_rows(rows - rows // 2, "alike"))


def note(at: int, number: int) -> Nugget:
    """One with a picture, unlike any other in the archive."""
    pmid = str(10_000_000 + at * 1_000 + number)
    return replace(
        TOLD,
        pmid=pmid,
        guid=f"tag:litwatch.example,2026:nugget/{pmid}",
        slug=f"pmid-{pmid}",
        headline=TITLE.format(pmid)[:150],
        meta=META,
        topics=(f"topic-{number % 10}", "topic-0"),
        tags=Tags("Randomised trial", (f"invented disease {at % CONDITIONS}",), (f"kind of walking {at % EXERCISES}",)),
        better=TOLD.better + _rows(3, "lower"),
        citation=replace(TOLD.citation, pmid=pmid, title=TITLE.format(pmid)),
    )


def _issue(at: int) -> Issue:
    return replace(
        ISSUE,
        title=TITLE.format(at),
        summary=f"{META}. {META}.",
        published=PUBLISHED + timedelta(weeks=at),
        nuggets=tuple(note(at, number) for number in range(NOTES_A_WEEK if at else FIRST_NOTES)),
        also=tuple(
            Mention(str(20_000_000 + at * 1_000 + number), TITLE.format(number), META, (f"topic-{number % 10}",))
            for number in range(LINES_A_WEEK if at else FIRST_LINES)
        ),
    )


def _rows(number: int, word: str) -> tuple[LedgerLine, ...]:
    return tuple(
        line(
            f"outcome {at} of some length, {word} or not",
            "SMD −0.41 (95% CI −0.66 to −0.16)",
            f"In sentence {at}, outcome {at} of some length was {word} with exercise than with the usual care that "
            "everybody gets (SMD -0.41, 95% CI -0.66 to -0.16; 14 trials).",
            effect=Effect(Measure.SMD, -0.41, (-0.66, -0.16)),
        )
        for at in range(number)
    )


def _reject(at: int, number: int) -> Reject:
    reason = ("older than 400 days: published 2021", "no outcome could be read", "animals: rats")[number % 3]
    pmid = str(30_000_000 + at * 1_000 + number)
    return Reject(pmid, TITLE.format(pmid), reason, journal="J Fict Rehabil Med Sci Exerc", year=2021)


def _tally(number: int) -> Tally:
    question = Question(f"kind of walking {number % EXERCISES}", "C-reactive protein", f"invented disease {number}")
    return replace(TALLY, question=question, summary=TALLY.summary.replace(str(TALLY.question), str(question)))


def _large_tally() -> Tally:
    studies = (
        tallied(str(20_000_000 + number), title=TITLE.format(number), size="Meta-analysis, 14 trials, n=1,204")
        for number in range(1_500)
    )
    return replace(TALLY, studies=tuple(studies))
