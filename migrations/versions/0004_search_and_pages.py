"""Search over the published notes, when each served page last changed, and quick answers to "is there anything new?"."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_WORDS_SQLITE = """
CREATE VIRTUAL TABLE search_words
USING fts5(headline, body, outcomes, people, tokenize = 'porter unicode61 remove_diacritics 2')
"""
_WORDS_POSTGRESQL = (
    "CREATE TABLE search_words"
    " (note_id INTEGER PRIMARY KEY REFERENCES search_note (id) ON DELETE CASCADE, words TSVECTOR NOT NULL)",
    "CREATE INDEX search_words_words ON search_words USING gin (words)",
)


def upgrade() -> None:
    op.create_table(
        "served_page",
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_served_page")),
    )
    op.create_table(
        "search_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guid", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_note")),
        sa.UniqueConstraint("guid", name=op.f("uq_search_note_guid")),
        sa.ForeignKeyConstraint(["guid"], ["nugget.guid"], name=op.f("fk_search_note_guid_nugget")),
    )
    op.create_table(
        "search_facet",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("note_id", "kind", "value", name=op.f("pk_search_facet")),
        sa.ForeignKeyConstraint(
            ["note_id"], ["search_note.id"], name=op.f("fk_search_facet_note_id_search_note"), ondelete="CASCADE"
        ),
    )
    op.create_index(op.f("ix_search_facet_kind_value"), "search_facet", ["kind", "value"])
    for statement in (_WORDS_SQLITE,) if op.get_bind().dialect.name == "sqlite" else _WORDS_POSTGRESQL:
        op.execute(statement)
    op.create_index(op.f("ix_article_first_seen_pmid"), "article", ["first_seen", "pmid"])
    op.create_index(op.f("ix_article_changed"), "article", ["changed"])
    op.create_index(op.f("ix_article_deleted"), "article", ["deleted"])
    op.create_index(op.f("ix_study_read_at"), "study", ["read_at"])
