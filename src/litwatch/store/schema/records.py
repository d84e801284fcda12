"""Records, what was read from them, and the polls that brought them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from litwatch.store.columns import UtcDateTime
from litwatch.store.schema.base import metadata

# One row per PMID: what the program asks about, taken from the current version.
article = Table(
    "article",
    metadata,
    Column("pmid", String, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),  # of the current version in article_version
    Column("doi", String, index=True),  # lower case
    Column("title", Text, nullable=False),
    Column("journal", String),
    Column("year", Integer),
    Column("arrival", Date),
    Column("paper_day", Date),
    Column("first_seen", UtcDateTime, nullable=False, index=True),
    Column("changed", UtcDateTime, nullable=False, index=True),  # when the current version was first seen
    Column("deleted", UtcDateTime, index=True),
    Index(None, "first_seen", "pmid"),  # the order in which papers are listed
)

# Every version of the bytes, so that a better reader can read everything again.
article_version = Table(
    "article_version",
    metadata,
    Column("pmid", String, ForeignKey(article.c.pmid), primary_key=True),
    Column("hash", LargeBinary, primary_key=True),  # SHA-256 of the bytes before compression
    Column("version", Integer, nullable=False),  # PubMed's own PMID Version
    Column("format", String, nullable=False),
    Column("raw", LargeBinary, nullable=False),  # zlib
    Column("first_seen", UtcDateTime, nullable=False),
    CheckConstraint("format IN ('xml', 'medline')", name="format"),
)

topic_article = Table(
    "topic_article",
    metadata,
    Column("topic", String, primary_key=True),
    Column("pmid", String, ForeignKey(article.c.pmid), primary_key=True, index=True),
    Column("first_seen", UtcDateTime, nullable=False),
)

# One row per distinct failure: a record that stays unreadable is polled again and again.
parse_failure = Table(
    "parse_failure",
    metadata,
    Column("hash", LargeBinary, primary_key=True),  # SHA-256 of PMID, reason and bytes
    Column("pmid", String, index=True),
    Column("reason", Text, nullable=False),
    Column("record_index", Integer, nullable=False),
    Column("byte_offset", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),  # zlib
    Column("first_seen", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False),
)

# Ids that PubMed announced and did not deliver.
missing_article = Table(
    "missing_article",
    metadata,
    Column("topic", String, primary_key=True),
    Column("pmid", String, primary_key=True, index=True),
    Column("reason", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("first_missed", UtcDateTime, nullable=False),
    Column("next_try", UtcDateTime, nullable=False, index=True),
)

poll_cursor = Table(
    "poll_cursor",
    metadata,
    Column("topic", String, primary_key=True),
    Column("query", Text, nullable=False),
    Column("complete_to", Date),
    Column("revised_to", Date),
)

# The receipts of polls.
run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("topic", String, nullable=False),
    Column("query", Text, nullable=False),
    Column("started", UtcDateTime, nullable=False, index=True),
    Column("seconds", Float, nullable=False),
    Column("window_from", Date),
    Column("window_to", Date),
    Column("complete_to", Date),
    Column("found", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("revised", Integer, nullable=False),
    Column("unreadable", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("failed", Text),
)

study = Table(
    "study",
    metadata,
    Column("pmid", String, ForeignKey(article.c.pmid), primary_key=True),
    Column("extractor", String, nullable=False),
    Column("design", String, nullable=False),
    Column("stance", String, nullable=False),
    Column("n_participants", Integer),
    Column("n_studies", Integer),
    Column("read_at", UtcDateTime, nullable=False, index=True),
    Column("payload", Text, nullable=False),  # the whole Study as JSON
)

# One row per ledger row, in the columns of the findings contract; `position` is its place in the study.
outcome = Table(
    "outcome",
    metadata,
    Column("pmid", String, ForeignKey(study.c.pmid, ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("concept", String, index=True),
    Column("domain", String),
    Column("direction", String, nullable=False),
    Column("change", String),
    Column("comparison", String, nullable=False),
    Column("measure", String),
    Column("value", Float),
    Column("ci_low", Float),
    Column("ci_high", Float),
    Column("ci_level", Float),
    Column("p", String),
    Column("i2", Float),
    Column("unit", String),
    Column("timepoint", Text),
    Column("subgroup", Text),
    Column("is_primary", Boolean, nullable=False),
    Column("evidence_section", Integer, nullable=False),
    Column("evidence_start", Integer, nullable=False),
    Column("evidence_end", Integer, nullable=False),
    Column("evidence_text", Text, nullable=False),
)
