"""Addresses that get no mail, whatever else is known of them. A lifted suppression stays, for the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from litwatch.domain.bounce import SuppressionKind
from litwatch.domain.subscriber import SubscriberStatus
from litwatch.domain.text import xml_chars
from litwatch.store.schema import subscriber, suppression
from litwatch.store.subscribers import normalise


@dataclass(frozen=True, slots=True)
class Suppression:
    """Why an address gets no mail: `reason` says which mail, when, and what was said of it."""

    address: str
    """In lower case: a suppression holds for every spelling of the local part."""
    kind: SuppressionKind
    reason: str
    made: datetime
    lifted: datetime | None = None
    lifted_because: str | None = None


def add(tx: Connection, address: str, kind: SuppressionKind, *, reason: str, now: datetime) -> bool:
    """Whether it is new: False, and nothing changes, if the address is suppressed already.

    An active subscriber becomes suppressed; who is asked to confirm, or has left, stays what they are.
    Raises UsageError for what is no address.
    """
    key = _key(address)
    if active(tx, key):
        return False
    row = {"address": key, "kind": kind.value, "reason": xml_chars(reason), "made": now}
    tx.execute(suppression.insert().values(row))
    _turn(tx, key, SubscriberStatus.ACTIVE, SubscriberStatus.SUPPRESSED)
    return True


def active(tx: Connection, address: str) -> Suppression | None:
    """The suppression that keeps mail from the address at present; None if it may get mail."""
    statement = select(suppression).where(suppression.c.address == address.lower(), suppression.c.lifted.is_(None))
    row = tx.execute(statement.order_by(suppression.c.id).limit(1)).one_or_none()
    return _from_row(row) if row else None


def lift(tx: Connection, address: str, *, because: str, now: datetime) -> bool:
    """Let the address have mail again; False if it was not suppressed.

    A subscriber who was active before is so again. Who has left (a complaint unsubscribes) stays so: only they
    themselves can come back.
    """
    key = _key(address)
    current = (suppression.c.address == key) & suppression.c.lifted.is_(None)
    lifted = tx.execute(update(suppression).where(current).values(lifted=now, lifted_because=because)).rowcount
    _turn(tx, key, SubscriberStatus.SUPPRESSED, SubscriberStatus.ACTIVE)
    return lifted > 0


def listing(tx: Connection, *, everything: bool = False) -> list[Suppression]:
    """Those in force, oldest first; with `everything` the lifted ones, too."""
    statement = select(suppression).order_by(suppression.c.id)
    if not everything:
        statement = statement.where(suppression.c.lifted.is_(None))
    return [_from_row(row) for row in tx.execute(statement)]


def of_address(tx: Connection, address: str) -> list[Suppression]:
    """All that were ever made of the address, oldest first. Raises UsageError for what is no address."""
    statement = select(suppression).where(suppression.c.address == _key(address)).order_by(suppression.c.id)
    return [_from_row(row) for row in tx.execute(statement)]


def _key(address: str) -> str:
    return normalise(address).lower()


def _turn(tx: Connection, key: str, before: SubscriberStatus, after: SubscriberStatus) -> None:
    this = (func.lower(subscriber.c.address) == key) & (subscriber.c.status == before)
    tx.execute(update(subscriber).where(this).values(status=after))


def _from_row(row: Row[Any]) -> Suppression:
    return Suppression(row.address, SuppressionKind(row.kind), row.reason, row.made, row.lifted, row.lifted_because)
