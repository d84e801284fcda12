"""The index of the published notes: words by FTS5 or tsvector, and what each note is filed under.

Words are folded before they are stored and before they are asked for (`domain.search`), so that both databases cut
and compare them alike; each stems them by its own rules for English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    column,
    delete,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    table,
    text,
    true,
)
from sqlalchemy import insert as plain_insert

from litwatch.domain.calendar import Week
from litwatch.domain.search import Ask, Entry, Facet, Found, folded
from litwatch.store.schema import issue, nugget, search_facet, search_note
from litwatch.store.sql import chunks

_ENGLISH = "english"
_INSERT = {
    "sqlite": text(
        "INSERT INTO search_words (rowid, headline, body, outcomes, people)"
        " VALUES (:id, :headline, :body, :outcomes, :people)"
    ),
    "postgresql": text(
        "INSERT INTO search_words (note_id, words) VALUES (:id,"
        " setweight(to_tsvector('english', :headline), 'A') || setweight(to_tsvector('english', :outcomes), 'B')"
        " || setweight(to_tsvector('english', :people), 'C') || setweight(to_tsvector('english', :body), 'D'))"
    ),
}
# By place of the columns: a headline counts most, then outcomes, then authors and journal.
_RANK: ColumnElement[float] = literal_column("bm25(search_words, 8.0, 1.0, 4.0, 2.0)")


def add(tx: Connection, entries: Iterable[Entry]) -> None:
    """Index these notes, anew where they are indexed already."""
    listed = {entry.guid: entry for entry in entries}
    remove(tx, listed)
    for entry in listed.values():
        number = tx.execute(plain_insert(search_note).values(guid=entry.guid).returning(search_note.c.id)).scalar_one()
        words = {part: folded(getattr(entry, part)) for part in ("headline", "body", "outcomes", "people")}
        tx.execute(_INSERT[tx.dialect.name], {"id": number, **words})
        filed = [{"note_id": number, "kind": kind.value, "value": value} for kind, value in sorted(entry.facets)]
        if filed:
            tx.execute(plain_insert(search_facet), filed)


def remove(tx: Connection, guids: Iterable[str]) -> None:
    """Forget these notes."""
    for chunk in chunks(guids):
        numbers = list(tx.scalars(select(search_note.c.id).where(search_note.c.guid.in_(chunk))))
        if not numbers:
            continue
        if tx.dialect.name == "sqlite":  # no foreign key leads to a virtual table
            words = text("DELETE FROM search_words WHERE rowid IN :ids").bindparams(bindparam("ids", expanding=True))
            tx.execute(words, {"ids": numbers})
        tx.execute(delete(search_note).where(search_note.c.id.in_(numbers)))


def unindexed(tx: Connection) -> list[Week]:
    """The weeks whose issues have notes that cannot be found yet, oldest first."""
    statement = (
        select(issue.c.week)
        .join(nugget, nugget.c.issue_id == issue.c.id)
        .where(~exists().where(search_note.c.guid == nugget.c.guid))
        .distinct()
        .order_by(issue.c.week)
    )
    return [Week.parse(week) for week in tx.scalars(statement)]


def find(tx: Connection, asked: Ask, *, limit: int | None = None, offset: int = 0, ranked: bool = True) -> Found:
    """The notes that fit: if `ranked` and words are asked for the best first, else the newest. No `limit`: all of them."""
    words = _Words(tx.dialect.name, asked)
    filters = (words.fits(), *(_filed(kind, value) for kind, value in asked.facets.items()))
    # Counted apart: FTS5 ranks nothing in a statement with a window.
    total = tx.scalars(select(func.count()).select_from(words.source()).where(*filters)).one()
    statement = (
        select(nugget.c.slug)
        .select_from(words.source())
        .join(nugget, nugget.c.guid == search_note.c.guid)
        .join(issue, issue.c.id == nugget.c.issue_id)
        .where(*filters)
        .order_by(*(words.order() if ranked else ()), issue.c.week.desc(), nugget.c.position)
    )
    return Found(tuple(tx.scalars(statement.limit(limit).offset(offset))), total)


def facets(tx: Connection) -> Mapping[Facet, tuple[tuple[str, int], ...]]:
    """What notes are filed under, with how many each, most first."""
    number = func.count().label("number")
    statement = select(search_facet.c.kind, search_facet.c.value, number).group_by(
        search_facet.c.kind, search_facet.c.value
    )
    counted: dict[Facet, list[tuple[str, int]]] = {kind: [] for kind in Facet}
    for row in tx.execute(statement):
        counted[Facet(row.kind)].append((row.value, row.number))
    # Sorted here: databases disagree about the order of texts.
    return {kind: tuple(sorted(values, key=lambda value: (-value[1], value[0]))) for kind, values in counted.items()}


def _filed(kind: Facet, value: str) -> ColumnElement[bool]:
    return exists().where(
        search_facet.c.note_id == search_note.c.id, search_facet.c.kind == kind, search_facet.c.value == value
    )


class _Words:
    """The part of a question that is about words, in the language of one database."""

    def __init__(self, dialect: str, asked: Ask) -> None:
        self._sqlite = dialect == "sqlite"
        self._asked = asked
        self._table = table("search_words", column("rowid"), column("note_id"), column("words"))

    def source(self) -> Any:
        number = self._table.c.rowid if self._sqlite else self._table.c.note_id
        return search_note.join(self._table, number == search_note.c.id)

    def fits(self) -> ColumnElement[bool]:
        """All phrases, none of those that are not wanted."""
        parts = [self._without()] if self._asked.without else []
        if self._asked.phrases:
            parts.append(self._with())
        return and_(true(), *parts)

    def order(self) -> list[Any]:
        if not self._asked.phrases:
            return []
        if self._sqlite:
            return [_RANK]
        return [func.ts_rank_cd(self._table.c.words, self._query(), 1).desc()]

    def _with(self) -> ColumnElement[bool]:
        if self._sqlite:
            return self._match(" AND ".join(_quoted(phrase) for phrase in self._asked.phrases))
        # A word that says nothing in English ("the") asks for nothing.
        return or_(self._table.c.words.op("@@")(self._query()), func.numnode(self._query()) == 0)

    def _without(self) -> ColumnElement[bool]:
        if self._sqlite:
            unwanted = " OR ".join(_quoted(phrase) for phrase in self._asked.without)
            inner: Select[Any] = (
                select(literal_column("rowid")).select_from(table("search_words")).where(self._match(unwanted))
            )
            return search_note.c.id.not_in(inner)
        return and_(*(not_(self._table.c.words.op("@@")(_phrase(phrase))) for phrase in self._asked.without))

    def _match(self, query: str) -> ColumnElement[bool]:
        return literal_column("search_words").op("MATCH", is_comparison=True)(query)

    def _query(self) -> ColumnElement[Any]:
        first, *others = (_phrase(phrase) for phrase in self._asked.phrases)
        joined: ColumnElement[Any] = first
        for other in others:
            joined = joined.op("&&")(other)
        return joined


def _phrase(words: str) -> ColumnElement[Any]:
    return func.phraseto_tsquery(literal_column(f"'{_ENGLISH}'"), words)


def _quoted(phrase: str) -> str:
    """An FTS5 string; folded words have no quotation mark in them."""
    return f'"{phrase}"'
