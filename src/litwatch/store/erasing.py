"""Taking people out of the database: those who never confirmed, and those who want to be forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, func, or_, select, update

from litwatch.domain.subscriber import DeliveryState, Said, SubscriberStatus
from litwatch.store.schema import bounce, consent, delivery, subscriber, suppression

_IN_FLIGHT = (DeliveryState.SENDING.value, DeliveryState.CLOSING.value)
_CHUNK = 500
_SUBSCRIBED = (Said.CONFIRMED.value, Said.ADDED.value, Said.IMPORTED.value)


def is_being_sent(tx: Connection, subscriber_id: int) -> bool:
    """Whether a mail to that person is on the wire: its row must stay until that is over."""
    statement = select(delivery.c.id).where(delivery.c.subscriber_id == subscriber_id, delivery.c.state.in_(_IN_FLIGHT))
    return tx.execute(statement.limit(1)).first() is not None


def erase(tx: Connection, numbers: list[int]) -> None:
    """Deletes the people with these ids and all that is kept about them: consent, mails with replies, bounces."""
    for start in range(0, len(numbers), _CHUNK):
        part = numbers[start : start + _CHUNK]
        mails = select(delivery.c.id).where(delivery.c.subscriber_id.in_(part))
        tx.execute(delete(bounce).where(or_(bounce.c.subscriber_id.in_(part), bounce.c.delivery_id.in_(mails))))
        for table in (consent, delivery):
            tx.execute(delete(table).where(table.c.subscriber_id.in_(part)))
        tx.execute(delete(subscriber).where(subscriber.c.id.in_(part)))


def lift_forgotten(tx: Connection, address: str) -> bool:
    """Deletes the lifted suppressions of that address; whether one is in force, which stays."""
    same = func.lower(suppression.c.address) == address.lower()
    tx.execute(delete(suppression).where(same, suppression.c.lifted.is_not(None)))
    return tx.execute(select(suppression.c.id).where(same).limit(1)).first() is not None


def unconfirmed(tx: Connection, *, until: datetime) -> bool:
    """Whether `purge` would find anybody."""
    due = or_(_waited(until), _withdrew(until))
    return tx.execute(select(subscriber.c.id).where(due).limit(1)).first() is not None


def purge(tx: Connection, *, until: datetime) -> int:
    """Deletes who was asked before then and has not confirmed, or withdrew before then and never had; how many.

    Who was a subscriber once is again one who has left. Nobody is touched who has a mail on the wire.
    """
    left = {"status": SubscriberStatus.UNSUBSCRIBED.value}
    back = tx.execute(update(subscriber).where(_waited(until), _was_subscribed()).values(left)).rowcount
    numbers = list(tx.scalars(select(subscriber.c.id).where(or_(_waited(until), _withdrew(until)))))
    erase(tx, numbers)
    return back + len(numbers)


def _waited(until: datetime) -> ColumnElement[bool]:
    pending = subscriber.c.status == SubscriberStatus.PENDING.value
    return pending & (subscriber.c.created <= until) & ~_on_the_wire()


def _withdrew(until: datetime) -> ColumnElement[bool]:
    left = subscriber.c.status == SubscriberStatus.UNSUBSCRIBED.value
    return left & (subscriber.c.left_at <= until) & ~_was_subscribed() & ~_on_the_wire()


def _was_subscribed() -> ColumnElement[bool]:
    return exists().where(consent.c.subscriber_id == subscriber.c.id, consent.c.what.in_(_SUBSCRIBED))


def _on_the_wire() -> ColumnElement[bool]:
    return exists().where(delivery.c.subscriber_id == subscriber.c.id, delivery.c.state.in_(_IN_FLIGHT))
