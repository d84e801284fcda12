"""Who sends mail and how one leaves, and the headers that follow from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import quote

from litwatch.domain.subscriber import Delivery, Subscriber
from litwatch.publish import headers
from litwatch.publish.mime import Typeset
from litwatch.publish.publication import Publication

Sign = Callable[[bytes, datetime], bytes]
"""(message, its date) → a DKIM-Signature header without the last CRLF; the same for the same message."""

_NOT_SENDER_ID = re.compile(r"[^a-z0-9]+")
_MOST_REMEMBERED = 64


class Memo:
    """What was typeset last. All who chose the same read the same, and rendering takes longer than all the rest."""

    def __init__(self) -> None:
        self._made: dict[Hashable, tuple[object, Typeset]] = {}

    def get(self, key: Hashable, of: object, make: Callable[[], Typeset]) -> Typeset:
        """What was made under `key`, if it was made of an equal thing; else it is made now."""
        known = self._made.get(key)
        if known and (known[0] is of or known[0] == of):
            return known[1]
        made = make()
        if len(self._made) >= _MOST_REMEMBERED:
            self._made.clear()
        self._made[key] = (of, made)
        return made


@dataclass(frozen=True, slots=True)
class Mailing:
    """Who sends, and how one leaves. Addresses are `local@domain` in ASCII."""

    publication: Publication
    sender: str
    sender_name: str
    reply_to: str | None = None
    unsubscribe_address: str | None = None
    """Takes unsubscribe requests by mail."""
    unsubscribe_url: Callable[[Subscriber], str] | None = None
    """A person's own https address; a POST to it must unsubscribe in one step (RFC 8058)."""
    token: Callable[[Subscriber], str] | None = None
    """The token of a person's own links (`domain.tokens`)."""
    confirm_url: Callable[[Subscriber], str] | None = None
    """Where a person who is asked confirms; a GET of it must change nothing."""
    sign: Sign | None = None
    """None: signing is left to the relay."""
    memo: Memo = field(default_factory=Memo, init=False, repr=False, compare=False)
    """Of one's own in each `Mailing`, also in a copy with another publication."""


def leave_url(mailing: Mailing, person: Subscriber) -> str | None:
    """Where this person unsubscribes: a page, else an address, else None (answering the mail remains)."""
    if mailing.unsubscribe_url:
        return mailing.unsubscribe_url(person)
    return _leave_by_mail(mailing, person)


def header_values(title: str, delivery: Delivery, mailing: Mailing) -> list[tuple[str, str]]:
    """The headers of any mail but those of its content, in order.

    `Date` and `Message-ID` are the delivery's own, the same at every attempt. List-Id: RFC 2919; List-Unsubscribe and
    List-Archive: RFC 2369; one click: RFC 8058; Auto-Submitted: RFC 3834.
    """
    sender = headers.checked_address(mailing.sender)
    domain = sender.partition("@")[2]
    url = mailing.unsubscribe_url(delivery.subscriber) if mailing.unsubscribe_url else None
    by_mail = _leave_by_mail(mailing, delivery.subscriber)
    ways = ", ".join(f"<{headers.checked_uri(way)}>" for way in (url, by_mail) if way)
    one_click = "List-Unsubscribe=One-Click" if url and url.startswith("https://") else None
    values = (
        ("From", headers.mailbox(mailing.sender_name, sender)),
        ("To", headers.checked_address(delivery.subscriber.address)),
        ("Reply-To", headers.checked_address(mailing.reply_to) if mailing.reply_to else None),
        ("Subject", title),
        ("Date", format_datetime(delivery.date.astimezone(UTC))),
        ("Message-ID", headers.message_id(delivery.message_id)),
        ("List-Id", f"<issues.{domain}>"),
        ("List-Unsubscribe", ways or None),
        ("List-Unsubscribe-Post", one_click),
        ("List-Archive", f"<{headers.checked_uri(mailing.publication.base_url)}>"),
        ("Auto-Submitted", "auto-generated"),
        ("Precedence", "list"),
        ("Feedback-ID", _feedback_id(delivery, domain)),
        ("MIME-Version", "1.0"),
    )
    return [(name, value) for name, value in values if value is not None]


def _leave_by_mail(mailing: Mailing, person: Subscriber) -> str | None:
    if not mailing.unsubscribe_address:
        return None
    subject = f"unsubscribe {mailing.token(person)}" if mailing.token else "unsubscribe"
    return f"mailto:{mailing.unsubscribe_address}?subject={quote(subject, safe='')}"


def _feedback_id(delivery: Delivery, domain: str) -> str:
    """Which mailing is complained about, in Gmail's statistics, and nothing of the person.

    The last part is the sender, in 5 to 15 characters that never change (support.google.com/mail/answer/6254652).
    """
    sender = _NOT_SENDER_ID.sub("", domain.lower())[-15:].rjust(5, "0")
    return ":".join(part for part in (delivery.week, delivery.kind.value, sender) if part)
