"""Requests for a subscription that came in over the web: counted for the limits, kept until they are answered.

A request is only stored when it comes in, whoever it is from; what becomes of it is decided later. So the answer to
it, and the time that takes, are the same for every address.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select, text, update
from sqlalchemy import insert as plain_insert

from litwatch.domain.subscriber import Choices, MailFormat
from litwatch.store.schema import signup


@dataclass(frozen=True, slots=True)
class Request:
    """One request that waits for its answer; `text` is what was agreed to."""

    id: int
    at: datetime
    address: str
    address_hash: str
    choices: Choices
    text: str


def lock(tx: Connection) -> None:
    """Until the end of `tx` nobody else changes the table, so that what is counted stays true."""
    if tx.dialect.name == "postgresql":  # SQLite has one writer anyway
        tx.execute(text("LOCK TABLE signup IN SHARE ROW EXCLUSIVE MODE"))


def since(tx: Connection, moment: datetime, *, network_hash: str | None = None) -> int:
    """How many requests came after `moment`, from that network or from all."""
    where = signup.c.at > moment
    if network_hash is not None:
        where &= signup.c.network_hash == network_hash
    return _count(tx, where)


def mailed_since(tx: Connection, address_hash: str, moment: datetime) -> int:
    """How many mails that address was sent for requests made after `moment`."""
    return _count(tx, (signup.c.address_hash == address_hash) & signup.c.mailed & (signup.c.at > moment))


def take(
    tx: Connection,
    address: str,
    choices: Choices,
    *,
    agreed_to: str,
    address_hash: str,
    network_hash: str,
    now: datetime,
) -> None:
    """Stores a request, to be answered later."""
    asked = {
        "address": address,
        "topics": choices.topics,
        "min_stars": choices.min_stars,
        "format": choices.format,
        "text": agreed_to,
    }
    values = {"at": now, "address_hash": address_hash, "network_hash": network_hash, "mailed": False}
    tx.execute(plain_insert(signup).values(**values, asked=json.dumps(asked)))


def are_waiting(tx: Connection) -> bool:
    """Whether a request waits for its answer."""
    return tx.execute(select(signup.c.id).where(signup.c.asked.is_not(None)).limit(1)).first() is not None


def waiting(tx: Connection) -> list[Request]:
    """The requests that wait for their answer, oldest first."""
    statement = select(signup).where(signup.c.asked.is_not(None)).order_by(signup.c.id)
    return [_request(row.id, row.at, row.address_hash, row.asked) for row in tx.execute(statement)]


def answer(tx: Connection, number: int, *, mailed: bool) -> None:
    """The request is dealt with: its address is forgotten, whether it made a mail is kept."""
    tx.execute(update(signup).where(signup.c.id == number).values(asked=None, mailed=mailed))


def are_older(tx: Connection, moment: datetime) -> bool:
    """Whether there are requests made until then."""
    return tx.execute(select(signup.c.id).where(signup.c.at <= moment).limit(1)).first() is not None


def forget(tx: Connection, *, until: datetime) -> int:
    """Deletes the requests made until then, answered or not; how many."""
    return tx.execute(delete(signup).where(signup.c.at <= until)).rowcount


def forget_address(tx: Connection, address_hash: str) -> int:
    """Deletes all requests for that address; how many."""
    return tx.execute(delete(signup).where(signup.c.address_hash == address_hash)).rowcount


def _request(number: int, at: datetime, address_hash: str, asked: str) -> Request:
    values = json.loads(asked)
    choices = Choices(tuple(values["topics"]), values["min_stars"], MailFormat(values["format"]))
    return Request(number, at, values["address"], address_hash, choices, values["text"])


def _count(tx: Connection, where: ColumnElement[bool]) -> int:
    return tx.execute(select(func.count()).select_from(signup).where(where)).scalar_one()
