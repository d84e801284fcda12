"""Taking people out of the database: those who never confirmed, and those who want to be forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, func, or_, select, update

from litwatch.domain.subscriber import DeliveryState, Said, SubscriberStatus
from litwatch.store.schema import bounce, consent, delivery, subscriber, suppression

_IN_FLIGHT = (DeliveryState.SENDING.value, DeliveryState.CLOSING.value)
_CHUNK = 500
_SUBSCRIBED = (Said.CONFIRMED.value, Said.ADDED.value, Said.IMPORTED.value)


def idle(tx: Connection, numbers: Sequence[int]) -> list[int]:
    """Those of the people with these ids who have no mail on the wire; until the end of `tx` none begins."""
    statement = select(delivery.c.subscriber_id, delivery.c.state).where(delivery.c.subscriber_id.in_(numbers))
    busy = {person for person, state in tx.execute(statement.with_for_update()) if state in _IN_FLIGHT}
    return [number for number in numbers if number not in busy]


def erase(tx: Connection, numbers: Sequence[int]) -> None:
    """Deletes the people with these ids and all that is kept about them: consent, mails with replies, bounces."""
    mails = select(delivery.c.id).where(delivery.c.subscriber_id.in_(numbers))
    tx.execute(delete(bounce).where(or_(bounce.c.subscriber_id.in_(numbers), bounce.c.delivery_id.in_(mails))))
    for table in (consent, delivery):
        tx.execute(delete(table).where(table.c.subscriber_id.in_(numbers)))
    tx.execute(delete(subscriber).where(subscriber.c.id.in_(numbers)))


def lift_forgotten(tx: Connection, address: str) -> bool:
    """Deletes the lifted suppressions of that address; whether one is in force, which stays."""
    same = func.lower(suppression.c.address) == address.lower()
    tx.execute(delete(suppression).where(same, suppression.c.lifted.is_not(None)))
    return tx.execute(select(suppression.c.id).where(same).limit(1)).first() is not None


def unconfirmed(tx: Connection, *, until: datetime) -> bool:
    """Whether `purge` may find anybody."""
    return tx.execute(select(subscriber.c.id).where(_forgettable(until)).limit(1)).first() is not None


def purge(tx: Connection, *, until: datetime) -> int:
    """Deletes who was asked before then and has not confirmed, or withdrew before then and never had; how many.

    Who was a subscriber once is again one who has left. Nobody is touched who has a mail on the wire.
    """
    left = {"status": SubscriberStatus.UNSUBSCRIBED.value}
    back = tx.execute(update(subscriber).where(_forgettable(until), _was_subscribed()).values(left)).rowcount
    numbers = list(tx.scalars(select(subscriber.c.id).where(_forgettable(until))))
    purged = 0
    for start in range(0, len(numbers), _CHUNK):
        part = idle(tx, numbers[start : start + _CHUNK])
        erase(tx, part)
        purged += len(part)
    return back + purged


def _forgettable(until: datetime) -> ColumnElement[bool]:
    waited = (subscriber.c.status == SubscriberStatus.PENDING.value) & (subscriber.c.created <= until)
    withdrew = (subscriber.c.status == SubscriberStatus.UNSUBSCRIBED.value) & (subscriber.c.left_at <= until)
    return or_(waited, withdrew & ~_was_subscribed()) & ~_on_the_wire()


def _was_subscribed() -> ColumnElement[bool]:
    return exists().where(consent.c.subscriber_id == subscriber.c.id, consent.c.what.in_(_SUBSCRIBED))


def _on_the_wire() -> ColumnElement[bool]:
    return exists().where(delivery.c.subscriber_id == subscriber.c.id, delivery.c.state.in_(_IN_FLIGHT))
