"""Records held in memory as PubMed would hold them: raw XML, a search index and the days that they arrived on.

A record is served byte for byte as it was read. It may be added, replaced or deleted while a server answers from it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from litwatch.domain.article import Article, Deletion, ParseFailure, Record
from litwatch.pubmed.parse import open_records, parse_record
from litwatch.pubmed.query import ArticleIndex, parse
from litwatch.pubmed.server.dates import shift
from litwatch.pubmed.server.render import article_xml

Sort = Literal["most recent", "pub date", "author", "journal"]
_CACHED = 64
"""Results of the latest searches."""


class PlacedIndex(ArticleIndex):
    """The index of a record whose days are known better than its XML tells them."""

    __slots__ = ("_placed",)

    def __init__(self, article: Article, placed: Mapping[str, date | None]) -> None:
        super().__init__(article)
        self._placed = placed

    def days(self, tag: str) -> tuple[tuple[date, date], ...]:
        if tag not in self._placed:
            return super().days(tag)
        day = self._placed[tag]
        return ((day, day),) if day else ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A record and its days: `arrived` is searched by [crdt], `entered` by [edat], `modified` by [lr]."""

    article: Article
    raw: bytes
    arrived: date | None
    entered: date | None
    modified: date | None
    index: ArticleIndex

    @classmethod
    def of(
        cls,
        record: Record,
        *,
        arrived: date | None = None,
        entered: date | None = None,
        modified: date | None = None,
    ) -> Entry:
        """Days that are not given are those of the record. A record from MEDLINE text is rendered as XML."""
        article = record.article
        raw = record.raw if record.format == "xml" else article_xml(article)
        arrived = arrived or article.arrived
        entered = entered or article.history_day("entrez") or arrived
        modified = modified or article.revised or arrived
        index = PlacedIndex(article, {"crdt": arrived, "edat": entered, "lr": modified})
        return cls(article, raw, arrived, entered, modified, index)


