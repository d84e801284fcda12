"""Train the tagger of outcome names: `outcome_tagger.py BENCH CLASSES.txt OUT.txt.gz [--epochs N]`.

BENCH is a folder with the span corpora ebm_comet, despin, evidence_outcomes, evidence_map and rct_art (docs/extraction.md
lists them with their sources). Spans are brought to one manner first: no determiner and no word of change ("improvement
in …") at the front, nothing but the name. An averaged structured perceptron (Collins 2002) then learns the weights.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from litwatch.domain.article import Section
from litwatch.extract.grammar import statistics
from litwatch.extract.lexicon import concept_phrases
from litwatch.extract.sentences import sentences
from litwatch.extract.tagger import Model, Tokens, decode, paired_features, spans, tokens_of, typed_features
from litwatch.extract.words import plain, split_words

Span = tuple[int, int]
_FRONT = re.compile(
    r"^(?:the|an?|their|its|his|her|any|no|all|both|of|in|on|for|mean|median|average|overall|significant(?:ly)?|greater|"
    r"better|lower|higher|improved|reduced|increased|decreased|(?:improve|enhance|reduce)(?:ment|d|s)?s?|"
    r"(?:change|increase|decrease|difference|effect|reduction|benefit)s?(?= (?:in|on|of|from) )|"
    r"(?:primary|secondary) outcomes?|median|percentage|total)\s+",
    re.IGNORECASE,
)
_BACK = re.compile(r"(?:[\s,;:.]+|\s+(?:and|or|of|in|the|was|were))$")


class Example(NamedTuple):
    tokens: Tokens
    labels: str


def read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def joined(tokens: list[str], labels: list[str], begins: str) -> tuple[str, list[Span]]:
    """A token list as text, and the spans that its labels mark."""
    text, found, at = "", [], 0
    for token, label in zip(tokens, labels, strict=True):
        at = len(text)
        text += token + " "
        if label.startswith(begins):
            found.append((at, at + len(token)))
        elif label != "O" and found and label.startswith("I"):
            found[-1] = (found[-1][0], at + len(token))
    return text.rstrip(), found


def corpora(bench: Path) -> Iterator[tuple[str, list[Span]]]:
    """Sentences with the spans of the outcomes that they name."""
    yield from _tokenised(bench)
    for row in read(bench / "rct_art" / "all.jsonl.gz"):
        yield row["text"], [(s["start"], s["end"]) for s in row["spans"] if s["label"] == "OC"]
    yield from abstracts(bench)


def abstracts(bench: Path) -> Iterator[tuple[str, list[Span]]]:
    """Of the corpora whose spans lie in whole abstracts: the sentences that have any."""
    for name in ("evidence_outcomes", "evidence_map"):
        for row in read(bench / name / "all.jsonl.gz"):
            marked = [(s["start"], s["end"]) for s in row["spans"] if s["type"] == "Outcome"]
            for part in sentences((Section(None, row["text"]),)):
                own = [(a - part.start, b - part.start) for a, b in marked if part.start <= a and b <= part.end]
                if own:
                    yield part.text, own


def _tokenised(bench: Path) -> Iterator[tuple[str, list[Span]]]:
    """The corpora that come as tokens; EBM-COMET's labels for split spans ("S1", "E1", "X") are left out."""
    for name in ("train", "dev"):
        for row in read(bench / "ebm_comet" / f"{name}.jsonl.gz"):
            if not any(label[:2] in ("S1", "S2", "S3", "X") or label[0] == "E" for label in row["labels"]):
                yield joined(row["tokens"], row["labels"], "B")
    for row in read(bench / "despin" / "reported_outcomes.jsonl.gz"):
        if any(label[0] == "B" for label in row["labels"]):
            yield joined(row["tokens"], row["labels"], "B")


def trimmed(text: str, span: Span) -> Span | None:
    start, end = span
    while match := _FRONT.match(text[start:end]):
        start += match.end()
    while match := _BACK.search(text[start:end]):
        end -= match.end() - match.start()
    return (start, end) if end > start else None


def example(text: str, marked: list[Span]) -> Example | None:
    text = plain(text)
    printed = [(s.start, s.end) for s in statistics(text)]
    words = split_words(text)
    known = [(words.starts[hit.start], words.ends[hit.end - 1]) for hit in concept_phrases().find(words.words)]
    tokens = tokens_of(text, printed, known)
    if not 4 < len(tokens.texts) < 120:
        return None
    labels = ["O"] * len(tokens.texts)
    for start, end in (span for span in (trimmed(text, mark) for mark in marked) if span):
        inside = [i for i, at in enumerate(tokens.starts) if start <= at < end]
        for i in inside:
            labels[i] = "I"
        if inside:
            labels[inside[0]] = "B"
    return Example(tokens, "".join(labels))


