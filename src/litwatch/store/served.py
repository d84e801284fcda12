"""Whether what the web server shows is still so, and since when each of its pages is as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from litwatch.store.schema import NoticeState, article, citation, issue, notice, served_page, study
from litwatch.store.sql import insert

Stamp = tuple[object, ...]
"""Two that are equal stand for the same published content."""


@dataclass(frozen=True, slots=True)
class Served:
    """The entity tag of a page's present bytes, without quotes, and since when it has had them."""

    etag: str
    changed: datetime


def stamp(tx: Connection) -> Stamp:
    """What changes whenever something is published, learned or read anew. Cheap: small tables, or the end of an index."""
    accepted = select(func.count()).where(notice.c.state == NoticeState.ACCEPTED)
    parts = (
        select(func.count()).select_from(issue),
        select(func.max(issue.c.published)),
        accepted,
        select(func.max(notice.c.made)),
        select(func.count()).select_from(citation),
        select(func.max(citation.c.seen)),
        select(func.max(article.c.changed)),
        select(func.max(article.c.deleted)),
        select(func.max(study.c.read_at)),
    )
    return tuple(tx.execute(select(*(part.scalar_subquery() for part in parts))).one())


def known(tx: Connection) -> dict[str, Served]:
    """What is kept of every page, by its path."""
    return {row.path: Served(row.etag, row.changed) for row in tx.execute(select(served_page))}


def was_shown(tx: Connection, path: str) -> bool:
    """Whether a page at that path is kept."""
    return tx.execute(select(served_page.c.path).where(served_page.c.path == path)).first() is not None


def keep(tx: Connection, pages: Mapping[str, Served]) -> None:
    """Store these. A page that another server has seen with the same bytes keeps the earlier time."""
    rows = [{"path": path, "etag": page.etag, "changed": page.changed} for path, page in sorted(pages.items())]
    if not rows:
        return
    statement = insert(tx, served_page)
    new = statement.excluded
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=[served_page.c.path],
            set_={"etag": new.etag, "changed": new.changed},
            where=served_page.c.etag != new.etag,
        ),
        rows,
    )
