"""The whole public folder: pages and feeds, each written only when its bytes changed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from litwatch.publish import pages
from litwatch.publish.archive import Archive
from litwatch.publish.feeds import issues_feed, notices_feed, nuggets_feed, rejects_feed
from litwatch.publish.files import write_if_changed
from litwatch.publish.publication import (
    FEED,
    INDEX,
    METHOD,
    NOTICES,
    NOTICES_FEED,
    NUGGETS_FEED,
    QUESTIONS,
    REJECTS_FEED,
    Publication,
    issue_path,
    question_path,
    rejects_path,
)


def write_site(directory: Path, archive: Archive, publication: Publication) -> list[Path]:
    """Writes the site of `archive` below `directory`; returns the files that changed.

    The feeds come last: what a feed links to is there before it. Raises PublishError if a file cannot be written.
    """
    changed = []
    written = chain(
        _pages(archive, publication), _uncounted(directory, archive, publication), _feeds(archive, publication)
    )
    for path, content in written:
        if write_if_changed(directory / path, content):
            changed.append(directory / path)
    return changed


def _pages(archive: Archive, publication: Publication) -> Iterator[tuple[str, bytes]]:
    yield METHOD, pages.method_page(publication)
    for path, (issue, nugget) in archive.notes.items():
        yield path, pages.note_page(issue, nugget, publication, archive)
    for tally in archive.tallies:
        yield question_path(tally.question), pages.question_page(tally, publication)
    yield QUESTIONS, pages.questions_page(archive, publication)
    for issue in archive.issues:
        yield issue_path(issue.week), pages.issue_page(issue, publication, archive)
        if archive.rejects.get(issue.week):
            yield rejects_path(issue.week), pages.rejects_page(issue, publication, archive)
    yield NOTICES, pages.notices_page(archive, publication)
    yield INDEX, pages.index_page(archive, publication)


def _uncounted(directory: Path, archive: Archive, publication: Publication) -> Iterator[tuple[str, bytes]]:
    """The questions that were counted before and are not any more: an old count must not stand, nor its link break."""
    counted = {QUESTIONS, *(question_path(tally.question) for tally in archive.tallies)}
    folder = directory / QUESTIONS
    for path in sorted(found.relative_to(directory).as_posix() for found in folder.parent.glob("*.html")):
        if path not in counted:
            yield path, pages.uncounted_page(path, publication)


def _feeds(archive: Archive, publication: Publication) -> Iterator[tuple[str, bytes]]:
    yield REJECTS_FEED, rejects_feed(archive, publication)
    yield NOTICES_FEED, notices_feed(archive, publication)
    yield NUGGETS_FEED, nuggets_feed(archive, publication)
    yield FEED, issues_feed(archive.issues, publication)
