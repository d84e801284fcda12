"""The pause of all delivery: what stopped it, until when, and how many in a row there have been."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from litwatch.domain.text import xml_chars
from litwatch.store.schema import delivery_pause
from litwatch.store.sql import insert


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing is sent before `until`."""

    since: datetime
    until: datetime
    reason: str
    number: int
    """The how-manieth without a mail sent in between, from 1."""


def latest(tx: Connection) -> Pause | None:
    """The pause that is, or was the last; None once a mail has been sent after it."""
    row = tx.execute(select(delivery_pause)).one_or_none()
    return None if row is None else Pause(row.since, row.until, row.reason, row.number)


def begin(tx: Connection, pause: Pause) -> None:
    """In place of any other."""
    values = {"since": pause.since, "until": pause.until, "reason": xml_chars(pause.reason), "number": pause.number}
    statement = insert(tx, delivery_pause).values(id=1, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=[delivery_pause.c.id], set_=values))


def end(tx: Connection) -> None:
    """Mail is sent again."""
    tx.execute(delete(delivery_pause))
