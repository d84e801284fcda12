"""Everything stored, for who asks with a program: papers, studies, ledger rows, notes and issues, a page at a time.

What a filter by condition needs is known only once a reading is looked at. So one page looks at no more than `MOST`
papers: it may be shorter than was asked for, or empty, and still have a next one. Each page is one short look at the
database; nothing is held open between two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from litwatch.compose.citation import NO_TITLE, cite
from litwatch.compose.rank import is_retracted
from litwatch.compose.rows import Source, ledger_rows
from litwatch.domain.article import Article, ParseFailure
from litwatch.domain.calendar import Week
from litwatch.domain.citation import Citation
from litwatch.domain.digest import AmendedRow, Issue, Nugget
from litwatch.domain.notice import Notice, NoticeKind
from litwatch.domain.rows import LedgerRow
from litwatch.domain.study import Study
from litwatch.service.filters import Filters
from litwatch.store import articles, catalogue, citations, issues, notices
from litwatch.store.articles import StoredRecord
from litwatch.store.catalogue import Entry, NotePlace, Place, Shown
from litwatch.store.database import Connection, Database

MOST = 1000
"""Papers that one page looks at."""
BATCH = 200
"""Papers that are looked at, or exported, at a time."""
ROWS_BATCH = 25
"""Papers whose rows are read at a time for a page of rows."""
BEHIND = 1_000_000
"""A row's place behind all rows of its paper."""

_RETRACTED = re.compile(rb"retract|withdrawn", re.IGNORECASE)

