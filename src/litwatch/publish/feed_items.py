"""Items of feeds: what RSS, Atom and JSON Feed are written from, every text clean, every address absolute.

An item is made from what never changes: a reader shows a changed item as it was, or as new.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

import nh3

from litwatch.domain.digest import Issue, Nugget, Reject
from litwatch.domain.notice import Notice
from litwatch.domain.text import clean_text, xml_chars
from litwatch.publish import phrases, telling, templating
from litwatch.publish.archive import Archive
from litwatch.publish.pictures import linked
from litwatch.publish.publication import Publication, issue_path, note_path, rejects_path

LARGEST = 48_000
"""Bytes of an item that tells a whole issue, in whichever format; what is larger is told in short."""
LARGEST_NOTE = 24_000
"""Bytes of an item that tells one note or notice."""
REJECTS_OF_A_REASON = 20
"""In an item; the others are on the page that it links to."""

_TITLE_CHARACTERS = 400
_SUMMARY_CHARACTERS = 600
_CATEGORY_CHARACTERS = 60
_MOST_CATEGORIES = 40
_MARKUP = 700
"""Bytes of an item's elements without their text, in the longest format."""
_NOTHING_SINCE = Archive()
# XML allows them, HTML does not: C1 controls, which Windows' quotation marks become, and Unicode's noncharacters.
_NO_TEXT = re.compile(
    "[\x7f-\x9f\ufdd0-\ufdef"
    + "".join(f"{chr(0x10000 * plane - 2)}{chr(0x10000 * plane - 1)}" for plane in range(2, 18))
    + "]"
)
_LIKE_MARKUP = re.compile(r"<(?=[A-Za-z/!?])|&(?=#?\w+;)")
_EMPTY_LINES = re.compile(r"\n\s*\n")
_KEPT = (
    "a b bdi blockquote br cite code em h2 h3 h4 h5 i img li ol p q small strong sub sup table tbody td th thead tr ul"
)
_TEXT_BLOCKS = ("p", "li", "h2", "h3", "h4", "h5", "blockquote", "td", "th")
_ATTRIBUTES = {
    "a": {"href", "dir"},
    "img": {"src", "alt", "width", "height"},
    **{block: {"dir"} for block in _TEXT_BLOCKS},
}


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `content` is HTML, all else is text in one line; `published` is in UTC."""

    guid: str
    url: str
    published: datetime
    title: str
    summary: str
    content: str
    categories: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """The bytes that it takes in whichever format, at most."""
        twice = (self.guid, self.url, self.title, self.summary)
        return _MARKUP + 2 * sum(map(_bytes, twice)) + _bytes(self.content) + sum(map(_bytes, self.categories))

    def within(self, topic: str) -> Item:
        """The item in the feed of a topic, with an id of its own: some readers show one of two items with the same."""
        return replace(self, guid=f"{self.guid}/topic/{topic}")


def issue_item(issue: Issue, publication: Publication) -> Item:
    """The whole issue; one over LARGEST gives each of its notes in one line."""
    link = publication.url(issue_path(issue.week))
    told = partial(_content, "feed_issue.html.j2", publication, issue=issue)
    item = _item(
        issue.guid,
        link,
        issue.published,
        title=issue.title or f"{publication.title} {issue.week}",
        summary=issue.summary,
        content=told(pictures=linked(issue.nuggets, publication)),
        categories=[name for nugget in issue.nuggets for name in _categories(nugget, publication)],
    )
    return _light(item, LARGEST, publication, plain=told, notes=issue.nuggets)


def nugget_item(nugget: Nugget, published: datetime, publication: Publication) -> Item:
    """One note. Its title says design, size and verdict, too: many read no further.

    What has no room is left out whole: cut off, it might end before what did not improve.
    """
    headline, meta = _line(nugget.headline, _TITLE_CHARACTERS // 2) or f"PMID {nugget.pmid}", plain(nugget.meta)
    takeaway = plain(nugget.takeaway.text) if nugget.takeaway else ""
    told = partial(_content, "feed_nugget.html.j2", publication, nugget=nugget)
    item = _item(
        nugget.guid,
        publication.url(note_path(nugget.slug)),
        published,
        title=f"{headline} · {meta}" if 0 < len(meta) < _TITLE_CHARACTERS // 2 else headline,
        summary=next((text for text in (takeaway, meta, headline) if 0 < len(text) <= _SUMMARY_CHARACTERS), headline),
        content=told(pictures=linked([nugget], publication)),
        categories=_categories(nugget, publication),
    )
    return _light(item, LARGEST_NOTE, publication, plain=told)


def notice_item(notice: Notice, published: datetime, archive: Archive, publication: Publication) -> Item:
    """What was learned about a note, with a link to it."""
    kind = phrases.NOTICES[notice.kind]
    link = publication.url(archive.place(notice))
    item = _item(
        notice.guid,
        link,
        published,
        title=f"{kind}: {notice.headline}",
        summary=notice.text,
        content=_content("feed_notice.html.j2", publication, notice=notice, link=link),
        categories=[kind],
    )
    return _light(item, LARGEST_NOTE, publication)


def rejects_item(issue: Issue, rejects: Sequence[Reject], publication: Publication) -> Item:
    """What an issue considered and does not show, by reason."""
    groups = telling.by_reason(rejects)
    link = publication.url(rejects_path(issue.week))
    told = {"issue": issue, "groups": groups, "number": len(rejects), "most": REJECTS_OF_A_REASON, "link": link}
    item = _item(
        f"{issue.guid}/not-picked",
        link,
        issue.published,
        title=f"{issue.week}: {phrases.counted(len(rejects), 'paper')} not picked",
        summary=", ".join(f"{group.reason} ({group.number:,})" for group in groups),
        content=_content("feed_rejects.html.j2", publication, **told),
        categories=[group.reason for group in groups],
    )
    return _light(item, LARGEST, publication)


def _item(
    guid: str, url: str, published: datetime, *, title: str, summary: str, content: str, categories: Iterable[str]
) -> Item:
    """Raises ValueError for what would make readers show an item wrongly for ever: no id, no zone."""
    if not clean_text(guid):
        raise ValueError("an item without an id")
    if published.tzinfo is None:
        raise ValueError(f"a time without a zone: {published}")
    title = _line(title, _TITLE_CHARACTERS) or "Untitled"
    named = dict.fromkeys(_line(name, _CATEGORY_CHARACTERS) for name in categories)
    return Item(
        guid=clean_text(guid),
        url=url,
        published=published.astimezone(UTC).replace(microsecond=0),
        title=title,
        summary=_line(summary, _SUMMARY_CHARACTERS) or title,
        content=content,
        categories=tuple(filter(None, named))[:_MOST_CATEGORIES],
    )


def _categories(nugget: Nugget, publication: Publication) -> Iterator[str]:
    """Topics, design, verdict, conditions, kinds of exercise."""
    yield from map(publication.topic, nugget.topics)
    yield nugget.tags.design
    yield f"verdict: {telling.verdict(nugget)}"
    yield from nugget.tags.conditions
    yield from nugget.tags.exercises


def _light(
    item: Item,
    most: int,
    publication: Publication,
    *,
    plain: Callable[[], str] | None = None,
    notes: Sequence[Nugget] = (),
) -> Item:
    """The item itself, or if it is heavier than `most` with the first content that is light enough: without its
    pictures (`plain`), told in short with a line for each of `notes`, or just in short. Readers give up on very large
    feeds.
    """
    short = partial(_content, "feed_short.html.j2", publication, item=item)
    for content in (*([plain] if plain else ()), partial(short, notes=notes), partial(short, notes=())):
        if item.weight <= most:
            break
        item = replace(item, content=content())
    return item


def _content(template: str, publication: Publication, **values: object) -> str:
    """The template's HTML in the few elements and attributes that feed readers keep."""
    settings = {"publication": publication, "href": publication.url, "quotes": "inline", "archive": _NOTHING_SINCE}
    html = templating.render(template, **settings, **values)
    kept = nh3.clean(html, tags=set(_KEPT.split()), attributes=_ATTRIBUTES, link_rel=None)
    return _EMPTY_LINES.sub("\n", _text(kept)).strip()


def plain(text: str) -> str:
    """`text` as one line that no reader takes for mark-up: some read titles as HTML, and would swallow a "<b"."""
    return _LIKE_MARKUP.sub(r"\g<0> ", clean_text(_text(text)))


def _text(text: str) -> str:
    """Without the characters that XML forbids or validators warn of; a lost one (U+FFFD) becomes a question mark."""
    # Most text has none of them, and to see that is far cheaper than to look for each.
    text = text if text.replace("\n", "").isprintable() else _NO_TEXT.sub("", xml_chars(text))
    return text.replace("\ufffd", "?")


def _line(text: str, most: int) -> str:
    text = plain(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _bytes(text: str) -> int:
    """What `text` takes at most where &, <, > and quotation marks are escaped, as XML or as JSON."""
    return len(text.encode()) + 5 * sum(map(text.count, '&<>"\r')) + text.count("\\") + text.count("\n")
