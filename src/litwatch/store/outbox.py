"""The outbox: one row per mail, and every step of its way committed.

A person has one row per issue, one per notice about a note of it, one for the welcome that brings it; the mail that
asks for confirmation is of no issue.

    queued ──claim──▶ sending ──closing──▶ closing ──sent──▶ sent
       ▲                 │ │                  │ │
       │                 │ └──────sent────────┼─┼──▶ sent      (transports without a final dot)
       └─────recover─────┴────────────────────┘ └──▶ deferred (tried again later), failed, held ──release──▶ queued
    queued, deferred ──claim──▶ skipped                       (the person has left meanwhile)

`closing` is committed just before the final dot, so only a crash there leaves open whether the message was accepted.
A lease that runs out means that its owner died. A row that was met by three crashes is held: it may be their cause.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select, true, update

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


_POISON = f"held: {MAX_CRASHES} crashes while this message was being sent"
_UNKNOWN = "no answer after the final dot, so it is unknown whether the message was accepted"
_ON_ITS_WAY = (*_IN_FLIGHT, DeliveryState.QUEUED, DeliveryState.DEFERRED)
_UNIQUE = [delivery.c.issue_id, delivery.c.subscriber_id, delivery.c.kind, delivery.c.notice]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery as an operator sees it."""

    delivery: Delivery
    until: datetime | None
    """The next try, or the end of the lease of one in flight."""


def enqueue(tx: Connection, week: Week, entries: Sequence[tuple[int, str]], *, now: datetime, notice: str = "") -> int:
    """One delivery for each (subscriber id, Message-ID), unless that person has it already; how many are new.

    Of the issue, or of the notice with that guid about a note of the issue. `now` becomes the message's Date. Raises
    StoreError if the week has no issue.
    """
    number = _issue_id(tx, week)
    kind = DeliveryKind.NOTICE if notice else DeliveryKind.ISSUE
    rows = [_queued(number, person, kind, message_id, now, notice) for person, message_id in sorted(entries)]
    statement = insert(tx, delivery).on_conflict_do_nothing(index_elements=_UNIQUE).returning(delivery.c.id)
    return len(tx.execute(statement, rows).all()) if rows else 0


def enqueue_single(
    tx: Connection, subscriber_id: int, kind: DeliveryKind, message_id: str, week: Week | None, now: datetime
) -> bool:
    """One delivery to one person: CONFIRM (of no issue), or WELCOME with the issue of `week`, if there is one yet.

    False, and nothing is queued, if a mail of that kind to that person waits already, or if the welcome with this
    issue was sent before. `now` becomes the message's Date. Raises StoreError if the week has no issue.
    """
    number = _issue_id(tx, week) if week else None
    same = and_(delivery.c.subscriber_id == subscriber_id, delivery.c.kind == kind)
    if tx.execute(select(delivery.c.id).where(same, delivery.c.state.in_(_ON_ITS_WAY)).limit(1)).first():
        return False
    row = _queued(number, subscriber_id, kind, message_id, now)
    statement = insert(tx, delivery).values(row)
    # Who left before it went out, and has come back, gets it after all.
    revived = statement.on_conflict_do_update(
        index_elements=_UNIQUE, set_=row | {"reply": None}, where=delivery.c.state == DeliveryState.SKIPPED
    )
    return tx.execute(revived.returning(delivery.c.id)).first() is not None


def received(tx: Connection, week: Week, *, but_not: str) -> list[Subscriber]:
    """The active subscribers who were sent the issue of `week`, but for whom no mail of that notice is queued or sent."""
    mail = and_(delivery.c.subscriber_id == subscriber.c.id, delivery.c.issue_id == issue.c.id)
    brought = and_(
        delivery.c.kind.in_((DeliveryKind.ISSUE, DeliveryKind.WELCOME)), delivery.c.state == DeliveryState.SENT
    )
    statement = (
        select(subscriber)
        .join(issue, issue.c.week == str(week))
        .where(subscriber.c.status == SubscriberStatus.ACTIVE)
        .where(exists().where(mail, brought), ~exists().where(mail, delivery.c.notice == but_not))
        .order_by(subscriber.c.id)
    )
    return [subscribers.from_row(row) for row in tx.execute(statement)]


