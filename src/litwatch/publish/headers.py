"""Mail headers as bytes: every value made harmless, and the result read back and compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.header import Header
from email.utils import formataddr
from functools import lru_cache

from litwatch.domain.text import clean_text
from litwatch.errors import DeliveryError

MAX_LINE = 998
"""Octets without CRLF (RFC 5322, 2.1.1)."""
MAX_TEXT = 150
MAX_NAME = 60
"""Characters of a sender's name: phones show half of it."""

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\Z")
_URI = re.compile(r"(?:https?://|mailto:)[!#-;=?-Z\[\]_a-z~%]+\Z")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+\Z")
# C1 controls, and what turns the direction of writing: a title must not rearrange what stands beside it.
_UNWANTED = re.compile("[\u0080-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FIELD = re.compile(rb"([!-9;-~]+):")
_CRLF = b"\r\n"
_FOLD = "\r\n "


def header_text(text: str, limit: int = MAX_TEXT) -> str:
    """`text` as one line that no mail program takes for anything but text, in at most `limit` characters.

    Controls and line ends of every kind go; "=?", which would begin an encoded word (RFC 2047), is broken up.
    """
    cleaned = clean_text(_UNWANTED.sub(" ", text)).replace("=?", "= ?")
    if len(cleaned) <= limit:
        return cleaned
    head = cleaned[: limit - 3]
    # Three full stops: an ellipsis would make a plain title an encoded one.
    return (head.rpartition(" ")[0] or head).rstrip(" ,;:–-") + "..."


def checked_address(address: str) -> str:
    """`address` if it is a plain ASCII `local@domain`; DeliveryError if not."""
    if len(address) > 254 or "=?" in address or not _ADDRESS.match(address):
        raise DeliveryError("the address cannot stand in a mail header", permanent=True)
    return address


def checked_uri(uri: str) -> str:
    """`uri` if it is an http(s) or mailto address in plain ASCII; DeliveryError if not."""
    if "=?" in uri or not _URI.match(uri):
        raise DeliveryError("the unsubscribe address cannot stand in a mail header", permanent=True, refused="message")
    return uri


def message_id(value: str) -> str:
    """`<left@right>`, given with or without its angle brackets; DeliveryError if it is none."""
    bare = value.removeprefix("<").removesuffix(">")
    if "=?" in bare or not _MESSAGE_ID.match(bare):
        raise DeliveryError(f"not a Message-ID: {value[:100]!r}", permanent=True, refused="message")
    return f"<{bare}>"


def mailbox(name: str, address: str) -> str:
    """`Name <address>`, the name quoted, or encoded in words of at most 75 characters (RFC 2047, 2), as it needs."""
    text = header_text(name, MAX_NAME)
    if text.isascii():
        return formataddr((text, address))
    words = _encoded("From", text)
    # A line with an encoded word has no more characters than 76, either.
    wide = len(f"From: {words}".rpartition("\n")[2]) + len(f" <{address}>") > 76
    return f"{words}{_FOLD if wide else ' '}<{address}>"


def header_lines(values: Sequence[tuple[str, str]]) -> list[tuple[str, bytes]]:
    """(name, whole header as bytes without the last CRLF), in the order given.

    An ASCII value stays on one line, however long: a folded List-Unsubscribe is unusable at some places. Other
    values (a subject) become encoded words, folded at 76 characters.
    """
    return [(name, f"{name}: {_encoded(name, value)}".encode("ascii", "replace")) for name, value in values]


def joined(lines: Sequence[tuple[str, bytes]]) -> bytes:
    """The header block with the empty line that ends it."""
    return _CRLF.join(line for _, line in lines) + _CRLF + _CRLF


def check(block: bytes, names: Sequence[str]) -> None:
    """Reads a finished header block back: exactly these fields, and nothing that a relay would refuse or repair.

    Raises DeliveryError otherwise: better a message held for the operator than one with a header that a title wrote.
    """
    written = checked_lines(block)
    # As every parser has it (RFC 5322, 2.2): a line is a field with its name, or goes on with the one before; an
    # empty one ends them.
    fields = [line for line in written[:-2] if not line.startswith((b" ", b"\t"))]
    found = [match and match[1].decode() for match in map(_FIELD.match, fields)]
    if found != list(names) or written[-2:] != [b"", b""] or fields[:1] != written[:1]:
        raise _malformed("its headers are not the expected ones")


def checked_lines(data: bytes) -> list[bytes]:
    """The lines of a whole piece of a mail and b"" after the last, if every relay takes it as it is.

    DeliveryError if not. Such pieces one after the other make another: each ends with a line end.
    """
    lines = data.split(_CRLF)
    ends = len(data) - len(data.translate(None, b"\r\n"))
    if ends != 2 * (len(lines) - 1) or b"\0" in data or not data.isascii() or lines[-1]:
        raise _malformed("a bare CR or LF, a NUL or an 8-bit character")
    if max(map(len, lines)) > MAX_LINE:
        raise _malformed(f"a line over {MAX_LINE} octets")
    return lines


def _encoded(name: str, value: str) -> str:
    return value if value.isascii() else _words(name, value)


@lru_cache(maxsize=16)
def _words(name: str, value: str) -> str:
    """The same subject and sender stand in every mail of an issue."""
    return Header(value, "utf-8", maxlinelen=76, header_name=name).encode(linesep="\r\n")


def _malformed(what: str) -> DeliveryError:
    return DeliveryError(f"the message is not well-formed: {what}", permanent=True, refused="message")
