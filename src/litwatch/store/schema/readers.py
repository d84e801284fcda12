"""The people who get mail, what they said, and what was sent to them."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from litwatch.domain.bounce import BounceKind, SuppressionKind
from litwatch.domain.subscriber import DeliveryKind, DeliveryState, MailFormat, SubscriberStatus
from litwatch.store.columns import UtcDateTime, one_of
from litwatch.store.schema.base import metadata
from litwatch.store.schema.issues import issue

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

# Who asked for a subscription, as keyed hashes, to limit how many mails one address, network or all can cause.
signup = Table(
    "signup",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("address_hash", String, nullable=False, index=True),
    Column("network_hash", String, nullable=False, index=True),
    Column("mailed", Boolean, nullable=False),  # whether it made a mail
    Column("asked", Text),  # the request as JSON, address included, until it is answered
)

# Addresses that get no mail whatever else is known of them, with the reason. A lifted one stays for the record.
suppression = Table(
    "suppression",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String, nullable=False, index=True),  # in lower case: it holds for every spelling
    Column("kind", String, nullable=False),
    Column("reason", Text, nullable=False),  # what was said, by whom: a status code and its text
    Column("made", UtcDateTime, nullable=False),
    Column("lifted", UtcDateTime),
    Column("lifted_because", Text),
    one_of("kind", SuppressionKind),
)

# Reports of mail that did not arrive or was not wanted, each once (`source`: the SHA-256 of the report, or the delivery
# that was refused while it was being sent).
bounce = Table(
    "bounce",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False, unique=True),
    Column("subscriber_id", Integer, ForeignKey(subscriber.c.id), index=True),
    Column("delivery_id", Integer),
    Column("kind", String, nullable=False),
    Column("status", String, nullable=False),  # RFC 3463: 5.1.1; "" without one
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
    one_of("kind", BounceKind),
)

# The bytes of each feed (their SHA-256), and which of them the WebSub hub was told of. `failures` in a row, the last `at`.
hub_ping = Table(
    "hub_ping",
    metadata,
    Column("feed", String, primary_key=True),
    Column("etag", String, nullable=False),
    Column("told", String),
    Column("failures", Integer, nullable=False),
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
    Index(None, "kind", "state"),
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
