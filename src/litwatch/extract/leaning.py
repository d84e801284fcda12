"""Which way a clause leans on one of its outcomes: a linear model over the clause as seen from the name.

Seen from a name, a clause is a row of plain words, verdict senses and other names: in "there was no difference in
pain, X or sleep" the name X has "no <diff> in @" on its left. The model (data/leaning.txt.gz; how it was trained:
training/) sums the weights of the pieces on either side and of the statistic beside it, for up, down and same.
"""

from __future__ import annotations

import gzip
import math
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from litwatch.extract.clauses import Clause, Name
from litwatch.extract.cues import INVERSE, Sense, words_of
from litwatch.extract.lexicon import Polarity

_LIST = frozenset({",", "and", "or", "nor", "&", "/"})
_NEAR = 9
_CONTROL = "<them>"
_SENSES = frozenset(f"<{sense.value}>" for sense in Sense)


@dataclass(slots=True)
class Leaning:
    """Up, down or same, and how sure the model is (1/3 to 1)."""

    sense: Sense
    sure: float


def view(clause: Clause, name: Name, good: Polarity | None) -> tuple[list[str], list[str]]:
    """The clause's pieces to the left of a name, nearest first, and to its right."""
    pieces = _pieces(clause, good)
    left = [piece for at, piece in pieces if at < name.start]
    right = [piece for at, piece in pieces if at >= name.end]
    return _folded(left[::-1]), _folded(right)


def _pieces(clause: Clause, good: Polarity | None) -> list[tuple[int, str]]:
    """Each word, verdict sense or name with its place; senses of the person are turned into those of the value."""
    marks: dict[int, tuple[int, str]] = {}
    for cue in clause.cues:
        sense = cue.payload.sense
        marks[cue.start] = (cue.end, f"<{turned(sense, good)}>")
    for other in clause.names:
        marks[other.start] = (other.end, "@")
    found: list[tuple[int, str]] = []
    at = 0
    control = words_of("control")
    while at < len(clause.words):
        end, piece = marks.get(at, (at + 1, ""))
        if not piece:
            word = clause.words[at]
            piece = "0" if word[0].isdigit() else _CONTROL if word in control and word not in ("no", "non") else word
        found.append((at, piece))
        at = max(end, at + 1)
    return found


def turned(sense: Sense, good: Polarity | None) -> str:
    """Better and worse as up and down, where the polarity tells."""
    if sense not in (Sense.BETTER, Sense.WORSE):
        return sense.value
    if good is None:
        return sense.value
    up = Sense.UP if good == "higher" else Sense.DOWN
    return (up if sense is Sense.BETTER else INVERSE[up]).value


def _folded(pieces: list[str]) -> list[str]:
    """Pieces without the names and separators of a list next to one another: "@ , @ and" is "@"."""
    kept: list[str] = []
    for piece in pieces:
        if piece in _LIST and (not kept or kept[-1] in ("@", *_LIST)):
            continue
        if piece == "@" and kept and kept[-1] == "@":
            continue
        kept.append(piece)
    return kept


def features(clause: Clause, name: Name, good: Polarity | None, significant: bool | None, rule: str) -> list[str]:
    """The features of a name in its clause. `rule` is what the grammar of scopes says: a sense, or ""."""
    left, right = view(clause, name, good)
    told = {None: "?", True: "sig", False: "ns"}[significant]
    way = compared(clause, name)
    found = [f"rule={rule}", f"p={told}", f"rule={rule} p={told}", f"open={clause.opener}", f"n={way} p={told}"]
    for side, pieces in (("L", left), ("R", right)):
        near = pieces[:_NEAR]
        found += [f"{side}{piece}" for piece in set(near)]
        found += [f"{side}{one} {two}" for one, two in pairwise(near)]
        found.append(f"{side}1 {' '.join(pieces[:2])}")
        found.append(f"{side}2 {' '.join(pieces[:3])}")
        found += [f"{side}far {piece}" for piece in set(pieces[_NEAR:]) if piece[0] == "<" or piece in _TURNS]
        first = next((piece for piece in pieces if piece[0] == "<" and piece != _CONTROL), "-")
        negated = any(piece in _TURNS for piece in pieces[:_NEAR])
        found += [f"{side}cue {first}", f"{side}cue {first} {negated} {told}"]
    found += [f"good={good} p={told}", f"good={good} rule={rule}"]
    senses = sorted({piece for piece in left + right if piece[0] == "<"})
    found.append(f"good={good} all " + " ".join(senses))
    found.append("all " + " ".join(senses) + (" not" if any(piece in _TURNS for piece in left + right) else ""))
    return found


