"""Annotated abstracts: `readings.jsonl` with the texts that it is about.

A line of `readings.jsonl` is one abstract's annotation: its design, counts and stance, and a row for each outcome. The
annotations were made by machine in a single pass and were not adjudicated; how well they agree was not measured.
Outcomes, evidence and further mentions are spans `[section, start, end]` (section -1 is the title), so that the file
holds no text. The texts are `{"id", "title", "abstract": [{"label", "text"}, ...]}`, a line each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from litwatch.domain.article import Article
from litwatch.domain.study import Direction
from litwatch.extract.contract import article_from_json


class Mark(NamedTuple):
    """A name that reports a result, where it stands, and which."""

    section: int
    start: int
    end: int
    direction: Direction
    repeated: bool
    """The result is told elsewhere, this is a repetition."""


class Reading(NamedTuple):
    """An article with its outcomes as marks."""

    article: Article
    marks: tuple[Mark, ...]


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as rows:
        yield from map(json.loads, rows)


def read(readings: Path, records: Path) -> list[Reading]:
    """The readings whose text is among `records`."""
    texts = {row["id"]: row for row in lines(records)}
    return [
        Reading(article_from_json(texts[row["id"]]), tuple(_marks(row)))
        for row in lines(readings)
        if row["id"] in texts
    ]


def _marks(row: dict[str, Any]) -> Iterator[Mark]:
    for outcome in row["rows"]:
        direction = Direction(outcome["direction"])
        yield _mark(outcome["name"], direction, repeated=False)
        for mention in outcome["mentions"]:
            yield _mark(mention, direction, repeated=True)


def _mark(span: list[int], direction: Direction, *, repeated: bool) -> Mark:
    section, start, end = span
    return Mark(section, start, end, direction, repeated)


def fold_of(identity: str, folds: int) -> int:
    """Which of `folds` parts an article belongs to, the same in every run."""
    return sum(ord(char) * (at + 1) for at, char in enumerate(identity)) % folds
