"""Reports of mail that did not arrive or was not wanted, each kept once, and the mail that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from litwatch.domain.bounce import BounceKind, Outcome
from litwatch.domain.subscriber import DeliveryKind, DeliveryState, Subscriber
from litwatch.domain.text import xml_chars
from litwatch.store import subscribers
from litwatch.store.schema import bounce, delivery, issue, subscriber, suppression
from litwatch.store.sql import insert


@dataclass(frozen=True, slots=True)
class Bounce:
    """One report. `source` tells it from all others, `status` is RFC 3463's code or "", `text` what was said."""

    source: str
    subscriber_id: int | None
    delivery_id: int | None
    kind: BounceKind
    status: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mail that a report is about, and who was to get it."""

    id: int
    kind: DeliveryKind
    week: str
    """Of the issue that it is or belongs to; "" for a mail of no issue."""
    at: datetime
    """When it was sent; when it was made if it was refused."""
    message_id: str
    subscriber: Subscriber


def add(tx: Connection, report: Bounce) -> bool:
    """Keep a report; False if it was known."""
    row = {
        "source": report.source,
        "subscriber_id": report.subscriber_id,
        "delivery_id": report.delivery_id,
        "kind": report.kind.value,
        "status": report.status,
        "text": xml_chars(report.text),
        "at": report.at,
    }
    statement = insert(tx, bounce).values(row).on_conflict_do_nothing(index_elements=[bounce.c.source])
    return tx.execute(statement.returning(bounce.c.id)).first() is not None


def is_known(tx: Connection, source: str) -> bool:
    return tx.execute(select(bounce.c.id).where(bounce.c.source == source)).first() is not None


def mailed(tx: Connection, delivery_id: int) -> Mailed | None:
    """The mail with that number in the outbox."""
    return _mailed(tx, delivery.c.id == delivery_id)


def mailed_as(tx: Connection, message_ids: Sequence[str]) -> Mailed | None:
    """The mail with one of these Message-IDs, in angle brackets."""
    return _mailed(tx, delivery.c.message_id.in_(message_ids)) if message_ids else None


def outcomes(tx: Connection, person: Subscriber, *, since: datetime) -> list[Outcome]:
    """What became of the mails to a person that were sent since, as far as it says something of the address.

    What came back before a suppression of the address was lifted does not count, nor what was refused for policy.
    """
    lifted = select(func.max(suppression.c.lifted)).where(suppression.c.address == person.address.lower())
    begin = max(since, tx.execute(lifted).scalar_one() or since)
    when = func.coalesce(delivery.c.sent_at, delivery.c.date)
    statement = select(delivery.c.id, delivery.c.kind, delivery.c.state, when.label("at"))
    mails = tx.execute(statement.where(delivery.c.subscriber_id == person.id, when >= begin)).all()
    reports = tx.execute(select(bounce.c.delivery_id, bounce.c.kind).where(bounce.c.subscriber_id == person.id)).all()
    kinds = {number: BounceKind(kind) for number, kind in reports}
    return [
        Outcome(row.at, row.kind == DeliveryKind.ISSUE, bounced=row.id in kinds)
        for row in mails
        if kinds.get(row.id) in (BounceKind.HARD, BounceKind.SOFT)
        or (row.id not in kinds and row.state == DeliveryState.SENT)
    ]


def of_address(tx: Connection, address: str) -> list[tuple[Bounce, Mailed | None]]:
    """Reports of mail to the address (domain in lower-case A-labels), oldest first, each with its mail."""
    statement = select(bounce).join(subscriber, subscriber.c.id == bounce.c.subscriber_id)
    statement = statement.where(func.lower(subscriber.c.address) == address.lower()).order_by(bounce.c.id)
    reports = [_from_row(row) for row in tx.execute(statement)]
    return [(report, mailed(tx, report.delivery_id) if report.delivery_id else None) for report in reports]


def refusals(tx: Connection, *, since: datetime) -> list[Bounce]:
    """What was refused for policy since then, oldest first: for the operator."""
    statement = select(bounce).where(bounce.c.kind == BounceKind.POLICY, bounce.c.at >= since).order_by(bounce.c.id)
    return [_from_row(row) for row in tx.execute(statement)]


def _mailed(tx: Connection, which: ColumnElement[bool]) -> Mailed | None:
    statement = select(delivery, issue.c.week).outerjoin(issue, issue.c.id == delivery.c.issue_id)
    row = tx.execute(statement.where(which).order_by(delivery.c.id).limit(1)).one_or_none()
    if row is None:
        return None
    person = tx.execute(select(subscriber).where(subscriber.c.id == row.subscriber_id)).one()
    return Mailed(
        id=row.id,
        kind=DeliveryKind(row.kind),
        week=row.week or "",
        at=row.sent_at or row.date,
        message_id=row.message_id,
        subscriber=subscribers.from_row(person),
    )


def _from_row(row: Row[Any]) -> Bounce:
    return Bounce(row.source, row.subscriber_id, row.delivery_id, BounceKind(row.kind), row.status, row.text, row.at)