def recover(
    tx: Connection, *, now: datetime, ambiguous: Literal["resend", "hold"], all_in_flight: bool = False
) -> tuple[int, int]:
    """Takes up deliveries whose lease has run out; (queued again, held).

    `ambiguous` decides about a crash after `closing`: "resend" risks a second copy, "hold" a lost one. With
    `all_in_flight` leases count for nothing: somebody knows that nobody else is delivering.
    """
    expired: ColumnElement[bool] = delivery.c.state.in_(_IN_FLIGHT)
    if not all_in_flight:
        expired = and_(expired, delivery.c.lease_until <= now)
    crashes = delivery.c.crashes + 1
    after = {"crashes": crashes, "lease_until": None}
    poison = and_(expired, crashes >= MAX_CRASHES)
    held = _change(tx, poison, state=DeliveryState.HELD, reply=_POISON, **after)
    if ambiguous == "hold":
        unknown = and_(expired, delivery.c.state == DeliveryState.CLOSING)
        held += _change(tx, unknown, state=DeliveryState.HELD, reply=f"held: {_UNKNOWN} (litwatch ended)", **after)
    return _change(tx, expired, state=DeliveryState.QUEUED, **after), held


def claim(tx: Connection, *, now: datetime, lease: timedelta, but_not: Collection[str] = ()) -> Delivery | None:
    """Takes the next delivery that is queued, or deferred and due, to none of the domains `but_not`; None if there is none.

    Mails that ask for confirmation come first: somebody sits and waits for them. Then what was not tried before: what
    fails again and again cannot hold up the rest. It belongs to the caller until `now + lease`. What its person is not
    to get (any more) is skipped on the way. Of two claimers at once each gets another row: on PostgreSQL by row
    locks, on SQLite by the write lock.
    """
    elsewhere = _to_none_of(but_not)
    for wanted in _in_order(now):
        statement = (
            select(delivery).where(wanted, elsewhere).order_by(delivery.c.id).limit(1).with_for_update(skip_locked=True)
        )
        while row := tx.execute(statement).one_or_none():
            person = _subscriber(tx, row.subscriber_id)
            this = delivery.c.id == row.id
            status = SubscriberStatus.SUPPRESSED if subscribers.is_suppressed(tx, person.address) else person.status
            if status is _wanted_by(DeliveryKind(row.kind)):
                found = _delivery(row, _week(tx, row.issue_id), person)
                taken = replace(found, state=DeliveryState.SENDING, attempts=found.attempts + 1)
                _change(tx, this, state=taken.state, attempts=taken.attempts, lease_until=now + lease, next_try=None)
                return taken
            _change(tx, this, state=DeliveryState.SKIPPED, next_try=None, reply=f"skipped: {status}")
    return None


def is_waiting(tx: Connection, *, now: datetime) -> bool:
    """Whether there is anything to claim."""
    return any(tx.execute(select(delivery.c.id).where(due).limit(1)).first() for due in _in_order(now)[2:])


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


def lost(
    tx: Connection, delivery_id: int, *, reply: str, until: datetime, ambiguous: Literal["resend", "hold"]
) -> DeliveryState:
    """The connection broke after the final dot: DEFERRED until `until`, or HELD as `ambiguous` and MAX_CRASHES say."""
    crashes: int = tx.scalars(select(delivery.c.crashes).where(delivery.c.id == delivery_id)).one() + 1
    held = ambiguous == "hold" or crashes >= MAX_CRASHES
    values = _settled(DeliveryState.HELD if held else DeliveryState.DEFERRED, f"{_UNKNOWN} ({reply})")
    _step(tx, delivery_id, _IN_FLIGHT, None, **values | {"crashes": crashes, "next_try": None if held else until})
    return DeliveryState.HELD if held else DeliveryState.DEFERRED


def fail(tx: Connection, delivery_id: int, *, reply: str) -> None:
    """Refused for good."""
    _step(tx, delivery_id, _IN_FLIGHT, None, **_settled(DeliveryState.FAILED, reply))


def hold(tx: Connection, delivery_id: int, *, reply: str) -> None:
    """Left to the operator."""
    _step(tx, delivery_id, _IN_FLIGHT, None, **_settled(DeliveryState.HELD, reply))


def listing(tx: Connection, states: Collection[DeliveryState]) -> list[Waiting]:
    """The deliveries in these states, oldest first."""
    statement = (
        select(delivery, issue.c.week)
        .outerjoin(issue, issue.c.id == delivery.c.issue_id)
        .where(delivery.c.state.in_([state.value for state in states]))
        .order_by(delivery.c.id)
    )
    rows = tx.execute(statement).all()
    people = {row.subscriber_id: _subscriber(tx, row.subscriber_id) for row in rows}
    return [
        Waiting(_delivery(row, row.week, people[row.subscriber_id]), row.next_try or row.lease_until) for row in rows
    ]


