"""What was published, paper by paper, and the mail that a notice about it owes to those who received it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from litwatch.compose.correction_notices import Told
from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.subscriber import Subscriber
from litwatch.publish.message import select
from litwatch.store import consents, issues, notices, outbox
from litwatch.store.database import Connection, Database

MessageId = Callable[[Week, Subscriber], str]

OWED = timedelta(days=30)
"""So long after a notice was made, people whose copy of the issue arrives late are sent the notice too."""
_EVERYTHING = 10_000


def told_papers(tx: Connection) -> dict[str, Told]:
    """By PMID, every paper that an issue told as a note or listed in one line, also beside another. A note counts before a line."""
    written = issues.composed(tx)
    listed: dict[str, Told] = {}
    notes: dict[str, Told] = {}
    for issue in issues.recent(tx, _EVERYTHING):
        when = issue.published, written[issue.week]
        listed |= {line.pmid: Told(line.pmid, "", line.title, *when) for line in issue.lines}
        notes |= {note.pmid: Told(note.pmid, note.slug, note.headline, *when, note.citation) for note in issue.nuggets}
    return listed | notes


def queue_owed(tx: Connection, *, now: datetime, message_id: MessageId) -> int:
    """Queues the notices of the last 30 days for those who were sent the note and not yet the notice; how many.

    Safe to repeat at any time: the outbox holds one row per person and notice.
    """
    return sum(
        outbox.enqueue(tx, week, [(person.id, message_id(week, person)) for person in people], now=now, notice=guid)
        for guid, week, people in _owed(tx, now)
    )


def is_owed(database: Database, *, now: datetime) -> bool:
    """Whether `queue_owed` would queue anything: asked without a write lock, at every tick."""
    with database.read() as tx:
        return bool(_owed(tx, now))


def receivers(tx: Connection, notice: Notice) -> list[tuple[Week, list[Subscriber]]]:
    """Who is to get this notice by mail and has no such mail yet: who was sent the note, and has not left.

    Who chose topics or a cut-off was only sent the notes within them; but who has chosen otherwise since then may have
    been sent this one, and is told rather once too often.
    """
    found = []
    for week in issues.telling(tx, notice.pmid):
        people = outbox.received(tx, week, but_not=notice.guid)
        issue = issues.load(tx, week) if people else None
        if issue and (sent := [person for person in people if _had(tx, person, issue, notice.pmid)]):
            found.append((week, sent))
    return found


def _had(tx: Connection, person: Subscriber, issue: Issue, pmid: str) -> bool:
    chosen = select(issue, person.topics, person.min_stars)
    return any(note.pmid == pmid for note in chosen.nuggets) or consents.changed_since(tx, person.id, issue.published)


def _owed(tx: Connection, now: datetime) -> list[tuple[str, Week, list[Subscriber]]]:
    recent = notices.mailable(tx, since=now - OWED)
    return [(notice.guid, week, people) for notice in recent for week, people in receivers(tx, notice)]
