"""PubMed XML -> `Record`s, by way of one element at a time (`records`), each parsed by itself with lxml.

Nothing is fetched and nothing is expanded: no DTD, no network, no entity beyond XML's own five and numeric references.
A record that cannot be read is a `ParseFailure` with its place and bytes; only a stream that cannot be read at all
raises.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from lxml import etree

from litwatch.domain.article import Article, Deletion, ParseFailure, Record
from litwatch.domain.text import clean_text
from litwatch.errors import InputError, TruncatedInput
from litwatch.pubmed.element import Element
from litwatch.pubmed.medline import looks_like_medline, read_medline
from litwatch.pubmed.parse_article import read_article
from litwatch.pubmed.parse_book import read_book
from litwatch.pubmed.parse_draft import RecordError
from litwatch.pubmed.parse_fields import pmid_of
from litwatch.pubmed.records import LARGEST_RECORD, Chunk, split
from litwatch.pubmed.streams import Broken

__all__ = ["Item", "RecordError", "open_records", "parse_record", "read_records"]

Item = Record | ParseFailure | Deletion

_READERS: dict[str, Callable[[Element], Article]] = {
    "PubmedArticle": read_article,
    "PubmedBookArticle": read_book,
}
_DELETIONS = frozenset({"DeleteCitation", "DeleteDocument"})
_OWN_PMID = re.compile(rb"<(?:MedlineCitation|BookDocument)\b[^>]*>\s*<PMID\b[^>]*>\s*([1-9][0-9]{0,9})\s*</PMID>")
_MATHML = b' xmlns:mml="http://www.w3.org/1998/Math/MathML"'


def read_records(stream: BinaryIO, source: str, *, largest: int = LARGEST_RECORD) -> Iterator[Item]:
    """The items of a PubmedArticleSet (or of one bare record), in the order of the stream, gzip or not.

    `source` names the stream in errors: `TruncatedInput` after the last whole record when it is cut, `InputError` when
    it is not PubMed XML, is corrupt, or has a record of more than `largest` bytes.
    """
    index, item = 0, None
    parser = _parser()
    chunks = split(stream, largest)
    while True:
        try:
            chunk = next(chunks, None)
        except Broken as broken:
            place = f"after record {index}{_named(item)}" if item else ""
            raise (TruncatedInput if broken.cut else InputError)(source, str(broken), place) from broken
        if chunk is None:
            return
        item = _item(chunk, index, parser)
        yield item
        index += 1


def parse_record(raw: bytes) -> Article:
    """One PubmedArticle or PubmedBookArticle element as it stands in a file, in UTF-8.

    Raises `RecordError` (a `ValueError`) whose message says why it cannot be read.
    """
    return _article(raw, _parser())


def open_records(path: Path) -> Iterator[Item]:
    """The items of a file: PubMed XML or MEDLINE text (.nbib), gzip or not; the content decides, not the name.

    Raises `InputError` if the file cannot be read or is neither, `TruncatedInput` if it is cut.
    """
    try:
        with path.open("rb") as stream:
            text = _is_medline(stream.read(4096))
            stream.seek(0)
            yield from read_medline(stream, str(path)) if text else read_records(stream, str(path))
    except OSError as error:
        raise InputError(path, f"cannot be read ({error.strerror or error})") from error


def _is_medline(head: bytes) -> bool:
    if head.startswith(b"\x1f\x8b"):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, 4096)
        except zlib.error:
            return False
    return looks_like_medline(head)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        collect_ids=False,
        remove_comments=True,
        remove_pis=True,
    )


def _item(chunk: Chunk, index: int, parser: etree.XMLParser) -> Item:
    reason = chunk.fault
    if reason is None:
        try:
            if chunk.name in _DELETIONS:
                return _deletion(_element(chunk.raw, parser))
            return Record(_article(chunk.raw, parser), chunk.raw)
        except RecordError as error:
            reason = str(error)
    return ParseFailure(reason, index, chunk.offset, own_pmid(chunk.raw), chunk.raw)


def own_pmid(raw: bytes) -> str | None:
    """The PMID of a record that cannot be parsed, if it stands where a record has its own."""
    match = _OWN_PMID.search(raw, 0, 4096)
    return match[1].decode() if match else None


def _element(raw: bytes, parser: etree.XMLParser) -> Element:
    try:
        return cast(Element, etree.fromstring(without_references(raw), parser))
    except etree.XMLSyntaxError:
        return _second_look(raw, parser)


def _second_look(raw: bytes, parser: etree.XMLParser) -> Element:
    """A record that could not be read: perhaps for want of the prefix of its formulas, which the DTD declares and
    without the DTD the record has to; or its reference lists were not cut out well.
    """
    if b"<mml:" in raw and b"xmlns:mml" not in raw:
        raw = re.sub(rb"<[\w.:-]+", lambda match: match.group() + _MATHML, raw, count=1)
    try:
        return cast(Element, etree.fromstring(without_references(raw), parser))
    except etree.XMLSyntaxError:
        pass
    try:
        return cast(Element, etree.fromstring(raw, parser))
    except etree.XMLSyntaxError as error:
        raise RecordError(f"malformed XML: {clean_text(error.msg or 'no element')}") from error


def without_references(raw: bytes) -> bytes:
    """`raw` without its reference lists: other articles' ids and citations, a third of all bytes, and none of them
    read.
    """
    start = raw.find(b"<ReferenceList>")
    if start < 0:
        return raw
    end = raw.rfind(b"</ReferenceList>")
    # In a comment or CDATA section a tag is none. (Looking for one byte first is quicker.)
    if end < start or (raw.find(b"!", 0, start) >= 0 and raw.find(b"<!", 0, start) >= 0):
        return raw
    return raw[:start] + raw[end + 16 :]


def _article(raw: bytes, parser: etree.XMLParser) -> Article:
    element = _element(raw, parser)
    reader = _READERS.get(element.tag)
    if reader is None:
        raise RecordError(f"not a record: <{clean_text(element.tag)[:80]}>")
    return reader(element)


def _deletion(element: Element) -> Deletion:
    pmids = [pmid_of(child.text) for child in element if child.tag in ("PMID", "ArticleId")]
    if not pmids or None in pmids:
        raise RecordError(f"<{element.tag}> without usable PMIDs")
    return Deletion(tuple(pmid for pmid in pmids if pmid))


def _named(item: Item) -> str:
    pmid = item.article.pmid if isinstance(item, Record) else item.pmid if isinstance(item, ParseFailure) else None
    return f" (PMID {pmid})" if pmid else ""
