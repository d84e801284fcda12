"""The people who get the issue by email."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import idna
from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, literal_column, null, select, update

from litwatch.domain.subscriber import ALL_STARS, Choices, MailFormat, Subscriber, SubscriberStatus
from litwatch.errors import UsageError
from litwatch.store.schema import subscriber, suppression
from litwatch.store.sql import insert

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

_LOCAL = re.compile(r"(?![-+=|])[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
"""RFC 5322's dot-atom, but for what a spreadsheet or a mail program's command line would take for more than text."""
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)+(?![0-9]+\Z){_LABEL}")
_LONGEST_LOCAL, _LONGEST = 64, 254
"""Octets (RFC 5321, 4.5.3.1)."""


def add(
    tx: Connection,
    address: str,
    *,
    topics: tuple[str, ...],
    seed: str,
    now: datetime,
    min_stars: int = ALL_STARS,
    format: MailFormat = MailFormat.HTML,  # noqa: A002 - the word of the table and of the file
) -> Subscriber | None:
    """The new subscriber, or None if the address is active already.

    Someone who left becomes active again, with these choices and their old seed: the links in mails of then stay good.
    Raises UsageError for what is no address.
    """
    return _put(tx, address, Choices(topics, min_stars, format), SubscriberStatus.ACTIVE, seed, now)


def add_all(tx: Connection, people: Iterable[tuple[str, Choices, str]], *, now: datetime) -> list[tuple[int, str]]:
    """Adds many at once, as `add` does each (normalised address, choices, seed); (id, address) of the new ones."""
    rows = [_row(address, choices, SubscriberStatus.ACTIVE, seed, now) for address, choices, seed in people]
    statement = _putting(tx, SubscriberStatus.ACTIVE).returning(subscriber.c.id, subscriber.c.address)
    return [(row.id, row.address) for row in tx.execute(statement, rows)] if rows else []


def ask(tx: Connection, address: str, choices: Choices, *, seed: str, now: datetime) -> Subscriber | None:
    """The person who is to be asked whether they want the mail; None if the address is active already.

    Until they confirm, no other mail goes to them. Raises UsageError for what is no address.
    """
    return _put(tx, address, choices, SubscriberStatus.PENDING, seed, now)


def confirm(tx: Connection, number: int) -> None:
    """The person with that id has confirmed. When they left before stays on record."""
    _change(tx, number, status=SubscriberStatus.ACTIVE)


def choose(tx: Connection, number: int, choices: Choices) -> None:
    """The person with that id wants this from now on."""
    _change(tx, number, **_chosen(choices))


def leave(tx: Connection, number: int, *, now: datetime) -> None:
    """The person with that id gets nothing more; the row stays."""
    _change(tx, number, status=SubscriberStatus.UNSUBSCRIBED, left_at=now)


def remove(tx: Connection, address: str, *, now: datetime) -> bool:
    """Marks the person as unsubscribed (the row stays); False if the address was not there or had left before."""
    person = by_address(tx, address)
    if person is None or person.status is SubscriberStatus.UNSUBSCRIBED:
        return False
    leave(tx, person.id, now=now)
    return True


def by_address(tx: Connection, address: str) -> Subscriber | None:
    """The person with that address. Raises UsageError for what is no address."""
    return _one(tx, subscriber.c.address == normalise(address))


def by_token(tx: Connection, token_hash: str, *, lock: bool = False) -> Subscriber | None:
    """The person whose token has that hash (`domain.tokens.hashed`).

    `lock` is for who decides by what is found: of two at once the second one waits.
    """
    return _one(tx, subscriber.c.token_hash == token_hash, lock=lock)


def listing(tx: Connection, *, active_only: bool = True) -> list[Subscriber]:
    """By id, that is in the order of their first subscription."""
    statement = select(subscriber).order_by(subscriber.c.id)
    if active_only:
        statement = statement.where(subscriber.c.status == SubscriberStatus.ACTIVE.value)
    return [from_row(row) for row in tx.execute(statement)]


def statuses(tx: Connection) -> dict[str, SubscriberStatus]:
    """Everybody's, by address: for who asks about many."""
    return {
        row.address: SubscriberStatus(row.status)
        for row in tx.execute(select(subscriber.c.address, subscriber.c.status))
    }


def is_suppressed(tx: Connection, address: str) -> bool:
    """Whether no mail may go to that (normalised) address. The case of its local part does not count for that."""
    same = func.lower(suppression.c.address) == address.lower()
    listed = select(suppression.c.id).where(same, suppression.c.lifted.is_(None)).limit(1)
    stopped = select(subscriber.c.id).where(
        subscriber.c.address == address, subscriber.c.status == SubscriberStatus.SUPPRESSED.value
    )
    return tx.execute(listed).first() is not None or tx.execute(stopped).first() is not None


