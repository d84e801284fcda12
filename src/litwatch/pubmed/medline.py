"""MEDLINE text, as PubMed exports it (.nbib) and efetch gives it with rettype=medline -> `Record`s.

Biopython's `Bio.Medline` reads the fields; it is imported when the first record is read. A record ends at a blank line
or where the next PMID stands; the format has no end mark, so a cut within a record shows only in gzip data. What the
tags mean: https://www.nlm.nih.gov/bsd/mms/medlineelements.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from litwatch.domain.article import ParseFailure, Record
from litwatch.domain.text import clean_text
from litwatch.errors import InputError, TruncatedInput
from litwatch.pubmed.medline_article import Fields, read_fields
from litwatch.pubmed.parse_draft import RecordError
from litwatch.pubmed.records import LARGEST_RECORD
from litwatch.pubmed.streams import Broken, as_utf8, blocks

_HEAD = re.compile(rb"(?:\xef\xbb\xbf|\s)*[A-Z][A-Z0-9]{1,3} {0,2}- ")
_TAG = re.compile(rb"[A-Z][A-Z0-9]{1,3} {0,2}- ?")
_CONTINUED = re.compile(r"\r?\n {6}")
_PMID_LINE = re.compile(rb"^PMID *- *([1-9][0-9]{0,9})\s*$", re.M)


def looks_like_medline(head: bytes) -> bool:
    """Does a file that begins with `head` hold MEDLINE text? It begins with a tag such as "PMID- "."""
    return _HEAD.match(head) is not None


def read_medline(stream: BinaryIO, source: str, *, largest: int = LARGEST_RECORD) -> Iterator[Record | ParseFailure]:
    """The records of MEDLINE text, in order, gzip or not.

    `source` names the stream in errors: `TruncatedInput` when gzip data are cut, `InputError` when they are corrupt,
    when the text does not begin with a tag, or when a record has more than `largest` bytes.
    """
    index = 0
    try:
        for offset, raw in _split(as_utf8(blocks(stream)), largest):
            yield _record(raw, index, offset)
            index += 1
        if not index:
            raise Broken("it is empty")
    except Broken as broken:
        place = f"after record {index}" if index else ""
        raise (TruncatedInput if broken.cut else InputError)(source, str(broken), place) from broken


def _record(raw: bytes, index: int, offset: int) -> Record | ParseFailure:
    try:
        return Record(read_fields(_fields(raw)), raw, "medline")
    except RecordError as error:
        match = _PMID_LINE.search(raw)
        return ParseFailure(str(error), index, offset, match[1].decode() if match else None, raw)


def _fields(raw: bytes) -> Fields:
    """The record's fields in their order, and grouped by tag by Biopython; long lines unfolded."""
    from Bio import Medline

    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RecordError(f"not UTF-8 at byte {error.start} of the record") from error
    lines = [line for line in _CONTINUED.sub(" ", text).splitlines() if line.strip()]
    known = [line for line in lines if _TAG.match(line.encode())]
    if len(known) < len(lines):
        odd = next(line for line in lines if line not in known)
        raise RecordError(f"not a MEDLINE field: {clean_text(odd)[:60]!r}")
    grouped = Medline.read(f"{line}\n" for line in known)  # type: ignore[no-untyped-call]
    ordered = tuple((line[:4].rstrip(), clean_text(line[6:])) for line in known)
    by_tag: dict[str, tuple[str, ...]] = {}
    for tag, found in grouped.items():
        # Biopython joins the lines of some tags to one string, also of some that may come more than once (LID, IS).
        values = [value for name, value in ordered if name == tag] if isinstance(found, str) else map(clean_text, found)
        by_tag[tag] = tuple(filter(None, values))
    return Fields(ordered, by_tag)


def _split(source: Iterator[bytes], largest: int) -> Iterator[tuple[int, bytes]]:
    """(offset, bytes) of each record. Raises `Broken` if the text does not begin with a tag."""
    block: list[bytes] = []
    offset = size = position = 0
    blank = False
    for line in _lines(source, largest):
        if not line.strip() and not line.startswith(b"      "):
            blank = True
        else:
            if not block and not position and not _TAG.match(line):
                raise Broken(f"not MEDLINE text: it begins with {clean_text(line[:40].decode('utf-8', 'replace'))!r}")
            if block and (line.startswith(b"PMID") or (blank and not line.startswith(b"      "))):
                yield offset, b"".join(block)
                block, size = [], 0
            if not block:
                offset = position
            block.append(line)
            size += len(line)
            blank = False
            if size > largest:
                raise Broken(f"a record of more than {largest >> 20} MB without an end")
        position += len(line)
    if block:
        yield offset, b"".join(block)


def _lines(source: Iterator[bytes], largest: int) -> Iterator[bytes]:
    """The lines with their ends."""
    rest = b""
    for block in source:
        if len(rest) > largest:
            raise Broken(f"a line of more than {largest >> 20} MB without an end")
        lines = (rest + block).splitlines(keepends=True)
        rest = lines.pop() if lines else b""
        yield from lines
    if rest:
        yield rest
