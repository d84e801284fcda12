"""The whole public folder: pages and feeds, each written only when its bytes changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from litwatch.domain.citation import Citation
from litwatch.publish import feeds, pages, pictures
from litwatch.publish.archive import Archive
from litwatch.publish.channels import ARCHIVE
from litwatch.publish.files import write_if_changed
from litwatch.publish.publication import (
    FEEDS,
    INDEX,
    METHOD,
    NOTICES,
    QUESTIONS,
    ROBOTS,
    SITEMAP,
    STUDIES,
    Publication,
    issue_path,
    picture_path,
    question_path,
    rejects_path,
)
from litwatch.publish.references import FORMS
from litwatch.publish.shelves import sheets, shelves
from litwatch.publish.sitemap import robots, sitemap

Render = Callable[[], bytes]


def write_site(directory: Path, archive: Archive, publication: Publication) -> list[Path]:
    """Writes the site of `archive` below `directory`; returns the files that changed.

    A page of a feed's archive is full when it is first written, and then left alone (RFC 5005, 4), as is the picture of
    a note, which never changes: delete them to have them made again, after a move for instance. Raises PublishError if
    a file cannot be written.
    """
    changed = []
    uncounted = _uncounted(directory, archive, publication)
    for path, render in chain(uncounted, documents(archive, publication).items()):
        if _lasting(path) and (directory / path).exists():
            continue
        if write_if_changed(directory / path, render()):
            changed.append(directory / path)
    return changed


def documents(archive: Archive, publication: Publication) -> dict[str, Render]:
    """Every file of the site by its path, each rendered when it is called for.

    The feeds come last: what a feed links to is written before it.
    """
    return dict(chain(_pages(archive, publication), feeds.documents(archive, publication)))


def _lasting(path: str) -> bool:
    return path.startswith(ARCHIVE) or path.endswith(".png")


def _pages(archive: Archive, publication: Publication) -> Iterator[tuple[str, Render]]:
    yield METHOD, partial(pages.method_page, publication)
    for path, (issue, nugget) in archive.notes.items():
        yield path, partial(pages.note_page, issue, nugget, publication, archive)
        if pictures.worth(nugget):
            yield picture_path(nugget.slug), partial(pictures.png, nugget)
        yield from _references(path, [archive.citation(nugget)])
    for tally in archive.tallies:
        yield question_path(tally.question), partial(pages.question_page, tally, publication)
    yield QUESTIONS, partial(pages.questions_page, archive, publication)
    yield from _shelves(archive, publication)
    for issue in archive.issues:
        yield issue_path(issue.week), partial(pages.issue_page, issue, publication, archive)
        yield from _references(issue_path(issue.week), [archive.citation(nugget) for nugget in issue.nuggets])
        if archive.rejects.get(issue.week):
            yield rejects_path(issue.week), partial(pages.rejects_page, issue, publication, archive)
    yield NOTICES, partial(pages.notices_page, archive, publication)
    yield ROBOTS, partial(robots, publication)
    yield SITEMAP, partial(sitemap, archive, publication)
    yield FEEDS, partial(pages.feeds_page, publication, archive)
    yield INDEX, partial(pages.index_page, archive, publication)


def _shelves(archive: Archive, publication: Publication) -> Iterator[tuple[str, Render]]:
    found = shelves(archive, publication)
    for sheet in chain.from_iterable(map(sheets, found)):
        yield sheet.path, partial(pages.shelf_page, sheet, publication, archive)
    yield STUDIES, partial(pages.studies_page, found, publication, archive)


def _references(page: str, citations: Sequence[Citation]) -> Iterator[tuple[str, Render]]:
    """The citations as files for reference managers, beside the page that tells the papers."""
    for form in FORMS.values() if citations else ():
        yield form.path(page), partial(form.render, citations)


def _uncounted(directory: Path, archive: Archive, publication: Publication) -> Iterator[tuple[str, Render]]:
    """The questions that were counted before and are not any more: an old count must not stand, nor its link break."""
    counted = {QUESTIONS, *(question_path(tally.question) for tally in archive.tallies)}
    folder = directory / QUESTIONS
    for path in sorted(found.relative_to(directory).as_posix() for found in folder.parent.glob("*.html")):
        if path not in counted:
            yield path, partial(pages.uncounted_page, path, publication)
