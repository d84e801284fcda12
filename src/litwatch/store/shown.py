"""What readers have been shown so far: the notes, and the studies that were told or listed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Connection, and_, select

from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue, Nugget
from litwatch.store import payload
from litwatch.store.schema import Fate, issue, issue_article, nugget, outcome
from litwatch.store.sql import chunks

AMENDED = '"amended":[{'
"""Stands in an issue's payload that has a row amended by an editor."""


class Shown(NamedTuple):
    """A study of an issue; `slug` is its note's, "" if it was only listed."""

    pmid: str
    week: Week
    slug: str


def shown(tx: Connection) -> list[Shown]:
    """Every study that an issue told or listed, oldest issue first."""
    statement = (
        select(issue_article.c.pmid, issue.c.week, nugget.c.slug)
        .join(issue, issue.c.id == issue_article.c.issue_id)
        .outerjoin(nugget, and_(nugget.c.issue_id == issue.c.id, nugget.c.pmid == issue_article.c.pmid))
        .where(issue_article.c.fate.in_([Fate.NUGGET, Fate.MENTION]))
        .order_by(issue.c.week, issue_article.c.pmid)
    )
    return [Shown(row.pmid, Week.parse(row.week), row.slug or "") for row in tx.execute(statement)]


def notes_with(tx: Connection, concepts: Iterable[str]) -> list[str]:
    """The PMIDs of the published notes whose ledger has one of these concepts, in order."""
    found: set[str] = set()
    for chunk in chunks(concepts):
        matching = select(outcome.c.pmid).where(outcome.c.concept.in_(chunk))
        found.update(tx.scalars(select(nugget.c.pmid).where(nugget.c.pmid.in_(matching))))
    return sorted(found)


def amended(tx: Connection) -> dict[str, Nugget]:
    """The published notes with a row that an editor has amended, by PMID."""
    # As `payload.dump` writes it; inside a text the quotation marks would be escaped.
    holding = select(issue.c.payload).where(issue.c.payload.contains(AMENDED, autoescape=True)).order_by(issue.c.week)
    return {
        note.pmid: note for text in tx.scalars(holding) for note in payload.load(Issue, text).nuggets if note.amended
    }


def nuggets(tx: Connection, pmids: Collection[str]) -> dict[str, Nugget]:
    """The notes on these papers as they were published, by PMID."""
    holding: set[str] = set()
    for chunk in chunks(pmids):
        statement = select(issue.c.week).join(nugget, nugget.c.issue_id == issue.c.id)
        holding.update(tx.scalars(statement.where(nugget.c.pmid.in_(chunk))))
    found: dict[str, Nugget] = {}
    for week in sorted(holding):
        text = tx.scalars(select(issue.c.payload).where(issue.c.week == week)).one()
        found |= {note.pmid: note for note in payload.load(Issue, text).nuggets if note.pmid in pmids}
    return found
