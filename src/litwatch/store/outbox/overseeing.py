"""The outbox as an operator sees it, and what they decide about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from litwatch.domain.calendar import Week
from litwatch.domain.subscriber import Delivery, DeliveryKind, DeliveryState, Subscriber
from litwatch.store.outbox.rows import as_delivery, change, person_of, settled
from litwatch.store.schema import delivery, issue


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery as an operator sees it."""

    delivery: Delivery
    until: datetime | None
    """The next try, or the end of the lease of one in flight."""


def listing(tx: Connection, states: Collection[DeliveryState]) -> list[Waiting]:
    """The deliveries in these states, oldest first."""
    statement = (
        select(delivery, issue.c.week)
        .outerjoin(issue, issue.c.id == delivery.c.issue_id)
        .where(delivery.c.state.in_([state.value for state in states]))
        .order_by(delivery.c.id)
    )
    rows = tx.execute(statement).all()
    people = {row.subscriber_id: person_of(tx, row.subscriber_id) for row in rows}
    return [
        Waiting(as_delivery(row, row.week, people[row.subscriber_id]), row.next_try or row.lease_until) for row in rows
    ]


def release(tx: Connection, ids: Collection[int]) -> list[int]:
    """Queues held and failed deliveries anew, as if never tried; the ids of those that were."""
    fresh = {"state": DeliveryState.QUEUED, "attempts": 0, "crashes": 0}
    return _decide(tx, ids, (DeliveryState.HELD, DeliveryState.FAILED), **fresh)


def drop(tx: Connection, ids: Collection[int], *, reply: str) -> list[int]:
    """What is not being sent at this moment, and not sent, never will be; the ids of those that now are skipped."""
    waiting = (DeliveryState.HELD, DeliveryState.QUEUED, DeliveryState.DEFERRED)
    return _decide(tx, ids, waiting, **settled(DeliveryState.SKIPPED, reply))


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
    return None if row is None else as_delivery(row, row.week, person)


def _decide(tx: Connection, ids: Collection[int], allowed: Sequence[DeliveryState], **values: Any) -> list[int]:
    return [
        number
        for number in sorted(set(ids))
        if change(tx, and_(delivery.c.id == number, delivery.c.state.in_(allowed)), **values)
    ]