def all_suppressed(tx: Connection) -> Callable[[str], bool]:
    """What `is_suppressed` says at this moment, for who asks about many."""
    listed = set(tx.scalars(select(func.lower(suppression.c.address)).where(suppression.c.lifted.is_(None))))
    stopped = set(
        tx.scalars(select(subscriber.c.address).where(subscriber.c.status == SubscriberStatus.SUPPRESSED.value))
    )
    return lambda address: address.lower() in listed or address in stopped


def keyed_otherwise(tx: Connection, token_hash: Callable[[str], str], *, new_only: bool) -> list[tuple[int, str]]:
    """(id, hash) where the hash of the token made from the seed is not the stored one; `new_only`: where none is."""
    statement = select(subscriber.c.id, subscriber.c.seed, subscriber.c.token_hash).order_by(subscriber.c.id)
    if new_only:
        statement = statement.where(subscriber.c.token_hash.is_(None))
    rows = ((row.id, token_hash(row.seed), row.token_hash) for row in tx.execute(statement))
    return [(number, right) for number, right, stored in rows if right != stored]


def key(tx: Connection, hashes: Sequence[tuple[int, str]]) -> None:
    """From now on each person with that id is found by this hash."""
    if hashes:
        one = update(subscriber).where(subscriber.c.id == bindparam("number")).values(token_hash=bindparam("hash"))
        tx.execute(one, [{"number": number, "hash": token_hash} for number, token_hash in hashes])


def normalise(address: str) -> str:
    """The address with its domain in lower-case A-labels, so that one mailbox is one row.

    Domains as browsers read them (UTS 46, non-transitional: "ß" is a letter of its own). The local part stays as it is:
    only its own server knows whether case matters there (RFC 5321, 2.4). It has to be an unquoted one in ASCII, which
    every relay takes. Raises UsageError for anything else.
    """
    local, _, domain = address.strip().rpartition("@")
    whole = f"{local}@{_in_ascii(domain)}"
    if not (_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(whole[len(local) + 1 :])):
        raise UsageError(f"not an email address: {address[:_LONGEST]!r}")
    if len(local) > _LONGEST_LOCAL or len(whole) > _LONGEST:
        raise UsageError(f"an email address has at most {_LONGEST_LOCAL} characters before the @, {_LONGEST} in all")
    return whole


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
        left_at=row.left_at,
    )


def _put(
    tx: Connection, address: str, choices: Choices, status: SubscriberStatus, seed: str, now: datetime
) -> Subscriber | None:
    statement = _putting(tx, status).returning(*subscriber.c)
    row = tx.execute(statement, _row(normalise(address), choices, status, seed, now)).one_or_none()
    return None if row is None else from_row(row)


def _row(address: str, choices: Choices, status: SubscriberStatus, seed: str, now: datetime) -> dict[str, Any]:
    return {"address": address, "seed": seed, "status": status.value, "created": now, **_chosen(choices)}


def _putting(tx: Connection, status: SubscriberStatus) -> sqlite.Insert | postgresql.Insert:
    """Who is there and not active keeps their seed; only who becomes active is no longer one who has left.

    Without bound values of its own: with them, SQLAlchemy would send the rows of a list one by one.
    """
    statement = insert(tx, subscriber)
    values: dict[str, Any] = {
        name: statement.excluded[name] for name in ("status", "created", "topics", "min_stars", "format")
    }
    if status is SubscriberStatus.ACTIVE:
        values["left_at"] = null()
    return statement.on_conflict_do_update(
        index_elements=[subscriber.c.address],
        set_=values,
        where=subscriber.c.status != literal_column(f"'{SubscriberStatus.ACTIVE.value}'"),
    )


def _chosen(choices: Choices) -> dict[str, Any]:
    return {
        "topics": json.dumps(choices.topics, ensure_ascii=False),
        "min_stars": choices.min_stars,
        "format": choices.format.value,
    }


def _change(tx: Connection, number: int, **values: Any) -> None:
    tx.execute(update(subscriber).where(subscriber.c.id == number).values(**values))


def _one(tx: Connection, where: ColumnElement[bool], *, lock: bool = False) -> Subscriber | None:
    statement = select(subscriber).where(where)
    row = tx.execute(statement.with_for_update() if lock else statement).one_or_none()
    return None if row is None else from_row(row)


def _in_ascii(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return ""
