"""What comes back to us: reports of mail that did not arrive (RFC 3464) or was not wanted (RFC 5965), and requests to leave.

Anybody can write to the mailbox, so anything may stand in a message: it is cut up here by simple rules, no deeper than
reports go, and what is no report is None. Whether a report is believed depends on what only our mail carries: the token
in its envelope sender, its Message-ID, the person's own token.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from quopri import decodestring
from typing import Literal

from litwatch.domain.text import xml_chars

MAX_BYTES = 2_000_000
"""Of a message that are looked at; a report stands before the mail that it returns."""
_MAX_DEPTH = 4
_MAX_PARTS = 50
_MAX_GROUPS = 100
_MAX_SAID = 500
_MAX_HEAD = 100_000
_MAX_SUBJECT = 1_000
_MAX_SAME = 10
_MAX_WORDS = 20_000

_STATUS_PARTS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset(
    {"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/rfc822-headers"}
)
_MAILED_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
_COMPLAINTS = frozenset({"abuse", "fraud"})
_OPT_OUTS = frozenset({"opt-out", "opt-out-list"})

_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")
# How qmail and Exim begin the copy of the mail, one failure of qmail's, and what may stand before a server's words.
_COPY = re.compile(rb"(?m)^(-{3,}) ?(?:Below this line is a copy|This is a copy of)[^\n]*\n\s*")
_QMAIL_FAILURE = re.compile(r"(?m)^<([^<>\s]+@[^<>\s]+)>:\r?\n((?:[^\r\n].*\r?\n?)*)")
_REPLY = re.compile(r"^.{0,400}?(?=\b[45]\d\d[ -])")
_FROM_QUOTED = re.compile(rb"(?m)^>+(?=From )")
_LEAVE = re.compile(r"unsubscribe\s+([A-Za-z0-9_-]{32})", re.IGNORECASE)
_OWN_TOKEN = re.compile(r"(?:/u/|unsubscribe(?:%20|\+))([A-Za-z0-9_-]{32})(?![A-Za-z0-9_-])", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")


@dataclass(frozen=True, slots=True)
class Marks:
    """By what the mail that a report is about can be told."""

    addresses: str = ""
    """Header lines in which its envelope sender may stand: those of the report, and those of the mail."""
    message_ids: tuple[str, ...] = ()
    """`<left@right>`"""
    tokens: tuple[str, ...] = ()
    """What stands in its List-Unsubscribe where ours have a person's token."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a report says of one recipient whom the mail did not reach."""

    recipients: frozenset[str]
    """Addresses in lower case: the one written to, and where it led."""
    status: str
    """RFC 3463: 5.1.1"""
    said: str
    """The server's words, in one line."""


@dataclass(frozen=True, slots=True)
class NotDelivered:
    """A delivery status notification with at least one failed recipient."""

    source: str
    marks: Marks
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class NotWanted:
    """A feedback report. `wish`: never again, or only out of the list."""

    source: str
    marks: Marks
    wish: Literal["complaint", "opt-out"]
    said: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """A mail to the address of List-Unsubscribe."""

    source: str
    token: str


Report = NotDelivered | NotWanted | Leaving


def read_report(message: bytes) -> Report | None:
    """The report that a message is; None for all other mail, answers of absent people and delays included.

    Never raises, whatever the bytes are. `source` is the same for the same report in another mailbox's copy.
    """
    message = message[:MAX_BYTES]
    parts = list(_parts(message))
    top = parts[0][0]
    source = _source(message, top)
    kinds = {_kind(head): index for index, (head, _) in reversed(list(enumerate(parts)))}
    status = next((kinds[kind] for kind in _STATUS_PARTS if kind in kinds), None)
    if status is not None:
        return _not_delivered(source, parts, parts[status][1])
    if "message/feedback-report" in kinds:
        return _not_wanted(source, parts, parts[kinds["message/feedback-report"]][1])
    if plain := _in_plain_words(source, *parts[0]):
        return plain
    leave = _LEAVE.fullmatch(_subject(top).strip())
    return Leaving(source, leave[1]) if leave else None


