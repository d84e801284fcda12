"""What the API and the export ask: papers with their readings, newest first, a page at a time.

The order is by when a paper was first seen, then by PMID: neither ever changes. So a page goes on where the one before
ended, whatever came in meanwhile, and no paper is given twice or passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue, Nugget
from litwatch.domain.study import Design, Direction, Study
from litwatch.store import payload
from litwatch.store.columns import UtcDateTime
from litwatch.store.schema import (
    Fate,
    NoticeState,
    article,
    citation,
    issue,
    issue_article,
    notice,
    nugget,
    outcome,
    study,
    topic_article,
)
from litwatch.store.shown import AMENDED
from litwatch.store.sql import chunks


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paper stands in the order."""

    first_seen: datetime
    pmid: str


@dataclass(frozen=True, slots=True)
class NotePlace:
    """Where a note stands among all notes: the newest issue first, in the issue's own order."""

    week: str
    position: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for; None is anything. Whatever speaks of a reading leaves out papers without one."""

    concept: str | None = None
    """A row with this outcome, by the lexicon's name."""
    direction: Direction | None = None
    """A row with this direction (and this outcome); and every paper with a row that an editor has amended."""
    design: Design | None = None
    exercise: str | None = None
    """A kind of exercise, by the reading's own name; "" is any."""
    year: int | None = None
    since: datetime | None = None
    """New, revised, read anew, found by a topic, told by an issue or noticed since then; a note: published or noticed
    since then, or its paper cited otherwise."""
    read: bool = False
    """Only papers with a reading."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper's row, with its reading if it has one."""

    pmid: str
    first_seen: datetime
    changed: datetime
    title: str
    journal: str | None
    year: int | None
    doi: str | None
    """In lower case."""
    study: Study | None
    read_at: datetime | None

    @property
    def place(self) -> Place:
        return Place(self.first_seen, self.pmid)


@dataclass(frozen=True, slots=True)
class Shown:
    """In which issue a paper was considered, and what became of it; `slug` is its note's, "" without one."""

    week: Week
    fate: Fate
    slug: str

    @property
    def told(self) -> bool:
        """Whether readers see it there: in a note or in a line."""
        return self.fate is not Fate.EXCLUDED


_ENTRY = (
    article.c.pmid,
    article.c.first_seen,
    article.c.changed,
    article.c.title,
    article.c.journal,
    article.c.year,
    article.c.doi,
    study.c.payload,
    study.c.read_at,
)


def papers(tx: Connection, wanted: Wanted, *, after: Place | None, limit: int) -> list[Entry]:
    """The next `limit` papers, newest first. What PubMed has withdrawn is not among them."""
    return [_entry(row) for row in tx.execute(papers_query(wanted, after=after, limit=limit))]


def papers_query(wanted: Wanted, *, after: Place | None, limit: int) -> Select[Any]:
    """The question behind `papers`; it walks an index in its order, and sorts nothing."""
    statement = select(*_ENTRY).outerjoin(study, study.c.pmid == article.c.pmid)
    # Written so that no index is used for it: nearly all papers are there, and would have to be sorted.
    statement = statement.where(case((article.c.deleted.is_(None), 1), else_=0) == 1, *_about_paper(wanted))
    if wanted.since:
        new = or_(article.c.changed >= wanted.since, study.c.read_at >= wanted.since)
        statement = statement.where(or_(new, article.c.pmid.in_(_met(wanted.since))))
    order = (article.c.first_seen, article.c.pmid)
    if after:
        statement = statement.where(tuple_(*order) < tuple_(literal(after.first_seen, UtcDateTime()), after.pmid))
    return statement.order_by(*(column.desc() for column in order)).limit(limit)


def paper(tx: Connection, pmid: str) -> Entry | None:
    """One paper; None if it is unknown or withdrawn."""
    statement = select(*_ENTRY).outerjoin(study, study.c.pmid == article.c.pmid)
    row = tx.execute(statement.where(article.c.pmid == pmid, article.c.deleted.is_(None))).one_or_none()
    return row and _entry(row)


def notes(tx: Connection, wanted: Wanted, *, after: NotePlace | None, limit: int) -> list[tuple[NotePlace, Entry]]:
    """The places and papers of the next `limit` published notes, newest issue first. (A withdrawn paper keeps its note.)"""
    statement = (
        select(issue.c.week, nugget.c.position, *_ENTRY)
        .join(nugget, nugget.c.issue_id == issue.c.id)
        .join(article, article.c.pmid == nugget.c.pmid)
        .outerjoin(study, study.c.pmid == article.c.pmid)
        .where(*_about_paper(wanted))
    )
    if wanted.since:
        statement = statement.where(or_(issue.c.published >= wanted.since, nugget.c.pmid.in_(_learned(wanted.since))))
    if after:
        same = and_(issue.c.week == after.week, nugget.c.position > after.position)
        statement = statement.where(or_(issue.c.week < after.week, same))
    statement = statement.order_by(issue.c.week.desc(), nugget.c.position).limit(limit)
    return [(NotePlace(row.week, row.position), _entry(row)) for row in tx.execute(statement)]


