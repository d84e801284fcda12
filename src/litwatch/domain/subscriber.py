"""People who get the issue by email, and the record of what was sent to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SubscriberStatus(StrEnum):
    """Whether mail goes to a person. Only ACTIVE gets any."""

    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A person who gets the issue by email."""

    id: int
    address: str
    """`local@domain`, the domain in lower-case A-labels (IDNA)."""
    topics: tuple[str, ...]
    """Names of topics; empty means all."""
    status: SubscriberStatus
    token: str
    """At least 128 random bits for this person's own links."""
    created: datetime


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
    """One issue, or one notice about a note of it, to one subscriber.

    `message_id` and `date` are made with the row, before the first attempt.
    """

    id: int
    week: str
    subscriber: Subscriber
    state: DeliveryState
    message_id: str
    date: datetime
    attempts: int = 0
    reply: str | None = None
    """What the server (or the failure) said last."""
    notice: str = ""
    """The guid of the notice that is told; "" for the issue itself."""