def _not_delivered(source: str, parts: list[tuple[Message, bytes]], body: bytes) -> NotDelivered | None:
    blocks = [_head(block) for block in _BLANK.split(body.strip(), _MAX_GROUPS)[:_MAX_GROUPS]]
    failures = tuple(failure for block in blocks if (failure := _failure(block)))
    return NotDelivered(source, _marks(parts[0][0], blocks[0], _returned(parts)), failures) if failures else None


def _in_plain_words(source: str, head: Message, body: bytes) -> NotDelivered | None:
    """The reports of qmail (QSBMF, https://cr.yp.to/proto/qsbmf.txt) and of older versions of Exim."""
    text, _, copy = (*_COPY.split(body, maxsplit=1), b"", b"")[:3]
    words = xml_chars(text[:_MAX_WORDS].decode("utf-8", "replace"))
    if words.startswith("Hi. This is the "):
        told = _QMAIL_FAILURE.findall(words)
    else:
        failed = _field(head, "X-Failed-Recipients").split(",")[:_MAX_GROUPS]
        told = [(address.strip(), _after(words, address.strip())) for address in failed if "@" in address]
    failures = tuple(
        Failure(frozenset({address.lower()}), "", _REPLY.sub("", " ".join(said.split()), 1)[:_MAX_SAID])
        for address, said in told[:_MAX_GROUPS]
    )
    return NotDelivered(source, _marks(head, Message(), _head(copy)), failures) if failures else None


def _after(words: str, address: str) -> str:
    """What stands in the paragraph of that address."""
    return words.partition(address)[2].lstrip("\r\n").replace("\r\n", "\n").partition("\n\n")[0]


def _failure(block: Message) -> Failure | None:
    """What one group of fields says (RFC 3464, 2.3); None if that recipient was reached, or may yet be."""
    action, status = _field(block, "Action").casefold(), _field(block, "Status")
    if action != "failed" and (action or not status.startswith("5")):
        return None
    recipients = (_typed(_field(block, name)) for name in ("Original-Recipient", "Final-Recipient"))
    return Failure(
        recipients=frozenset(address.strip("<>").lower() for address in recipients if "@" in address),
        status=status[:20],
        said=_typed(_field(block, "Diagnostic-Code"))[:_MAX_SAID],
    )


def _not_wanted(source: str, parts: list[tuple[Message, bytes]], body: bytes) -> NotWanted | None:
    fields = _head(body.strip())
    kind = _field(fields, "Feedback-Type").casefold()
    wish: Literal["complaint", "opt-out"]
    if kind in _COMPLAINTS:
        wish = "complaint"
    elif kind in _OPT_OUTS:
        wish = "opt-out"
    else:
        return None
    agent = _field(fields, "User-Agent")[:100]
    return NotWanted(
        source,
        _marks(parts[0][0], fields, _returned(parts)),
        wish,
        f"feedback of type {kind}" + (f" by {agent}" if agent else ""),
    )


def _returned(parts: list[tuple[Message, bytes]]) -> Message:
    """The head of the mail that a report returns, if it does."""
    return next((_head(body) for head, body in parts[1:] if _kind(head) in _RETURNED), Message())


def _marks(top: Message, fields: Message, returned: Message) -> Marks:
    """From the heads of the report, of what it says as a whole, and of the mail that it returns."""
    lines = [
        *(field for name in _MAILED_TO for field in _fields(top, name)),
        *(_field(fields, name) for name in ("X-Postfix-Sender", "Original-Mail-From")),
        *(_field(returned, name) for name in ("Return-Path", "X-Envelope-From")),
    ]
    unsubscribe = re.sub(r"\s", "", _field(returned, "List-Unsubscribe"))
    return Marks(
        addresses="\n".join(lines),
        message_ids=tuple(_MESSAGE_ID.findall(_field(returned, "Message-ID"))[:3]),
        tokens=tuple(dict.fromkeys(_OWN_TOKEN.findall(unsubscribe)))[:3],
    )


