"""What the web server keeps: the index of its search, and when each page last changed."""

from __future__ import annotations

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, String, Table, event, text

from litwatch.store.columns import UtcDateTime
from litwatch.store.schema.base import metadata
from litwatch.store.schema.issues import nugget

# What a page's bytes were when it was last served, and since when they were so (Last-Modified).
served_page = Table(
    "served_page",
    metadata,
    Column("path", String, primary_key=True),
    Column("etag", String, nullable=False),
    Column("changed", UtcDateTime, nullable=False),
)

# The notes that can be found; all of it can be made anew from the issues and the studies.
search_note = Table(
    "search_note",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("guid", String, ForeignKey(nugget.c.guid), nullable=False, unique=True),
)

# By what notes are filtered: condition, exercise, outcome, design, verdict, year.
search_facet = Table(
    "search_facet",
    metadata,
    Column("note_id", Integer, ForeignKey(search_note.c.id, ondelete="CASCADE"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("value", String, primary_key=True),
    Index(None, "kind", "value"),
)

# The words themselves are kept as each database searches them: FTS5 (its rowid is the note's id), or a tsvector.
_WORDS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_words"
        " USING fts5(headline, body, outcomes, people, tokenize = 'porter unicode61 remove_diacritics 2')",
    ),
    "postgresql": (
        "CREATE TABLE search_words"
        " (note_id INTEGER PRIMARY KEY REFERENCES search_note (id) ON DELETE CASCADE, words TSVECTOR NOT NULL)",
        "CREATE INDEX search_words_words ON search_words USING gin (words)",
    ),
}


@event.listens_for(search_note, "after_create")
def _create_words(_: object, tx: Connection, **options: object) -> None:
    for statement in _WORDS[tx.dialect.name]:
        tx.execute(text(statement))


@event.listens_for(search_note, "before_drop")
def _drop_words(_: object, tx: Connection, **options: object) -> None:
    tx.execute(text("DROP TABLE search_words"))
