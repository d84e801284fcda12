"""All feeds of an archive, in RSS, Atom and JSON Feed, and the pages of their archives (RFC 5005, section 4).

Each item has one place for ever, by its age. Every so many items, oldest first, make an archive page, which never
changes once it is full; the document that readers subscribe to holds the newest, at least those on no page yet.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from itertools import groupby
from typing import TypeVar

from litwatch.domain.digest import Issue, Nugget
from litwatch.errors import PublishError, StoreError
from litwatch.publish.archive import Archive
from litwatch.publish.channels import OPML, Channel, Format, Kind, channels
from litwatch.publish.feed_items import Item, issue_item, notice_item, nugget_item, plain, rejects_item
from litwatch.publish.jsonfeed import json_feed
from litwatch.publish.opml import opml
from litwatch.publish.publication import Publication
from litwatch.publish.syndication import Document, atom, rss

Render = Callable[[], bytes]
_Told = TypeVar("_Told")

MAX_BYTES = 500_000
"""Readers give up on much larger feeds."""
HEAD_BYTES = 10_000
"""Of these, for what stands before the items."""
IN_FEED = {Kind.ISSUES: 30, Kind.NUGGETS: 60, Kind.NOTICES: 60, Kind.REJECTS: 30, Kind.TOPIC: 60}
"""Items, at most."""
ON_PAGE = {Kind.ISSUES: 10, Kind.NUGGETS: 20, Kind.NOTICES: 20, Kind.REJECTS: 10, Kind.TOPIC: 20}
"""Items of an archive page. Another number would move items to other pages: never change it. As many of the largest
items fit into a feed."""
_ITEMS_KEPT = 300
_HEAD_CHARACTERS = 500
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""Validators take no feed for older than 1990."""
_WRITERS = {Format.RSS: rss, Format.ATOM: atom, Format.JSON: json_feed}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """What an item will be made from. `published` decides on its place; `topics` on the feeds of topics that have it."""

    published: datetime
    build: Callable[[], Item]
    topics: frozenset[str] = frozenset()


def documents(archive: Archive, publication: Publication) -> Iterator[tuple[str, Render]]:
    """(path, what makes its bytes) of every document: first the list of feeds and the archives, then the feeds.

    The same archive gives the same bytes. An item that cannot be built is left out and logged; the making of a feed
    raises PublishError if that is so for every one, and StoreError as `archive.whole` does. `channels.content_type` knows
    the media type of each path.
    """
    feeds = Feeds(archive, publication)
    yield OPML, partial(opml, feeds.channels, publication)
    for channel in feeds.channels:
        for page in range(1, feeds.pages(channel) + 1):
            for form in Format:
                yield channel.path(form, page), partial(feeds.page, channel, form, page)
    for channel in reversed(feeds.channels):
        for form in reversed(Format):
            yield channel.path(form), partial(feeds.feed, channel, form)


class Feeds:
    """The feeds of one archive. An item is made when it is first needed, and then serves all formats and topics."""

    def __init__(self, archive: Archive, publication: Publication) -> None:
        self._publication = publication
        entries = _in_order(archive, publication)
        self.channels = channels(publication, {topic for entry in entries[Kind.TOPIC] for topic in entry.topics})
        self._entries = {
            channel: [entry for entry in entries[channel.kind] if not channel.topic or channel.topic in entry.topics]
            for channel in self.channels
        }
        self._item = lru_cache(maxsize=_ITEMS_KEPT)(_built)
        # What a feed without an item is dated by: the first issue, which no later one changes.
        first = min((issue.published for issue in archive.issues), key=datetime.timestamp, default=_NO_TIME)
        self._since = first.astimezone(UTC)

    def pages(self, channel: Channel) -> int:
        """How many archive pages are full."""
        return len(self._entries[channel]) // ON_PAGE[channel.kind]

    def feed(self, channel: Channel, form: Format) -> bytes:
        """The document that readers subscribe to: the newest items, as many as MAX_BYTES allow."""
        entries = self._entries[channel][::-1][: IN_FEED[channel.kind]]
        items: list[Item] = []
        weight = HEAD_BYTES
        for item in self._built(entries, channel):
            weight += item.weight
            if weight > MAX_BYTES:
                break
            items.append(item)
        if entries and not items:
            raise PublishError("feed", f"none of its {len(entries)} items can be built")
        document = self._document(channel, form, items, page=None)
        return _WRITERS[form](replace(document, hub=self._publication.hub))

    def page(self, channel: Channel, form: Format, page: int) -> bytes:
        """A full archive page; 1 has the oldest items. The newest item stands first, as in the feed."""
        size = ON_PAGE[channel.kind]
        entries = self._entries[channel][(page - 1) * size : page * size][::-1]
        document = self._document(channel, form, list(self._built(entries, channel)), page=page)
        return _WRITERS[form](replace(document, current=self._publication.url(channel.path(form))))

    def _document(self, channel: Channel, form: Format, items: Sequence[Item], *, page: int | None) -> Document:
        about = self._publication
        previous = self.pages(channel) if page is None else page - 1
        title = plain(channel.title)[:_HEAD_CHARACTERS]
        return Document(
            id=f"tag:{about.authority}:feed/{channel.stem}" if about.authority else about.url(channel.path(form)),
            title=title,
            description=plain(about.description)[:_HEAD_CHARACTERS] or title,
            author=plain(about.title)[:_HEAD_CHARACTERS] or "litwatch",
            home=about.url(channel.home),
            url=about.url(channel.path(form, page)),
            updated=max((item.published for item in items), default=self._since),
            items=tuple(items),
            previous=about.url(channel.path(form, previous)) if previous else None,
        )

    def _built(self, entries: Iterable[_Entry], channel: Channel) -> Iterator[Item]:
        for entry in entries:
            item = self._item(entry)
            if item is not None:
                yield item.within(channel.topic) if channel.topic else item


