"""All studies told so far, as lists that a reader finds one in: by topic, condition, exercise, design and year."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from litwatch.domain.digest import Issue, Mention, Nugget, Sibling, Tags
from litwatch.publish.archive import Archive
from litwatch.publish.channels import Channel, Format
from litwatch.publish.channels import Kind as ChannelKind
from litwatch.publish.parts import LIST_BYTES, entry, lasting
from litwatch.publish.publication import Publication, shelf_path, topic_path

_DESIGN = re.compile(r"[^:,]*")

Kind = Literal["topic", "condition", "exercise", "design", "year"]


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
    tags: Tags = field(default_factory=Tags)

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
    feed: str = ""
    """The path of the feed with the same studies, if there is one."""
    name: str = ""
    """What search has for the condition or exercise."""


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
    """Topics, conditions and exercises by name, designs with most studies first, years newest first; none is empty."""
    found: dict[Kind, dict[str, list[Listed]]] = {}
    for listed in _told(archive):
        for kind, name in _places(listed):
            found.setdefault(kind, {}).setdefault(name, []).append(listed)
    topics = sorted((publication.topic(name), name) for name in found.get("topic", ()))
    designs = sorted(found.get("design", {}).items(), key=lambda item: (-len(item[1]), item[0]))
    return (
        *(_topic(title, name, found["topic"][name]) for title, name in topics),
        *_tagged("condition", found),
        *_tagged("exercise", found),
        *(Shelf("design", design, shelf_path(design), tuple(studies)) for design, studies in designs),
        *(
            Shelf("year", f"Told in {year}", shelf_path(year), tuple(told))
            for year, told in found.get("year", {}).items()
        ),
    )


def _places(listed: Listed) -> Iterator[tuple[Kind, str]]:
    """Every list that the study stands in."""
    yield from (("topic", topic) for topic in listed.topics)
    yield from (("condition", condition) for condition in listed.tags.conditions)
    yield from (("exercise", exercise) for exercise in listed.tags.exercises)
    if listed.design:
        yield "design", listed.design
    yield "year", str(listed.issue.week.year)


def _topic(title: str, name: str, studies: Iterable[Listed]) -> Shelf:
    feed = Channel(ChannelKind.TOPIC, title, "", name).path(Format.RSS)
    return Shelf("topic", title, topic_path(name), tuple(studies), feed)


def _tagged(kind: Kind, found: Mapping[Kind, Mapping[str, Iterable[Listed]]]) -> Iterator[Shelf]:
    for name, studies in sorted(found.get(kind, {}).items()):
        yield Shelf(kind, name[:1].upper() + name[1:], shelf_path(f"{kind} {name}"), tuple(studies), name=name)


def sheets(shelf: Shelf, most: int = LIST_BYTES) -> tuple[Sheet, ...]:
    """The pages of a shelf, newest first, none with a list of more than `most` bytes; only the newest changes."""
    parts = lasting(shelf.path, shelf.studies, lambda listed: entry(listed.title, listed.meta), most)
    return tuple(Sheet(shelf, part.path, part.items, part.before, part.after) for part in parts)


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
    return Listed(issue, nugget.pmid, nugget.headline, nugget.meta, nugget.topics, nugget.slug, nugget.tags)


def _line(issue: Issue, line: Mention | Sibling) -> Listed:
    return Listed(issue, line.pmid, line.title, line.meta, line.topics if isinstance(line, Mention) else ())
