"""The body of a mail as MIME (RFC 2045, 2046, 2387): encoded once, with blanks where a person's own data go.

Text and HTML are quoted-printable, so that no line is long, none is 8-bit and every relay takes them. The standard
library's encoder in C is used: the one of the email package takes longer than all the rest of a mail.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import escape

from litwatch.publish.headers import checked_lines

ADDRESS, LEAVE = "\x01", "\x02"
"""Blanks, for the person's address and for where they unsubscribe. Characters that no text has once it was cleaned
(`domain.text`), so that no text is taken for one."""

_BLANKS = re.compile(f"([{ADDRESS}{LEAVE}])")
_LINE_END = re.compile(r"\r\n?")
_WIDEST_OPEN_LINE = 75
"""Quoted-printable lines have 76 characters (RFC 2045, 6.7); one that goes on has a "=" as its last."""


class Blank(NamedTuple):
    """A place for `which`; in HTML what is put there is escaped."""

    which: str
    html: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG in the HTML part, which shows it as `cid:` and `name` (RFC 2392)."""

    name: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says. `title` as `headers.header_text` makes it; `text` and `html` may have blanks."""

    title: str
    text: str
    html: str | None = None
    """None: the mail is plain text."""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Typeset:
    """A letter that is ready but for its blanks: the headers of its content, and its body in pieces."""

    title: str
    headers: tuple[tuple[str, str], ...]
    pieces: tuple[bytes | Blank, ...]

    def filled(self, own: Mapping[str, str]) -> bytes:
        """The body with what is a person's own. DeliveryError if a relay would refuse or repair it."""
        values = {blank: _own(blank, own) for blank in set(self.pieces) if isinstance(blank, Blank)}
        for value in values.values():
            checked_lines(value)
        return b"".join(values[piece] if isinstance(piece, Blank) else piece for piece in self.pieces)


def typeset(letter: Letter, boundary: str) -> Typeset:
    """`letter` in MIME, read back. `boundary` is "=_", which quoted-printable and Base64 cannot hold, and hexadecimal digits."""
    if letter.html is None:
        plain = (("Content-Type", 'text/plain; charset="utf-8"'), ("Content-Transfer-Encoding", "quoted-printable"))
        return Typeset(letter.title, plain, _joined(_content(letter.text, html=False)))
    alternatives = [_part("plain", letter.text), _part("html", letter.html)]
    if letter.pictures:
        alternatives[1] = _related(letter.html, letter.pictures, _inner(boundary))
    kind = (("Content-Type", f'multipart/alternative; boundary="{boundary}"'),)
    return Typeset(letter.title, kind, _joined(_multipart(alternatives, boundary)))


def _inner(boundary: str) -> str:
    """Another one that does not begin with it: by RFC 2046, 5.1.1, a line that begins with a delimiter is one."""
    return f"=_r{boundary.removeprefix('=_')}"


def _related(html: str, pictures: tuple[Picture, ...], boundary: str) -> list[bytes | Blank]:
    """HTML with the pictures that it shows (RFC 2387)."""
    head = f'Content-Type: multipart/related; type="text/html";\r\n boundary="{boundary}"\r\n\r\n'
    parts = [_part("html", html), *(_image(picture) for picture in pictures)]
    return [head.encode("ascii"), *_multipart(parts, boundary)]


def _image(picture: Picture) -> list[bytes | Blank]:
    head = (
        "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        f'Content-ID: <{picture.name}>\r\nContent-Disposition: inline; filename="outcomes.png"\r\n\r\n'
    )
    return [head.encode("ascii") + encodebytes(picture.png).replace(b"\n", b"\r\n")]


def _part(subtype: str, text: str) -> list[bytes | Blank]:
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return [head.encode("ascii"), *_content(text, html=subtype == "html")]


def _multipart(parts: list[list[bytes | Blank]], boundary: str) -> Iterator[bytes | Blank]:
    """The parts between their delimiters (RFC 2046, 5.1.1), the preferred one last."""
    delimiter = f"--{boundary}".encode("ascii")
    for part in parts:
        yield delimiter + b"\r\n"
        yield from part
    yield delimiter + b"--\r\n"


def _content(text: str, *, html: bool) -> Iterator[bytes | Blank]:
    """`text`, which ends with a line end, encoded piece by piece around its blanks."""
    text = _LINE_END.sub("\n", text)
    pieces = _BLANKS.split(text if text.endswith("\n") else f"{text}\n")
    for number, piece in enumerate(pieces):
        if number % 2:
            yield Blank(piece, html)
        elif number + 1 < len(pieces):
            yield _going_on(_encoded(piece))
        else:
            yield _encoded(piece)


def _own(blank: Blank, own: Mapping[str, str]) -> bytes:
    value = own[blank.which]
    return _going_on(_encoded(str(escape(value)) if blank.html else value))


def _encoded(text: str) -> bytes:
    return b2a_qp(text.encode("utf-8", "replace"), istext=True).replace(b"\n", b"\r\n")


def _going_on(encoded: bytes) -> bytes:
    """`encoded` with a soft line break at its end, so that what follows begins a line."""
    if len(encoded.rpartition(b"\r\n")[2]) > _WIDEST_OPEN_LINE:
        last = len(encoded) - (3 if encoded[-3:-2] == b"=" else 1)
        encoded = encoded[:last] + b"=\r\n" + encoded[last:]
    return encoded + b"=\r\n"


def _joined(pieces: Iterator[bytes | Blank]) -> tuple[bytes | Blank, ...]:
    """Neighbouring bytes as one piece, each of whole lines that every relay takes."""
    joined: list[bytes | Blank] = []
    for piece in pieces:
        if isinstance(piece, bytes) and joined and isinstance(joined[-1], bytes):
            joined[-1] += piece
        else:
            joined.append(piece)
    for piece in joined:
        if isinstance(piece, bytes):
            checked_lines(piece)
    return tuple(joined)
