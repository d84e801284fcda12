"""The verb import: records from a file, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from litwatch.domain.article import Record
from litwatch.pubmed.parse import Item, open_records
from litwatch.pubmed.query import Query, index
from litwatch.service.keep import Kept, keep
from litwatch.service.reading import ReadStudy, read_all
from litwatch.store import articles
from litwatch.store.database import Connection, Database

CHUNK = 200
"""Items held in memory at a time."""


@dataclass(frozen=True, slots=True)
class Imported:
    """How many records of a file became what. `linked` counts the articles that belong to at least one topic."""

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    deleted: int = 0
    unreadable: int = 0
    linked: int = 0


def import_file(
    path: Path,
    *,
    database: Database,
    topics: Mapping[str, Query],
    read_study: ReadStudy,
    now: datetime,
    on_progress: Callable[[int, int], None] | None = None,
) -> Imported:
    """Store every record of `path` (.xml, .xml.gz, .nbib) with its study, linked to the topics whose query it matches.

    One transaction: InputError (TruncatedInput for a cut file) leaves the database as it was. Memory stays flat.
    The length of a file is not known before its end, so progress is reported as (done, done).
    """
    read = partial(read_all, read_study)
    total, done = Imported(), 0
    with database.write() as tx:
        for chunk in _chunks(open_records(path)):
            kept = keep(tx, chunk, read=read, seen=now)
            linked = _link(tx, chunk, topics, now)
            total = _add(total, kept, linked)
            done += len(chunk)
            if on_progress:
                on_progress(done, done)
    return total


def _link(tx: Connection, items: Iterable[Item], topics: Mapping[str, Query], now: datetime) -> int:
    """Link the records to the topics that they match; how many match at least one."""
    matches: dict[str, list[str]] = {name: [] for name in topics}
    for item in items:
        if isinstance(item, Record):
            indexed = index(item.article)
            for name, query in topics.items():
                if query.matches_index(indexed):
                    matches[name].append(item.article.pmid)
    for name, pmids in matches.items():
        articles.link(tx, name, pmids, seen=now)
    return len({pmid for pmids in matches.values() for pmid in pmids})


def _chunks(items: Iterator[Item]) -> Iterator[list[Item]]:
    while chunk := list(islice(items, CHUNK)):
        yield chunk


def _add(total: Imported, kept: Kept, linked: int) -> Imported:
    return Imported(
        total.new + len(kept.new),
        total.revised + len(kept.revised),
        total.unchanged + len(kept.unchanged),
        total.deleted + len(kept.deleted),
        total.unreadable + kept.unreadable,
        total.linked + linked,
    )
