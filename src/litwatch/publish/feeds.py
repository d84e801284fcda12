"""RSS 2.0 through feedgen, the one module that knows it.

feedgen's habits that are handled here: a channel's `<link>` is the last link added; the build date is the present
unless set; characters that XML forbids raise; entries are prepended unless told otherwise.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator

from litwatch.domain.digest import Issue, Nugget, Reject
from litwatch.domain.notice import Notice
from litwatch.domain.text import clean_text
from litwatch.errors import PublishError
from litwatch.publish import phrases, telling, templating
from litwatch.publish.archive import Archive
from litwatch.publish.publication import (
    FEED,
    NOTICES_FEED,
    NUGGETS_FEED,
    REJECTS_FEED,
    Publication,
    issue_path,
    note_path,
    rejects_path,
)

ISSUES_IN_FEED = 30
NUGGETS_IN_FEED = 60
REJECTS_OF_A_REASON = 20
"""In an item; the others are on the page that it links to."""
MAX_BYTES = 500_000
"""Readers give up on much larger feeds; the oldest items go first."""
_UTC_OFFSET = re.compile(rb" \+0000</(pubDate|lastBuildDate)>")
_BUILD_DATE = re.compile(rb"<lastBuildDate>[^<]*</lastBuildDate>")
_NOTHING_SINCE = Archive()
_log = logging.getLogger(__name__)

_Thing = TypeVar("_Thing")


def issues_feed(issues: Sequence[Issue], publication: Publication) -> bytes:
    """One item a week with the whole issue in it, newest first.

    Two builds of the same issues give the same bytes: every date is an issue's own. An item that cannot be built is
    left out and logged; PublishError if that is so for every one.
    """
    newest = _newest_first(issues)[:ISSUES_IN_FEED]
    entries = _built(newest, lambda issue: _issue_entry(issue, publication))
    return _within_limit(entries, FEED, publication.title, publication)


def nuggets_feed(archive: Archive, publication: Publication) -> bytes:
    """One item a nugget in its issue's order, and one a notice, newest first; otherwise like `issues_feed`.

    What is learned about a note is an item of its own: readers do not see that an old item changed.
    """
    dated: list[tuple[datetime, Callable[[], FeedEntry]]] = [
        (issue.published, partial(_nugget_entry, issue, nugget, publication))
        for issue in archive.newest_first
        for nugget in issue.nuggets
    ]
    dated += [(notice.made, partial(_notice_entry, notice, archive, publication)) for notice in archive.news]
    dated.sort(key=lambda item: item[0].timestamp(), reverse=True)
    entries = _built(dated[:NUGGETS_IN_FEED], lambda item: item[1]())
    return _within_limit(entries, NUGGETS_FEED, f"{publication.title}: study by study", publication)


def notices_feed(archive: Archive, publication: Publication) -> bytes:
    """One item an update or correction, newest first; otherwise like `issues_feed`."""
    entries = _built(archive.news[:NUGGETS_IN_FEED], lambda notice: _notice_entry(notice, archive, publication))
    return _within_limit(entries, NOTICES_FEED, f"{publication.title}: updates and corrections", publication)


def rejects_feed(archive: Archive, publication: Publication) -> bytes:
    """One item a week with what its issue did not pick, newest first; otherwise like `issues_feed`."""
    issues = [issue for issue in archive.newest_first if archive.rejects.get(issue.week)][:ISSUES_IN_FEED]
    entries = _built(issues, lambda issue: _rejects_entry(issue, archive.rejects[issue.week], publication))
    return _within_limit(entries, REJECTS_FEED, f"{publication.title}: not picked", publication)


def _newest_first(issues: Iterable[Issue]) -> list[Issue]:
    return sorted(issues, key=lambda issue: issue.week, reverse=True)


def _built(things: Sequence[_Thing], build: Callable[[_Thing], FeedEntry]) -> list[FeedEntry]:
    """Raises PublishError if not a single one can be built: then the fault is ours, and the old feed better stays."""
    entries = []
    for thing in things:
        try:
            entry = build(thing)
            # feedgen finds most faults only here, where one of them would cost the whole feed.
            entry.rss_entry()
        except Exception:
            _log.warning("an item cannot be built and is left out of the feed", exc_info=True)
        else:
            entries.append(entry)
    if things and not entries:
        raise PublishError("feed", f"none of its {len(things)} items can be built")
    return entries


def _issue_entry(issue: Issue, publication: Publication) -> FeedEntry:
    title = clean_text(issue.title) or f"{publication.title} {issue.week}"
    entry = _entry(issue.guid, issue.published, title, issue.summary)
    entry.link(href=publication.url(issue_path(issue.week)))
    entry.content(_content("feed_issue.html.j2", publication, issue=issue))
    _categorise(entry, (topic for nugget in issue.nuggets for topic in nugget.topics), publication)
    return entry


def _nugget_entry(issue: Issue, nugget: Nugget, publication: Publication) -> FeedEntry:
    title = clean_text(nugget.headline) or f"PMID {nugget.pmid}"
    entry = _entry(nugget.guid, issue.published, title, nugget.meta)
    entry.link(href=publication.url(note_path(nugget.slug)))
    entry.content(_content("feed_nugget.html.j2", publication, nugget=nugget))
    _categorise(entry, nugget.topics, publication)
    return entry


def _notice_entry(notice: Notice, archive: Archive, publication: Publication) -> FeedEntry:
    kind = phrases.NOTICES[notice.kind]
    entry = _entry(notice.guid, notice.made, clean_text(f"{kind}: {notice.headline}"), notice.text)
    link = publication.url(archive.place(notice))
    entry.link(href=link)
    entry.content(_content("feed_notice.html.j2", publication, notice=notice, link=link))
    entry.category(term=kind)
    return entry


def _rejects_entry(issue: Issue, rejects: Sequence[Reject], publication: Publication) -> FeedEntry:
    title = f"{issue.week}: {phrases.counted(len(rejects), 'paper')} not picked"
    groups = telling.by_reason(rejects)
    summary = ", ".join(f"{reason} ({len(papers):,})" for reason, papers in groups)
    entry = _entry(f"{issue.guid}/not-picked", issue.published, title, summary)
    link = publication.url(rejects_path(issue.week))
    entry.link(href=link)
    told = {"issue": issue, "groups": groups, "number": len(rejects), "most": REJECTS_OF_A_REASON, "link": link}
    entry.content(_content("feed_rejects.html.j2", publication, **told))
    return entry


def _content(template: str, publication: Publication, **values: object) -> str:
    """An item's HTML. It is made from what never changes: a feed reader shows a changed item as it was, or as new."""
    settings = {"publication": publication, "href": publication.url, "quotes": "inline", "archive": _NOTHING_SINCE}
    return templating.render(template, **settings, **values)


