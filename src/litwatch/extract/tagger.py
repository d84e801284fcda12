"""Where a sentence names outcomes: a linear chain over its tokens (data/tagger.txt.gz; how it was trained: training/).

Each token gets the label B (a name begins), I (it goes on) or O (none). A token's score is the sum of the weights of
its features: the word, its class (words that keep the same company), its ending and its shape, the same of its
neighbours, pairs of classes, and whether the lexicon knows it. The best sequence of labels is found by Viterbi.
"""

from __future__ import annotations

import gzip
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

from litwatch.extract.kept import Kept

# The tokens stand in a group, so that a split gives them with what lies between: their offsets are sums of lengths.
_APART = re.compile(r"([^\W\d_]+|\d+(?:[.,]\d+)*|[^\w\s])")
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
    pieces = _APART.split(text)
    edges = list(accumulate(map(len, pieces)))
    texts = [_NUMBER if token[0].isdigit() else token for token in pieces[1::2]]
    starts, ends = edges[:-1:2], edges[1::2]
    if statistics:
        _fold(statistics, texts, starts, ends)
    return Tokens(texts, starts, ends, _known(concepts, texts, starts))


def _fold(spans: list[tuple[int, int]], texts: list[str], starts: list[int], ends: list[int]) -> None:
    """Make one token of those that begin in a span."""
    ranges: list[tuple[int, int]] = []
    for start, end in spans:
        first = max(bisect_left(starts, start), ranges[-1][1] if ranges else 0)
        last = bisect_left(starts, end)
        if first < last:
            ranges.append((first, last))
    for first, last in reversed(ranges):
        texts[first:last] = [STATISTIC]
        del starts[first + 1 : last], ends[first : last - 1]


def _known(concepts: list[tuple[int, int]], texts: list[str], starts: list[int]) -> list[str]:
    """What is known of each token: whether it is of one of the lexicon's names, and whether it stands in brackets."""
    known = [""] * len(texts)
    for start, end in concepts:
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        known[first:last] = "I" * (last - first)
        if first < last and starts[first] == start:
            known[first] = "B"
    depth = opened = 0
    for at in [at for at, token in enumerate(texts) if token in _DEPTH]:
        if depth:
            known[opened:at] = [mark + "(" for mark in known[opened:at]]
        depth, opened = max(0, depth + _DEPTH[texts[at]]), at
    if depth:
        known[opened:] = [mark + "(" for mark in known[opened:]]
    return known


def shape(token: str) -> str:
    """ABC, Abc, abC or abc."""
    if token.islower():
        return "abc"
    if token.isupper():
        return "ABC" if len(token) > 1 else "A"
    return "Abc" if token[:1].isupper() and token[1:].islower() else "aBc" if token.isalpha() else "."


_Type = tuple[str, complex, complex, complex, complex, complex]
"""A token's class, and what the token adds to the score of the token two after it, one after it, and so on."""


@dataclass(slots=True)
class Model:
    """Weights by feature: the real part is the score of B, the imaginary part that of I, both relative to O."""

    weights: dict[str, complex]
    classes: dict[str, str]
    turns: dict[str, float]
    """Scores of neighbouring labels: "BB", "BI", "BO" …; "^B" and "^O" at the start."""
    _types: Kept[str, _Type] = field(init=False, repr=False)
    _pairs: Kept[tuple[str, str], tuple[complex, ...]] = field(init=False, repr=False)
    _around: Kept[tuple[str, str], complex] = field(init=False, repr=False)
    _marks: Kept[tuple[str, ...], complex] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        get = self.weights.get
        self._types = Kept(self._type, _KEPT)
        self._pairs = Kept(self._pair, _KEPT)
        self._around = Kept(lambda pair: get(f"r{' '.join(pair)}", 0j), _KEPT)
        self._marks = Kept(lambda marks: get(f"k{''.join(marks)}", 0j), _KEPT)

    def class_of(self, token: str) -> str:
        """The class that a token shares with words that keep the same company; without one, shape and ending."""
        low = token.lower()
        return self.classes.get(low) or (shape(token) + low[-2:] if len(low) > 3 else shape(token))

    def score(self, tokens: Tokens) -> list[complex]:
        """The scores of each token's labels: column by column, each being one feature's place in the window."""
        if not tokens.texts:
            return []
        found = map(self._types.__getitem__, (_EDGE, _EDGE, *tokens.texts, _EDGE, _EDGE))
        kinds, *typed = zip(*found, strict=True)
        pairs = zip(*map(self._pairs.__getitem__, pairwise(kinds)), strict=True)
        marks = ("", *tokens.known, "")
        columns = [column[at:] for columns in (typed, pairs) for at, column in enumerate(columns)]
        around = map(self._around.__getitem__, zip(kinds[1:], kinds[3:], strict=False))
        known = map(self._marks.__getitem__, zip(marks, marks[1:], marks[2:], strict=False))
        return list(map(sum, zip(*columns, around, known, strict=False)))

    def _type(self, token: str) -> _Type:
        kind = self.class_of(token)
        get = self.weights.get
        one, two, three, four, five = (
            sum((get(key, 0j) for key in typed_features(at, token, kind)), 0j) for at in range(5)
        )
        return kind, one, two, three, four, five

    def _pair(self, pair: tuple[str, str]) -> tuple[complex, ...]:
        """What two neighbouring classes add to the scores around them."""
        key = " ".join(pair)
        return tuple(self.weights.get(place + key, 0j) for place in "tpqu")


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
    back: list[tuple[str, str, str]] = []
    for score in islice(scores, 1, None):
        # Where two ways are equally good, O is taken before I, and I before B.
        into_b, from_b = b + bb, "B"
        if (way := i + ib) >= into_b:
            into_b, from_b = way, "I"
        if (way := o + ob) >= into_b:
            into_b, from_b = way, "O"
        into_o, from_o = b + bo, "B"
        if (way := i + io) >= into_o:
            into_o, from_o = way, "I"
        if (way := o + oo) >= into_o:
            into_o, from_o = way, "O"
        into_i, from_i = (b + bi, "B") if b + bi >= i + ii else (i + ii, "I")
        back.append((from_b, from_i, from_o))
        b, i, o = into_b + score.real, into_i + score.imag, into_o
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
