"""Where a sentence names outcomes: a linear chain over its tokens (data/tagger.txt.gz; how it was trained: training/).

Each token gets the label B (a name begins), I (it goes on) or O (none). A token's score is the sum of the weights of
its features: the word, its class (words that keep the same company), its ending and its shape, the same of its
neighbours, pairs of classes, and whether the lexicon knows it. The best sequence of labels is found by Viterbi.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|[^\w\s]")
_EDGE = "\n"
_KEPT = 60_000
_NUMBER = "0"
_DEPTH = {"(": 1, "[": 1, ")": -1, "]": -1}
STATISTIC = "\t"
"""Stands for a printed statistic, whatever its length."""


class Tokens(NamedTuple):
    """Tokens of a sentence with their offsets; `known[i]`: B, I or "" by the lexicon, then "(" inside brackets."""

    texts: list[str]
    starts: list[int]
    ends: list[int]
    known: list[str]


def tokens_of(text: str, statistics: list[tuple[int, int]], concepts: list[tuple[int, int]]) -> Tokens:
    """The tokens of `text` (plain); each span of `statistics` is one, those of `concepts` are the lexicon's names."""
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    known: list[str] = []
    depth = 0
    jumps = iter([*statistics, (len(text) + 1, len(text) + 1)])
    begins = iter([*concepts, (len(text) + 1, len(text) + 1)])
    jump, jumped = next(jumps), False
    concept = next(begins)
    for match in TOKEN.finditer(text):
        start, token = match.start(), match.group()
        while start >= jump[1]:
            jump, jumped = next(jumps), False
        while start >= concept[1]:
            concept = next(begins)
        if start >= jump[0]:
            if jumped:
                ends[-1] = match.end()
                continue
            token, jumped = STATISTIC, True
        elif token[0].isdigit():
            token = _NUMBER
        else:
            depth = max(0, depth + _DEPTH.get(token, 0))
        texts.append(token)
        starts.append(start)
        ends.append(match.end())
        mark = "" if start < concept[0] else "B" if start == concept[0] else "I"
        known.append(mark + "(" if depth else mark)
    return Tokens(texts, starts, ends, known)


def shape(token: str) -> str:
    """ABC, Abc, abC or abc."""
    if token.islower():
        return "abc"
    if token.isupper():
        return "ABC" if len(token) > 1 else "A"
    return "Abc" if token[:1].isupper() and token[1:].islower() else "aBc" if token.isalpha() else "."


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature: the real part is the score of B, the imaginary part that of I, both relative to O."""

    weights: dict[str, complex]
    classes: dict[str, str]
    turns: dict[str, float]
    """Scores of neighbouring labels: "BB", "BI", "BO" …; "^B" and "^O" at the start."""
    _tokens: dict[str, tuple[str, list[complex]]] = field(default_factory=dict, repr=False)
    _pairs: dict[str, list[complex]] = field(default_factory=dict, repr=False)

    def class_of(self, token: str) -> str:
        """The class that a token shares with words that keep the same company; without one, shape and ending."""
        low = token.lower()
        return self.classes.get(low) or (shape(token) + low[-2:] if len(low) > 3 else shape(token))

    def score(self, tokens: Tokens) -> list[complex]:
        """The scores of each token's labels."""
        found = [self._token(token) for token in (_EDGE, _EDGE, *tokens.texts, _EDGE, _EDGE)]
        kinds = [kind for kind, _ in found]
        typed = [scores for _, scores in found]
        pairs = [self._pair(left, right) for left, right in pairwise(kinds)]
        marks = ["", *tokens.known, ""]
        get = self.weights.get
        return [
            typed[i][0]
            + typed[i + 1][1]
            + typed[i + 2][2]
            + typed[i + 3][3]
            + typed[i + 4][4]
            + pairs[i][0]
            + pairs[i + 1][1]
            + pairs[i + 2][2]
            + pairs[i + 3][3]
            + get(f"r{kinds[i + 1]} {kinds[i + 3]}", 0j)
            + get(f"k{marks[i]}{marks[i + 1]}{marks[i + 2]}", 0j)
            for i in range(len(tokens.texts))
        ]

    def _token(self, token: str) -> tuple[str, list[complex]]:
        """A token's class, and what it adds to the scores around it; kept for the next time."""
        kept = self._tokens.get(token)
        if kept is None:
            kind = self.class_of(token)
            get = self.weights.get
            scores = [sum((get(key, 0j) for key in typed_features(at, token, kind)), 0j) for at in range(5)]
            kept = kind, scores
            if len(self._tokens) < _KEPT:
                self._tokens[token] = kept
        return kept

    def _pair(self, left: str, right: str) -> list[complex]:
        """What two neighbouring classes add to the scores around them; kept for the next time."""
        key = f"{left} {right}"
        kept = self._pairs.get(key)
        if kept is None:
            kept = [self.weights.get(place + key, 0j) for place in "tpqu"]
            if len(self._pairs) < _KEPT:
                self._pairs[key] = kept
        return kept


