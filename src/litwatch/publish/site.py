"""The whole public folder: pages and feeds, each written only when its bytes changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from litwatch.domain.digest import Issue, Nugget
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
from litwatch.publish.references import FORMS, Form
from litwatch.publish.shelves import sheets, shelves
from litwatch.publish.sitemap import robots, sitemap

Render = Callable[[], bytes]

_OF_QUESTIONS = re.compile(r"questions/[a-z0-9_-]+(?:/\d+)?\.html")


def write_site(directory: Path, archive: Archive, publication: Publication) -> list[Path]:
    """Writes the site of `archive` below `directory`; returns the files that changed.

    A page of a feed's archive is full when it is first written, and then left alone (RFC 5005, 4), as is the picture of
    a note, which never changes: delete them to have them made again, after a move for instance. Raises PublishError if
    a file cannot be written, and StoreError as `archive.whole` does.
    """
    changed = []
    files = Documents(archive, publication)
    before = (path.relative_to(directory).as_posix() for path in sorted((directory / QUESTIONS).parent.rglob("*.html")))
    for path, render in chain(uncounted(before, files, publication), files.items()):
        if _lasting(path) and (directory / path).exists():
            continue
        if write_if_changed(directory / path, render()):
            changed.append(directory / path)
    return changed


class Documents(Mapping[str, Render]):
    """Every file of the site by its path, each rendered when it is called for.

    The feeds come last: what a feed links to is written before it. What belongs to a note or an issue is found by its
    path and not listed: a server keeps this in memory, and the notes of years have tens of thousands of files.
    """

    def __init__(self, archive: Archive, publication: Publication) -> None:
        self._archive = archive
        self._publication = publication
        self._issues = {issue_path(issue.week): issue for issue in archive.issues}
        self._pages = dict(_pages(archive, publication))
        self._feeds = dict(feeds.documents(archive, publication))

    def __getitem__(self, path: str) -> Render:
        found = self._pages.get(path) or self._feeds.get(path) or self._of_a_note(path) or self._references(path)
        if found is None:
            raise KeyError(path)
        return found

    def __iter__(self) -> Iterator[str]:
        for page, (_, nugget) in self._archive.notes.items():
            yield from filter(self.__contains__, (page, picture_path(nugget.slug)))
        for page in chain(self._archive.notes, self._issues):
            yield from filter(self.__contains__, (form.path(page) for form in FORMS.values()))
        yield from self._pages
        yield from self._feeds

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _of_a_note(self, path: str) -> Render | None:
        stem, _, ending = path.rpartition(".")
        told = self._archive.notes.get(f"{stem}.html")
        if told is None or ending not in ("html", "png"):
            return None
        issue, nugget = told[0], self._archive.whole_note(*told)
        if ending == "html":
            return partial(pages.note_page, issue, nugget, self._publication, self._archive)
        return partial(pictures.png, nugget) if pictures.worth(nugget) else None

    def _references(self, path: str) -> Render | None:
        """The citations as files for reference managers, beside the page that tells the papers."""
        for form in FORMS.values():
            page = f"{path.removesuffix(form.ending)}html"
            if path == form.path(page) and (nuggets := self._told_on(page)):
                return partial(_cited, form, nuggets, self._archive)
        return None

    def _told_on(self, page: str) -> Sequence[Nugget]:
        if told := self._archive.notes.get(page):
            return [self._archive.whole_note(*told)]
        return self._archive.whole(self._issues[page]).nuggets if page in self._issues else ()


def _cited(form: Form, nuggets: Sequence[Nugget], archive: Archive) -> bytes:
    return form.render([archive.citation(nugget) for nugget in nuggets])


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
    yield issue_path(issue.week), partial(_issue_page, issue, archive, publication)
    for lines in lists.also(issue)[1:]:
        yield lines.path, partial(pages.also_page, issue, lines, publication, archive)
    if archive.rejects.get(issue.week):
        for papers in lists.rejects(issue, archive):
            yield papers.path, partial(pages.rejects_page, issue, publication, archive, papers)


def _issue_page(issue: Issue, archive: Archive, publication: Publication) -> bytes:
    return pages.issue_page(archive.whole(issue), publication, archive)


def _shelves(archive: Archive, publication: Publication) -> Iterator[tuple[str, Render]]:
    found = shelves(archive, publication)
    for sheet in chain.from_iterable(map(sheets, found)):
        yield sheet.path, partial(pages.shelf_page, sheet, publication, archive)
    yield STUDIES, partial(pages.studies_page, found, publication, archive)