Parse = Callable[[StoredRecord], Article | ParseFailure]
Where = TypeVar("Where")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Paper:
    """A stored paper with everything that is known of it, but for its rows."""

    place: Place
    article: Article
    citation: Citation
    changed: datetime
    topics: tuple[str, ...]
    retracted: bool
    shown: Shown | None
    study: Study | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Note:
    """A published note with its paper's present citation, and what was learned since, oldest first."""

    issue: Issue
    nugget: Nugget
    citation: Citation
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class ToldIssue:
    """A published issue with its notes as they are now, and what was learned since of the papers in its lines."""

    issue: Issue
    notes: tuple[Note, ...]
    of_lines: Mapping[str, tuple[Notice, ...]]
    """By PMID, oldest first."""


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a row stands: its paper's place, and its own in the study."""

    paper: Place
    row: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`address` gives the web address of the note with a slug."""

    database: Database
    parse: Parse
    address: Callable[[str], str]

    def papers(
        self, filters: Filters, *, after: Place | None, limit: int, read: bool = False
    ) -> tuple[list[Paper], Place | None]:
        """Up to `limit` papers, the newest first, and where to go on (None: there are no more)."""
        entries, known, place = self._found(filters, after, limit, read=read)
        return [self._paper(entry, known) for entry in entries], place

    def paper(self, pmid: str) -> Paper | None:
        """One paper; None if it is unknown or withdrawn by PubMed."""
        with self.database.read() as tx:
            entry = catalogue.paper(tx, pmid)
            known = _gather(tx, [entry] if entry else [])
        return self._paper(entry, known) if entry else None

    def ledger(self, pmid: str) -> tuple[LedgerRow, ...]:
        """All rows of one paper."""
        with self.database.read() as tx:
            entry = catalogue.paper(tx, pmid)
            known = _gather(tx, [entry] if entry else [])
        return self._rows(entry, known) if entry else ()

    def rows(self, filters: Filters, *, after: RowPlace | None, limit: int) -> tuple[list[LedgerRow], RowPlace | None]:
        """Up to `limit` rows, those of the newest papers first, and where to go on."""
        found: list[tuple[RowPlace, LedgerRow]] = []
        if after and after.row < BEHIND:
            begun = (row for row in self.ledger(after.paper.pmid) if row.row > after.row)
            found += [(RowPlace(after.paper, row.row), row) for row in begun if filters.take_row(row)]
        place, more, looked = after.paper if after else None, True, 0
        while more and len(found) <= limit and looked < MOST:
            papers, following = self._ledgers(filters, place, ROWS_BATCH)
            found += [(RowPlace(paper, row.row), row) for paper, rows in papers for row in rows]
            # A page that is not full has looked at as many papers as one may.
            looked += ROWS_BATCH if len(papers) == ROWS_BATCH else MOST
            place, more = following or place, following is not None
        if len(found) > limit:
            return [row for _, row in found[:limit]], found[limit - 1][0]
        return [row for _, row in found], RowPlace(place, BEHIND) if more and place else None

    def export(self, filters: Filters) -> Iterator[LedgerRow]:
        """All rows, those of the newest papers first. The rows of one paper are of one moment."""
        place, more = None, True
        while more:
            papers, place = self._ledgers(filters, place, BATCH)
            for _, rows in papers:
                yield from rows
            more = place is not None

    def notes(self, filters: Filters, *, after: NotePlace | None, limit: int) -> tuple[list[Note], NotePlace | None]:
        """Up to `limit` notes, those of the newest issue first, and where to go on."""
        wanted = filters.wanted()
        places: dict[str, NotePlace] = {}
        with self.database.read() as tx:

            def batch(after: NotePlace | None, size: int) -> list[tuple[NotePlace, Entry]]:
                found = catalogue.notes(tx, wanted, after=after, limit=size)
                places.update({entry.pmid: place for place, entry in found})
                return found

            found, place = _page(batch, lambda entries: _fitting(tx, entries, filters), after, limit)
            return _notes(tx, [places[entry.pmid] for entry in found]), place

    def note(self, slug: str) -> Note | None:
        """The note with that slug."""
        with self.database.read() as tx:
            place = catalogue.note(tx, slug)
            return _notes(tx, [place])[0] if place else None

    def issues(
        self, *, after: Week | None, limit: int, since: datetime | None = None, year: int | None = None
    ) -> tuple[list[Issue], Week | None]:
        """Up to `limit` issues, the newest first, and where to go on."""
        with self.database.read() as tx:
            last = str(after) if after else None
            found = catalogue.issues(tx, after=last, limit=limit + 1, since=since, year=year)
        return found[:limit], found[limit - 1].week if len(found) > limit else None

    def issue(self, week: Week) -> ToldIssue | None:
        """The issue of that week."""
        with self.database.read() as tx:
            issue = issues.load(tx, week)
            if issue is None:
                return None
            notes = tuple(_note(tx, issue, nugget) for nugget in issue.nuggets)
            return ToldIssue(issue, notes, {line.pmid: _news(tx, line.pmid) for line in issue.lines})

    def _found(
        self, filters: Filters, after: Place | None, limit: int, *, read: bool
    ) -> tuple[list[Entry], _Gathered, Place | None]:
        wanted = filters.wanted(read=read)
        with self.database.read() as tx:

            def batch(after: Place | None, size: int) -> list[tuple[Place, Entry]]:
                return [(entry.place, entry) for entry in catalogue.papers(tx, wanted, after=after, limit=size)]

            found, place = _page(batch, lambda entries: _fitting(tx, entries, filters), after, limit)
            return found, _gather(tx, found), place

    def _ledgers(
        self, filters: Filters, after: Place | None, limit: int
    ) -> tuple[list[tuple[Place, list[LedgerRow]]], Place | None]:
        """The next papers with those of their rows that are asked for."""
        entries, known, place = self._found(filters, after, limit, read=True)
        rows = ((entry, self._rows(entry, known)) for entry in entries)
        return [(entry.place, [row for row in made if filters.take_row(row)]) for entry, made in rows], place

    def _paper(self, entry: Entry, known: _Gathered) -> Paper:
        parsed = self.parse(known.records[entry.pmid])
        # The record of a paper was readable when it came in.
        article = Article(entry.pmid, entry.title) if isinstance(parsed, ParseFailure) else parsed
        return Paper(
            place=entry.place,
            article=article,
            citation=cite(article),
            changed=entry.changed,
            topics=known.topics.get(entry.pmid, ()),
            retracted=entry.pmid in known.retracted or is_retracted(article),
            shown=known.shown.get(entry.pmid),
            study=entry.study,
            read_at=entry.read_at,
        )

    def _rows(self, entry: Entry, known: _Gathered) -> tuple[LedgerRow, ...]:
        if entry.study is None or entry.read_at is None:
            return ()
        shown = known.shown.get(entry.pmid)
        source = Source(
            doi=entry.doi,
            title=entry.title or NO_TITLE,
            journal=entry.journal,
            year=entry.year,
            retracted=entry.pmid in known.retracted or self._says_retracted(known.records[entry.pmid]),
            week=shown.week if shown and shown.told else None,
            note=self.address(shown.slug) if shown and shown.slug else None,
            read_at=entry.read_at,
        )
        return ledger_rows(entry.study, source, known.amended.get(entry.pmid, ()))

    def _says_retracted(self, record: StoredRecord) -> bool:
        """Parsing takes longer than all the rest: only what has one of the words is parsed."""
        if record.format == "xml" and not _RETRACTED.search(record.raw):
            return False
        article = self.parse(record)
        return isinstance(article, Article) and is_retracted(article)


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What the database has on some papers, by PMID."""

    records: dict[str, StoredRecord]
    shown: dict[str, Shown]
    topics: dict[str, tuple[str, ...]]
    amended: dict[str, tuple[AmendedRow, ...]]
    retracted: set[str]


