"""The outbox: one row per (issue, subscriber), one more per (issue, subscriber, notice), and every step of its way committed.

    queued ──claim──▶ sending ──closing──▶ closing ──sent──▶ sent
       ▲                 │ │                  │ │
       │                 │ └──────sent────────┼─┼──▶ sent      (transports without a final dot)
       └─────recover─────┴────────────────────┘ └──▶ deferred (tried again later), failed, held
    queued, deferred ──claim──▶ skipped                       (the person has left meanwhile)

`closing` is committed just before the final dot, so only a crash there leaves open whether the message was accepted.
A lease that runs out means that its owner died. A row that was met by three crashes is held: it may be their cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, update

from litwatch.domain.calendar import Week
from litwatch.domain.subscriber import Delivery, DeliveryKind, DeliveryState, Subscriber, SubscriberStatus
from litwatch.domain.text import xml_chars
from litwatch.errors import StoreError
from litwatch.store import subscribers
from litwatch.store.schema import delivery, issue, subscriber
from litwatch.store.sql import insert

MAX_CRASHES = 3
"""As many crashes during one row's sending take it out of the way."""

_IN_FLIGHT = (DeliveryState.SENDING, DeliveryState.CLOSING)
# A late "accepted" from an owner whose lease ran out is still the truth, and recording it spares a second copy.
_MAY_BECOME_SENT = (*_IN_FLIGHT, DeliveryState.QUEUED, DeliveryState.HELD)


def enqueue(tx: Connection, week: Week, entries: Sequence[tuple[int, str]], *, now: datetime, notice: str = "") -> int:
    """One delivery for each (subscriber id, Message-ID), unless that person has it already; how many are new.

    Of the issue, or of the notice with that guid about a note of the issue. `now` becomes the message's Date. Raises
    StoreError if the week has no issue.
    """
    number = tx.scalars(select(issue.c.id).where(issue.c.week == str(week))).one_or_none()
    if number is None:
        raise StoreError("enqueue", f"there is no issue of {week}")
    kind = DeliveryKind.NOTICE if notice else DeliveryKind.ISSUE
    rows = [
        {
            "issue_id": number,
            "subscriber_id": person,
            "kind": kind.value,
            "message_id": message_id,
            "date": now,
            "state": DeliveryState.QUEUED.value,
            "attempts": 0,
            "crashes": 0,
            "notice": notice,
        }
        for person, message_id in sorted(entries)
    ]
    unique = [delivery.c.issue_id, delivery.c.subscriber_id, delivery.c.kind, delivery.c.notice]
    statement = insert(tx, delivery).on_conflict_do_nothing(index_elements=unique).returning(delivery.c.id)
    return len(tx.execute(statement, rows).all()) if rows else 0


def received(tx: Connection, week: Week, *, but_not: str) -> list[Subscriber]:
    """The active subscribers who were sent the issue of `week`, but for whom no mail of that notice is queued or sent."""
    other = delivery.alias()
    told = (other.c.issue_id == delivery.c.issue_id) & (other.c.subscriber_id == delivery.c.subscriber_id)
    statement = (
        select(subscriber)
        .join(delivery, delivery.c.subscriber_id == subscriber.c.id)
        .join(issue, issue.c.id == delivery.c.issue_id)
        .where(issue.c.week == str(week), delivery.c.kind == DeliveryKind.ISSUE, delivery.c.state == DeliveryState.SENT)
        .where(subscriber.c.status == SubscriberStatus.ACTIVE)
        .where(~exists().where(told, other.c.notice == but_not))
        .order_by(subscriber.c.id)
    )
    return [subscribers.from_row(row) for row in tx.execute(statement)]


def recover(tx: Connection, *, now: datetime, ambiguous: Literal["resend", "hold"]) -> tuple[int, int]:
    """Takes up deliveries whose lease has run out; (queued again, held).

    `ambiguous` decides about a crash after `closing`: "resend" risks a second copy, "hold" a lost one.
    """
    expired = and_(delivery.c.state.in_(_IN_FLIGHT), delivery.c.lease_until <= now)
    crashes = delivery.c.crashes + 1
    after = {"crashes": crashes, "lease_until": None}
    poison = and_(expired, crashes >= MAX_CRASHES)
    text = f"held: {MAX_CRASHES} crashes while this message was being sent"
    held = _change(tx, poison, state=DeliveryState.HELD, reply=text, **after)
    if ambiguous == "hold":
        unknown = and_(expired, delivery.c.state == DeliveryState.CLOSING)
        text = "held: crashed before the server's answer, so it is unknown whether the message was accepted"
        held += _change(tx, unknown, state=DeliveryState.HELD, reply=text, **after)
    return _change(tx, expired, state=DeliveryState.QUEUED, **after), held


