"""What people said and when, for as long as they are on record."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy import insert as plain_insert

from litwatch.domain.subscriber import Consent, Said
from litwatch.domain.text import xml_chars
from litwatch.store.schema import consent


def record(tx: Connection, subscriber_id: int, what: Said, *, how: str, now: datetime, text: str = "") -> None:
    """One line more about that person."""
    # PostgreSQL stores no NUL.
    values = {"subscriber_id": subscriber_id, "at": now, "what": what.value, "how": xml_chars(how)}
    tx.execute(plain_insert(consent).values(**values, text=xml_chars(text)))


def history(tx: Connection, subscriber_id: int) -> list[Consent]:
    """All that is on record about that person, oldest first."""
    statement = select(consent).where(consent.c.subscriber_id == subscriber_id).order_by(consent.c.id)
    return [Consent(Said(row.what), row.at, row.how, row.text) for row in tx.execute(statement)]


def changed_since(tx: Connection, subscriber_id: int, moment: datetime) -> bool:
    """Whether that person has chosen otherwise after `moment`."""
    statement = select(consent.c.id).where(
        consent.c.subscriber_id == subscriber_id, consent.c.what == Said.CHANGED.value, consent.c.at > moment
    )
    return tx.execute(statement.limit(1)).first() is not None
