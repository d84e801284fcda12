"""Issue or notice + delivery → the bytes of one mail.

Bytes, not an `EmailMessage`: what goes over the wire is what is checked. The headers are written by
`publish.headers`, because the email package of several Python versions lets text that looks like an encoded word add
a header line (CVE-2024-6923), and encodes a long List-Unsubscribe beyond recognition.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from markupsafe import Markup

from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.subscriber import ALL_STARS, Delivery, DeliveryKind, MailFormat, Subscriber
from litwatch.publish import headers, phrases, subscribing, telling, templating
from litwatch.publish.archive import Archive
from litwatch.publish.plaintext import issue_text, notice_text
from litwatch.publish.publication import Publication, told_path

MAX_HTML_BYTES = 90_000
"""Gmail cuts a message off at 102 kB, the way to unsubscribe first."""
SUBJECT_CHARACTERS = 78
_SHORT_LIST = 10
_NOTHING_SINCE = Archive()
"""A mail tells what there was when its issue was published."""


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


def issue_message(issue: Issue, delivery: Delivery, mailing: Mailing) -> bytes:
    """The mail of `delivery`, ready for SMTP: 7-bit, CRLF only, no line over 998 octets.

    The same delivery gives the same bytes at every attempt. A person gets what they chose of it, a new one with a word
    of welcome. Raises DeliveryError if a header would not come out exactly as meant, e.g. for an address that is none.
    """
    person = delivery.subscriber
    part = select(issue, person.topics, person.min_stars)
    title, note = subject(part, mailing.publication), _note(issue, part, person, mailing.publication)
    if delivery.kind is DeliveryKind.WELCOME:
        title = headers.header_text(subscribing.welcome_title(mailing.publication), SUBJECT_CHARACTERS)
        note = f"{subscribing.welcome(mailing.publication)} {note}".rstrip()
    reading = _Reading(part, headers.checked_address(person.address), leave_url(mailing, person), note)
    text = issue_text(part, mailing.publication, address=reading.address, leave=reading.leave, note=reading.note)
    return assembled(title, text, lambda: _html(reading, mailing.publication), delivery, mailing)


def notice_message(notice: Notice, delivery: Delivery, mailing: Mailing) -> bytes:
    """The mail that tells `notice` to one who was sent the note; otherwise like `issue_message`."""
    person, publication, week = delivery.subscriber, mailing.publication, Week.parse(delivery.week)
    address, leave = headers.checked_address(person.address), leave_url(mailing, person)
    title = headers.header_text(f"{phrases.NOTICES[notice.kind]}: {notice.headline}", SUBJECT_CHARACTERS)
    text = notice_text(notice, week, publication, address=address, leave=leave)

    def html() -> str:
        return templating.render(
            "notice_mail.html.j2",
            notice=notice,
            publication=publication,
            leave=leave,
            note=publication.url(told_path(week, notice.slug)),
            why=phrases.why_told(notice, week, address, publication),
            style=Markup(templating.source("mail.css")),  # noqa: S704 (the package's own file)
        )

    return assembled(title, text, html, delivery, mailing)


def assembled(title: str, text: str, html: Callable[[], str], delivery: Delivery, mailing: Mailing) -> bytes:
    """The finished mail: both parts, or the text alone to who wants it so. `title` as `headers.header_text` makes it."""
    lines = headers.header_lines(_header_values(title, delivery, mailing))
    if delivery.subscriber.format is MailFormat.TEXT:
        body = _part(text, "plain").partition(b"\r\n\r\n")[2]
    else:
        body = _body(text, html(), _boundary(delivery))
    message = headers.joined(lines) + body
    headers.check(message, lines)
    return message


def select(issue: Issue, topics: Sequence[str], min_stars: int = ALL_STARS) -> Issue:
    """What a person gets of the issue: the nuggets, mentions and polls of `topics` (none: of all).

    With a cut-off only the nuggets with as many stars: no others, no unrated ones, and no list of what has no stars.
    """
    polls, nuggets, also = issue.receipt.polls, issue.nuggets, issue.also
    if topics:
        wanted = set(topics)
        polls = tuple(poll for poll in polls if poll.topic in wanted)
        nuggets = tuple(nugget for nugget in nuggets if wanted.intersection(nugget.topics))
        also = tuple(mention for mention in also if wanted.intersection(mention.topics))
    if min_stars > ALL_STARS:
        nuggets = tuple(nugget for nugget in nuggets if nugget.rating and nugget.rating.stars >= min_stars)
        also = ()
    if (polls, nuggets, also) == (issue.receipt.polls, issue.nuggets, issue.also):
        return issue
    return replace(issue, nuggets=nuggets, also=also, receipt=replace(issue.receipt, polls=polls))


def is_empty(issue: Issue) -> bool:
    """Whether it tells and lists no study."""
    return not (issue.nuggets or issue.also)


def subject(issue: Issue, publication: Publication) -> str:
    """The best nugget's headline after the publication's name, in at most SUBJECT_CHARACTERS."""
    if issue.nuggets:
        told = issue.nuggets[0].headline
    else:
        news = [f"{part.heading.lower()}: {len(part.notices)}" for part in telling.news(issue)]
        new = phrases.counted(len(issue.also), "new study", "new studies")
        told = "; ".join((f"{issue.week}, {new}", *news))
    return headers.header_text(f"{publication.title}: {told}", SUBJECT_CHARACTERS)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What one person reads: the selection, and what is said to this person only."""

    issue: Issue
    address: str
    leave: str | None
    note: str


