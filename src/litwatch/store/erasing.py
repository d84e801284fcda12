"""Taking people out of the database: those who never confirmed, and those who want to be forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from litwatch.domain.subscriber import DeliveryState, SubscriberStatus
from litwatch.store.schema import bounce, consent, delivery, subscriber, suppression

_IN_FLIGHT = (DeliveryState.SENDING.value, DeliveryState.CLOSING.value)
_CHUNK = 500


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


def unconfirmed(tx: Connection, *, until: datetime) -> list[int]:
    """The people who were asked before then, have not confirmed, and have no mail on the wire."""
    return list(tx.scalars(select(subscriber.c.id).where(_unconfirmed(until)).order_by(subscriber.c.id)))


def purge(tx: Connection, *, until: datetime) -> int:
    """Deletes those people; who was a subscriber once is again one who has left. How many."""
    left_again = _unconfirmed(until) & subscriber.c.left_at.is_not(None)
    back = tx.execute(update(subscriber).where(left_again).values(status=SubscriberStatus.UNSUBSCRIBED.value)).rowcount
    numbers = unconfirmed(tx, until=until)
    erase(tx, numbers)
    return back + len(numbers)


def _unconfirmed(until: datetime) -> ColumnElement[bool]:
    on_the_wire = select(delivery.c.subscriber_id).where(delivery.c.state.in_(_IN_FLIGHT))
    pending = subscriber.c.status == SubscriberStatus.PENDING.value
    return pending & (subscriber.c.created <= until) & subscriber.c.id.not_in(on_the_wire)
