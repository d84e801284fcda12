"""The editor's half of the verb that publishes: a due issue is composed as a draft and waits for a signature.

One draft waits at a time. What it holds is what is published: approving stores its issue as it stands, in one
transaction with the fates and the mails. Papers of a draft belong to no issue before that, so those of a skipped week
are candidates for the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from litwatch.compose.editing import Edition, replay, revise
from litwatch.compose.issue import Rules, feature
from litwatch.compose.rank import Candidate, is_retracted
from litwatch.domain.article import ParseFailure
from litwatch.domain.calendar import Clock, Week
from litwatch.domain.digest import Issue, Mention, Nugget, Signature
from litwatch.domain.edits import Add, DraftState, Edit, Override, Words, with_edit
from litwatch.errors import LitwatchError
from litwatch.service.issue import (
    Composed,
    MessageId,
    Parse,
    Published,
    Read,
    compose,
    due_week,
    gather,
    publish_due,
    publish_week,
    store,
)
from litwatch.service.polish import Polish
from litwatch.service.schedule import deadline
from litwatch.store import articles, drafts, issues, notices, runs, studies
from litwatch.store.database import Connection, Database
from litwatch.store.drafts import Draft


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft and until when it waits. `new`: it was composed just now; `overdue`: it has waited too long."""

    draft: Draft
    until: datetime
    new: bool = False
    overdue: bool = False
    unfit: tuple[str, ...] = ()
    """The editor's changes that did not fit when it was composed anew, each in a line. They are kept."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where issues are made, and where an editor works on them. `weekday` (1 = Monday), `at` and `zone` tell when an issue is due.

    Raises LitwatchError, one line, for everything that makes no sense: a week that is published already, no draft.
    """

    database: Database
    rules: Rules
    parse: Parse
    read: Read
    message_id: MessageId
    clock: Clock
    weekday: int
    at: time
    zone: ZoneInfo
    max_lateness: timedelta
    review: Literal["auto", "editor"]
    fallback: Literal["pause", "unsigned"]
    polish: Polish | None = None
    """Rephrases the notes of an issue as it is composed; None leaves them as they are."""

    def publish(self, week: Week) -> Published:
        """Publish the issue of `week` without an editor, unless it is published already."""
        return publish_week(
            week,
            database=self.database,
            rules=self.rules,
            now=self.clock(),
            parse=self.parse,
            read=self.read,
            message_id=self.message_id,
            polish=self.polish,
        )

    def attend(self) -> Published | Waiting | None:
        """Do what is due, if anything is: publish the issue, or under `review = "editor"` compose its draft.

        A draft that has waited for `max_lateness` goes the way that `fallback` says.
        """
        now = self.clock()
        if self.review == "auto":
            return publish_due(
                database=self.database,
                rules=self.rules,
                now=now,
                weekday=self.weekday,
                at=self.at,
                zone=self.zone,
                parse=self.parse,
                read=self.read,
                message_id=self.message_id,
                polish=self.polish,
            )
        with self.database.read() as tx:
            draft = drafts.waiting(tx)
            week = None if draft else due_week(tx, now=now, weekday=self.weekday, at=self.at, zone=self.zone)
        if draft is None:
            return self.compose(week) if week else None
        until = self.until(draft)
        if now < until or self.fallback == "pause":
            return Waiting(draft, until, overdue=now >= until)
        return self._publish_unsigned(draft)

    def compose(self, week: Week | None = None, *, afresh: bool = False) -> Waiting:
        """Compose the draft of `week` from all that has come in, and make the editor's changes in it again.

        Without a week: the one whose draft waits, else the one that is due, else the present one. With `afresh` the
        editor's changes are forgotten. A skipped week can be taken up again so.
        """
        if self.review == "auto":
            raise LitwatchError("issue.review is 'auto': issues are published when they are due; 'editor' makes drafts")
        now = self.clock()
        with self.database.read() as tx:
            week = week or self._week(tx, now)
            self._require_open(tx, week, now)
        composed = self._compose(week, now)
        with self.database.write() as tx:
            before = drafts.load(tx, week, lock=True)
            self._require_open(tx, week, now)
            draft, unfit = self._replayed(tx, composed, before.edits if before and not afresh else (), now)
            drafts.save(tx, draft)
        return Waiting(draft, self.until(draft), new=True, unfit=unfit)

    def load(self, week: Week | None = None) -> Draft:
        """The draft that waits; of `week`, if one is given."""
        with self.database.read() as tx:
            return self._waiting(tx, week)

    def edit(self, week: Week, edits: Sequence[Edit]) -> Draft:
        """Make these changes in the draft of `week`: all of them or none."""
        with self.database.write() as tx:
            draft = self._waiting(tx, week, lock=True)
            for edit in edits:
                draft = self._edited(tx, draft, edit)
            drafts.save(tx, draft)
            return draft

    def approve(self, week: Week, *, by: str) -> Published:
        """Publish the draft of `week` as it stands, signed. Of two who approve at once one publishes it."""
        with self.database.write() as tx:
            draft = drafts.load(tx, week, lock=True)
            if stored := issues.load(tx, week):
                return Published(stored, new=False)
            draft = self._waiting(tx, week) if draft is None else _require_waiting(draft)
            if stale := self._stale(tx, draft):
                raise LitwatchError(
                    f"the draft of {week} is out of date: {stale}; recompose it: litwatch issue draft {week}"
                )
            return self._publish(tx, draft, replace(draft.issue, editor=by), note=by)

    def skip(self, week: Week, *, because: str) -> Draft:
        """Do without an issue of `week`. Its papers stay candidates for the next one."""
        with self.database.write() as tx:
            draft = replace(self._waiting(tx, week, lock=True), state=DraftState.SKIPPED, note=because)
            drafts.save(tx, draft)
            return draft

    def as_approved(self, draft: Draft) -> Issue:
        """The issue that approving `draft` at this moment would publish, but for the name of who does."""
        return _as_published(draft, self.clock())

    def until(self, draft: Draft) -> datetime:
        """Until when `draft` waits."""
        return deadline(
            draft.week,
            draft.composed,
            weekday=self.weekday,
            at=self.at,
            zone=self.zone,
            max_lateness=self.max_lateness,
        )

    def _week(self, tx: Connection, now: datetime) -> Week:
        draft = drafts.waiting(tx)
        if draft:
            return draft.week
        due = due_week(tx, now=now, weekday=self.weekday, at=self.at, zone=self.zone)
        return due or Week.of(now.astimezone(self.zone).date())

    def _require_open(self, tx: Connection, week: Week, now: datetime) -> None:
        """Whether there may be a draft of `week`."""
        published = issues.weeks(tx)
        if week in published:
            raise LitwatchError(f"{week} is published already, and stays as it is")
        if published and week < max(published):
            raise LitwatchError(f"{week} is before the last issue, {max(published)}: its papers are told there")
        if week > Week.of(now.astimezone(self.zone).date()):
            raise LitwatchError(f"{week} has not begun")
        draft = drafts.waiting(tx)
        if draft and draft.week != week:
            raise LitwatchError(f"the draft of {draft.week} waits for its editor: approve or skip it first")
        if not runs.any_complete(tx, until=now):
            raise LitwatchError("nothing has been polled yet, so there is nothing to tell; first: litwatch poll")

    def _waiting(self, tx: Connection, week: Week | None, *, lock: bool = False) -> Draft:
        if week is None:
            draft = drafts.waiting(tx)
            if draft is None:
                raise LitwatchError("no draft waits for an editor; litwatch issue draft composes one")
            return draft
        draft = drafts.load(tx, week, lock=lock)
        if issues.load(tx, week):
            raise LitwatchError(f"{week} is published already, and stays as it is")
        if draft is None:
            raise LitwatchError(f"there is no draft of {week}; litwatch issue draft {week} composes one")
        return _require_waiting(draft)

    def _edited(self, tx: Connection, draft: Draft, edit: Edit) -> Draft:
        def make(mention: Mention, beside: Sequence[Nugget]) -> Nugget | tuple[str, ...]:
            return self._feature(tx, mention, beside)

        fates = {pmid: (place.value, reason) for pmid, (place, reason) in draft.fates.items()}
        edition = revise(Edition(draft.issue, fates), edit, make)
        edits = with_edit(draft.edits, edit)
        if isinstance(edit, Add):
            # What the editor had said about it before dropping it.
            own = [kept for kept in edits if isinstance(kept, Words | Override) and kept.pmid == edit.pmid]
            edition, _ = replay(edition, own, make)
        return _draft(edition, composed=draft.composed, edits=edits)

    def _feature(self, tx: Connection, mention: Mention, beside: Sequence[Nugget]) -> Nugget | tuple[str, ...]:
        """The note about a listed paper, as its record and its reading are stored now."""
        record = next(iter(articles.load(tx, [mention.pmid])), None)
        article = self.parse(record) if record else None
        if article is None or isinstance(article, ParseFailure):
            return ("its record cannot be read",)
        study = studies.load(tx, [mention.pmid]).get(mention.pmid)
        return feature(Candidate(article, study, mention.topics), mention, beside, self.rules)

    def _stale(self, tx: Connection, draft: Draft) -> str:
        """What has happened since that forbids to publish the draft as it stands, in words; "" if nothing."""
        undecided = {candidate.pmid for candidate in articles.candidates(tx, until=draft.composed)}
        gone = sorted(set(draft.fates) - undecided)
        if gone:
            return f"{', '.join(gone)} withdrawn by PubMed or told in another issue"
        if not set(notices.untold(tx, until=draft.composed)).issuperset(draft.issue.notices):
            return "a notice in it was dismissed or told in another issue"
        shown = [pmid for pmid, (fate, _) in draft.fates.items() if fate is not issues.Fate.EXCLUDED]
        for record in articles.load(tx, shown):
            article = self.parse(record)
            if isinstance(article, ParseFailure):
                return f"{record.pmid} cannot be read any more"
            if is_retracted(article):
                return f"{record.pmid} was retracted"
        return ""

    def _publish_unsigned(self, waiting: Draft) -> Published | None:
        """Publish the draft that waited in vain; composed anew, if something has happened that forbids it as it is."""
        now = self.clock()
        with self.database.read() as tx:
            stale = self._stale(tx, waiting)
        composed = self._compose(waiting.week, now) if stale else None
        with self.database.write() as tx:
            draft = drafts.load(tx, waiting.week, lock=True)
            if draft is None or draft.state is not DraftState.WAITING or now < self.until(draft):
                return None  # somebody came after all
            if composed:
                draft, _ = self._replayed(tx, composed, draft.edits, now)
            if self._stale(tx, draft):
                return None  # this very moment: the next tick tries again
            return self._publish(tx, draft, replace(draft.issue, signature=Signature.UNSIGNED), note="unsigned")

    def _compose(self, week: Week, now: datetime) -> Composed:
        return compose(
            week,
            gather(self.database, now),
            rules=self.rules,
            now=now,
            parse=self.parse,
            read=self.read,
            polish=self.polish,
        )

    def _replayed(
        self, tx: Connection, composed: Composed, edits: tuple[Edit, ...], now: datetime
    ) -> tuple[Draft, tuple[str, ...]]:
        """The draft with the editor's changes in it, and those that do not fit."""
        studies.save(tx, composed.newly_read, read_at=now)
        edition = Edition(replace(composed.issue, signature=Signature.EDITOR), composed.fates)
        edition, unfit = replay(edition, edits, lambda mention, beside: self._feature(tx, mention, beside))
        return _draft(edition, composed=now, edits=edits), unfit

    def _publish(self, tx: Connection, draft: Draft, issue: Issue, *, note: str) -> Published:
        now = self.clock()
        drafts.save(tx, replace(draft, state=DraftState.APPROVED, note=note))
        return store(
            tx, _as_published(replace(draft, issue=issue), now), draft.fates, now=now, message_id=self.message_id
        )


def _draft(edition: Edition, *, composed: datetime, edits: tuple[Edit, ...]) -> Draft:
    fates = {pmid: (issues.Fate(place), reason) for pmid, (place, reason) in edition.fates.items()}
    return Draft(edition.issue, fates, composed, edits)


def _as_published(draft: Draft, now: datetime) -> Issue:
    receipt = replace(draft.issue.receipt, until=draft.composed)
    return replace(draft.issue, published=now, receipt=receipt)


def _require_waiting(draft: Draft) -> Draft:
    if draft.state is DraftState.SKIPPED:
        raise LitwatchError(
            f"{draft.week} was skipped ({draft.note}); litwatch issue draft {draft.week} takes it up again"
        )
    return draft
