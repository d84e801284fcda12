"""The verb that publishes: what came in since the previous issue → this week's issue, stored once and for all.

The issue, the fate of every paper and the queued mails are one transaction: all of it happens or nothing. Its other
half, for issues that an editor sees first, is `service.draft`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from litwatch.compose.issue import Fates, Rules, compose_issue
from litwatch.compose.rank import Candidate
from litwatch.compose.stories import EarlierNote
from litwatch.domain.article import Article, ParseFailure
from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.run import PollReceipt, RecheckReceipt
from litwatch.domain.study import Study
from litwatch.domain.subscriber import Subscriber
from litwatch.publish.message import is_empty, select
from litwatch.service import search
from litwatch.service.polish import Polish, Tally
from litwatch.service.schedule import Timetable
from litwatch.store import articles, drafts, issues, notices, outbox, rechecks, runs, studies, subscribers
from litwatch.store.articles import StoredRecord
from litwatch.store.database import Connection, Database

Parse = Callable[[StoredRecord], Article | ParseFailure]
Read = Callable[[Article], Study]
MessageId = Callable[[Week, Subscriber], str]
"""Makes the Message-ID of an issue's mail to a person; called once for each, before the first attempt."""

_BEFORE_EVERYTHING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Press:
    """What making an issue takes, whoever signs it."""

    database: Database
    rules: Rules
    parse: Parse
    read: Read
    message_id: MessageId
    polish: Polish | None = None
    """Rephrases the notes of an issue as it is composed; None leaves them as they are."""


@dataclass(frozen=True, slots=True)
class Published:
    """A week's issue. `new` is False if it was there already; `queued` counts the mails that it set on their way."""

    issue: Issue
    new: bool
    queued: int = 0
    writer: Tally | None = None
    """What the language model did; None without one."""


@dataclass(frozen=True, slots=True)
class Material:
    """What the database holds for the next issue, read at one moment."""

    found: Mapping[str, articles.Candidate]
    records: Sequence[StoredRecord]
    known: Mapping[str, Study]
    told_dois: frozenset[str]
    earlier: Sequence[EarlierNote]
    polls: Sequence[PollReceipt]
    rechecks: Sequence[RecheckReceipt]
    notices: Sequence[Notice]


@dataclass(frozen=True, slots=True)
class Composed:
    """An issue that is not stored yet, the fate of every paper, and the readings that it took."""

    issue: Issue
    fates: Fates
    newly_read: tuple[Study, ...]
    writer: Tally | None = None

    def stored_fates(self) -> dict[str, tuple[issues.Fate, str]]:
        return {pmid: (issues.Fate(place), reason) for pmid, (place, reason) in self.fates.items()}


def publish_due(press: Press, timetable: Timetable, *, now: datetime) -> Published | None:
    """Publish the issue that has fallen due, if there is one (`Timetable.due` tells the rule).

    The very first issue waits until PubMed has been asked with success: before that nobody knows what is new.
    """
    with press.database.read() as tx:
        week = due_week(tx, timetable, now=now)
    return publish_week(press, week, now=now) if week else None


def due_week(tx: Connection, timetable: Timetable, *, now: datetime) -> Week | None:
    """The week whose issue has fallen due, and which is neither published nor skipped by the editor."""
    weeks = [*issues.weeks(tx), *drafts.skipped(tx)]
    week = timetable.due(now, last=max(weeks, default=None))
    return week if weeks or runs.any_complete(tx, until=now) else None


def has_searched(database: Database, now: datetime) -> bool:
    """Whether PubMed was ever asked with success. Before that, "nothing new" would be a claim about nothing."""
    with database.read() as tx:
        return runs.any_complete(tx, until=now)


def publish_week(press: Press, week: Week, *, now: datetime) -> Published:
    """Publish the issue of `week` with everything first seen up to `now` that no issue has dealt with.

    A week that has its issue keeps it untouched. Composing takes seconds, so it is done outside the transaction that
    stores; if another issue took some of the papers meanwhile, it is done again.
    """
    while True:
        with press.database.read() as tx:
            stored = issues.load(tx, week)
            if stored:
                return Published(stored, new=False)
        composed = compose(press, week, now=now)
        with press.database.write() as tx:
            undecided = {candidate.pmid for candidate in articles.candidates(tx, until=now)}
            untold = notices.untold(tx, until=now)
            if not undecided.issuperset(composed.fates) or not set(untold).issuperset(composed.issue.notices):
                continue
            studies.save(tx, composed.newly_read, read_at=now)
            published = store(tx, composed.issue, composed.stored_fates(), now=now, message_id=press.message_id)
            if published.new:
                return replace(published, writer=composed.writer)