class Trainer:
    """Weights and their running sums, for averaging."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.sums: dict[str, complex] = defaultdict(complex)
        self.turn_sums: dict[str, float] = defaultdict(float)
        self.step = 0

    def features(self, tokens: Tokens) -> list[list[str]]:
        texts = ["\n", "\n", *tokens.texts, "\n", "\n"]
        kinds = [self.model.class_of(token) for token in texts]
        marks = ["", *tokens.known, ""]
        typed = [[typed_features(at, texts[i], kinds[i]) for at in range(5)] for i in range(len(texts))]
        return [
            [key for at in range(5) for key in typed[i + at][at]] + list(paired_features(kinds, marks, i))
            for i in range(len(tokens.texts))
        ]

    def learn(self, features: list[list[str]], gold: str) -> None:
        self.step += 1
        weights, turns = self.model.weights, self.model.turns
        guess = decode([sum([weights.get(key, 0j) for key in keys], 0j) for keys in features], turns)
        if guess == gold:
            return
        for keys, want, got in zip(features, gold, guess, strict=True):
            if want != got:
                change = {"B": 1 + 0j, "I": 1j, "O": 0j}[want] - {"B": 1 + 0j, "I": 1j, "O": 0j}[got]
                for key in keys:
                    weights[key] = weights.get(key, 0j) + change
                    self.sums[key] += self.step * change
        for labels, sign in ((gold, 1.0), (guess, -1.0)):
            for before, here in zip("^" + labels, labels, strict=False):
                if before + here in turns:
                    turns[before + here] += sign
                    self.turn_sums[before + here] += self.step * sign

    def averaged(self) -> Model:
        weights = {key: value - self.sums[key] / self.step for key, value in self.model.weights.items()}
        turns = {key: value - self.turn_sums[key] / self.step for key, value in self.model.turns.items()}
        return Model(weights, self.model.classes, turns)


def train(examples: list[Example], classes: dict[str, str], epochs: int) -> Model:
    turns = dict.fromkeys(("BB", "BI", "BO", "IB", "II", "IO", "OB", "OO", "^B", "^O"), 0.0)
    trainer = Trainer(Model({}, classes, turns))
    rows = [(trainer.features(each.tokens), each.labels) for each in examples]
    for epoch in range(epochs):
        random.Random(epoch).shuffle(rows)
        for features, labels in rows:
            trainer.learn(features, labels)
    return trainer.averaged()


def write(model: Model, groups: list[str], path: Path, floor: float) -> int:
    """Write the model, weights below `floor` left out; gives the number of weights kept."""
    lines = []
    for key, value in sorted(model.weights.items()):
        if max(abs(value.real), abs(value.imag), abs(value.real - value.imag)) >= floor:
            name = key.replace("\n", "\\n").replace("\t", "\\t")
            lines.append(f"{name} {round(value.real * 100)} {round(value.imag * 100)}")
    turns = [f"{pair} {value:.2f}" for pair, value in model.turns.items()]
    text = "\n\n".join("\n".join(part) for part in (groups, turns, lines)) + "\n"
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    return len(lines)


def score(model: Model, examples: list[Example]) -> tuple[float, float]:
    """Exact and overlapping F1 of spans."""
    exact = near = marked = guessed = 0
    for each in examples:
        want, got = spans(each.labels), spans(decode(model.score(each.tokens), model.turns))
        exact += len(set(want) & set(got))
        near += sum(any(a < d and c < b for c, d in want) for a, b in got)
        marked, guessed = marked + len(want), guessed + len(got)
    return 2 * exact / max(marked + guessed, 1), 2 * near / max(marked + guessed, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", type=Path)
    parser.add_argument("classes", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--floor", type=float, default=1.0)
    options = parser.parse_args()
    groups = options.classes.read_text(encoding="utf-8").rstrip("\n").split("\n")
    classes = {word: f"#{at}" for at, line in enumerate(groups) for word in line.split(" ")}
    examples = [made for made in (example(*row) for row in corpora(options.bench)) if made]
    held = examples[::10]
    rest = [each for at, each in enumerate(examples) if at % 10]
    print(f"{len(examples)} sentences, {sum(each.labels.count('B') for each in examples)} names")
    model = train(rest, classes, options.epochs)
    print("held back, exact and overlapping F1: {:.3f} {:.3f}".format(*score(model, held)))
    print(f"{write(model, groups, options.out, options.floor)} weights")


if __name__ == "__main__":
    main()