def _parts(message: bytes) -> Iterator[tuple[Message, bytes]]:
    """The message's head and body first, then the head and the decoded body of each part in its multiparts."""
    pending, found = [(message, 0)], 0
    while pending and found < _MAX_PARTS:
        content, depth = pending.pop(0)
        head, body = _head(content), _body(content)
        found += 1
        yield head, _decoded(head, body)
        boundary = _boundary(head)
        if boundary and depth < _MAX_DEPTH:
            pending += [(part, depth + 1) for part in _split(body, boundary)]


def _split(body: bytes, boundary: bytes) -> list[bytes]:
    """The parts between the lines of a boundary (RFC 2046, 5.1.1); a missing last line ends nothing early."""
    line = re.compile(rb"(?m)^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$\n?")
    pieces = line.split(body, _MAX_PARTS)
    # Pieces alternate with the group: text, end mark or None, text …
    texts, ends = pieces[0::2], pieces[1::2]
    last = next((index for index, end in enumerate(ends) if end), len(ends))
    return texts[1 : last + 1]


def _head(content: bytes) -> Message:
    if content[:1] in (b"\n", b"\r"):
        return Message()
    end = _BLANK.search(content)
    return BytesHeaderParser().parsebytes(content[: min(end.start() if end else _MAX_HEAD, _MAX_HEAD)])


def _body(content: bytes) -> bytes:
    if content[:1] in (b"\n", b"\r"):
        return content.lstrip(b"\r\n")
    end = _BLANK.search(content)
    return content[end.end() :] if end else b""


def _decoded(head: Message, body: bytes) -> bytes:
    encoding = _field(head, "Content-Transfer-Encoding").casefold()
    try:
        if encoding == "base64":
            return b64decode(body)
        return decodestring(body) if encoding == "quoted-printable" else body
    except binascii.Error:
        return body


def _kind(head: Message) -> str:
    return _field(head, "Content-Type").partition(";")[0].partition("(")[0].strip().casefold()  # RFC 2045, 5.1


def _boundary(head: Message) -> bytes | None:
    if not _kind(head).startswith("multipart/"):
        return None
    match = re.search(
        r";\s*boundary\s*=\s*(?:\"([^\"]{1,200})\"|([^\s;\"]{1,200}))", _field(head, "Content-Type"), re.I
    )
    return (match[1] or match[2]).encode("ascii", "replace") if match else None


def _subject(head: Message) -> str:
    raw = _field(head, "Subject")[:_MAX_SUBJECT]
    try:
        return str(make_header(decode_header(raw)))
    except (MessageError, LookupError, ValueError):
        return raw


def _typed(value: str) -> str:
    """`rfc822; person@example.org` without its type (RFC 3464, 2.1.2)."""
    kind, found, rest = value.partition(";")
    return rest.strip() if found and re.fullmatch(r"[\w.-]{1,40}", kind.strip()) else value


def _field(head: Message, name: str) -> str:
    """A header in one line of clean characters; "" without one."""
    return " ".join(xml_chars(str(head.get(name, ""))).split())


def _fields(head: Message, name: str) -> list[str]:
    """Each header of that name: every system on the way may add one of its own."""
    return [" ".join(xml_chars(str(value)).split()) for value in head.get_all(name, ())[:_MAX_SAME]]


def _source(message: bytes, top: Message) -> str:
    """The same for copies of a message that took other ways: of what its writer wrote, without traces and line ends."""
    named = "\n".join(_field(top, name) for name in ("Message-ID", "Date", "Subject"))
    body = _FROM_QUOTED.sub(b"", _body(message).replace(b"\r\n", b"\n")).strip()
    return hashlib.sha256(named.encode("utf-8", "replace") + b"\0" + body).hexdigest()
