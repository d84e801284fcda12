"""What is stored → what has become of the published papers since they were told.

Found in both directions: in the published papers' own records, and in records that point at one of them. What becomes
of a paper that a notice rests on (the later study of an update, the final form of a preprint) concerns the note, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from litwatch.compose.citation import cite
from litwatch.compose.correction_notices import Told, correction_notice, final_notice, withdrawn_update
from litwatch.compose.corrections import Event, final_version, own_events, pointed, unknown
from litwatch.domain.article import Article, ParseFailure
from litwatch.domain.citation import Citation
from litwatch.domain.notice import Notice, NoticeKind
from litwatch.store import articles, citations, notices, rechecks
from litwatch.store.articles import StoredRecord
from litwatch.store.database import Connection, Database
from litwatch.store.notices import NoticeState
from litwatch.store.sql import chunks

Parse = Callable[[StoredRecord], Article | ParseFailure]

OVERLAP = timedelta(days=14)
"""So far before the last complete check changed records are read again: a paper may be told after its notice came."""
FINAL = "final"
"""Source of the event that a paper leaves the state "ahead of print"."""
_BEFORE_EVERYTHING = datetime(1970, 1, 1, tzinfo=UTC)
_TOLD_OF_LINES = frozenset({NoticeKind.RETRACTION, NoticeKind.CONCERN})
"""Of a paper that was only listed in one line an erratum is no news."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was learned of one paper: notices with their sources, how the note is cited, updates that have lost their study."""

    told: Told
    notices: tuple[tuple[str, Notice], ...] = ()
    citation: Citation | None = None
    withdrawn: tuple[Withdrawn, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """An update whose study has been retracted, by its guid, and the notice that says so."""

    update: str
    source: str
    notice: Notice


def find(told: Mapping[str, Told], *, database: Database, parse: Parse, made: datetime, authority: str) -> list[Found]:
    """What has become of the papers of `told`, as far as stored records tell it and no notice was made of it.

    Every note is compared with its record; of papers in one line those whose record has changed. Sorted by PMID.
    """
    notes = {pmid for pmid, paper in told.items() if paper.slug}
    with database.read() as tx:
        complete = rechecks.last(tx, complete=True)
        since = complete.started - OVERLAP if complete else _BEFORE_EVERYTHING
        changed = articles.changed_since(tx, since)
        citing = notices.citing(tx)
    pointers = _pointers(database, parse, changed, told, citing)
    concerned = sorted(notes | told.keys() & {*pointers.events, *changed})
    found = []
    for pmid in concerned:
        with database.read() as tx:
            found.append(_Paper(tx, parse, told[pmid], made, authority).found(pointers))
    return found


def store(tx: Connection, found: Iterable[Found], *, seen: datetime) -> int:
    """Writes notices and citations down, each once; how many notices are news to readers."""
    news = 0
    for paper in found:
        if paper.told.citation and paper.citation:
            citations.keep_first(tx, paper.told.pmid, paper.told.citation, seen=paper.told.published)
            citations.keep(tx, paper.told.pmid, paper.citation, seen=seen)
        for source, notice in paper.notices:
            new = notices.add(tx, notice, source=source, state=NoticeState.ACCEPTED)
            news += new and notice.kind is not NoticeKind.FINAL
        news += sum(_withdraw(tx, withdrawn) for withdrawn in paper.withdrawn)
    return news


def _withdraw(tx: Connection, withdrawn: Withdrawn) -> bool:
    """Whether readers are told. An update that no issue has told yet will not be; one that was only proposed is no news."""
    if notices.withdraw(tx, withdrawn.update) is not NoticeState.ACCEPTED:
        return False
    return notices.add(tx, withdrawn.notice, source=withdrawn.source, state=NoticeState.ACCEPTED)


def linked_records(database: Database, pmids: Sequence[str], parse: Parse) -> list[str]:
    """The journals' notices and final versions that the records of `pmids` point to and that are not stored yet."""
    linked: set[str] = set()
    for article in _articles(database, parse, pmids):
        linked |= {event.link.pmid for event in own_events(article) if event.link.pmid}
        linked |= {final for final in [final_version(article)] if final}
    with database.read() as tx:
        return sorted(linked - articles.known(tx, linked))


@dataclass(slots=True)
class _Pointers:
    """What changed records say of other papers: events by PMID, final versions by DOI; and by PMID the notes' updates."""

    events: dict[str, list[Event]] = field(default_factory=dict)
    finals: dict[str, str] = field(default_factory=dict)
    updates: dict[str, list[Notice]] = field(default_factory=dict)


def _pointers(
    database: Database, parse: Parse, changed: Sequence[str], told: Mapping[str, Told], citing: Sequence[Notice]
) -> _Pointers:
    dois = {(paper.citation.doi or "").lower(): pmid for pmid, paper in told.items() if paper.citation}
    followed = {*told, *(notice.citation.pmid for notice in citing if notice.citation)}
    found = _Pointers()
    for notice in citing:
        if notice.kind is NoticeKind.UPDATE and notice.rows:
            found.updates.setdefault(notice.pmid, []).append(notice)
    for article in _articles(database, parse, changed):
        for pmid, event in pointed(article):
            if pmid in followed:
                found.events.setdefault(pmid, []).append(event)
        doi = (article.doi or "").lower()
        if doi and dois.get(doi, article.pmid) != article.pmid and article.publication_status != "aheadofprint":
            found.finals[dois[doi]] = article.pmid
    return found


def _articles(database: Database, parse: Parse, pmids: Sequence[str]) -> Iterator[Article]:
    """The stored articles, as far as they can be parsed."""
    for chunk in chunks(pmids):
        with database.read() as tx:
            records = articles.load(tx, chunk)
        for record in records:
            article = parse(record)
            if isinstance(article, Article):
                yield article


@dataclass(frozen=True, slots=True)
class _Paper:
    """One published paper and what the database holds about it."""

    tx: Connection
    parse: Parse
    told: Told
    made: datetime
    authority: str

    def found(self, pointers: _Pointers) -> Found:
        article = self._article(self.told.pmid)
        known = notices.known(self.tx, self.told.pmid)
        final = self._final(article, known, pointers) if article and self.told.citation else None
        versions = {self.told.pmid, final[1].pmid} if final else {self.told.pmid}
        events = [event for pmid in sorted(versions) for event in self._events(pmid, pointers)]
        made = [self._notice(event, article) for event in self._news(unknown(events, known))]
        if final and not any(notice.kind is NoticeKind.FINAL and name == final[0] for name, notice in known):
            source, citation = final
            notice = final_notice(self.told, citation, source=source, made=self.made, authority=self.authority)
            made.append((source, notice))
        citation_now = final[1] if final else cite(article) if article else None
        return Found(self.told, tuple(made), citation_now, tuple(self._withdrawn(pointers)))

    def _events(self, pmid: str, pointers: _Pointers) -> list[Event]:
        article = self._article(pmid)
        return [*(own_events(article) if article else ()), *pointers.events.get(pmid, ())]

    def _withdrawn(self, pointers: _Pointers) -> Iterator[Withdrawn]:
        """The note's updates whose study has been retracted."""
        for update in pointers.updates.get(self.told.pmid, ()):
            assert update.citation is not None
            events = self._events(update.citation.pmid, pointers)
            retraction = next((event for event in events if event.kind is NoticeKind.RETRACTION), None)
            if retraction:
                source, notice = withdrawn_update(retraction, update, made=self.made, authority=self.authority)
                yield Withdrawn(update.guid, source, notice)

    def _news(self, events: Sequence[Event]) -> list[Event]:
        """Without what the issue itself could tell, or what is no news of a paper in one line. A retraction always is."""
        kinds = NoticeKind if self.told.slug else _TOLD_OF_LINES
        events = [event for event in events if event.kind in kinds]
        if all(event.kind is NoticeKind.RETRACTION for event in events):
            return events
        then = self._then()
        before = {name for event in (own_events(then) if then else ()) for name in event.names}
        return [event for event in events if event.kind is NoticeKind.RETRACTION or event.names.isdisjoint(before)]

    def _notice(self, event: Event, article: Article | None) -> tuple[str, Notice]:
        then = self._then() if event.kind is NoticeKind.ERRATUM else None
        notice = correction_notice(
            event,
            self.told,
            record=self._article(event.link.pmid) if event.link.pmid else None,
            rewritten=bool(article and then and article.abstract != then.abstract),
            made=self.made,
            authority=self.authority,
        )
        return event.source, notice

    def _final(
        self, article: Article, known: Sequence[tuple[str, Notice]], pointers: _Pointers
    ) -> tuple[str, Citation] | None:
        """(source, citation) of the final form of a paper that was told before it; None if there is none (yet)."""
        assert self.told.citation is not None
        before = (notice.citation.pmid for _, notice in known if notice.kind is NoticeKind.FINAL and notice.citation)
        elsewhere = next((pmid for pmid in before if pmid != article.pmid), None)
        elsewhere = elsewhere or final_version(article)
        if self.told.citation.ahead_of_print:
            if article.publication_status != "aheadofprint":
                return FINAL, cite(article)
            elsewhere = elsewhere or pointers.finals.get(article.pmid)
        other = self._article(elsewhere) if elsewhere else None
        return (other.pmid, cite(other)) if other else None

    def _article(self, pmid: str) -> Article | None:
        return next((self._parsed(record) for record in articles.load(self.tx, [pmid])), None)

    def _then(self) -> Article | None:
        """The paper as its note tells it."""
        record = articles.as_of(self.tx, self.told.pmid, self.told.written)
        return self._parsed(record) if record else None

    def _parsed(self, record: StoredRecord) -> Article | None:
        article = self.parse(record)
        return article if isinstance(article, Article) else None