def claim(tx: Connection, *, now: datetime, lease: timedelta) -> Delivery | None:
    """Takes the next delivery that is queued, or deferred and due; None if there is none.

    It belongs to the caller until `now + lease`. Deliveries to people who have left are skipped on the way. Of two
    claimers at once each gets another row: on PostgreSQL by row locks, on SQLite by the write lock.
    """
    due = or_(
        delivery.c.state == DeliveryState.QUEUED,
        and_(delivery.c.state == DeliveryState.DEFERRED, delivery.c.next_try <= now),
    )
    statement = select(delivery).where(due).order_by(delivery.c.id).limit(1).with_for_update(skip_locked=True)
    while row := tx.execute(statement).one_or_none():
        person = _subscriber(tx, row.subscriber_id)
        this = delivery.c.id == row.id
        if person.status is SubscriberStatus.ACTIVE:
            attempts = row.attempts + 1
            _change(tx, this, state=DeliveryState.SENDING, attempts=attempts, lease_until=now + lease, next_try=None)
            week = tx.execute(select(issue.c.week).where(issue.c.id == row.issue_id)).scalar_one()
            return Delivery(
                id=row.id,
                week=week,
                subscriber=person,
                state=DeliveryState.SENDING,
                message_id=row.message_id,
                date=row.date,
                attempts=attempts,
                reply=row.reply,
                kind=DeliveryKind(row.kind),
                notice=row.notice,
            )
        _change(tx, this, state=DeliveryState.SKIPPED, next_try=None, reply=f"skipped: {person.status}")
    return None


def closing(tx: Connection, delivery_id: int, *, attempt: int | None = None) -> None:
    """The message is out but for its final dot. Raises StoreError if the row is not being sent (any more).

    With `attempt` (the claim's `Delivery.attempts`) an owner whose lease was given to another is refused too.
    """
    _step(tx, delivery_id, (DeliveryState.SENDING,), attempt, state=DeliveryState.CLOSING)


def sent(tx: Connection, delivery_id: int, *, reply: str, now: datetime) -> None:
    """The server took the message over; `reply` is its answer, kept as evidence."""
    values = _settled(DeliveryState.SENT, reply)
    _step(tx, delivery_id, _MAY_BECOME_SENT, None, **values, sent_at=now)


def defer(tx: Connection, delivery_id: int, *, reply: str, until: datetime) -> None:
    """Refused for now; it is due again at `until`."""
    values = _settled(DeliveryState.DEFERRED, reply)
    _step(tx, delivery_id, _IN_FLIGHT, None, **{**values, "next_try": until})


def fail(tx: Connection, delivery_id: int, *, reply: str) -> None:
    """Refused for good."""
    _step(tx, delivery_id, _IN_FLIGHT, None, **_settled(DeliveryState.FAILED, reply))


def hold(tx: Connection, delivery_id: int, *, reply: str) -> None:
    """Left to the operator."""
    _step(tx, delivery_id, _IN_FLIGHT, None, **_settled(DeliveryState.HELD, reply))


def counts(tx: Connection, week: Week | None = None) -> Counter[DeliveryState]:
    """How many deliveries stand where, of one week's issue or of all. States without any are absent, and count 0."""
    statement = select(delivery.c.state, func.count()).group_by(delivery.c.state)
    if week is not None:
        statement = statement.join(issue, issue.c.id == delivery.c.issue_id).where(issue.c.week == str(week))
    return Counter({DeliveryState(state): number for state, number in tx.execute(statement)})


def _subscriber(tx: Connection, number: int) -> Subscriber:
    return subscribers.from_row(tx.execute(select(subscriber).where(subscriber.c.id == number)).one())


def _settled(state: DeliveryState, reply: str) -> dict[str, Any]:
    # A server may say anything; PostgreSQL stores no NUL.
    return {"state": state, "reply": xml_chars(reply), "lease_until": None, "next_try": None}


def _change(tx: Connection, where: ColumnElement[bool], **values: Any) -> int:
    return tx.execute(update(delivery).where(where).values(**values)).rowcount


def _step(
    tx: Connection, delivery_id: int, allowed: Sequence[DeliveryState], attempt: int | None, **values: Any
) -> None:
    where = and_(delivery.c.id == delivery_id, delivery.c.state.in_(allowed))
    if attempt is not None:
        where = and_(where, delivery.c.attempts == attempt)
    if not _change(tx, where, **values):
        row = tx.execute(
            select(delivery.c.state, delivery.c.attempts).where(delivery.c.id == delivery_id)
        ).one_or_none()
        found = f"is {row.state} (attempt {row.attempts})" if row else "does not exist"
        raise StoreError("outbox", f"delivery {delivery_id} cannot become {values['state']}: it {found}")