def nearest_sense(clause: Clause, name: Name) -> Sense | None:
    """Better or worse, where only one of them is the nearest verdict on either side of a name."""
    first = {next((p for p in side if p in _SENSES), "") for side in view(clause, name, None)}
    better, worse = "<better>" in first, "<worse>" in first
    return None if better is worse else Sense.BETTER if better else Sense.WORSE


def compared(clause: Clause, name: Name) -> str:
    """Which way two values printed after a name go ("4.2 vs 5.1": down), the first taken as the intervention's."""
    end = clause.ends[name.end - 1]
    later = [clause.starts[other.start] for other in clause.names if other.start >= name.end]
    match = _VALUES.search(clause.raw, end, min(min(later, default=len(clause.raw)), end + 160))
    if match is None:
        return ""
    first, second = float(match["first"]), float(match["second"])
    if first == second:
        return "same"
    turned_round = _CONTROL_WORD.search(match["between"]) is not None
    return "up" if (first > second) != turned_round else "down"


_VALUES = re.compile(
    r"(?<![\d.,<=>])(?P<first>\d+(?:\.\d+)?)(?P<between>(?:[^.;\d]|\.(?=\d)|\d){0,60}?)\b(?:vs?|versus|compared (?:with|to)|against)\b\.?"
    r"\D{0,40}?(?P<second>\d+(?:\.\d+)?)"
)
_CONTROL_WORD = re.compile(r"\b(?:controls?|placebo|sham|usual care)\b", re.IGNORECASE)
_TURNS = frozenset({"no", "not", "neither", "nor", "without", "none", "failed", "nonsignificant", "similar"})


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature: the real part speaks for up, the imaginary part for down, both against same.

    In units of `1 / scale`: whole numbers add up to the same in any order, and features come in that of a set.
    """

    weights: dict[str, complex]
    scale: int = 1

    def lean(self, found: list[str]) -> Leaning:
        return leaning(sum(filter(None, map(self.weights.get, found)), 0j) / self.scale)


def leaning(score: complex) -> Leaning:
    top = max(score.real, score.imag, 0.0)
    up, down, same = math.exp(score.real - top), math.exp(score.imag - top), math.exp(-top)
    best = max((same, Sense.SAME), (up, Sense.UP), (down, Sense.DOWN), key=lambda pair: pair[0])
    return Leaning(best[1], best[0] / (up + down + same))


def reasons(
    clause: Clause, name: Name, leaning: Leaning, good: Polarity | None, significant: bool | None
) -> list[tuple[str, float]]:
    """The weights that made a leaning, by feature, the heaviest first; for "same" their mean against up and down."""
    found = features(clause, name, good, significant, "")
    heard = [(key, model().weights[key] / model().scale) for key in found if key in model().weights]
    told = [(key, _towards(leaning.sense, weight)) for key, weight in heard]
    return sorted(told, key=lambda reason: (-abs(reason[1]), reason[0]))


def _towards(sense: Sense, weight: complex) -> float:
    if sense is Sense.SAME:
        return -(weight.real + weight.imag) / 2
    return weight.real if sense is Sense.UP else weight.imag


@cache
def model() -> Model:
    """The shipped model."""
    path = files("litwatch.extract") / "data" / "leaning.txt.gz"
    with path.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8", newline="\n") as lines:
        rows = (line.rstrip("\n").rsplit(" ", 2) for line in lines)
        return Model({key: complex(int(up), int(down)) for key, up, down in rows}, scale=100)
