"""What is put into the outbox, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, exists, select

from litwatch.domain.calendar import Week
from litwatch.domain.subscriber import DeliveryKind, DeliveryState, Subscriber, SubscriberStatus
from litwatch.errors import StoreError
from litwatch.store import subscribers
from litwatch.store.outbox.rows import IN_FLIGHT
from litwatch.store.schema import delivery, issue, subscriber
from litwatch.store.sql import insert

_ON_ITS_WAY = (*IN_FLIGHT, DeliveryState.QUEUED, DeliveryState.DEFERRED)
_CAME_TO_NOTHING = (DeliveryState.SKIPPED, DeliveryState.FAILED)
_BRINGS_ISSUE = delivery.c.kind.in_((DeliveryKind.ISSUE, DeliveryKind.WELCOME))
_UNIQUE = [delivery.c.issue_id, delivery.c.subscriber_id, delivery.c.kind, delivery.c.notice]


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
    """One delivery to one person: CONFIRM (of no issue), or WELCOME with the issue of `week`, or of none.

    False, and nothing is queued, if the welcome with this issue was queued before, and not in vain; if it is of no issue:
    if a mail of that kind to that person waits. `now` becomes the message's Date. Raises StoreError if the week has no
    issue.
    """
    number = _issue_id(tx, week) if week else None
    same = and_(delivery.c.subscriber_id == subscriber_id, delivery.c.kind == kind)
    waits = select(delivery.c.id).where(same, delivery.c.state.in_(_ON_ITS_WAY)).limit(1)
    if number is None and tx.execute(waits).first():
        return False
    row = _queued(number, subscriber_id, kind, message_id, now)
    statement = insert(tx, delivery).values(row)
    # Who left before it went out, and has come back, gets it after all.
    revived = statement.on_conflict_do_update(
        index_elements=_UNIQUE, set_=row | {"reply": None}, where=delivery.c.state.in_(_CAME_TO_NOTHING)
    )
    return tx.execute(revived.returning(delivery.c.id)).first() is not None


def has_issue(tx: Connection, week: Week, subscriber_id: int) -> bool:
    """Whether a mail with the issue of `week` was sent to that person, is on its way, or is held for the operator."""
    statement = (
        select(delivery.c.id)
        .join(issue, issue.c.id == delivery.c.issue_id)
        .where(issue.c.week == str(week), delivery.c.subscriber_id == subscriber_id)
        .where(_BRINGS_ISSUE, delivery.c.state.not_in(_CAME_TO_NOTHING))
    )
    return tx.execute(statement.limit(1)).first() is not None


def received(tx: Connection, week: Week, *, but_not: str) -> list[Subscriber]:
    """The active subscribers who were sent the issue of `week`, but for whom no mail of that notice is queued or sent."""
    mail = and_(delivery.c.subscriber_id == subscriber.c.id, delivery.c.issue_id == issue.c.id)
    brought = and_(_BRINGS_ISSUE, delivery.c.state == DeliveryState.SENT)
    statement = (
        select(subscriber)
        .join(issue, issue.c.week == str(week))
        .where(subscriber.c.status == SubscriberStatus.ACTIVE)
        .where(exists().where(mail, brought), ~exists().where(mail, delivery.c.notice == but_not))
        .order_by(subscriber.c.id)
    )
    return [subscribers.from_row(row) for row in tx.execute(statement)]


def _issue_id(tx: Connection, week: Week) -> int:
    number: int | None = tx.scalars(select(issue.c.id).where(issue.c.week == str(week))).one_or_none()
    if number is None:
        raise StoreError("enqueue", f"there is no issue of {week}")
    return number


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
