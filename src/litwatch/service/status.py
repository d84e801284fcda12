"""How things stand, for the operator: what is kept, how far each topic is polled, what waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from litwatch.domain.calendar import Week
from litwatch.domain.run import PollReceipt
from litwatch.domain.subscriber import DeliveryState
from litwatch.pubmed.query import Query
from litwatch.service.schedule import Timetable
from litwatch.store import bounces, drafts, issues, outbox, pauses, runs, summary, suppressions
from litwatch.store.database import Database

RECENT = timedelta(days=7)
"""How far back polls and refusals are shown."""


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic, and how far it is polled with its present query."""

    name: str
    title: str
    query: str
    articles: int
    complete_to: date | None


@dataclass(frozen=True, slots=True)
class WaitingDraft:
    """The draft that waits for its editor: how long it does, and whether it has waited too long already."""

    week: Week
    title: str
    composed: datetime
    until: datetime
    overdue: bool


@dataclass(frozen=True, slots=True)
class Status:
    """What is kept, what is due, what waits."""

    totals: summary.Totals
    topics: tuple[TopicState, ...]
    last_issue: Week | None
    due: Week | None
    """The week whose issue should be out by now and is not."""
    draft: WaitingDraft | None
    next_due: datetime
    deliveries: Mapping[DeliveryState, int]
    pause: pauses.Pause | None
    """Why nothing is sent at present, and until when."""
    receipts: tuple[PollReceipt, ...]
    """The polls of the last seven days, oldest first."""
    suppressed: int
    """Addresses that get no mail."""
    refusals: tuple[str, ...]
    """What was said in the last seven days where our mail was refused for policy, oldest first."""


def topic_states(database: Database, topics: Mapping[str, tuple[str, Query]]) -> tuple[TopicState, ...]:
    """`topics`: name → (title, query)."""
    with database.read() as tx:
        sizes = summary.topic_sizes(tx)
        return tuple(
            TopicState(name, title, str(query), sizes.get(name, 0), runs.cursor(tx, name, str(query)).complete_to)
            for name, (title, query) in topics.items()
        )


def status(
    database: Database,
    topics: Mapping[str, tuple[str, Query]],
    *,
    now: datetime,
    timetable: Timetable,
    max_lateness: timedelta,
) -> Status:
    """`timetable` tells when an issue is due, `max_lateness` how long a draft waits."""
    with database.read() as tx:
        last = max(issues.weeks(tx), default=None)
        done = max([*issues.weeks(tx), *drafts.skipped(tx)], default=None)
        waiting = drafts.waiting(tx)
        totals = summary.totals(tx)
        deliveries = outbox.counts(tx)
        pause = pauses.latest(tx)
        receipts = runs.receipts(tx, since=now - RECENT, until=now)
        suppressed = len(suppressions.listing(tx))
        refusals = tuple(one.text for one in bounces.refusals(tx, since=now - RECENT))
    this = timetable.week(now)
    coming = map(timetable.instant, (this.previous(), this, this.next(), this.next().next()))
    return Status(
        totals=totals,
        topics=topic_states(database, topics),
        last_issue=last,
        due=timetable.due(now, last=done),
        draft=_waiting(waiting, timetable, max_lateness, now) if waiting else None,
        next_due=next(moment for moment in coming if moment > now).astimezone(timetable.zone),
        deliveries=deliveries,
        pause=pause if pause and now < pause.until else None,
        receipts=tuple(receipts),
        suppressed=suppressed,
        refusals=refusals,
    )


def _waiting(draft: drafts.Draft, timetable: Timetable, max_lateness: timedelta, now: datetime) -> WaitingDraft:
    until = timetable.deadline(draft.week, draft.composed, max_lateness)
    return WaitingDraft(draft.week, draft.issue.title, draft.composed, until, overdue=now >= until)