def typed_features(at: int, token: str, kind: str) -> list[str]:
    """Features that one token gives, where `at` is its place in the window of five."""
    low = token.lower()
    features = [f"{at}c{kind}"]
    if at != 0:
        features.append(f"{at}w{low}")
    if at == 2:
        features += [f"s{low[-3:]}", f"h{shape(token)}", f"z{low[:4]}"]
    return features


def paired_features(kinds: list[str], marks: list[str], i: int) -> tuple[str, ...]:
    """Features of neighbours together; `i` counts the sentence's tokens, `kinds` has two more before the first."""
    before, here, after = kinds[i + 1], kinds[i + 2], kinds[i + 3]
    return (
        f"p{before} {here}",
        f"q{here} {after}",
        f"r{before} {after}",
        f"t{kinds[i]} {before}",
        f"u{after} {kinds[i + 4]}",
        f"k{marks[i]}{marks[i + 1]}{marks[i + 2]}",
    )


def decode(scores: list[complex], turns: dict[str, float]) -> str:
    """The best labels, one letter a token."""
    if not scores:
        return ""
    bb, bi, bo = turns["BB"], turns["BI"], turns["BO"]
    ib, ii, io = turns["IB"], turns["II"], turns["IO"]
    ob, oo = turns["OB"], turns["OO"]
    b, i, o = scores[0].real + turns["^B"], float("-inf"), turns["^O"]
    back: list[str] = []
    for score in scores[1:]:
        to_b, from_b = max((b + bb, "B"), (i + ib, "I"), (o + ob, "O"))
        to_i, from_i = (b + bi, "B") if b + bi >= i + ii else (i + ii, "I")
        to_o, from_o = max((b + bo, "B"), (i + io, "I"), (o + oo, "O"))
        back.append(from_b + from_i + from_o)
        b, i, o = to_b + score.real, to_i + score.imag, to_o
    label = max((o, "O"), (b, "B"), (i, "I"))[1]
    labels = [label]
    for step in reversed(back):
        label = step["BIO".index(label)]
        labels.append(label)
    return "".join(reversed(labels))


def spans(labels: str) -> list[tuple[int, int]]:
    """The names that labels mark, as token ranges (end exclusive)."""
    return [match.span() for match in re.finditer("BI*", labels)]


@cache
def model() -> Model:
    """The shipped model."""
    path = files("litwatch.extract") / "data" / "tagger.txt.gz"
    with path.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8", newline="\n") as lines:
        return parse(lines.read())


def parse(text: str) -> Model:
    """A model from its text: classes, a line each; an empty line; label turns; an empty line; weights × 100."""
    groups, turns, weights = text.rstrip("\n").split("\n\n")
    classes = {word: f"#{at}" for at, line in enumerate(groups.split("\n")) for word in line.split(" ")}
    table: dict[str, complex] = {}
    for line in weights.split("\n"):
        key, begin, inside = line.rsplit(" ", 2)
        table[key.replace("\\n", "\n").replace("\\t", "\t")] = complex(int(begin) / 100, int(inside) / 100)
    pairs = (line.split(" ") for line in turns.split("\n"))
    return Model(table, classes, {pair: float(value) for pair, value in pairs})
