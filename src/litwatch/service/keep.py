"""What poll and import share: items into the database, each article with its study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from litwatch.domain.article import Article, Deletion, ParseFailure, Record
from litwatch.service.reading import Studies
from litwatch.store import articles, missing, studies
from litwatch.store.articles import Saved
from litwatch.store.database import Connection

Item = Record | ParseFailure | Deletion
Read = Callable[[Sequence[Article]], Studies]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """PMIDs by what became of them."""

    new: tuple[str, ...] = ()
    revised: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    unreadable: int = 0

    @property
    def stored(self) -> tuple[str, ...]:
        return self.new + self.revised + self.unchanged


def keep(tx: Connection, items: Iterable[Item], *, read: Read, seen: datetime) -> Kept:
    """Store the items: records with the studies of those that are new or revised, failures, and marks for deletions.

    An article for which `read` has no study is stored without one. What arrived is no longer missing.
    """
    records, failures, deleted = _by_kind(items)
    saved = articles.save(tx, records, seen=seen) if records else {}
    by_fate = {fate: tuple(pmid for pmid, found in saved.items() if found is fate) for fate in Saved}
    fresh = [record.article for record in records if saved[record.article.pmid] is not Saved.UNCHANGED]
    studies.save(tx, list(read(fresh).values()), read_at=seen)
    if failures:
        articles.save_failures(tx, failures, seen=seen)
        log.warning("unreadable records", pmids=[failure.pmid for failure in failures], reason=failures[0].reason)
    if deleted:
        articles.mark_deleted(tx, deleted, seen=seen)
    missing.clear(tx, [*saved, *deleted])
    return Kept(by_fate[Saved.NEW], by_fate[Saved.REVISED], by_fate[Saved.UNCHANGED], tuple(deleted), len(failures))


def _by_kind(items: Iterable[Item]) -> tuple[Sequence[Record], Sequence[ParseFailure], Sequence[str]]:
    records: list[Record] = []
    failures: list[ParseFailure] = []
    deleted: list[str] = []
    for item in items:
        if isinstance(item, Record):
            records.append(item)
        elif isinstance(item, ParseFailure):
            failures.append(item)
        else:
            deleted.extend(item.pmids)
    return records, failures, deleted