def _in_order(archive: Archive, publication: Publication) -> dict[Kind, list[_Entry]]:
    """What feeds of each kind consist of, oldest first; those of topics all in one."""
    notices = list(_notices(archive, publication))
    notes = [*_notes(archive, publication), *notices]
    entries = {
        Kind.ISSUES: list(_issues(archive, publication)),
        Kind.REJECTS: list(_rejects(archive, publication)),
        Kind.NOTICES: notices,
        Kind.NUGGETS: notes,
        Kind.TOPIC: notes,
    }
    return {kind: sorted(found, key=lambda entry: entry.published.timestamp()) for kind, found in entries.items()}


def _issues(archive: Archive, publication: Publication) -> Iterator[_Entry]:
    for issue in reversed(archive.newest_first):
        yield _Entry(issue.published, partial(_issue, archive, issue, publication))


def _rejects(archive: Archive, publication: Publication) -> Iterator[_Entry]:
    for issue in reversed(archive.newest_first):
        if rejects := archive.rejects.get(issue.week):
            yield _Entry(issue.published, partial(rejects_item, issue, rejects, publication))


def _notes(archive: Archive, publication: Publication) -> Iterator[_Entry]:
    for issue in reversed(archive.newest_first):
        for nugget, moment in _apart(issue.nuggets, issue.published):
            build = partial(_note, archive, issue, nugget, moment, publication)
            yield _Entry(moment, build, frozenset(nugget.topics))


def _issue(archive: Archive, issue: Issue, publication: Publication) -> Item:
    return issue_item(archive.whole(issue), publication)


def _note(archive: Archive, issue: Issue, nugget: Nugget, moment: datetime, publication: Publication) -> Item:
    return nugget_item(archive.whole_note(issue, nugget), moment, publication)


def _notices(archive: Archive, publication: Publication) -> Iterator[_Entry]:
    topics: dict[str, frozenset[str]] = {}
    for issue in archive.issues:
        told = [(note.pmid, note.topics) for note in issue.nuggets] + [(line.pmid, line.topics) for line in issue.also]
        for pmid, names in told:
            topics[pmid] = topics.get(pmid, frozenset()).union(names)
    for made, together in groupby(archive.news, key=lambda notice: notice.made):
        for notice, moment in _apart(together, made):
            build = partial(notice_item, notice, moment, archive, publication)
            yield _Entry(moment, build, topics.get(notice.pmid, frozenset()))


def _apart(together: Iterable[_Told], moment: datetime) -> Iterator[tuple[_Told, datetime]]:
    """What came at one moment, each a second before the other: readers that sort by date keep the order."""
    for place, told in enumerate(together):
        yield told, moment - timedelta(seconds=place)


def _built(entry: _Entry) -> Item | None:
    try:
        return entry.build()
    except StoreError:
        raise  # nothing is wrong with the item
    except Exception:
        _log.warning("an item cannot be built and is left out of the feeds", exc_info=True)
        return None