class Corpus:
    """The records by PMID. Thread-safe; `revision` rises with each change."""

    def __init__(self, records: Iterable[Record] = (), *, arrivals: Mapping[str, date] | None = None) -> None:
        self.failures: tuple[ParseFailure, ...] = ()
        """What could not be read when loading."""
        self.revision = 0
        self._lock = threading.RLock()
        self._entries: dict[str, Entry] = {}
        self._found: OrderedDict[tuple[object, ...], tuple[str, ...]] = OrderedDict()
        for record in records:
            self._keep(record, (arrivals or {}).get(record.article.pmid))

    @classmethod
    def load(
        cls, paths: Iterable[Path], *, shift_to: date | None = None, arrivals: Mapping[str, date] | None = None
    ) -> Corpus:
        """Read files (.xml, .xml.gz, .nbib) in order; of a PMID the highest version counts, of equal ones the later.

        `shift_to` moves the whole corpus in time, all dates of all records by the same number of days, so that the
        newest record arrives on that day (`dates` has the details). `arrivals` (PMID -> day) overrides the
        arrival that a record's dates suggest, after any move. Raises `InputError` for a file that cannot be used.
        """
        records: dict[str, Record] = {}
        failures: list[ParseFailure] = []
        for path in paths:
            for item in open_records(path):
                if isinstance(item, ParseFailure):
                    failures.append(item)
                elif isinstance(item, Deletion):
                    for pmid in item.pmids:
                        records.pop(pmid, None)
                elif _newer(item.article, records.get(item.article.pmid)):
                    records[item.article.pmid] = item
        moved = records.values() if shift_to is None else _moved(records.values(), shift_to)
        corpus = cls(moved, arrivals=arrivals)
        corpus.failures = tuple(failures)
        return corpus

    def add(
        self,
        record: bytes | Article,
        *,
        arrived: date | None = None,
        entered: date | None = None,
        modified: date | None = None,
    ) -> str:
        """Add or replace a record, given as its XML element or as an `Article`. Returns its PMID.

        A day that is not given is the record's own, except that the arrival of a record already held stays: a revision
        does not arrive again. A late arrival has an `entered` before its `arrived`. Raises `RecordError`.
        """
        raw = record if isinstance(record, bytes) else article_xml(record)
        article = parse_record(raw)
        with self._lock:
            held = self._entries.get(article.pmid)
            self._entries[article.pmid] = Entry.of(
                Record(article, raw),
                arrived=arrived or (held.arrived if held else None),
                entered=entered or (held.entered if held else None),
                modified=modified,
            )
            self._changed()
        return article.pmid

    def replace(self, record: bytes | Article, *, modified: date | None = None) -> str:
        """A revision of a record held. Raises KeyError if it is not held."""
        raw = record if isinstance(record, bytes) else article_xml(record)
        with self._lock:
            if parse_record(raw).pmid not in self._entries:
                raise KeyError(parse_record(raw).pmid)
            return self.add(raw, modified=modified)

    def delete(self, pmid: str) -> None:
        """Withdraw a record: neither found nor fetched any more. KeyError if it is not held."""
        with self._lock:
            del self._entries[pmid]
            self._changed()

    def warm(self) -> None:
        """Prepare the texts of all records for searching, which else the first searches do: about 0.3 ms a record."""
        every = parse("warm[tw]")
        for entry in tuple(self._entries.values()):
            every.matches_index(entry.index)

    def get(self, pmid: str) -> Entry | None:
        return self._entries.get(pmid)

    @property
    def pmids(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._entries)

    @property
    def arrivals(self) -> dict[str, date]:
        """PMID -> arrival day, of all records that have one."""
        with self._lock:
            return {pmid: entry.arrived for pmid, entry in self._entries.items() if entry.arrived}

    @property
    def newest(self) -> date | None:
        """The latest arrival day."""
        return max(self.arrivals.values(), default=None)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, pmid: object) -> bool:
        return pmid in self._entries

    def search(self, query: str, *, today: date, sort: Sort = "most recent") -> tuple[str, ...]:
        """All PMIDs that match, newest arrival first and then the highest PMID, or in another order.

        A record that arrives after `today` is not there yet. Relative dates in the query count back from `today`.
        Raises `QueryError`.
        """
        with self._lock:
            key = (query, today, sort, self.revision)
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
            entries = [entry for entry in self._entries.values() if not entry.arrived or entry.arrived <= today]
        parsed = parse(query)
        hits = [entry for entry in entries if parsed.matches_index(entry.index, today)]
        hits.sort(key=_recent, reverse=True)
        if sort != "most recent":
            hits.sort(key=_SORTS[sort], reverse=sort == "pub date")
        found = tuple(entry.article.pmid for entry in hits)
        with self._lock:
            self._found[key] = found
            while len(self._found) > _CACHED:
                self._found.popitem(last=False)
        return found

    def _keep(self, record: Record, arrived: date | None) -> None:
        self._entries[record.article.pmid] = Entry.of(record, arrived=arrived)

    def _changed(self) -> None:
        self.revision += 1
        self._found.clear()


def _newer(article: Article, held: Record | None) -> bool:
    return held is None or article.version >= held.article.version


def _moved(records: Iterable[Record], shift_to: date) -> list[Record]:
    """All records moved by the days from their newest arrival to `shift_to`. One without any date stays."""
    records = [
        replace(record, raw=article_xml(record.article), format="xml") if record.format != "xml" else record
        for record in records
    ]
    newest = max((record.article.arrived for record in records if record.article.arrived), default=None)
    if newest is None:
        return records
    days = (shift_to - newest).days
    return [_shifted(record, days) for record in records]


def _shifted(record: Record, days: int) -> Record:
    arrived = record.article.arrived
    if arrived is None or not days:
        return record
    raw = shift(record.raw, days, arrived)
    return Record(parse_record(raw), raw)


def _recent(entry: Entry) -> tuple[int, int]:
    return (entry.arrived.toordinal() if entry.arrived else 0, int(entry.article.pmid))


def _published(entry: Entry) -> str:
    day = entry.article.published.earliest()
    return day.isoformat() if day else ""


def _first_author(entry: Entry) -> str:
    return entry.article.authors[0].name.casefold() if entry.article.authors else ""


def _journal(entry: Entry) -> str:
    return (entry.article.journal.title or "").casefold()


_SORTS: Mapping[str, Callable[[Entry], str]] = {"pub date": _published, "author": _first_author, "journal": _journal}
