"""Cutting a stream of PubMed XML into its records, as bytes.

A scanner over the bytes finds the elements directly below the root and hands out each one whole, for a parser to read
by itself. So a malformed record harms only itself, its exact bytes are at hand, and memory holds one record at a time.
Document type, comments and processing instructions between records are skipped, never obeyed: nothing declared there
can reach a record. A record whose closing tag is missing ends where the next record, or the end of the root, begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from litwatch.domain.text import clean_text
from litwatch.pubmed.streams import Broken, as_utf8, blocks

LARGEST_RECORD = 50 * 2**20
"""Bytes. The largest record known has 0.2 MB; a "record" beyond this is a missing closing tag or an attack."""
_LARGEST_HEAD = 1 << 20
_ROOTS = frozenset({b"PubmedArticleSet", b"PubmedBookArticleSet"})
_RECORDS = frozenset({b"PubmedArticle", b"PubmedBookArticle"})
# No record reaches past one of these.
_EDGES = (
    b"<PubmedArticle",
    b"</PubmedArticleSet",
    b"<PubmedBookArticle",
    b"</PubmedBookArticleSet",
    b"<DeleteCitation",
)
_EDGE_WORDS = (b"PubmedArticle", b"PubmedBookArticle", b"DeleteCitation")
_AFTER_NAME = frozenset(b" \t\r\n/>")
_SPACE = re.compile(rb"[ \t\r\n]*")
_NAME = re.compile(rb"<([A-Za-z_][\w.:-]{0,99})(?=[\s/>])")
# The usual case: a record without attributes after nothing but white space, and the first tag in it that no record
# reaches past, or that hides others, is its own end.
_PLAIN_RECORD = re.compile(rb"[ \t\r\n]*<(PubmedArticle|PubmedBookArticle)>")
_EDGE_OR_HIDDEN = re.compile(rb"<(?:/?Pubmed(?:Book)?Article|DeleteCitation|!)")
_START_TAG = re.compile(rb"<[A-Za-z_][\w.:-]*+(?:[^>\"']|\"[^\"]*\"|'[^']*')*+>")
_DOCTYPE = re.compile(
    rb"<!DOCTYPE(?:[^\[>\"']|\"[^\"]*\"|'[^']*')*+"
    rb"(?:\[(?:<!--.*?-->|<\?.*?\?>|[^\]\"'<]|<|\"[^\"]*\"|'[^']*')*+\]\s*)?>",
    re.S | re.I,
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One element below the root, by name. `fault` says why it cannot be a record; None if it may be one."""

    name: str
    raw: bytes
    offset: int
    fault: str | None = None


def split(stream: BinaryIO, largest: int = LARGEST_RECORD) -> Iterator[Chunk]:
    """The elements below the root of `stream`, in order; a bare record as root is one too. Raises `Broken`.

    Several documents one after the other (`cat a.xml b.xml`) are read as one.
    """
    return _Scanner(as_utf8(blocks(stream)), largest).chunks()