def note(tx: Connection, slug: str) -> NotePlace | None:
    """Where the note with that slug stands; the first of them, whose page it is."""
    statement = select(issue.c.week, nugget.c.position).join(nugget, nugget.c.issue_id == issue.c.id)
    row = tx.execute(statement.where(nugget.c.slug == slug).order_by(issue.c.week).limit(1)).one_or_none()
    return row and NotePlace(row.week, row.position)


def issues(
    tx: Connection, *, after: str | None, limit: int, since: datetime | None = None, year: int | None = None
) -> list[Issue]:
    """The next `limit` issues, the newest week first; `after` and `year` are of the ISO week."""
    statement = select(issue.c.payload).order_by(issue.c.week.desc()).limit(limit)
    if after is not None:
        statement = statement.where(issue.c.week < after)
    if since:
        statement = statement.where(issue.c.published >= since)
    if year is not None:
        statement = statement.where(issue.c.week.startswith(f"{year:04d}-W"))
    return [payload.load(Issue, text) for text in tx.scalars(statement)]


def shown(tx: Connection, pmids: Iterable[str]) -> dict[str, Shown]:
    """By PMID, the issue that told, listed or left out the paper."""
    statement = (
        select(issue_article.c.pmid, issue.c.week, issue_article.c.fate, nugget.c.slug)
        .join(issue, issue.c.id == issue_article.c.issue_id)
        .outerjoin(nugget, and_(nugget.c.issue_id == issue.c.id, nugget.c.pmid == issue_article.c.pmid))
        .order_by(issue.c.week.desc())
    )
    return {
        row.pmid: Shown(Week.parse(row.week), Fate(row.fate), row.slug or "")
        for chunk in chunks(pmids)
        for row in tx.execute(statement.where(issue_article.c.pmid.in_(chunk)))
    }


def topics(tx: Connection, pmids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """By PMID, the topics that found the paper."""
    statement = select(topic_article.c.pmid, topic_article.c.topic)
    found: dict[str, list[str]] = {}
    for chunk in chunks(pmids):
        for pmid, topic in tx.execute(statement.where(topic_article.c.pmid.in_(chunk))):
            found.setdefault(pmid, []).append(topic)
    return {pmid: tuple(sorted(names)) for pmid, names in found.items()}


def amended(tx: Connection, pmids: Collection[str]) -> dict[str, Nugget]:
    """Those of the notes on these papers with a row that an editor has amended."""
    found: dict[str, Nugget] = {}
    statement = _amending(issue.c.payload).distinct()
    for chunk in chunks(pmids):
        for text in tx.scalars(statement.where(nugget.c.pmid.in_(chunk))):
            found |= {note.pmid: note for note in payload.load(Issue, text).nuggets if note.amended}
    return {pmid: note for pmid, note in found.items() if pmid in pmids}


def _amending(column: ColumnElement[Any]) -> Any:
    joined = select(column).join(nugget, nugget.c.issue_id == issue.c.id)
    return joined.where(issue.c.payload.contains(AMENDED, autoescape=True))


def _about_paper(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    """Conditions on a paper and its reading. They may let pass a little more than was asked for."""
    rows = [outcome.c.pmid == study.c.pmid]
    if wanted.concept is not None:
        # Not by the index of concepts: a common one has many rows, a paper has few.
        rows.append(func.coalesce(outcome.c.concept, "") == wanted.concept)
    if wanted.direction:
        said = exists().where(*rows, outcome.c.direction == wanted.direction.value)
        yield or_(said, study.c.pmid.in_(_amending(nugget.c.pmid)))
    elif wanted.concept is not None:
        yield exists().where(*rows)
    if wanted.design:
        yield study.c.design == wanted.design.value
    if wanted.year is not None:
        yield article.c.year == wanted.year
    if wanted.exercise is not None:
        # As `payload.dump` writes it; inside a text the quotation marks would be escaped.
        mark = f'{{"name":{payload.dump(str, wanted.exercise)},' if wanted.exercise else '"exercise":{'
        yield study.c.payload.contains(mark, autoescape=True)
    if wanted.read:
        yield study.c.pmid.is_not(None)


def _met(since: datetime) -> CompoundSelect[Any]:
    """The papers of which something else is told since then: by a topic, an issue or a notice."""
    issued = select(issue_article.c.pmid).join(issue, issue.c.id == issue_article.c.issue_id)
    found = select(topic_article.c.pmid).where(topic_article.c.first_seen >= since)
    return union_all(issued.where(issue.c.published >= since), found, _noticed(since))


def _learned(since: datetime) -> CompoundSelect[Any]:
    """The papers whose notes have had a new notice, or their papers a new citation, since then."""
    return union_all(_noticed(since), select(citation.c.pmid).where(citation.c.seen >= since))


def _noticed(since: datetime) -> Select[Any]:
    accepted = notice.c.state == NoticeState.ACCEPTED.value
    return select(notice.c.pmid).where(accepted, notice.c.made >= since)


def _entry(row: Any) -> Entry:
    read = payload.load(Study, row.payload) if row.payload else None
    return Entry(row.pmid, row.first_seen, row.changed, row.title, row.journal, row.year, row.doi, read, row.read_at)
