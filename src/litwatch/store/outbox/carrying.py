"""The steps of a delivery from the claim to its end, and after a crash.

`closing` is committed just before the final dot, so only a crash there leaves open whether the message was accepted.
A lease that runs out means that its owner died. A row that was met by three crashes is held: it may be their cause.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, true

from litwatch.domain.subscriber import Delivery, DeliveryKind, DeliveryState, SubscriberStatus
from litwatch.errors import StoreError
from litwatch.store import subscribers
from litwatch.store.outbox.rows import IN_FLIGHT, as_delivery, change, person_of, settled
from litwatch.store.schema import delivery, issue, subscriber
from litwatch.store.sql import chunks

Kinds = Collection[DeliveryKind]
MAX_CRASHES = 3
"""As many crashes during one row's sending take it out of the way."""

# A late "accepted" from an owner whose lease ran out is still the truth, and recording it spares a second copy.
_MAY_BECOME_SENT = (*IN_FLIGHT, DeliveryState.QUEUED, DeliveryState.HELD)
_POISON = f"held: {MAX_CRASHES} crashes while this message was being sent"
_UNKNOWN = "no answer after the final dot, so it is unknown whether the message was accepted"


def recover(
    tx: Connection, *, now: datetime, ambiguous: Literal["resend", "hold"], all_in_flight: bool = False
) -> tuple[int, int]:
    """Takes up deliveries whose lease has run out; (queued again, held).

    `ambiguous` decides about a crash after `closing`: "resend" risks a second copy, "hold" a lost one. With
    `all_in_flight` leases count for nothing: somebody knows that nobody else is delivering.
    """
    expired: ColumnElement[bool] = delivery.c.state.in_(IN_FLIGHT)
    if not all_in_flight:
        expired = and_(expired, delivery.c.lease_until <= now)
    crashes = delivery.c.crashes + 1
    after = {"crashes": crashes, "lease_until": None}
    poison = and_(expired, crashes >= MAX_CRASHES)
    held = change(tx, poison, state=DeliveryState.HELD, reply=_POISON, **after)
    if ambiguous == "hold":
        unknown = and_(expired, delivery.c.state == DeliveryState.CLOSING)
        held += change(tx, unknown, state=DeliveryState.HELD, reply=f"held: {_UNKNOWN} (litwatch ended)", **after)
    return change(tx, expired, state=DeliveryState.QUEUED, **after), held


def claim(
    tx: Connection, *, now: datetime, lease: timedelta, but_not: Collection[str] = (), only: Kinds = ()
) -> Delivery | None:
    """Takes the next delivery that is queued, or deferred and due, to none of the domains `but_not`; None if there is none.

    `only` of these kinds, if any are named.
    Mails that ask for confirmation come first: somebody sits and waits for them. Then what was not tried before: what
    fails again and again cannot hold up the rest. It belongs to the caller until `now + lease`. What its person is not
    to get (any more) is skipped on the way. Of two claimers at once each gets another row: on PostgreSQL by row
    locks, on SQLite by the write lock.
    """
    right = and_(_to_none_of(tx, but_not), _of(only))
    for wanted in _in_order(now):
        statement = (
            select(delivery).where(wanted, right).order_by(delivery.c.id).limit(1).with_for_update(skip_locked=True)
        )
        while row := tx.execute(statement).one_or_none():
            # Who comes back in this moment is either found here, or finds that this was skipped (`has_issue`).
            person = person_of(tx, row.subscriber_id, lock=True)
            this = delivery.c.id == row.id
            status = SubscriberStatus.SUPPRESSED if subscribers.is_suppressed(tx, person.address) else person.status
            if status is _wanted_by(DeliveryKind(row.kind)):
                found = as_delivery(row, _week(tx, row.issue_id), person)
                taken = replace(found, state=DeliveryState.SENDING, attempts=found.attempts + 1)
                change(tx, this, state=taken.state, attempts=taken.attempts, lease_until=now + lease, next_try=None)
                return taken
            change(tx, this, state=DeliveryState.SKIPPED, next_try=None, reply=f"skipped: {status}")
    return None


def is_waiting(tx: Connection, *, now: datetime, only: Kinds = ()) -> bool:
    """Whether there is anything (of these kinds) to claim."""
    return any(tx.execute(select(delivery.c.id).where(due, _of(only)).limit(1)).first() for due in _in_order(now)[2:])


def closing(tx: Connection, delivery_id: int, *, attempt: int | None = None) -> None:
    """The message is out but for its final dot. Raises StoreError if the row is not being sent (any more).

    With `attempt` (the claim's `Delivery.attempts`) an owner whose lease was given to another is refused too.
    """
    _step(tx, delivery_id, (DeliveryState.SENDING,), attempt, state=DeliveryState.CLOSING)


