"""Notices about published notes: made once for each event, told once in an issue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from litwatch.domain.calendar import Week
from litwatch.domain.notice import Notice
from litwatch.store import payload
from litwatch.store.schema import NoticeState, issue, notice
from litwatch.store.sql import insert

__all__ = ["NoticeState", "about", "add", "listing", "settle", "told_in", "untold"]


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


def settle(tx: Connection, guid: str, state: NoticeState) -> bool:
    """Accepts or dismisses a proposed notice; False if there is no such proposal."""
    proposed = (notice.c.guid == guid) & (notice.c.state == NoticeState.PROPOSED.value)
    return tx.execute(update(notice).where(proposed).values(state=state.value)).rowcount == 1


def untold(tx: Connection, *, until: datetime) -> list[Notice]:
    """The accepted notices that no issue has told yet, oldest first."""
    waiting = (notice.c.state == NoticeState.ACCEPTED.value) & notice.c.issue_id.is_(None) & (notice.c.made <= until)
    return _load(tx.scalars(select(notice.c.payload).where(waiting).order_by(notice.c.made, notice.c.guid)))


def told_in(tx: Connection, week: Week, guids: Sequence[str]) -> None:
    """Writes down that the issue of `week` tells these notices."""
    number = select(issue.c.id).where(issue.c.week == str(week)).scalar_subquery()
    tx.execute(update(notice).where(notice.c.guid.in_(guids)).values(issue_id=number))


def about(tx: Connection, pmid: str) -> list[Notice]:
    """The accepted notices about the note on `pmid`, oldest first."""
    these = (notice.c.pmid == pmid) & (notice.c.state == NoticeState.ACCEPTED.value)
    return _load(tx.scalars(select(notice.c.payload).where(these).order_by(notice.c.made, notice.c.guid)))


def listing(tx: Connection, state: NoticeState) -> list[Notice]:
    """All notices in that state, newest first."""
    statement = select(notice.c.payload).where(notice.c.state == state.value)
    return _load(tx.scalars(statement.order_by(notice.c.made.desc(), notice.c.guid)))


def _load(texts: Iterable[str]) -> list[Notice]:
    return [payload.load(Notice, text) for text in texts]
