"""Train the decision: `decisions.py READINGS.jsonl RECORDS.jsonl OUT.txt.gz [--folds N]`.

Every name in a clause that may tell results is a case; the annotated outcome that lies over it, if any, is the answer.
A repetition in the conclusion is no result: the ledger has it already. Multinomial logistic regression, AdaGrad.
"""

from __future__ import annotations

import argparse
import gzip
import math
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from readings import Mark, Reading, fold_of, read

from litwatch.domain.study import Direction
from litwatch.extract.arms import Arms
from litwatch.extract.cases import DIRECTIONS, Setting, cases, common, features
from litwatch.extract.deciding import SURE, Model, likelihoods
from litwatch.extract.design import design_of
from litwatch.extract.glossary import Glossary
from litwatch.extract.outcomes import SILENT, result_clauses
from litwatch.extract.reading import read as read_clause
from litwatch.extract.sentences import sentences

_RATE, _SHRINK = 0.05, 4e-5
_LEAST = 3
"""A feature must occur in so many cases."""


class Example(NamedTuple):
    identity: str
    keys: list[str]
    answer: Direction | None


class Place(NamedTuple):
    """A case before its answer is known: where its name stands, and what it is seen by."""

    section: int
    start: int
    end: int
    concluded: bool
    keys: list[str]


def examples(readings: list[Reading]) -> Iterator[Example]:
    for reading in readings:
        places = list(_places(reading))
        answers: dict[int, Direction] = {}
        for mark in reading.marks:
            at = _nearest(mark, places)
            if at is not None and not (mark.repeated and places[at].concluded):
                answers.setdefault(at, mark.direction)
        for at, place in enumerate(places):
            yield Example(reading.article.pmid, place.keys, answers.get(at))


def _places(reading: Reading) -> Iterator[Place]:
    article = reading.article
    parts = sentences(article.sections)
    design = design_of(article, parts)
    arms = Arms.of(article.title, parts, design)
    glossary = Glossary.of(article.title, parts)
    if design in SILENT:
        return
    for part in parts:
        setting = Setting(part.role, design, arms)
        for clause in result_clauses(part, glossary):
            found = list(read_clause(clause, setting))
            shared = common(clause)
            for case in cases(clause, found):
                start, end = clause.starts[case.name.start], clause.ends[case.name.end - 1]
                keys = shared + features(clause, case, setting, len(found))
                yield Place(part.section, part.start + start, part.start + end, setting.concluded, keys)
            if found:
                setting = setting.after(finding.verdict.direction for finding in found)


def _nearest(mark: Mark, places: list[Place]) -> int | None:
    """The case whose name shares most with a mark."""
    best, most = None, 0.0
    for at, place in enumerate(places):
        shared = min(place.end, mark.end) - max(place.start, mark.start)
        if place.section == mark.section and shared > 0:
            fit = 2 * shared / (place.end - place.start + mark.end - mark.start)
            if fit > most:
                best, most = at, fit
    return best


def train(rows: list[Example], epochs: int) -> Model:
    counts = Counter(key for row in rows for key in set(row.keys))
    size = len(DIRECTIONS)
    weights: dict[str, list[float]] = {key: [0.0] * size for key, count in counts.items() if count >= _LEAST}
    squares: dict[str, list[float]] = {key: [1.0] * size for key in weights}
    kept = [([key for key in set(row.keys) if key in weights], row.answer) for row in rows]
    for each, _ in kept:
        each.sort()
    for epoch in range(epochs):
        random.Random(epoch).shuffle(kept)
        for keys, answer in kept:
            scores = [sum(column) for column in zip(*(weights[key] for key in keys), strict=True)]
            likely = likelihoods(scores)
            for at, direction in enumerate(DIRECTIONS):
                slope = (answer is direction) - likely[at]
                for key in keys:
                    squares[key][at] += slope * slope
                    row = weights[key]
                    row[at] += _RATE * slope / math.sqrt(squares[key][at]) - _SHRINK * row[at]
    return Model({key: tuple(row) for key, row in weights.items()})


def report(model: Model, rows: list[Example]) -> str:
    hits = said = wanted = right = opposite = 0
    ways = {Direction.IMPROVED, Direction.WORSENED}
    for row in rows:
        likely = likelihoods(model.score(row.keys))
        guess = DIRECTIONS[likely.index(max(likely))] if sum(likely) > SURE else None
        said, wanted = said + (guess is not None), wanted + (row.answer is not None)
        hits += guess is not None and row.answer is not None
        right += guess is not None and guess is row.answer
        opposite += guess is not row.answer and {guess, row.answer} == ways
    total = max(said + wanted, 1)
    return f"{len(rows)} names: result F1 {2 * hits / total:.3f}, direction F1 {2 * right / total:.3f}, opposite {opposite}"


def write(model: Model, path: Path, floor: float) -> int:
    lines = [
        f"{key}\t{' '.join(str(round(value * 100)) for value in row)}\n"
        for key, row in sorted(model.weights.items())
        if max(map(abs, row)) >= floor
    ]
    path.write_bytes(gzip.compress("".join(lines).encode(), 9, mtime=0))
    return len(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("readings", type=Path)
    parser.add_argument("records", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--floor", type=float, default=0.05)
    options = parser.parse_args()
    rows = list(examples(read(options.readings, options.records)))
    for fold in range(options.folds):
        held = [row for row in rows if fold_of(row.identity, options.folds) == fold]
        rest = [row for row in rows if fold_of(row.identity, options.folds) != fold]
        print(f"fold {fold}:", report(train(rest, options.epochs), held))
    model = train(rows, options.epochs)
    print("all:", report(model, rows))
    print(write(model, options.out, options.floor), "weights")


if __name__ == "__main__":
    main()
