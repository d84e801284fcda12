"""What is published, what was learned about it later, and what waits for an editor."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Column, Float, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from litwatch.domain.edits import DraftState
from litwatch.domain.notice import NoticeKind
from litwatch.store.columns import UtcDateTime, one_of
from litwatch.store.schema.base import metadata
from litwatch.store.schema.records import article


class NoticeState(StrEnum):
    """What became of a notice. Corrections and retractions are accepted when they are made."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class Fate(StrEnum):
    """What an issue made of an article."""

    NUGGET = "nugget"
    MENTION = "mention"
    EXCLUDED = "excluded"


issue = Table(
    "issue",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("week", String, nullable=False, unique=True),  # 2026-W03: sorts as text
    Column("guid", String, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("published", UtcDateTime, nullable=False),
    Column("payload", Text, nullable=False),  # the whole Issue as JSON
)

issue_article = Table(
    "issue_article",
    metadata,
    Column("issue_id", Integer, ForeignKey(issue.c.id), primary_key=True),
    Column("pmid", String, ForeignKey(article.c.pmid), primary_key=True, index=True),
    Column("fate", String, nullable=False),
    Column("reason", Text, nullable=False),
    one_of("fate", Fate),
)

nugget = Table(
    "nugget",
    metadata,
    Column("guid", String, primary_key=True),
    Column("issue_id", Integer, ForeignKey(issue.c.id), nullable=False),
    Column("position", Integer, nullable=False),
    Column("pmid", String, ForeignKey(article.c.pmid), nullable=False, index=True),
    Column("slug", String, nullable=False),
    UniqueConstraint("issue_id", "slug"),
)

# What was learned later about published notes. `source` is what it comes from (a PMID, an editor's note): the same
# event gives one notice, however often it is met.
notice = Table(
    "notice",
    metadata,
    Column("guid", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("pmid", String, ForeignKey(article.c.pmid), nullable=False, index=True),
    Column("source", String, nullable=False),
    Column("made", UtcDateTime, nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("issue_id", Integer, ForeignKey(issue.c.id), index=True),  # that told it; null while untold
    Column("payload", Text, nullable=False),  # the whole Notice as JSON
    UniqueConstraint("pmid", "kind", "source"),
    one_of("kind", NoticeKind),
    one_of("state", NoticeState),
)

# The receipts of asking again for what was published.
recheck = Table(
    "recheck",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("started", UtcDateTime, nullable=False, index=True),
    Column("seconds", Float, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("checked", Integer, nullable=False),
    Column("revised", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("notices", Integer, nullable=False),
    Column("failed", Text),
)

# Every citation that a published note has had, the last one is the present one.
citation = Table(
    "citation",
    metadata,
    Column("pmid", String, ForeignKey(article.c.pmid), primary_key=True),
    Column("seen", UtcDateTime, primary_key=True),
    Column("payload", Text, nullable=False),  # the whole Citation as JSON
)

# Issues that wait for their editor, and what became of them.
draft = Table(
    "draft",
    metadata,
    Column("week", String, primary_key=True),
    Column("composed", UtcDateTime, nullable=False),
    Column("state", String, nullable=False),
    Column("payload", Text, nullable=False),  # the whole Issue as JSON, with the editor's changes
    Column("fates", Text, nullable=False),  # PMID → (fate, reason) as JSON
    Column("edits", Text, nullable=False),  # the editor's changes as JSON, to be made again when it is recomposed
    Column("note", Text, nullable=False),  # who approved it, or why it was skipped
    one_of("state", DraftState),
)

# What a language model answered, by the question's SHA-256; " failed " and a moment behind that: what no answer cost.
model_answer = Table(
    "model_answer",
    metadata,
    Column("key", String, primary_key=True),
    Column("answer", Text, nullable=False),
    Column("made", UtcDateTime, nullable=False, index=True),
    Column("tokens", Integer, nullable=False),
)