def _note(whole: Issue, part: Issue, person: Subscriber, publication: Publication) -> str:
    """What this mail leaves out, or that there is nothing."""
    chosen = (
        f" on your topics ({', '.join(publication.topic(topic) for topic in person.topics)})" if person.topics else ""
    )
    if person.min_stars > ALL_STARS:
        chosen += f" with {person.min_stars} stars or more"
    if is_empty(part):
        below = (
            "What was learned about earlier notes is below." if telling.news(part) else "What was searched is below."
        )
        return f"Nothing was picked{chosen} this week. {below}"
    if not chosen:
        return ""
    return f"This mail has what is new{chosen}: {len(part.nuggets)} of the issue's {len(whole.nuggets)} nuggets."


def leave_url(mailing: Mailing, person: Subscriber) -> str | None:
    """Where this person unsubscribes: a page, else an address, else None (answering the mail remains)."""
    if mailing.unsubscribe_url:
        return mailing.unsubscribe_url(person)
    return _leave_by_mail(mailing, person)


def _leave_by_mail(mailing: Mailing, person: Subscriber) -> str | None:
    if not mailing.unsubscribe_address:
        return None
    subject = f"unsubscribe {mailing.token(person)}" if mailing.token else "unsubscribe"
    return f"mailto:{mailing.unsubscribe_address}?subject={quote(subject, safe='')}"


def _header_values(title: str, delivery: Delivery, mailing: Mailing) -> list[tuple[str, str]]:
    """The exact headers, in order. `Date` and `Message-ID` are the delivery's own, the same at every attempt."""
    sender = headers.checked_address(mailing.sender)
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
        ("List-Id", f"<issues.{sender.partition('@')[2]}>"),
        ("List-Unsubscribe", ways or None),
        ("List-Unsubscribe-Post", one_click),
        ("Auto-Submitted", "auto-generated"),
        ("Precedence", "list"),
        ("MIME-Version", "1.0"),
        *_content_type(delivery),
    )
    return [(name, value) for name, value in values if value is not None]


def _content_type(delivery: Delivery) -> list[tuple[str, str]]:
    if delivery.subscriber.format is MailFormat.TEXT:
        return [("Content-Type", 'text/plain; charset="utf-8"'), ("Content-Transfer-Encoding", "quoted-printable")]
    return [("Content-Type", f'multipart/alternative; boundary="{_boundary(delivery)}"')]


def _html(reading: _Reading, publication: Publication) -> str:
    """The HTML part; while it is too long, first the list and then nugget after nugget moves to the web."""
    everything = (len(reading.issue.nuggets), len(reading.issue.also))
    fewer = ((shown, _SHORT_LIST) for shown in range(len(reading.issue.nuggets), -1, -1))
    html = ""
    for shown, listed in (everything, *fewer, (0, 0)):
        html = templating.render(
            "mail.html.j2",
            issue=reading.issue,
            publication=publication,
            href=publication.url,
            archive=_NOTHING_SINCE,
            quotes="inline",
            address=reading.address,
            leave=reading.leave,
            note=reading.note,
            shown=shown,
            listed=listed,
            style=Markup(templating.source("mail.css")),  # noqa: S704 (the package's own file)
        )
        if len(html.encode("utf-8")) <= MAX_HTML_BYTES:
            break
    return html


def _boundary(delivery: Delivery) -> str:
    """The same at every attempt. "=_" cannot occur in quoted-printable text."""
    return "=_" + hashlib.sha256(delivery.message_id.encode("utf-8", "replace")).hexdigest()[:32]


def _body(text: str, html: str, boundary: str) -> bytes:
    """The multipart/alternative body (RFC 2046, 5.1.4): the text first, the preferred HTML last."""
    parts = [_part(text, "plain"), _part(html, "html")]
    delimiter = f"--{boundary}".encode("ascii")
    return b"".join(delimiter + b"\r\n" + part for part in parts) + delimiter + b"--\r\n"


def _part(content: str, subtype: str) -> bytes:
    part = EmailMessage(policy=SMTP)
    part.set_content(content, subtype=subtype, charset="utf-8", cte="quoted-printable")
    del part["MIME-Version"]
    return part.as_bytes().removesuffix(b"\r\n") + b"\r\n"