def _gather(tx: Connection, entries: Sequence[Entry]) -> _Gathered:
    pmids = [entry.pmid for entry in entries]
    return _Gathered(
        records={record.pmid: record for record in articles.load(tx, pmids)},
        shown=catalogue.shown(tx, pmids),
        topics=catalogue.topics(tx, pmids),
        amended=_amended(tx, pmids),
        retracted=notices.retracted(tx) if pmids else set(),
    )


def _amended(tx: Connection, pmids: Sequence[str]) -> dict[str, tuple[AmendedRow, ...]]:
    return {pmid: note.amended for pmid, note in catalogue.amended(tx, pmids).items()}


def _page(
    batch: Callable[[Where | None, int], Sequence[tuple[Where, Item]]],
    fitting: Callable[[Sequence[Item]], list[bool]],
    after: Where | None,
    limit: int,
) -> tuple[list[Item], Where | None]:
    """The next `limit` items that fit, of at most about `MOST` looked at, and where to go on if there may be more."""
    found: list[Item] = []
    place, looked, size = after, 0, limit + 1
    while True:
        items = batch(place, size)
        for (where, item), fits in zip(items, fitting([item for _, item in items]), strict=True):
            if len(found) == limit:
                return found, place
            place = where
            if fits:
                found.append(item)
        looked += len(items)
        if len(items) < size:
            return found, None
        if looked >= MOST:
            return found, place
        size = BATCH


def _fitting(tx: Connection, entries: Sequence[Entry], filters: Filters) -> list[bool]:
    """Which of the papers that the database found are asked for."""
    asked = filters.direction is not None
    amended = _amended(tx, [entry.pmid for entry in entries]) if asked else {}
    return [filters.take(entry.study, amended.get(entry.pmid, ())) for entry in entries]


def _notes(tx: Connection, places: Sequence[NotePlace]) -> list[Note]:
    found = {week: issues.load(tx, Week.parse(week)) for week in {place.week for place in places}}
    made = []
    for place in places:
        issue = found[place.week]
        assert issue is not None
        made.append(_note(tx, issue, issue.nuggets[place.position]))
    return made


def _note(tx: Connection, issue: Issue, nugget: Nugget) -> Note:
    had = citations.history(tx, nugget.pmid)
    return Note(issue, nugget, had[-1].citation if had else nugget.citation, _news(tx, nugget.pmid))


def _news(tx: Connection, pmid: str) -> tuple[Notice, ...]:
    return tuple(each for each in notices.about(tx, pmid) if each.kind is not NoticeKind.FINAL)
