"""What people said and when, for as long as they are on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy import insert as plain_insert

from litwatch.domain.subscriber import Consent, Said
from litwatch.domain.text import xml_chars
from litwatch.store.schema import consent


def record(tx: Connection, subscriber_id: int, what: Said, *, how: str, now: datetime, text: str = "") -> None:
    """One line more about that person."""
    record_all(tx, [(subscriber_id, text)], what, how=how, now=now)


def record_all(tx: Connection, told: Sequence[tuple[int, str]], what: Said, *, how: str, now: datetime) -> None:
    """One line more about each of these people: (id, text)."""
    # PostgreSQL stores no NUL.
    same = {"at": now, "what": what.value, "how": xml_chars(how)}
    if told:
        tx.execute(
            plain_insert(consent), [same | {"subscriber_id": who, "text": xml_chars(text)} for who, text in told]
        )


def history(tx: Connection, subscriber_id: int) -> list[Consent]:
    """All that is on record about that person, oldest first."""
    statement = select(consent).where(consent.c.subscriber_id == subscriber_id).order_by(consent.c.id)
    return [_from_row(row) for row in tx.execute(statement)]


def histories(tx: Connection) -> dict[int, list[Consent]]:
    """`history` of everybody of whom there is one, by their id."""
    found: dict[int, list[Consent]] = defaultdict(list)
    for row in tx.execute(select(consent).order_by(consent.c.id)):
        found[row.subscriber_id].append(_from_row(row))
    return found


def changed_since(tx: Connection, subscriber_id: int, moment: datetime) -> bool:
    """Whether that person has chosen otherwise after `moment`."""
    statement = select(consent.c.id).where(
        consent.c.subscriber_id == subscriber_id, consent.c.what == Said.CHANGED.value, consent.c.at > moment
    )
    return tx.execute(statement.limit(1)).first() is not None


def _from_row(row: Row[Any]) -> Consent:
    return Consent(Said(row.what), row.at, row.how, row.text)
