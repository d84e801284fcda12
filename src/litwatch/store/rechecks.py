"""The receipts of asking PubMed again for what was published."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy import insert as plain_insert

from litwatch.domain.run import RecheckReceipt
from litwatch.store.schema import recheck


def save(tx: Connection, receipt: RecheckReceipt) -> None:
    """Stores what one check did."""
    tx.execute(plain_insert(recheck).values(asdict(receipt)))


def receipts(tx: Connection, *, since: datetime, until: datetime) -> list[RecheckReceipt]:
    """Checks that began in [since, until], oldest first."""
    statement = select(recheck).where(recheck.c.started.between(since, until))
    return [_receipt(row) for row in tx.execute(statement.order_by(recheck.c.started, recheck.c.id))]


def last(tx: Connection, *, complete: bool = False) -> RecheckReceipt | None:
    """The latest check; with `complete`, the latest that did not fail."""
    statement = select(recheck).order_by(recheck.c.started.desc(), recheck.c.id.desc()).limit(1)
    if complete:
        statement = statement.where(recheck.c.failed.is_(None))
    row = tx.execute(statement).one_or_none()
    return None if row is None else _receipt(row)


def _receipt(row: Row[Any]) -> RecheckReceipt:
    return RecheckReceipt(
        started=row.started,
        seconds=row.seconds,
        wanted=row.wanted,
        checked=row.checked,
        revised=row.revised,
        missing=row.missing,
        notices=row.notices,
        failed=row.failed,
    )