def release(tx: Connection, ids: Collection[int]) -> list[int]:
    """Queues held and failed deliveries anew, as if never tried; the ids of those that were."""
    fresh = {"state": DeliveryState.QUEUED, "attempts": 0, "crashes": 0}
    return _decide(tx, ids, (DeliveryState.HELD, DeliveryState.FAILED), **fresh)


def drop(tx: Connection, ids: Collection[int], *, reply: str) -> list[int]:
    """What is not being sent at this moment, and not sent, never will be; the ids of those that now are skipped."""
    waiting = (DeliveryState.HELD, DeliveryState.QUEUED, DeliveryState.DEFERRED)
    return _decide(tx, ids, waiting, **_settled(DeliveryState.SKIPPED, reply))


def counts(tx: Connection, week: Week | None = None) -> Counter[DeliveryState]:
    """How many deliveries stand where, of one week's issue or of all. States without any are absent, and count 0."""
    statement = select(delivery.c.state, func.count()).group_by(delivery.c.state)
    if week is not None:
        statement = statement.join(issue, issue.c.id == delivery.c.issue_id).where(issue.c.week == str(week))
    return Counter({DeliveryState(state): number for state, number in tx.execute(statement)})


def of_issue(tx: Connection, week: Week, person: Subscriber) -> Delivery | None:
    """The delivery of the issue of `week` to `person`, whatever became of it."""
    statement = (
        select(delivery, issue.c.week)
        .join(issue, issue.c.id == delivery.c.issue_id)
        .where(issue.c.week == str(week), delivery.c.subscriber_id == person.id)
        .where(delivery.c.kind == DeliveryKind.ISSUE)
    )
    row = tx.execute(statement).one_or_none()
    return None if row is None else _delivery(row, row.week, person)


def _in_order(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What is due, the most urgent first; each is found by an index, however much has been sent before."""
    queued = delivery.c.state == DeliveryState.QUEUED
    due = and_(delivery.c.state == DeliveryState.DEFERRED, delivery.c.next_try <= now)
    asked = delivery.c.kind == DeliveryKind.CONFIRM
    return and_(asked, queued), and_(asked, due), queued, due


def _to_none_of(domains: Collection[str]) -> ColumnElement[bool]:
    if not domains:
        return true()
    to = [subscriber.c.address.endswith(f"@{domain}", autoescape=True) for domain in domains]
    return ~exists().where(subscriber.c.id == delivery.c.subscriber_id, or_(*to))


def _wanted_by(kind: DeliveryKind) -> SubscriberStatus:
    """The only people who get mail of that kind."""
    return SubscriberStatus.PENDING if kind is DeliveryKind.CONFIRM else SubscriberStatus.ACTIVE


def _issue_id(tx: Connection, week: Week) -> int:
    number: int | None = tx.scalars(select(issue.c.id).where(issue.c.week == str(week))).one_or_none()
    if number is None:
        raise StoreError("enqueue", f"there is no issue of {week}")
    return number


def _week(tx: Connection, issue_id: int | None) -> str | None:
    if issue_id is None:
        return None
    week: str = tx.scalars(select(issue.c.week).where(issue.c.id == issue_id)).one()
    return week


def _queued(
    issue_id: int | None, person: int, kind: DeliveryKind, message_id: str, now: datetime, notice: str = ""
) -> dict[str, Any]:
    return {
        "issue_id": issue_id,
        "subscriber_id": person,
        "kind": kind.value,
        "message_id": message_id,
        "date": now,
        "state": DeliveryState.QUEUED.value,
        "attempts": 0,
        "crashes": 0,
        "notice": notice,
    }


def _delivery(row: Row[Any], week: str | None, person: Subscriber) -> Delivery:
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


def _subscriber(tx: Connection, number: int) -> Subscriber:
    return subscribers.from_row(tx.execute(select(subscriber).where(subscriber.c.id == number)).one())


def _settled(state: DeliveryState, reply: str) -> dict[str, Any]:
    # A server may say anything; PostgreSQL stores no NUL.
    return {"state": state, "reply": xml_chars(reply), "lease_until": None, "next_try": None}


def _decide(tx: Connection, ids: Collection[int], allowed: Sequence[DeliveryState], **values: Any) -> list[int]:
    return [
        number
        for number in sorted(set(ids))
        if _change(tx, and_(delivery.c.id == number, delivery.c.state.in_(allowed)), **values)
    ]


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