def store(
    tx: Connection,
    issue: Issue,
    fates: Mapping[str, tuple[issues.Fate, str]],
    *,
    now: datetime,
    message_id: MessageId,
) -> Published:
    """Store the issue for good and queue its mails, in the transaction `tx`.

    If its week has an issue already, that one is returned, and nothing is changed.
    """
    if not issues.publish(tx, issue, fates):
        return Published(issues.load(tx, issue.week) or issue, new=False)
    search.index(tx, issue)
    notices.told_in(tx, issue.week, [notice.guid for notice in issue.notices])
    news = articles.topics(tx, [notice.pmid for notice in issue.notices])
    people = recipients(issue, subscribers.listing(tx), news)
    entries = [(person.id, message_id(issue.week, person)) for person in people]
    return Published(issue, new=True, queued=outbox.enqueue(tx, issue.week, entries, now=now))


def recipients(issue: Issue, people: Sequence[Subscriber], news: Set[str] = frozenset()) -> list[Subscriber]:
    """Who gets this issue by mail. `news`: the topics of the earlier papers that its notices are about.

    Who left nothing out gets every issue. Who chose topics, or only notes with some stars, gets the issues that have
    something for them, or tell of an earlier paper (of those topics). An issue without papers goes to everyone: that
    nothing was found is news to them too.
    """
    if is_empty(issue):
        return list(people)
    return [
        person
        for person in people
        if not is_empty(select(issue, person.topics, person.min_stars))
        or (not news.isdisjoint(person.topics) if person.topics else issue.notices)
    ]


def gather(database: Database, now: datetime) -> Material:
    """What no issue has dealt with, and what was searched since the previous one."""
    with database.read() as tx:
        found = articles.candidates(tx, until=now)
        pmids = [candidate.pmid for candidate in found]
        previous = max((_up_to(issue) for issue in issues.recent(tx, 1)), default=_BEFORE_EVERYTHING)
        polls = runs.receipts(tx, since=previous, until=now)
        checks = rechecks.receipts(tx, since=previous, until=now)
        return Material(
            found={candidate.pmid: candidate for candidate in found},
            records=articles.load(tx, pmids),
            known=studies.load(tx, pmids),
            told_dois=frozenset(articles.told_dois(tx, [candidate.doi for candidate in found if candidate.doi])),
            earlier=_earlier(tx),
            polls=[poll for poll in polls if poll.started > previous],
            rechecks=[check for check in checks if check.started > previous],
            notices=notices.untold(tx, until=now),
        )


def _earlier(tx: Connection) -> list[EarlierNote]:
    """The nuggets of all earlier issues with their studies, oldest first."""
    notes = issues.notes(tx)
    read = studies.load(tx, [note.pmid for note in notes])
    return [EarlierNote(note.slug, note.title, read[note.pmid]) for note in notes if note.pmid in read]


def _up_to(issue: Issue) -> datetime:
    return issue.receipt.until or issue.published


def compose(press: Press, week: Week, *, now: datetime) -> Composed:
    """The issue of `week` from all that no issue has dealt with, not stored."""
    material = gather(press.database, now)
    candidates: list[Candidate] = []
    unreadable: dict[str, str] = {}
    newly_read: list[Study] = []
    for record in material.records:
        article = press.parse(record)
        if isinstance(article, ParseFailure):
            unreadable[record.pmid] = article.reason
            continue
        study = material.known.get(record.pmid)
        if study is None:
            study = press.read(article)
            newly_read.append(study)
        candidates.append(Candidate(article, study, material.found[record.pmid].topics))
    issue, fates = compose_issue(
        week,
        candidates,
        published=now,
        rules=press.rules,
        polls=material.polls,
        rechecks=material.rechecks,
        notices=material.notices,
        told_dois=material.told_dois,
        earlier=material.earlier,
        unreadable=unreadable,
    )
    if press.polish is None:
        return Composed(issue, fates, tuple(newly_read))
    papers = {paper.article.pmid: (paper.article, paper.study) for paper in candidates if paper.study}
    polished = press.polish(issue, papers)
    return Composed(polished.issue, fates, tuple(newly_read), polished.tally)