def sent(tx: Connection, delivery_id: int, *, reply: str, now: datetime) -> None:
    """The server took the message over; `reply` is its answer, kept as evidence."""
    values = settled(DeliveryState.SENT, reply)
    _step(tx, delivery_id, _MAY_BECOME_SENT, None, **values, sent_at=now)


def defer(tx: Connection, delivery_id: int, *, reply: str, until: datetime) -> None:
    """Refused for now; it is due again at `until`."""
    values = settled(DeliveryState.DEFERRED, reply)
    _step(tx, delivery_id, IN_FLIGHT, None, **{**values, "next_try": until})


def lost(
    tx: Connection, delivery_id: int, *, reply: str, until: datetime, ambiguous: Literal["resend", "hold"]
) -> DeliveryState:
    """The connection broke after the final dot: DEFERRED until `until`, or HELD as `ambiguous` and MAX_CRASHES say."""
    crashes: int = tx.scalars(select(delivery.c.crashes).where(delivery.c.id == delivery_id)).one() + 1
    held = ambiguous == "hold" or crashes >= MAX_CRASHES
    values = settled(DeliveryState.HELD if held else DeliveryState.DEFERRED, f"{_UNKNOWN} ({reply})")
    _step(tx, delivery_id, IN_FLIGHT, None, **values | {"crashes": crashes, "next_try": None if held else until})
    return DeliveryState.HELD if held else DeliveryState.DEFERRED


def fail(tx: Connection, delivery_id: int, *, attempt: int, reply: str) -> bool:
    """That attempt was refused for good; False, and nothing changes, if it was not the last, or is not over."""
    tried = and_(delivery.c.id == delivery_id, delivery.c.attempts == attempt)
    over = delivery.c.state.in_((DeliveryState.DEFERRED, DeliveryState.HELD))
    return change(tx, and_(tried, over), **settled(DeliveryState.FAILED, reply)) > 0


def hold(tx: Connection, delivery_id: int, *, reply: str) -> None:
    """Left to the operator."""
    _step(tx, delivery_id, IN_FLIGHT, None, **settled(DeliveryState.HELD, reply))


def _in_order(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What is due, the most urgent first; each is found by an index, however much has been sent before."""
    queued = delivery.c.state == DeliveryState.QUEUED
    due = and_(delivery.c.state == DeliveryState.DEFERRED, delivery.c.next_try <= now)
    asked = delivery.c.kind == DeliveryKind.CONFIRM
    return and_(asked, queued), and_(asked, due), queued, due


def _to_none_of(tx: Connection, domains: Collection[str]) -> ColumnElement[bool]:
    if not domains:
        return true()
    # One expression and lists, however many domains rest: SQLite refuses an expression with a thousand terms.
    address = subscriber.c.address
    sqlite = tx.dialect.name == "sqlite"
    domain = func.substr(address, func.instr(address, "@") + 1) if sqlite else func.split_part(address, "@", 2)
    resting = or_(*(domain.in_(some) for some in chunks(domains)))
    return ~exists().where(subscriber.c.id == delivery.c.subscriber_id, resting)


def _of(kinds: Kinds) -> ColumnElement[bool]:
    return delivery.c.kind.in_([kind.value for kind in kinds]) if kinds else true()


def _wanted_by(kind: DeliveryKind) -> SubscriberStatus:
    """The only people who get mail of that kind."""
    return SubscriberStatus.PENDING if kind is DeliveryKind.CONFIRM else SubscriberStatus.ACTIVE


def _week(tx: Connection, issue_id: int | None) -> str | None:
    if issue_id is None:
        return None
    week: str = tx.scalars(select(issue.c.week).where(issue.c.id == issue_id)).one()
    return week


def _step(
    tx: Connection, delivery_id: int, allowed: Sequence[DeliveryState], attempt: int | None, **values: Any
) -> None:
    where = and_(delivery.c.id == delivery_id, delivery.c.state.in_(allowed))
    if attempt is not None:
        where = and_(where, delivery.c.attempts == attempt)
    if not change(tx, where, **values):
        row = tx.execute(
            select(delivery.c.state, delivery.c.attempts).where(delivery.c.id == delivery_id)
        ).one_or_none()
        found = f"is {row.state} (attempt {row.attempts})" if row else "does not exist"
        raise StoreError("outbox", f"delivery {delivery_id} cannot become {values['state']}: it {found}")
