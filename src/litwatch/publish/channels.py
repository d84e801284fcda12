"""Which feeds there are, in which formats, and where their documents lie."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from litwatch.publish.publication import NOTICES, Publication

ARCHIVE = "archive/"
"""The folder of the feeds' archives (RFC 5005)."""
OPML = "feeds.opml"
OPML_TYPE = "text/x-opml; charset=utf-8"

_STEM = "(?:feed|nuggets|updates|not-picked|topics/[A-Za-z0-9-]+)"
_DOCUMENT = re.compile(rf"(?:{ARCHIVE}{_STEM}-\d+|{_STEM})\.(xml|atom|json)\Z")
_NOT_NAME = re.compile(r"[^A-Za-z0-9]+")


class Format(Enum):
    """The three formats of every feed: (how a file's name ends, media type, what readers call it)."""

    RSS = ("xml", "application/rss+xml", "RSS")
    ATOM = ("atom", "application/atom+xml", "Atom")
    JSON = ("json", "application/feed+json", "JSON Feed")

    def __init__(self, suffix: str, media_type: str, title: str) -> None:
        self.suffix = suffix
        self.media_type = media_type
        self.title = title

    @property
    def content_type(self) -> str:
        """As the header's value. JSON has no charset parameter: it is UTF-8 (RFC 8259, 11)."""
        return self.media_type if self is Format.JSON else f"{self.media_type}; charset=utf-8"


class Kind(Enum):
    """What the items of a feed are."""

    ISSUES = "feed"
    NUGGETS = "nuggets"
    NOTICES = "updates"
    REJECTS = "not-picked"
    TOPIC = "topics"


@dataclass(frozen=True, slots=True)
class Channel:
    """One feed, whatever its format."""

    kind: Kind
    title: str
    home: str
    """The path of the page that it belongs to."""
    topic: str = ""
    """Its name; only of a TOPIC."""

    @property
    def stem(self) -> str:
        """What its files are called, and its id ends with."""
        return f"{self.kind.value}/{_NOT_NAME.sub('-', self.topic)}" if self.topic else self.kind.value

    def path(self, form: Format, archive: int | None = None) -> str:
        """Where the feed lies, or its archive page of that number (1 holds the oldest items)."""
        return f"{self.stem}.{form.suffix}" if archive is None else f"{ARCHIVE}{self.stem}-{archive}.{form.suffix}"


def channels(publication: Publication, topics: Iterable[str] = ()) -> tuple[Channel, ...]:
    """Every feed: the four of the whole, and one of each topic, those of `topics` that are no more included."""
    title = publication.title
    names = [*publication.topic_titles, *sorted(set(topics) - set(publication.topic_titles))]
    return (
        Channel(Kind.ISSUES, title, ""),
        Channel(Kind.NUGGETS, f"{title}: one item a study", ""),
        Channel(Kind.NOTICES, f"{title}: updates and corrections", NOTICES),
        Channel(Kind.REJECTS, f"{title}: not picked", ""),
        *(Channel(Kind.TOPIC, f"{title}: {publication.topic(name)}", "", name) for name in names),
    )


def feed_paths(publication: Publication) -> list[str]:
    """Where the documents lie that readers subscribe to."""
    return [channel.path(form) for channel in channels(publication) for form in Format]


def alternates(publication: Publication) -> Iterator[tuple[str, str, str]]:
    """(media type, title, path) of every feed in every format, for a page's head; the first is the one to prefer."""
    for form in Format:
        for channel in channels(publication):
            yield form.media_type, f"{channel.title} ({form.title})", channel.path(form)


def content_type(path: str) -> str | None:
    """The Content-Type of a feed document (or of the list of feeds) at `path`; None if it is none."""
    if path == OPML:
        return OPML_TYPE
    found = _DOCUMENT.match(path)
    return next(form.content_type for form in Format if form.suffix == found[1]) if found else None


def link_header(path: str, publication: Publication) -> str | None:
    """The Link header that says where the feed at `path` is pushed from (WebSub, 4); None without a hub, or no feed."""
    if publication.hub is None or path == OPML or path.startswith(ARCHIVE) or content_type(path) is None:
        return None
    found = f'<{publication.hub}>; rel="hub", <{publication.url(path)}>; rel="self"'
    return found if found.isascii() else None
