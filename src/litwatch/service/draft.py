"""The editor's half of the verb that publishes: a due issue is composed as a draft and waits for a signature.

One draft waits at a time. What it holds is what is published: approving stores its issue as it stands, in one
transaction with the fates and the mails. Papers of a draft belong to no issue before that, so those of a skipped week
are candidates for the next one. `service.revision` makes the editor's changes, `service.standing` tells what may
be done with a draft as things stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from litwatch.compose.editing import nugget_on
from litwatch.domain.calendar import Clock, Week
from litwatch.domain.digest import Issue, Signature
from litwatch.domain.edits import DraftState, Edit
from litwatch.domain.study import Outcome
from litwatch.errors import LitwatchError
from litwatch.service.issue import Press, Published, compose, due_week, publish_due, publish_week, store
from litwatch.service.revision import edited, replayed
from litwatch.service.schedule import Timetable
from litwatch.service.standing import open_draft, require_open, require_waiting, stale
from litwatch.store import drafts, issues, studies
from litwatch.store.database import Connection
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
    """Where issues are made, and where an editor works on them; `timetable` tells when one is due.

    Raises LitwatchError, one line, for everything that makes no sense: a week that is published already, no draft.
    """

    press: Press
    clock: Clock
    timetable: Timetable
    max_lateness: timedelta
    review: Literal["auto", "editor"]
    fallback: Literal["pause", "unsigned"]

    def publish(self, week: Week) -> Published:
        """Publish the issue of `week` without an editor, unless it is published already."""
        return publish_week(self.press, week, now=self.clock())

    def attend(self) -> Published | Waiting | None:
        """Do what is due, if anything is: publish the issue, or under `review = "editor"` compose its draft.

        A draft that has waited for `max_lateness` goes the way that `fallback` says.
        """
        now = self.clock()
        if self.review == "auto":
            return publish_due(self.press, self.timetable, now=now)
        with self.press.database.read() as tx:
            draft = drafts.waiting(tx)
            week = None if draft else due_week(tx, self.timetable, now=now)
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
        with self.press.database.read() as tx:
            week = week or self._week(tx, now)
            require_open(tx, week, now=now, this=self.timetable.week(now))
        composed = compose(self.press, week, now=now)
        with self.press.database.write() as tx:
            before = drafts.load(tx, week, lock=True)
            require_open(tx, week, now=now, this=self.timetable.week(now))
            draft, unfit = replayed(tx, self.press, composed, before.edits if before and not afresh else (), now)
            drafts.save(tx, draft)
        return Waiting(draft, self.until(draft), new=True, unfit=unfit)

    def load(self, week: Week | None = None) -> Draft:
        """The draft that waits; of `week`, if one is given."""
        with self.press.database.read() as tx:
            return open_draft(tx, week)

    def waiting(self) -> Draft | None:
        """The draft that waits, if one does."""
        with self.press.database.read() as tx:
            return drafts.waiting(tx)

    def edit(self, week: Week, edits: Sequence[Edit]) -> Draft:
        """Make these changes in the draft of `week`: all of them or none."""
        with self.press.database.write() as tx:
            draft = open_draft(tx, week, lock=True)
            for edit in edits:
                draft = edited(tx, self.press, draft, edit)
            drafts.save(tx, draft)
            return draft

    def rows(self, week: Week, pmid: str) -> tuple[Outcome, ...]:
        """The ledger of a nugget in the draft of `week` as it was read, without the editor's changes."""
        with self.press.database.read() as tx:
            nugget_on(open_draft(tx, week).issue, pmid)
            return studies.load(tx, [pmid])[pmid].outcomes

    def approve(self, week: Week, *, by: str) -> Published:
        """Publish the draft of `week` as it stands, signed. Of two who approve at once one publishes it."""
        with self.press.database.write() as tx:
            draft = drafts.load(tx, week, lock=True)
            if stored := issues.load(tx, week):
                return Published(stored, new=False)
            draft = open_draft(tx, week) if draft is None else require_waiting(draft)
            if why := stale(tx, self.press.parse, draft):
                raise LitwatchError(
                    f"the draft of {week} is out of date: {why}; recompose it: litwatch issue draft {week}"
                )
            return self._publish(tx, draft, replace(draft.issue, editor=by), note=by)

    def skip(self, week: Week, *, because: str) -> Draft:
        """Do without an issue of `week`. Its papers stay candidates for the next one."""
        with self.press.database.write() as tx:
            draft = replace(open_draft(tx, week, lock=True), state=DraftState.SKIPPED, note=because)
            drafts.save(tx, draft)
            return draft

    def as_approved(self, draft: Draft, *, by: str = "") -> Issue:
        """The issue that approving `draft` at this moment would publish, signed with that name."""
        return _as_published(replace(draft, issue=replace(draft.issue, editor=by)), self.clock())

    def until(self, draft: Draft) -> datetime:
        """Until when `draft` waits."""
        return self.timetable.deadline(draft.week, draft.composed, self.max_lateness)

    def _week(self, tx: Connection, now: datetime) -> Week:
        draft = drafts.waiting(tx)
        if draft:
            return draft.week
        due = due_week(tx, self.timetable, now=now)
        return due or self.timetable.week(now)

    def _publish_unsigned(self, waiting: Draft) -> Published | None:
        """Publish the draft that waited in vain; composed anew, if something has happened that forbids it as it is."""
        now = self.clock()
        with self.press.database.read() as tx:
            anew = bool(stale(tx, self.press.parse, waiting))
        composed = compose(self.press, waiting.week, now=now) if anew else None
        with self.press.database.write() as tx:
            draft = drafts.load(tx, waiting.week, lock=True)
            if draft is None or draft.state is not DraftState.WAITING or now < self.until(draft):
                return None  # somebody came after all
            if composed:
                draft, _ = replayed(tx, self.press, composed, draft.edits, now)
            if stale(tx, self.press.parse, draft):
                return None  # this very moment: the next tick tries again
            return self._publish(tx, draft, replace(draft.issue, signature=Signature.UNSIGNED), note="unsigned")

    def _publish(self, tx: Connection, draft: Draft, issue: Issue, *, note: str) -> Published:
        now = self.clock()
        drafts.save(tx, replace(draft, state=DraftState.APPROVED, note=note))
        ready = _as_published(replace(draft, issue=issue), now)
        return store(tx, ready, draft.fates, now=now, message_id=self.press.message_id)


def _as_published(draft: Draft, now: datetime) -> Issue:
    receipt = replace(draft.issue.receipt, until=draft.composed)
    return replace(draft.issue, published=now, receipt=receipt)
