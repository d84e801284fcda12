"""The verb eval: the reader over gold records, and how well its findings agree with theirs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litwatch.domain.article import Article
from litwatch.domain.study import Study
from litwatch.errors import InputError
from litwatch.extract.contract import RecordError, article_from_json, findings
from litwatch.extract.evaluation import Figures, Tally


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures over all records, and over those of each gold design, in the order of their number."""

    figures: Figures
    by_design: dict[str, Figures]


def evaluate(path: Path, read_study: Callable[[Article], Study]) -> Evaluation:
    """Read the abstracts of `path` (gold findings with title and abstract, JSON Lines) and compare. InputError."""
    total = Tally()
    designs: dict[str, Tally] = {}
    for gold, article in _gold(path):
        found = _found(article, read_study)
        total.add(gold, found)
        designs.setdefault(str(gold.get("design")), Tally()).add(gold, found)
    if not total.records:
        raise InputError(path, "no gold records in it")
    ordered = sorted(designs.items(), key=lambda item: (-item[1].records, item[0]))
    return Evaluation(total.figures(), {design: tally.figures() for design, tally in ordered})


def _found(article: Article, read_study: Callable[[Article], Study]) -> dict[str, Any] | None:
    try:
        return findings(read_study(article))
    except Exception:
        # Counted as not answered: one text that cannot be read must not hide the figures of the others.
        return None


def _gold(path: Path) -> Iterator[tuple[dict[str, Any], Article]]:
    """Each gold record with its article. InputError names the line that is none."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _record(path, number, line)
    except OSError as error:
        raise InputError(path, f"cannot be read ({error.strerror or error})") from error


def _record(path: Path, number: int, line: bytes) -> tuple[dict[str, Any], Article]:
    try:
        value = json.loads(line)
        article = article_from_json(value)
        _require_outcomes(value)
    except (ValueError, RecordError, RecursionError) as error:
        raise InputError(path, f"line {number}: {error}") from error
    return value, article


def _require_outcomes(record: dict[str, Any]) -> None:
    outcomes = record.get("outcomes")
    if not isinstance(outcomes, list) or not all(isinstance(each, dict) for each in outcomes):
        raise RecordError("outcomes must be a list of objects: this is no gold record")
