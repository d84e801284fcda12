"""The bytes of a file or an answer as UTF-8, in blocks: gzip undone, other encodings transcoded."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

_BLOCK = 1 << 18
_GZIP = b"\x1f\x8b"
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DECLARED = re.compile(rb"\s*<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([A-Za-z][\w.-]{1,40})[\"']")
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


class Broken(Exception):
    """The stream cannot be read further. `cut` tells "it ends too early" from "it is something else"."""

    def __init__(self, message: str, *, cut: bool = False) -> None:
        self.cut = cut
        super().__init__(message)


def blocks(stream: BinaryIO) -> Iterator[bytes]:
    """The stream's bytes in blocks; gzip is recognised by its magic number. Raises `Broken` when they cannot be
    read.
    """
    try:
        first = stream.read(_BLOCK)
        yield from _gunzip(first, stream) if first.startswith(_GZIP) else _plain(first, stream)
    except zlib.error as error:
        raise Broken(f"the gzip data are corrupt ({error})") from error
    except EOFError as error:
        raise Broken("the compressed data end too early", cut=True) from error
    except OSError as error:
        raise Broken(f"cannot be read ({error.strerror or error})") from error


def _plain(block: bytes, stream: BinaryIO) -> Iterator[bytes]:
    while block:
        yield block
        block = stream.read(_BLOCK)


def _gunzip(data: bytes, stream: BinaryIO) -> Iterator[bytes]:
    """All members of a gzip stream, never more than a block at a time: a gzip bomb does not fill the memory."""
    while data:
        member = zlib.decompressobj(wbits=31)
        while True:
            yield member.decompress(data, _BLOCK)
            if member.eof:
                break
            data = member.unconsumed_tail or stream.read(_BLOCK)
            if not data:
                raise Broken("the gzip data end too early", cut=True)
        data = (member.unused_data or stream.read(_BLOCK)).lstrip(b"\0")  # zero padding is legal between members
        if data and not (data.startswith(_GZIP) or data == _GZIP[:1]):
            raise Broken("the gzip data are corrupt (something else follows them)")


def as_utf8(source: Iterator[bytes]) -> Iterator[bytes]:
    """The same document in UTF-8 without byte order mark, by its mark or its XML declaration.

    Bytes that are invalid in the declared encoding pass through: they spoil their own record, not the file.
    """
    first = next(source, b"")
    while 0 < len(first) < 256 and (more := next(source, b"")):
        first += more
    encoding = next((name for mark, name in _BOMS if first.startswith(mark)), None)
    if encoding is None and (declared := _DECLARED.match(first)):
        encoding = declared[1].decode("ascii").lower()
    if encoding is None or encoding in _UTF8:
        yield first.removeprefix(_BOMS[0][0])
        yield from source
    else:
        yield from _recoded(first, source, encoding)


def _recoded(first: bytes, source: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    try:
        "a".encode(encoding)  # refuses codecs that are not of text
        decoder = codecs.getincrementaldecoder(encoding)("surrogateescape")
        block: bytes | None = first
        while block is not None:
            yield decoder.decode(block).encode("utf-8", "surrogateescape")
            block = next(source, None)
        yield decoder.decode(b"", final=True).encode("utf-8", "surrogateescape")
    except LookupError as error:
        raise Broken(f"the declared encoding {encoding!r} is unknown") from error
    except UnicodeError as error:
        raise Broken(f"the text is not in the declared encoding {encoding!r}") from error
