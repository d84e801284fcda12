"""Published issues. One per week, immutable, with the fate of every article that was considered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, text
from sqlalchemy import insert as plain_insert

from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue, Reject
from litwatch.store import payload
from litwatch.store.columns import UtcDateTime
from litwatch.store.schema import Fate, article, draft, issue, issue_article, nugget
from litwatch.store.sql import chunks, insert

__all__ = [
    "Fate",
    "Note",
    "composed",
    "first_published",
    "hold_publishing",
    "load",
    "newest_first",
    "notes",
    "publish",
    "recent",
    "rejects",
    "telling",
    "weeks",
]

_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Note:
    """A published nugget, as far as later issues ask for it. `title` is the paper's, as PubMed has it now."""

    pmid: str
    slug: str
    title: str


def publish(tx: Connection, value: Issue, fates: Mapping[str, tuple[Fate, str]]) -> bool:
    """Stores the issue of its week, with (fate, reason) of each considered PMID.

    False, and nothing changed, if that week has an issue already: whoever is first publishes it.
    """
    statement = insert(tx, issue).values(
        week=str(value.week),
        guid=value.guid,
        title=value.title,
        published=value.published,
        payload=payload.dump(Issue, value),
    )
    first = statement.on_conflict_do_nothing(index_elements=[issue.c.week])
    number = tx.execute(first.returning(issue.c.id)).scalar_one_or_none()
    if number is None:
        return False
    articles = [
        {"issue_id": number, "pmid": pmid, "fate": fate.value, "reason": reason}
        for pmid, (fate, reason) in sorted(fates.items())
    ]
    nuggets = [
        {"guid": item.guid, "issue_id": number, "position": place, "pmid": item.pmid, "slug": item.slug}
        for place, item in enumerate(value.nuggets)
    ]
    if articles:
        tx.execute(plain_insert(issue_article), articles)
    if nuggets:
        tx.execute(plain_insert(nugget), nuggets)
    return True


def hold_publishing(tx: Connection) -> None:
    """Wait until an issue that is just being published is out; until the end of `tx` no other is."""
    if tx.dialect.name == "postgresql":  # SQLite has one writer anyway
        tx.execute(text("LOCK TABLE issue IN SHARE MODE"))


def load(tx: Connection, week: Week) -> Issue | None:
    """The issue of that week, as it was published."""
    text = tx.scalars(select(issue.c.payload).where(issue.c.week == str(week))).one_or_none()
    return None if text is None else payload.load(Issue, text)


def recent(tx: Connection, limit: int) -> list[Issue]:
    """The latest issues, newest week first."""
    statement = select(issue.c.payload).order_by(issue.c.week.desc()).limit(limit)
    return [payload.load(Issue, text) for text in tx.scalars(statement)]


def newest_first(tx: Connection) -> Iterator[Issue]:
    """All issues, read a few at a time: those of ten years take a hundred megabytes together."""
    for some in chunks(map(str, reversed(weeks(tx))), _AT_ONCE):
        statement = select(issue.c.payload).where(issue.c.week.in_(some)).order_by(issue.c.week.desc())
        yield from [payload.load(Issue, text) for text in tx.scalars(statement)]


def weeks(tx: Connection) -> list[Week]:
    """The weeks that have an issue, oldest first."""
    return [Week.parse(text) for text in tx.scalars(select(issue.c.week).order_by(issue.c.week))]


def notes(tx: Connection) -> list[Note]:
    """Every nugget published so far, oldest issue first, in the order of the issue."""
    statement = (
        select(nugget.c.pmid, nugget.c.slug, article.c.title)
        .join(issue, issue.c.id == nugget.c.issue_id)
        .join(article, article.c.pmid == nugget.c.pmid)
        .order_by(issue.c.week, nugget.c.position)
    )
    return [Note(row.pmid, row.slug, row.title) for row in tx.execute(statement)]


def rejects(tx: Connection, week: Week) -> list[Reject]:
    """What the issue of `week` considered and does not show, by reason, then by PMID; empty without such an issue."""
    columns = (
        article.c.pmid,
        article.c.title,
        article.c.journal,
        article.c.year,
        article.c.doi,
        issue_article.c.reason,
    )
    statement = (
        select(*columns)
        .join(issue_article, issue_article.c.pmid == article.c.pmid)
        .join(issue, issue.c.id == issue_article.c.issue_id)
        .where(issue.c.week == str(week), issue_article.c.fate == Fate.EXCLUDED.value)
    )
    found = (
        Reject(row.pmid, row.title, row.reason, journal=row.journal, year=row.year, doi=row.doi)
        for row in tx.execute(statement)
    )
    # Sorted here: databases disagree about the order of texts.
    return sorted(found, key=lambda reject: (reject.reason, reject.pmid))


def composed(tx: Connection) -> dict[Week, datetime]:
    """When the notes of each published issue were written: before it was published, if it waited for its editor."""
    statement = select(issue.c.week, func.coalesce(draft.c.composed, issue.c.published, type_=UtcDateTime()))
    rows = tx.execute(statement.outerjoin(draft, draft.c.week == issue.c.week))
    return {Week.parse(week): moment for week, moment in rows}


def telling(tx: Connection, pmid: str) -> list[Week]:
    """The weeks of the issues with a note on that paper: one, or none."""
    statement = select(issue.c.week).join(nugget, nugget.c.issue_id == issue.c.id).where(nugget.c.pmid == pmid)
    return [Week.parse(text) for text in tx.scalars(statement.order_by(issue.c.week))]


def first_published(tx: Connection) -> datetime | None:
    """When the first of all issues was published."""
    return tx.scalars(select(issue.c.published).order_by(issue.c.published).limit(1)).one_or_none()
