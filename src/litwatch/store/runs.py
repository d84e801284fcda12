"""How far each topic is polled, and the receipts of the polls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, case, or_, select
from sqlalchemy import insert as plain_insert

from litwatch.domain.run import PollReceipt
from litwatch.store.schema import poll_cursor, run
from litwatch.store.sql import insert


@dataclass(frozen=True, slots=True)
class Cursor:
    """Every creation day up to `complete_to`, and every revision day up to `revised_to`, is completely fetched."""

    complete_to: date | None = None
    revised_to: date | None = None


def cursor(tx: Connection, topic: str, query: str) -> Cursor:
    """The topic's cursor; empty if there is none, or if it was moved for another query (a new query starts over)."""
    statement = select(poll_cursor).where(poll_cursor.c.topic == topic, poll_cursor.c.query == query)
    row = tx.execute(statement).one_or_none()
    return Cursor() if row is None else Cursor(row.complete_to, row.revised_to)


def move_cursor(
    tx: Connection, topic: str, query: str, *, complete_to: date | None = None, revised_to: date | None = None
) -> None:
    """Moves the topic's cursor forward; a None or an earlier day changes nothing. Another query replaces it."""
    table = poll_cursor
    statement = insert(tx, table).values(topic=topic, query=query, complete_to=complete_to, revised_to=revised_to)
    same = table.c.query == statement.excluded.query

    def moved(name: str) -> Any:
        old, new = table.c[name], statement.excluded[name]
        ahead = or_(new.is_(None), old > new)
        return case((same & old.is_not(None) & ahead, old), else_=new)

    changed = {"query": query, "complete_to": moved("complete_to"), "revised_to": moved("revised_to")}
    tx.execute(statement.on_conflict_do_update(index_elements=[table.c.topic], set_=changed))


def save_receipt(tx: Connection, receipt: PollReceipt) -> int:
    """Stores what one poll did; the id of its row."""
    first, last = receipt.window or (None, None)
    statement = plain_insert(run).values(
        topic=receipt.topic,
        query=receipt.query,
        started=receipt.started,
        seconds=receipt.seconds,
        window_from=first,
        window_to=last,
        complete_to=receipt.complete_to,
        found=receipt.found,
        new=receipt.new,
        revised=receipt.revised,
        unreadable=receipt.unreadable,
        missing=receipt.missing,
        failed=receipt.failed,
    )
    number: int = tx.execute(statement.returning(run.c.id)).scalar_one()
    return number


def receipts(tx: Connection, *, since: datetime, until: datetime) -> list[PollReceipt]:
    """Polls that began in [since, until], oldest first."""
    statement = select(run).where(run.c.started.between(since, until)).order_by(run.c.started, run.c.id)
    return [_receipt(row) for row in tx.execute(statement)]


def any_complete(tx: Connection, *, until: datetime) -> bool:
    """Whether a poll that began by `until` was completed."""
    statement = select(run.c.id).where(run.c.failed.is_(None), run.c.started <= until).limit(1)
    return tx.scalars(statement).first() is not None


def _receipt(row: Row[Any]) -> PollReceipt:
    return PollReceipt(
        topic=row.topic,
        query=row.query,
        started=row.started,
        seconds=row.seconds,
        window=(row.window_from, row.window_to) if row.window_from and row.window_to else None,
        complete_to=row.complete_to,
        found=row.found,
        new=row.new,
        revised=row.revised,
        unreadable=row.unreadable,
        missing=row.missing,
        failed=row.failed,
    )
