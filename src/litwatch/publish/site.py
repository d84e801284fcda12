"""The whole public folder: pages and feeds, each written only when its bytes changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from litwatch.domain.citation import Citation
from litwatch.domain.digest import Issue
from litwatch.publish import feeds, lists, pages, pictures
from litwatch.publish.archive import Archive
from litwatch.publish.channels import ARCHIVE
from litwatch.publish.files import write_if_changed
from litwatch.publish.publication import (
    FEEDS,
    METHOD,
    QUESTIONS,
    ROBOTS,
    SITEMAP,
    STUDIES,
    Publication,
    issue_path,
    picture_path,
)
from litwatch.publish.references import FORMS
from litwatch.publish.shelves import sheets, shelves
from litwatch.publish.sitemap import robots, sitemap

Render = Callable[[], bytes]

_OF_QUESTIONS = re.compile(r"questions/[a-z0-9_-]+(?:/\d+)?\.html")


def write_site(directory: Path, archive: Archive, publication: Publication) -> list[Path]:
    """Writes the site of `archive` below `directory`; returns the files that changed.

    A page of a feed's archive is full when it is first written, and then left alone (RFC 5005, 4), as is the picture of
    a note, which never changes: delete them to have them made again, after a move for instance. Raises PublishError if
    a file cannot be written.
    """
    changed = []
    files = documents(archive, publication)
    before = (path.relative_to(directory).as_posix() for path in sorted((directory / QUESTIONS).parent.rglob("*.html")))
    for path, render in chain(uncounted(before, files, publication), files.items()):
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


def uncounted(before: Iterable[str], files: Container[str], publication: Publication) -> Iterator[tuple[str, Render]]:
    """Of the paths that there were `before`, those of questions that are none of the site's `files` any more.

    A count that holds no more must not stand, nor its link break: a page says so.
    """
    for path in before:
        if _OF_QUESTIONS.fullmatch(path) and path not in files:
            yield path, partial(pages.uncounted_page, path, publication)


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
        for studies in lists.question(tally):
            yield studies.path, partial(pages.question_page, tally, publication, studies)
    for questions in lists.questions(archive):
        yield questions.path, partial(pages.questions_page, archive, publication, questions)
    yield from _shelves(archive, publication)
    for issue in archive.issues:
        yield from _issue(issue, archive, publication)
    for notices in lists.notices(archive):
        yield notices.path, partial(pages.notices_page, archive, publication, notices)
    yield ROBOTS, partial(robots, publication)
    yield SITEMAP, partial(sitemap, archive, publication)
    yield FEEDS, partial(pages.feeds_page, publication, archive)
    for issues in lists.issues(archive):
        yield issues.path, partial(pages.index_page, archive, publication, issues)


def _issue(issue: Issue, archive: Archive, publication: Publication) -> Iterator[tuple[str, Render]]:
    yield issue_path(issue.week), partial(pages.issue_page, issue, publication, archive)
    for lines in lists.also(issue)[1:]:
        yield lines.path, partial(pages.also_page, issue, lines, publication, archive)
    yield from _references(issue_path(issue.week), [archive.citation(nugget) for nugget in issue.nuggets])
    if archive.rejects.get(issue.week):
        for papers in lists.rejects(issue, archive):
            yield papers.path, partial(pages.rejects_page, issue, publication, archive, papers)


def _shelves(archive: Archive, publication: Publication) -> Iterator[tuple[str, Render]]:
    found = shelves(archive, publication)
    for sheet in chain.from_iterable(map(sheets, found)):
        yield sheet.path, partial(pages.shelf_page, sheet, publication, archive)
    yield STUDIES, partial(pages.studies_page, found, publication, archive)


def _references(page: str, citations: Sequence[Citation]) -> Iterator[tuple[str, Render]]:
    """The citations as files for reference managers, beside the page that tells the papers."""
    for form in FORMS.values() if citations else ():
        yield form.path(page), partial(form.render, citations)
