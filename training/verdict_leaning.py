"""Train the model of which way a clause leans: `verdict_leaning.py BENCH OUT.txt.gz`.

BENCH/evidence_inference gives abstracts, prompts (intervention, comparator, outcome) and their answers with the evidence.
A prompt is used where the reader finds a name like its outcome in a sentence of the evidence. Where the reader says
that the sentence gives the comparator's result, the answer is turned round. Multinomial logistic regression, AdaGrad.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from litwatch.domain.article import Section
from litwatch.domain.study import Design
from litwatch.extract.arms import Arms, Subject
from litwatch.extract.clauses import Clause, Name, clauses
from litwatch.extract.cues import Sense
from litwatch.extract.details import key_of
from litwatch.extract.finding import polarity_of, statistic_near
from litwatch.extract.governed import ruled
from litwatch.extract.leaning import Model, features, leaning
from litwatch.extract.sentences import sentences
from litwatch.extract.whose import subject

_SENSE = {
    "significantly increased": Sense.UP,
    "significantly decreased": Sense.DOWN,
    "no significant difference": Sense.SAME,
}
_RATE, _SHRINK = 0.03, 2e-5


class Example(NamedTuple):
    features: list[str]
    sense: Sense


def read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def likeness(one: str, other: str) -> float:
    """Dice coefficient of the words that tell outcomes apart."""
    left, right = set(key_of(one).split()), set(key_of(other).split())
    return 2 * len(left & right) / max(len(left) + len(right), 1)


def best_name(parts: list[tuple[Clause, str]], outcome: str) -> tuple[Clause, Name] | None:
    found: list[tuple[float, int, Clause, Name]] = []
    for clause, text in parts:
        for name in clause.names:
            printed = text[clause.starts[name.start] : clause.ends[name.end - 1]]
            fit = likeness(printed, outcome)
            if fit >= 0.5:
                found.append((fit, len(found), clause, name))
    if not found:
        return None
    _, _, clause, name = max(found, key=lambda row: (row[0], -row[1]))
    return clause, name


def prompts(bench: Path, part: str) -> Iterator[tuple[dict[str, Any], str, list[tuple[int, int]]]]:
    """Prompts with a text and the spans of the evidence in it; for training also those whose evidence is the text."""
    folder = bench / "evidence_inference"
    texts = {row["pmcid"]: row["text"] for row in read(folder / "docs.jsonl.gz")}
    for row in read(folder / f"abstract_{part}.jsonl.gz"):
        yield row, texts[row["pmcid"]], [(e["start"], e["end"]) for e in row["evidence"] if e["start"] is not None]
    if part == "train":
        for row in read(folder / "v2_fulltext_prompts.jsonl.gz"):
            text = " ".join(row["evidence"])
            if row["split"] == "train":
                yield row, text, [(0, len(text))]


def examples(bench: Path, part: str) -> Iterator[Example]:
    """A row for each prompt whose outcome the reader finds named in the evidence."""
    for row, text, marks in prompts(bench, part):
        parts: list[tuple[Clause, str]] = []
        for sentence in sentences((Section(None, text),)):
            if any(start < sentence.end and sentence.start < end for start, end in marks):
                parts += [(clause, sentence.plain) for clause in clauses(sentence)]
        found = best_name(parts, row["outcome"])
        if found is None:
            continue
        clause, name = found
        sense = _SENSE[row["label"]]
        arms = Arms(f"{row['intervention']} versus {row['comparator']}")
        if subject(clause, arms, name.start) in (Subject.CONTROL, Subject.CONTROL_ALONE):
            sense = {Sense.UP: Sense.DOWN, Sense.DOWN: Sense.UP}.get(sense, sense)
        good = polarity_of(clause, name)
        statistic = statistic_near(clause, name)
        rule = ruled(clause, name, good, arms, Design.RANDOMIZED_TRIAL)
        yield Example(features(clause, name, good, statistic.significant if statistic else None, rule), sense)


def train(rows: list[Example], epochs: int) -> Model:
    counts = Counter(key for row in rows for key in set(row.features))
    weights: dict[str, complex] = defaultdict(complex)
    squares: dict[str, float] = defaultdict(lambda: 1.0)
    kept = [([key for key in row.features if counts[key] >= 3], row.sense) for row in rows]
    for epoch in range(epochs):
        random.Random(epoch).shuffle(kept)
        for keys, sense in kept:
            score = sum([weights[key] for key in keys], 0j)
            top = max(score.real, score.imag, 0.0)
            up, down, same = math.exp(score.real - top), math.exp(score.imag - top), math.exp(-top)
            total = up + down + same
            slope = complex((sense is Sense.UP) - up / total, (sense is Sense.DOWN) - down / total)
            size = abs(slope) ** 2
            for key in keys:
                squares[key] += size
                weights[key] += _RATE * slope / math.sqrt(squares[key]) - _SHRINK * weights[key]
    return Model(dict(weights))


def report(model: Model, rows: list[Example]) -> str:
    right: Counter[Sense] = Counter()
    said: Counter[Sense] = Counter()
    want: Counter[Sense] = Counter()
    for row in rows:
        guess = leaning(sum([model.weights.get(key, 0j) for key in row.features], 0j)).sense
        said[guess] += 1
        want[row.sense] += 1
        right[guess] += guess is row.sense
    scores = {sense: 2 * right[sense] / max(said[sense] + want[sense], 1) for sense in want}
    macro = sum(scores.values()) / len(scores)
    return f"{len(rows)} prompts, accuracy {sum(right.values()) / len(rows):.3f}, macro F1 {macro:.3f}, {scores}"


def write(model: Model, path: Path, floor: float) -> int:
    lines = [
        f"{key} {round(value.real * 100)} {round(value.imag * 100)}\n"
        for key, value in sorted(model.weights.items())
        if max(abs(value.real), abs(value.imag)) >= floor
    ]
    path.write_bytes(gzip.compress("".join(lines).encode(), 9, mtime=0))
    return len(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=8)
    options = parser.parse_args()
    rows = list(examples(options.bench, "train"))
    held = list(examples(options.bench, "dev"))
    model = train(rows, options.epochs)
    print("train:", report(model, rows))
    print("dev:  ", report(model, held))
    print(write(model, options.out, 0.03), "weights")


if __name__ == "__main__":
    main()
