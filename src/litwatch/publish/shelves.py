"""All studies told so far, as lists that a reader finds one in: by topic, by design and by the year of telling."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from litwatch.domain.digest import Issue, Mention, Nugget, Sibling
from litwatch.publish.archive import Archive
from litwatch.publish.publication import Publication, shelf_path, topic_path

MOST_ON_A_SHEET = 200
"""Studies on one page of a list, so that it stays light."""

_DESIGN = re.compile(r"[^:,]*")

Kind = Literal["topic", "design", "year"]


@dataclass(frozen=True, slots=True)
class Listed:
    """A study as it stands in a list."""

    issue: Issue
    """That told it first in a note, or else first."""
    pmid: str
    title: str
    meta: str
    topics: tuple[str, ...]
    slug: str = ""
    """Of its note; "" for a study that was told in a line."""

    @property
    def design(self) -> str:
        """The first words of the line of facts: "Randomised trial"."""
        found = _DESIGN.match(self.meta)
        return found.group().strip() if found else ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The studies that share a topic, a design or a year, newest first."""

    kind: Kind
    title: str
    path: str
    studies: tuple[Listed, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of a shelf. Full older ones keep their path and their studies; the newest lies at the shelf's own path."""

    shelf: Shelf
    path: str
    studies: tuple[Listed, ...]
    newer: str = ""
    """The path of the page with newer studies; "" if there are none."""
    older: str = ""

    @property
    def by_issue(self) -> tuple[tuple[Issue, tuple[Listed, ...]], ...]:
        groups = groupby(self.studies, key=lambda listed: listed.issue.week)
        return tuple((members[0].issue, members) for _, group in groups if (members := tuple(group)))


def shelves(archive: Archive, publication: Publication) -> tuple[Shelf, ...]:
    """Topics by their titles, designs with most studies first, years newest first; a shelf without studies is none."""
    told = _told(archive)
    topics: dict[str, list[Listed]] = {}
    designs: dict[str, list[Listed]] = {}
    years: dict[int, list[Listed]] = {}
    for listed in told:
        for topic in listed.topics:
            topics.setdefault(topic, []).append(listed)
        if listed.design:
            designs.setdefault(listed.design, []).append(listed)
        years.setdefault(listed.issue.week.year, []).append(listed)
    by_title = sorted((publication.topic(name), name) for name in topics)
    by_number = sorted(designs, key=lambda design: (-len(designs[design]), design))
    return (
        *(Shelf("topic", title, topic_path(name), tuple(topics[name])) for title, name in by_title),
        *(Shelf("design", design, shelf_path(design), tuple(designs[design])) for design in by_number),
        *(Shelf("year", f"Told in {year}", shelf_path(str(year)), tuple(years[year])) for year in years),
    )


def sheets(shelf: Shelf, most: int = MOST_ON_A_SHEET) -> tuple[Sheet, ...]:
    """The pages of a shelf, newest first; counted from the oldest study, so that only the newest page changes."""
    studies = shelf.studies[::-1]
    oldest_first = [studies[start : start + most] for start in range(0, len(studies), most)]
    base = shelf.path.removesuffix(".html")
    paths = [*(f"{base}-{number}.html" for number in range(1, len(oldest_first))), shelf.path]
    pages = zip(paths, oldest_first, [*paths[1:], ""], ["", *paths[:-1]], strict=True)
    return tuple(Sheet(shelf, path, part[::-1], newer, older) for path, part, newer, older in pages)[::-1]


def _told(archive: Archive) -> tuple[Listed, ...]:
    """Each study once, newest issue first; a note before the line that told it otherwise."""
    notes: dict[str, Listed] = {}
    lines: dict[str, Listed] = {}
    for issue in reversed(archive.newest_first):
        for nugget in issue.nuggets:
            notes.setdefault(nugget.pmid, _note(issue, nugget))
        for line in issue.lines:
            lines.setdefault(line.pmid, _line(issue, line))
    chosen = {**lines, **notes}
    return tuple(sorted(_in_order(chosen.values()), key=lambda listed: listed.issue.week, reverse=True))


def _in_order(studies: Iterable[Listed]) -> Iterator[Listed]:
    """Notes before lines, as an issue has them."""
    return iter(sorted(studies, key=lambda listed: not listed.slug))


def _note(issue: Issue, nugget: Nugget) -> Listed:
    return Listed(issue, nugget.pmid, nugget.headline, nugget.meta, nugget.topics, nugget.slug)


def _line(issue: Issue, line: Mention | Sibling) -> Listed:
    return Listed(issue, line.pmid, line.title, line.meta, line.topics if isinstance(line, Mention) else ())
