"""Ids that PubMed announced and did not deliver: asked for again, ever more rarely."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from litwatch.store.schema import missing_article
from litwatch.store.sql import chunks, insert

WAITS = (timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30))
"""Until the next try, after the first, second, … miss; the last one for ever after."""


def note(tx: Connection, topic: str, pmids: Iterable[str], *, now: datetime, reason: str) -> None:
    """Counts one more miss of each id and sets its next try."""
    table = missing_article
    for chunk in chunks(sorted(pmids)):
        statement = select(table.c.pmid, table.c.attempts).where(table.c.topic == topic, table.c.pmid.in_(chunk))
        attempts = {row.pmid: row.attempts for row in tx.execute(statement)}
        rows = []
        for pmid in chunk:
            misses = attempts.get(pmid, 0) + 1
            rows.append(
                {
                    "topic": topic,
                    "pmid": pmid,
                    "reason": reason,
                    "attempts": misses,
                    "first_missed": now,
                    "next_try": now + WAITS[min(misses, len(WAITS)) - 1],
                }
            )
        upsert = insert(tx, table)
        changed = {name: upsert.excluded[name] for name in ("reason", "attempts", "next_try")}
        tx.execute(upsert.on_conflict_do_update(index_elements=[table.c.topic, table.c.pmid], set_=changed), rows)


def due(tx: Connection, topic: str, *, now: datetime, limit: int = 200) -> list[str]:
    """Ids of `topic` whose next try has come, the longest overdue first."""
    table = missing_article
    statement = (
        select(table.c.pmid)
        .where(table.c.topic == topic, table.c.next_try <= now)
        .order_by(table.c.next_try, table.c.pmid)
        .limit(limit)
    )
    return list(tx.scalars(statement))


def clear(tx: Connection, pmids: Iterable[str]) -> None:
    """Forgets ids that have arrived, for every topic."""
    for chunk in chunks(pmids):
        tx.execute(delete(missing_article).where(missing_article.c.pmid.in_(chunk)))
