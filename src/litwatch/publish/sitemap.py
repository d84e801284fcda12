"""What search engines are told: every page that is worth finding, and what to leave alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from xml.sax.saxutils import escape

from litwatch.domain.text import xml_chars
from litwatch.publish import lists
from litwatch.publish.archive import Archive
from litwatch.publish.publication import (
    METHOD,
    NOTICES,
    QUESTIONS,
    SITEMAP,
    STUDIES,
    Publication,
    issue_path,
    note_path,
)
from litwatch.publish.shelves import sheets, shelves

MAX_ADDRESSES = 50_000
"""In one file (sitemaps.org). The newest ones; that is a hundred years of issues."""


def sitemap(archive: Archive, publication: Publication) -> bytes:
    """The pages by the sitemaps.org protocol 0.9, newest issue first, with the day of the last change where it is known."""
    entries = list(_entries(archive, publication))[:MAX_ADDRESSES]
    lines = (
        f"<url><loc>{escape(xml_chars(publication.url(path)))}</loc>"
        + (f"<lastmod>{changed.date()}</lastmod>" if changed else "")
        + "</url>\n"
        for path, changed in entries
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return (head + "".join(lines) + "</urlset>\n").encode("utf-8")


def robots(publication: Publication) -> bytes:
    """Everything but searches, personal pages and the data for programs may be visited (RFC 9309)."""
    closed = "Disallow: /api/v1/\nDisallow: /search\nDisallow: /u/\n" if publication.served else "Disallow:\n"
    return f"User-agent: *\n{closed}\nSitemap: {publication.url(SITEMAP)}\n".encode()


def _entries(archive: Archive, publication: Publication) -> Iterator[tuple[str, datetime | None]]:
    newest = max((issue.published for issue in archive.issues), default=None)
    yield "", newest
    yield METHOD, None
    yield NOTICES, archive.news[0].made if archive.news else None
    yield QUESTIONS, newest
    yield STUDIES, newest
    for shelf in shelves(archive, publication):
        yield from ((sheet.path, sheet.studies[0].issue.published) for sheet in sheets(shelf))
    for tally in archive.tallies:
        yield from ((part.path, None) for part in lists.question(tally))
    for issue in archive.newest_first:
        yield issue_path(issue.week), issue.published
        for nugget in issue.nuggets:
            path = note_path(nugget.slug)
            if archive.notes[path][0] is issue:
                later = (notice.made for notice in archive.banners(nugget.pmid))
                yield path, max(later, default=issue.published)
        yield from ((part.path, issue.published) for part in lists.also(issue)[1:])
        if archive.rejects.get(issue.week):
            yield from ((part.path, issue.published) for part in lists.rejects(issue, archive))
    # The older pages of these: what is on them may be found otherwise, too.
    for parts in (lists.issues(archive), lists.notices(archive), lists.questions(archive)):
        yield from ((part.path, None) for part in parts[1:])
