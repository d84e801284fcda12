"""RSS 2.0 and Atom (RFC 4287) through feedgen, the one module that knows it.

What feedgen does otherwise is set right here: dates are the items' own and told in GMT or with "Z"; RSS has the links of
RFC 5005 and WebSub, too. It raises for characters that XML forbids: an `Item` has none.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml.etree import SubElement, _Element

from litwatch.publish.channels import Format
from litwatch.publish.feed_items import Item

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_HISTORY = "http://purl.org/syndication/history/1.0"
# feedgen sets the process's locale for the moment of writing the date of a channel.
_LOCALE = threading.Lock()


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a feed: the one that readers subscribe to, or a page of its archive (RFC 5005, 4)."""

    id: str
    """The same in every document of the feed, whatever its address."""
    title: str
    description: str
    author: str
    home: str
    """The address of the page that it belongs to."""
    url: str
    """Its own address."""
    updated: datetime
    """In UTC: that of its newest item."""
    items: tuple[Item, ...]
    previous: str | None = None
    """The address of the archive page with the items before these."""
    current: str | None = None
    """In the archive: the address of the document that readers subscribe to."""
    hub: str | None = None


def rss(document: Document) -> bytes:
    """The document as RSS 2.0, with the whole text in `content:encoded`."""
    generator = _generator(document, Format.RSS)
    with _LOCALE:
        xml: bytes = generator.rss_str(pretty=False)
    return xml + b"\n"


def atom(document: Document) -> bytes:
    """The document as Atom."""
    xml: bytes = _generator(document, Format.ATOM).atom_str(pretty=False)
    return xml + b"\n"


def _generator(document: Document, form: Format) -> Any:
    generator = FeedGenerator()
    generator.id(document.id)
    generator.title(document.title)
    generator.description(document.description)
    generator.language("en")
    generator.generator("litwatch")
    generator.author(name=document.author, uri=document.home)
    generator.link(href=document.url, rel="self", type=form.media_type)
    for rel, address in _relations(document):
        generator.link(href=address, rel=rel)
    generator.link(href=document.home, rel="alternate", type="text/html")
    generator.register_extension("litwatch", lambda: _Channel(document))
    for item in document.items:
        # A description is HTML in RSS 2.0, a summary is text in Atom.
        summary = escape(item.summary, quote=False) if form is Format.RSS else item.summary
        generator.add_entry(_entry(item, summary, document), order="append")
    return generator


def _relations(document: Document) -> list[tuple[str, str]]:
    found = (("current", document.current), ("prev-archive", document.previous), ("hub", document.hub))
    return [(rel, address) for rel, address in found if address]


def _entry(item: Item, summary: str, document: Document) -> Any:
    entry = FeedEntry()
    entry.guid(item.guid, permalink=False)
    entry.title(item.title)
    entry.link(href=item.url, rel="alternate", type="text/html")
    entry.description(summary, isSummary=True)
    entry.content(item.content, type="html")
    for category in item.categories:
        entry.category(term=category)
    entry.author(name=document.author)
    entry.register_extension("litwatch", lambda: _Entry(item, document))
    return entry


class _Extension:
    """What feedgen calls, for RSS and for Atom, after its own elements."""

    def extend_ns(self) -> Mapping[str, str]:
        return {}

    def extend_rss(self, parent: _Element) -> _Element:
        return parent

    def extend_atom(self, parent: _Element) -> _Element:
        return parent


class _Channel(_Extension):
    def __init__(self, document: Document) -> None:
        self._document = document

    def extend_ns(self) -> Mapping[str, str]:
        return {"dc": _DC, "fh": _HISTORY}

    def extend_rss(self, parent: _Element) -> _Element:
        channel = parent[0]
        _set(channel, "lastBuildDate", _rfc822(self._document.updated))
        for rel, address in _relations(self._document):
            SubElement(channel, f"{{{_ATOM}}}link", href=address, rel=rel)
        self._mark(channel)
        return parent

    def extend_atom(self, parent: _Element) -> _Element:
        _set(parent, "updated", rfc3339(self._document.updated))
        self._mark(parent)
        return parent

    def _mark(self, parent: _Element) -> None:
        if self._document.current:
            SubElement(parent, f"{{{_HISTORY}}}archive")


class _Entry(_Extension):
    def __init__(self, item: Item, document: Document) -> None:
        self._item = item
        self._author = document.author

    def extend_rss(self, parent: _Element) -> _Element:
        SubElement(parent, "pubDate").text = _rfc822(self._item.published)
        # RSS's own author is an address of mail.
        SubElement(parent, f"{{{_DC}}}creator").text = self._author
        return parent

    def extend_atom(self, parent: _Element) -> _Element:
        moment = rfc3339(self._item.published)
        _set(parent, "updated", moment)
        SubElement(parent, "published").text = moment
        return parent


def _set(parent: _Element, name: str, text: str) -> None:
    found = parent.find(name)
    assert found is not None, "feedgen writes it always"
    found.text = text


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def rfc3339(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
