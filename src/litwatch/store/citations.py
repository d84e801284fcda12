"""The citations that published notes have had: the first as published, the last as it is at present."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from litwatch.domain.citation import Citation, DatedCitation
from litwatch.store import payload
from litwatch.store.schema import citation
from litwatch.store.sql import insert


def keep(tx: Connection, pmid: str, value: Citation, *, seen: datetime) -> bool:
    """Writes down that the note on `pmid` is cited so since `seen`; False if it is cited so already."""
    had = history(tx, pmid)
    if had and had[-1].citation == value:
        return False
    row = insert(tx, citation).values(pmid=pmid, seen=seen, payload=payload.dump(Citation, value))
    return tx.execute(row.on_conflict_do_nothing().returning(citation.c.pmid)).one_or_none() is not None


def keep_first(tx: Connection, pmid: str, value: Citation, *, seen: datetime) -> None:
    """Writes down how the note on `pmid` was cited when it was published, unless that is known."""
    if not history(tx, pmid):
        keep(tx, pmid, value, seen=seen)


def history(tx: Connection, pmid: str) -> tuple[DatedCitation, ...]:
    """Every citation that the note on `pmid` has had, the present one last; empty before its first check."""
    statement = select(citation.c.seen, citation.c.payload).where(citation.c.pmid == pmid).order_by(citation.c.seen)
    return tuple(DatedCitation(row.seen, payload.load(Citation, row.payload)) for row in tx.execute(statement))


def healed(tx: Connection) -> dict[str, tuple[DatedCitation, ...]]:
    """By PMID, the histories of all notes whose citation has changed since they were published."""
    histories: dict[str, list[DatedCitation]] = {}
    for row in tx.execute(select(citation).order_by(citation.c.pmid, citation.c.seen)):
        histories.setdefault(row.pmid, []).append(DatedCitation(row.seen, payload.load(Citation, row.payload)))
    return {pmid: tuple(dated) for pmid, dated in histories.items() if len(dated) > 1}
