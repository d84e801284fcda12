"""The tables. `migrations/` builds them step by step; a test holds the two equal on both databases.

Times are UTC. Enumerations are stored by their value and checked by the database. Names of constraints are fixed by
a convention, so that a migration can find them again.
"""

from __future__ import annotations

from enum import StrEnum

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
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from litwatch.domain.edits import DraftState
from litwatch.domain.notice import NoticeKind
from litwatch.domain.subscriber import DeliveryKind, DeliveryState, MailFormat, SubscriberStatus
from litwatch.store.columns import UtcDateTime, one_of

HEAD = "0003"
"""The revision that this program works with. Revisions are numbered with four digits, in order."""


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


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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
    Column("changed", UtcDateTime, nullable=False),  # when the current version was first seen
    Column("deleted", UtcDateTime),
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
    Column("read_at", UtcDateTime, nullable=False),
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

subscriber = Table(
    "subscriber",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String, nullable=False, unique=True),  # the domain in lower-case A-labels
    Column("topics", Text, nullable=False),  # JSON list of names; empty means all
    Column("status", String, nullable=False),
    Column("seed", String, nullable=False, unique=True),
    Column("created", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),
    Column("token_hash", String, unique=True),  # of the token made from the seed; null until it was first needed
    Column("min_stars", Integer, nullable=False, server_default="1"),
    Column("format", String, nullable=False, server_default=MailFormat.HTML.value),
    one_of("status", SubscriberStatus),
    one_of("format", MailFormat),
)

# What a person said and when: asked, confirmed, changed, left, imported; `how` (web, command line, one click, …) and
# `text`, the words that they agreed to.
consent = Table(
    "consent",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subscriber_id", Integer, ForeignKey(subscriber.c.id), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("what", String, nullable=False),
    Column("how", String, nullable=False),
    Column("text", Text, nullable=False),
)

# Who asked for a subscription, as salted hashes, to limit how many mails one address, network or all can cause.
signup = Table(
    "signup",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("address_hash", String, nullable=False, index=True),
    Column("network_hash", String, nullable=False, index=True),
    Column("mailed", Boolean, nullable=False),  # whether it made a mail
)

# Addresses that get no mail whatever else is known of them, with the reason. A lifted one stays for the record.
suppression = Table(
    "suppression",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String, nullable=False, index=True),
    Column("kind", String, nullable=False),  # hard, soft, complaint, operator
    Column("reason", Text, nullable=False),  # what was said, by whom: a status code and its text
    Column("made", UtcDateTime, nullable=False),
    Column("lifted", UtcDateTime),
    Column("lifted_because", Text),
)

# Reports of mail that did not arrive or was not wanted, each once (`source`: the SHA-256 of the report).
bounce = Table(
    "bounce",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False, unique=True),
    Column("subscriber_id", Integer, ForeignKey(subscriber.c.id), index=True),
    Column("delivery_id", Integer),
    Column("kind", String, nullable=False),  # hard, soft, complaint
    Column("status", String, nullable=False),  # RFC 3463: 5.1.1; "" for a complaint
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

# Which bytes of a feed its WebSub hub was last told of.
hub_ping = Table(
    "hub_ping",
    metadata,
    Column("feed", String, primary_key=True),
    Column("etag", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# The outbox. `message_id` and `date` are made with the row: every attempt sends the same message. `notice` is empty but
# for a notice, which is told to those who received the issue.
delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issue_id", Integer, ForeignKey(issue.c.id)),  # null for a mail of no issue
    Column("subscriber_id", Integer, ForeignKey(subscriber.c.id), nullable=False, index=True),
    Column("message_id", String, nullable=False, unique=True),
    Column("date", UtcDateTime, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("crashes", Integer, nullable=False),  # leases that ran out without a word
    Column("lease_until", UtcDateTime),  # while sending or closing
    Column("next_try", UtcDateTime),  # while deferred
    Column("sent_at", UtcDateTime),
    Column("reply", Text),
    Column("notice", String, nullable=False, server_default=""),
    Column("kind", String, nullable=False, server_default=DeliveryKind.ISSUE.value),
    UniqueConstraint("issue_id", "subscriber_id", "kind", "notice"),
    one_of("kind", DeliveryKind),
    one_of("state", DeliveryState),
    Index(None, "state", "id"),
)

# At most one row (id 1): all delivery waits, because the relay does not take our mail.
delivery_pause = Table(
    "delivery_pause",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Column("until", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("number", Integer, nullable=False),
)
