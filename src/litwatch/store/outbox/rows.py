"""What the parts of the outbox share: a row as a `Delivery`, and changes to rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select, update

from litwatch.domain.subscriber import Delivery, DeliveryKind, DeliveryState, Subscriber
from litwatch.domain.text import xml_chars
from litwatch.store import subscribers
from litwatch.store.schema import delivery, subscriber

IN_FLIGHT = (DeliveryState.SENDING, DeliveryState.CLOSING)


def as_delivery(row: Row[Any], week: str | None, person: Subscriber) -> Delivery:
    """A row with the table's columns."""
    return Delivery(
        id=row.id,
        week=week or "",
        subscriber=person,
        state=DeliveryState(row.state),
        message_id=row.message_id,
        date=row.date,
        attempts=row.attempts,
        reply=row.reply,
        kind=DeliveryKind(row.kind),
        notice=row.notice,
    )


def person_of(tx: Connection, number: int, *, lock: bool = False) -> Subscriber:
    """The person with that id; with `lock` they stay as they are until the end of `tx`."""
    statement = select(subscriber).where(subscriber.c.id == number)
    return subscribers.from_row(tx.execute(statement.with_for_update(read=True) if lock else statement).one())


def settled(state: DeliveryState, reply: str) -> dict[str, Any]:
    """The values of a row that is not in flight any more."""
    # A server may say anything; PostgreSQL stores no NUL.
    return {"state": state, "reply": xml_chars(reply), "lease_until": None, "next_try": None}


def change(tx: Connection, where: ColumnElement[bool], **values: Any) -> int:
    """How many rows were changed."""
    return tx.execute(update(delivery).where(where).values(**values)).rowcount
