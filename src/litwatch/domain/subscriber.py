"""People who get the issue by email, and the record of what was sent to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SubscriberStatus(StrEnum):
    """Whether mail goes to a person. Only ACTIVE gets issues and notices; PENDING gets the mail that asks."""

    PENDING = "pending"
    """Has asked for the mail, and not confirmed it yet."""
    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"


class MailFormat(StrEnum):
    """What a person's mail consists of."""

    HTML = "html"
    """Text and HTML; the mail program chooses."""
    TEXT = "text"


ALL_STARS = 1
"""The lowest rating there is: a cut-off that leaves nothing out."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person wants to get."""

    topics: tuple[str, ...] = ()
    """Names of topics; empty means all, also those to come."""
    min_stars: int = ALL_STARS
    """Only notes with as many stars or more."""
    format: MailFormat = MailFormat.HTML


class Said(StrEnum):
    """What a person's consent record tells that they, or the operator for them, did."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    CHANGED = "changed"
    LEFT = "left"
    ADDED = "added"
    """By the operator."""
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True)
class Consent:
    """One line of that record: `how` is the way ("web", "one click", "mail", …), `text` the words agreed to."""

    what: Said
    at: datetime
    how: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person who gets the issue by email."""

    id: int
    address: str
    """`local@domain`, the domain in lower-case A-labels (IDNA)."""
    topics: tuple[str, ...]
    """Names of topics; empty means all."""
    status: SubscriberStatus
    seed: str
    """At least 128 random bits. The token of this person's links is made from it and the service's secret
    (`domain.tokens`), so that the database alone opens nobody's links."""
    created: datetime
    min_stars: int = ALL_STARS
    """Only notes with as many stars or more; 1 is all of them."""
    format: MailFormat = MailFormat.HTML
    left_at: datetime | None = None
    """When they left last, also of somebody who has come back."""

    @property
    def choices(self) -> Choices:
        return Choices(self.topics, self.min_stars, self.format)


class DeliveryKind(StrEnum):
    """What a delivery is."""

    ISSUE = "issue"
    NOTICE = "notice"
    """Something that was learned about a note, to one who received it."""
    CONFIRM = "confirm"
    """Asks whether the address was meant to be subscribed. Of no issue."""
    WELCOME = "welcome"
    """A word of welcome after confirming, with the latest issue unless they have had it."""


class DeliveryState(StrEnum):
    """Where one delivery stands. `closing` is committed just before the final dot: only there is a crash ambiguous."""

    QUEUED = "queued"
    SENDING = "sending"
    CLOSING = "closing"
    SENT = "sent"
    DEFERRED = "deferred"
    HELD = "held"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One mail to one subscriber. `message_id` and `date` are made with the row, before the first attempt."""

    id: int
    week: str
    """Of the issue that it is or belongs to; "" for a mail of no issue."""
    subscriber: Subscriber
    state: DeliveryState
    message_id: str
    date: datetime
    attempts: int = 0
    reply: str | None = None
    """What the server (or the failure) said last."""
    kind: DeliveryKind = DeliveryKind.ISSUE
    notice: str = ""
    """The guid of the notice that is told; "" but for NOTICE."""