class _Scanner:
    """A window of bytes over the stream; `at` is the position in it, `base` the window's own offset in the stream."""

    def __init__(self, source: Iterator[bytes], largest: int) -> None:
        self._source = source
        self._largest = largest
        self._window = bytearray()
        self._base = 0
        self._at = 0
        self._ended = False

    def chunks(self) -> Iterator[Chunk]:
        first = True
        while self._skip(doctype=True):
            match = _NAME.match(self._ahead(128))
            name = match[1] if match else b""
            if name in _RECORDS:
                yield self._element(name)
            elif name in _ROOTS:
                yield from self._children(name)
            elif first:
                raise Broken(what_it_is(self._ahead(4096)))
            else:
                raise Broken("something else follows the end of the XML")
            first = False
        if first:
            raise Broken("it is empty")

    def _more(self) -> bool:
        """Drop what is behind, and read until there is twice as much ahead; False if nothing came."""
        del self._window[: self._at]
        self._base += self._at
        self._at = 0
        before = len(self._window)
        if before > self._largest:
            raise Broken(f"a record of more than {self._largest >> 20} MB without an end")
        while not self._ended and len(self._window) <= 2 * before:
            block = next(self._source, None)
            self._ended = block is None
            self._window += block or b""
        return len(self._window) > before

    def _ahead(self, length: int) -> bytes:
        """The next `length` bytes, or fewer at the end of the stream."""
        while len(self._window) - self._at < length and self._more():
            pass
        return bytes(self._window[self._at : self._at + length])

    def _match(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """`pattern` at the present position, in as many bytes as a head may have."""
        found = pattern.match(self._window, self._at)
        return found or pattern.match(self._ahead(_LARGEST_HEAD))

    def _take(self, length: int) -> bytes:
        raw = bytes(self._window[self._at : self._at + length])
        self._at += length
        return raw

    def _skip(self, *, doctype: bool = False) -> bool:
        """Go past white space, comments, instructions and, if allowed, a document type; False at the end of the
        stream.
        """
        while ahead := self._ahead(9):
            if space := _SPACE.match(ahead):
                self._at += space.end()
                if space.end():
                    continue
            if ahead.startswith(b"<!--"):
                self._past(b"-->")
            elif ahead.startswith(b"<?"):
                self._past(b"?>")
            elif doctype and ahead.upper() == b"<!DOCTYPE":
                match = self._match(_DOCTYPE)
                if match is None:
                    raise Broken("its document type has no end", cut=self._ended)
                self._at += len(match.group())
            else:
                return True
        return False

    def _past(self, end: bytes) -> None:
        """Go past the next `end`."""
        while (found := self._window.find(end, self._at)) < 0:
            if not self._more():
                raise Broken("it ends inside a comment or an instruction", cut=True)
        self._at = found + len(end)

    def _children(self, root: bytes) -> Iterator[Chunk]:
        tag = self._match(_START_TAG)
        if tag is None:
            raise Broken(f"the start tag of <{root.decode()}> has no end", cut=self._ended)
        self._at += len(tag.group())
        if tag.group().endswith(b"/>"):
            return
        closing = b"</" + root
        while True:
            while plain := self._plain():
                yield plain
            if not self._skip():
                break
            ahead = self._ahead(128)
            if ahead.startswith(closing) and ahead[len(closing) : len(closing) + 1] in (
                b">",
                b" ",
                b"\n",
                b"\r",
                b"\t",
            ):
                self._past(b">")
                return
            match = _NAME.match(ahead)
            yield self._element(match[1]) if match else self._stray()
        raise Broken(f"it ends without </{root.decode()}>", cut=True)

    def _plain(self) -> Chunk | None:
        """The next record if it lies in the window whole and has nothing in it that asks for care; else None."""
        match = _PLAIN_RECORD.match(self._window, self._at)
        if match is None:
            return None
        name = match[1]
        edge = _EDGE_OR_HIDDEN.search(self._window, match.end())
        if edge is None or edge.group() != b"</" + name or self._window[edge.end() : edge.end() + 1] != b">":
            return None
        start, self._at = match.start(1) - 1, edge.end() + 1
        return Chunk(name.decode(), bytes(self._window[start : self._at]), self._base + start)

    def _stray(self) -> Chunk:
        """Something that is no element: everything up to the next tag."""
        while (end := self._window.find(b"<", self._at + 1)) < 0 and self._more():
            pass
        if end < 0 and self._window.startswith(b"<", self._at):
            raise Broken("it ends inside a tag", cut=True)
        offset = self._base + self._at
        raw = self._take((end if end >= 0 else len(self._window)) - self._at)
        return Chunk("", raw, offset, f"not a record: {clean_text(raw[:60].decode('utf-8', 'replace'))!r}")

    def _element(self, name: bytes) -> Chunk:
        """The element `name` that begins at the present position."""
        label, fault = name.decode("utf-8", "replace"), None
        tag = self._match(_START_TAG)
        if tag is not None and tag.group().endswith(b"/>"):
            end = len(tag.group())
        else:
            end, fault = self._extent(name)
        return Chunk(label, self._take(end), self._base + self._at - end, fault)

    def _extent(self, name: bytes) -> tuple[int, str | None]:
        """Length of the element `name` that begins here, and what is wrong with its end."""
        while True:
            ended = self._ended
            close = self._tag(b"</" + name, len(self._window))
            limit = close if close >= 0 else len(self._window)
            edges = self._edges(len(name), limit)
            if edges:
                return min(edges) - self._at, f"<{name.decode('utf-8', 'replace')}> has no closing tag"
            end = self._window.find(b">", close) if close >= 0 else -1
            if end >= 0:
                return end + 1 - self._at, None
            if not self._more() and ended:
                raise Broken("it ends inside a record", cut=True)

    def _edges(self, name: int, stop: int) -> list[int]:
        """Positions before `stop` where the element whose name has `name` letters must have ended."""
        if not any(self._window.find(word, self._at + 1 + name, stop) >= 0 for word in _EDGE_WORDS):
            return []
        return [edge for needle in _EDGES if (edge := self._tag(needle, stop)) >= 0]

    def _tag(self, needle: bytes, stop: int) -> int:
        """Position before `stop` of the next tag that begins with `needle`, outside comments and CDATA; -1 if none."""
        window, position = self._window, self._at + 1
        while (found := window.find(needle, position, stop)) >= 0:
            hidden = window.find(b"<!", position, found)
            if hidden >= 0:
                position = self._revealed(hidden)
                if position < 0:
                    return -1
                continue
            after = found + len(needle)
            if after < len(window) and window[after] in _AFTER_NAME:
                return found
            position = found + 1
        return -1

    def _revealed(self, hidden: int) -> int:
        """Where the comment or CDATA section at `hidden` ends; -1 if more must be read to know."""
        ends = b"-->" if self._window.startswith(b"<!--", hidden) else b"]]>"
        end = self._window.find(ends, hidden)
        if end >= 0:
            return end + 3
        # Without an end it hides nothing: the record is malformed, but those behind it are not.
        unending = self._ended or len(self._window) - hidden > _LARGEST_HEAD
        return hidden + 2 if unending else -1


def what_it_is(head: bytes) -> str:
    """Why a document that begins with `head` is not a set of PubMed records, in one line."""
    from html import unescape  # needed here alone, and its table of entities is long to load

    text = clean_text(head.decode("utf-8", "replace"))
    if error := re.search(r"<(?:ERROR|error)>(.*?)</(?:ERROR|error)>", text):
        return f"an error message, not records: {unescape(error[1])[:200]}"
    name = re.match(r"<([A-Za-z_][\w.:-]*)", text)
    if re.match(r"<(?:!doctype )?html\b", text, re.I):
        title = re.search(r"<title[^>]*>(.*?)</title>", text, re.I)
        return f"an HTML page, not PubMed XML{f' ({unescape(title[1]).strip()[:80]})' if title else ''}"
    if name:
        return f"not PubMed XML: its root element is <{name[1]}>"
    return f"not XML: it begins with {text[:40]!r}"
