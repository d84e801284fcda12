"""Notices about published notes: made once for each event, told once in an issue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from litwatch.domain.calendar import Week
from litwatch.domain.notice import MAILED, Notice, NoticeKind
from litwatch.store import payload
from litwatch.store.schema import NoticeState, issue, notice
from litwatch.store.sql import insert

__all__ = [
    "NoticeState",
    "about",
    "add",
    "citing",
    "known",
    "listing",
    "load",
    "mailable",
    "retracted",
    "settle",
    "told_in",
    "untold",
    "withdraw",
]


def add(tx: Connection, value: Notice, *, source: str, state: NoticeState) -> bool:
    """Stores the notice. False, and nothing changed, if this event (`source`) was noticed for that note before."""
    statement = insert(tx, notice).values(
        guid=value.guid,
        kind=value.kind.value,
        pmid=value.pmid,
        source=source,
        made=value.made,
        state=state.value,
        payload=payload.dump(Notice, value),
    )
    made = tx.execute(statement.on_conflict_do_nothing().returning(notice.c.guid))
    return made.scalar_one_or_none() is not None


def settle(tx: Connection, guid: str, state: NoticeState, *, now: datetime) -> Notice | None:
    """Accepts or dismisses a proposed notice; None if there is no such proposal, else the notice as it is now.

    It counts as made when it is accepted: readers get it only then, and what was in the feeds before stays before it.
    """
    proposed = (notice.c.guid == guid) & (notice.c.state == NoticeState.PROPOSED.value)
    text = tx.scalars(select(notice.c.payload).where(proposed)).one_or_none()
    if text is None:
        return None
    value = payload.load(Notice, text)
    if state is NoticeState.ACCEPTED:
        value = replace(value, made=now)
    changed = {"state": state.value, "made": value.made, "payload": payload.dump(Notice, value)}
    return value if tx.execute(update(notice).where(proposed).values(changed)).rowcount == 1 else None


def withdraw(tx: Connection, guid: str) -> NoticeState | None:
    """Dismisses a notice that no issue has told yet; the state that it had, None if there is no such notice."""
    state = tx.scalars(select(notice.c.state).where(notice.c.guid == guid)).one_or_none()
    untold = (notice.c.guid == guid) & notice.c.issue_id.is_(None)
    tx.execute(update(notice).where(untold).values(state=NoticeState.DISMISSED.value))
    return NoticeState(state) if state else None


def untold(tx: Connection, *, until: datetime) -> list[Notice]:
    """The accepted notices that no issue has told yet, oldest first. A final citation is no news, and never told."""
    waiting = (notice.c.state == NoticeState.ACCEPTED.value) & notice.c.issue_id.is_(None) & (notice.c.made <= until)
    waiting &= notice.c.kind != NoticeKind.FINAL.value
    return _load(tx.scalars(select(notice.c.payload).where(waiting).order_by(notice.c.made, notice.c.guid)))


def told_in(tx: Connection, week: Week, guids: Sequence[str]) -> None:
    """Writes down that the issue of `week` tells these notices."""
    number = select(issue.c.id).where(issue.c.week == str(week)).scalar_subquery()
    tx.execute(update(notice).where(notice.c.guid.in_(guids)).values(issue_id=number))


def about(tx: Connection, pmid: str) -> list[Notice]:
    """The accepted notices about the note on `pmid`, oldest first."""
    these = (notice.c.pmid == pmid) & (notice.c.state == NoticeState.ACCEPTED.value)
    return _load(tx.scalars(select(notice.c.payload).where(these).order_by(notice.c.made, notice.c.guid)))


def known(tx: Connection, pmid: str) -> list[tuple[str, Notice]]:
    """(source, notice) of every event that was ever noticed for `pmid`, whatever became of the notice."""
    rows = tx.execute(select(notice.c.source, notice.c.payload).where(notice.c.pmid == pmid).order_by(notice.c.guid))
    return [(row.source, payload.load(Notice, row.payload)) for row in rows]


def citing(tx: Connection) -> list[Notice]:
    """The notices, not dismissed, that rest on the paper they cite: the study of an update, the final form of a paper."""
    kinds = notice.c.kind.in_([NoticeKind.UPDATE.value, NoticeKind.FINAL.value])
    these = kinds & (notice.c.state != NoticeState.DISMISSED.value)
    found = _load(tx.scalars(select(notice.c.payload).where(these).order_by(notice.c.made, notice.c.guid)))
    return [each for each in found if each.citation and each.citation.pmid != each.pmid]


def retracted(tx: Connection) -> set[str]:
    """The PMIDs of the published papers of which a retraction, in whole or in part, was told."""
    told = (notice.c.kind == NoticeKind.RETRACTION.value) & (notice.c.state == NoticeState.ACCEPTED.value)
    return set(tx.scalars(select(notice.c.pmid).where(told)))


def load(tx: Connection, guid: str) -> Notice | None:
    """The notice with that guid."""
    text = tx.scalars(select(notice.c.payload).where(notice.c.guid == guid)).one_or_none()
    return None if text is None else payload.load(Notice, text)


def mailable(tx: Connection, *, since: datetime) -> list[Notice]:
    """The accepted notices, made since then, that go by mail to those who received the note; oldest first."""
    accepted = (notice.c.state == NoticeState.ACCEPTED.value) & (notice.c.made >= since)
    these = accepted & notice.c.kind.in_([kind.value for kind in MAILED])
    return _load(tx.scalars(select(notice.c.payload).where(these).order_by(notice.c.made, notice.c.guid)))


def listing(tx: Connection, state: NoticeState) -> list[Notice]:
    """All notices in that state, newest first."""
    statement = select(notice.c.payload).where(notice.c.state == state.value)
    return _load(tx.scalars(statement.order_by(notice.c.made.desc(), notice.c.guid)))


def _load(texts: Iterable[str]) -> list[Notice]:
    return [payload.load(Notice, text) for text in texts]
