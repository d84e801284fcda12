"""The people who get the issue by email."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from litwatch.domain.subscriber import MailFormat, Subscriber, SubscriberStatus
from litwatch.errors import UsageError
from litwatch.store.schema import subscriber
from litwatch.store.sql import insert

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
"""RFC 5322's dot-atom."""
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")


def add(tx: Connection, address: str, *, topics: tuple[str, ...], seed: str, now: datetime) -> Subscriber | None:
    """The new subscriber, or None if the address is active already.

    Someone who left becomes active again, with the new topics and the new seed. Raises UsageError for what is no
    address.
    """
    values = {
        "topics": json.dumps(topics, ensure_ascii=False),
        "status": SubscriberStatus.ACTIVE.value,
        "seed": seed,
        "token_hash": None,
        "created": now,
        "left_at": None,
    }
    statement = insert(tx, subscriber).values(address=normalise(address), **values)
    statement = statement.on_conflict_do_update(
        index_elements=[subscriber.c.address],
        set_=values,
        where=subscriber.c.status != SubscriberStatus.ACTIVE.value,
    )
    row = tx.execute(statement.returning(*subscriber.c)).one_or_none()
    return None if row is None else from_row(row)


def remove(tx: Connection, address: str, *, now: datetime) -> bool:
    """Marks the person as unsubscribed (the row stays); False if the address was not there or had left before."""
    left = SubscriberStatus.UNSUBSCRIBED.value
    statement = update(subscriber).where(subscriber.c.address == normalise(address), subscriber.c.status != left)
    return tx.execute(statement.values(status=left, left_at=now)).rowcount > 0


def listing(tx: Connection, *, active_only: bool = True) -> list[Subscriber]:
    """By id, that is in the order of their first subscription."""
    statement = select(subscriber).order_by(subscriber.c.id)
    if active_only:
        statement = statement.where(subscriber.c.status == SubscriberStatus.ACTIVE.value)
    return [from_row(row) for row in tx.execute(statement)]


def normalise(address: str) -> str:
    """The address with its domain in lower-case A-labels, so that one mailbox is one row.

    The local part stays as it is: only its own server knows whether case matters there (RFC 5321, 2.4). It has to be
    an unquoted one in ASCII, which every relay takes. Raises UsageError for anything else.
    """
    local, _, domain = address.strip().rpartition("@")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        domain = ""
    if not (_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise UsageError(f"not an email address: {address!r}")
    return f"{local}@{domain}"


def from_row(row: Row[Any]) -> Subscriber:
    """A row with the columns of the table."""
    return Subscriber(
        id=row.id,
        address=row.address,
        topics=tuple(json.loads(row.topics)),
        status=SubscriberStatus(row.status),
        seed=row.seed,
        created=row.created,
        min_stars=row.min_stars,
        format=MailFormat(row.format),
    )