def _entry(guid: str, published: datetime, title: str, summary: str) -> FeedEntry:
    """Raises ValueError for what would make readers show an item wrongly for ever: no id, no zone."""
    if not clean_text(guid):
        raise ValueError("an item without an id")
    if published.tzinfo is None:
        raise ValueError(f"a time without a zone: {published}")
    entry = FeedEntry()
    entry.title(title)
    entry.guid(clean_text(guid), permalink=False)
    entry.pubDate(published.astimezone(UTC))
    # Without a description feedgen would put the content in its place.
    entry.description(clean_text(summary) or title)
    return entry


def _categorise(entry: FeedEntry, topics: Iterable[str], publication: Publication) -> None:
    for topic in dict.fromkeys(topics):
        entry.category(term=clean_text(publication.topic(topic)))


def _within_limit(entries: list[FeedEntry], path: str, title: str, publication: Publication) -> bytes:
    """The feed with as many of the newest entries as fit into MAX_BYTES, but at least one."""
    feed = _feed(entries, path, title, publication)
    if len(feed) <= MAX_BYTES:
        return feed
    fits, too_many = 1, len(entries)
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if len(_feed(entries[:middle], path, title, publication)) <= MAX_BYTES:
            fits = middle
        else:
            too_many = middle
    return _feed(entries[:fits], path, title, publication)


def _feed(entries: list[FeedEntry], path: str, title: str, publication: Publication) -> bytes:
    generator = FeedGenerator()
    generator.title(clean_text(title))
    generator.description(clean_text(publication.description) or clean_text(title))
    generator.language("en")
    generator.generator("litwatch")
    generator.link(href=publication.url(path), rel="self", type="application/rss+xml")
    generator.link(href=publication.url(""), rel="alternate")
    for entry in entries:
        generator.add_entry(entry, order="append")
    if entries:
        generator.lastBuildDate(max(entry.pubDate() for entry in entries))
    xml: bytes = generator.rss_str(pretty=False)
    # Without an entry there is no date that is not the present.
    return _UTC_OFFSET.sub(rb" GMT</\1>", xml if entries else _BUILD_DATE.sub(b"", xml))
