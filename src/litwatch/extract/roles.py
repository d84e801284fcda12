"""Roles of the sentences of an unlabelled abstract: a small linear sequence model (data/roles.txt, docs in its header).

Each sentence is scored for each role by its words and its place; the best path through the roles is taken (Viterbi),
so that a sentence is also read by those beside it. Trained by training/section_roles.py.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from operator import add
from typing import NamedTuple

Row = tuple[int, ...]

ROLES = 5
"""background, objective, methods, results, conclusions"""
PLACES = 10


_FIELD = 24
"""Bits of a role's field in a packed row: the weights of a whole sentence sum up to far less."""
_MASK = (1 << _FIELD) - 1
_MIDDLE = 1 << (_FIELD - 1)
_SHIFTS = tuple(range(0, ROLES * _FIELD, _FIELD))
_ORIGIN = sum(_MIDDLE << shift for shift in _SHIFTS)


class Model(NamedTuple):
    """Weights by feature, those of all roles packed in one number, so that one addition adds five; `steps[a][b]`: role b
    after role a.
    """

    weights: dict[str, int]
    steps: list[Row]


@cache
def model() -> Model:
    """The shipped model."""
    weights: dict[str, int] = {}
    steps: list[Row] = []
    text = (files("litwatch.extract") / "data" / "roles.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            feature, *numbers = line.split("\t")
            if feature.startswith("step "):
                steps.append(tuple(map(int, numbers)))
            else:
                weights[feature] = packed(tuple(map(int, numbers)))
    return Model(weights, steps)


def packed(row: Row) -> int:
    """A row of weights as one number, the first role in the lowest bits."""
    one, two, three, four, five = row
    return ((((five << _FIELD) + four << _FIELD) + three << _FIELD) + two << _FIELD) + one


def features(words: list[str], place: float) -> set[str]:
    """What a sentence is scored by: its words, how it begins, numbers, and its place in the abstract (0 to 1)."""
    found = set(words)
    found.add(f"place {min(PLACES - 1, int(place * PLACES))}")
    if words:
        found.add(f"^ {words[0]}")
        found.add(f"^ {' '.join(words[:2])}")
    return found


def scored(found: set[str], weights: dict[str, int]) -> Row:
    """The sum of the features' weights for each role."""
    total = sum(filter(None, map(weights.get, found)), _ORIGIN)
    return tuple([(total >> shift & _MASK) - _MIDDLE for shift in _SHIFTS])


def best_path(scores: list[Row], steps: list[Row], roles: range = range(ROLES)) -> list[int]:
    """The roles with the highest sum of scores and steps."""
    if not scores:
        return []
    span = slice(roles.start, roles.stop)
    into = [[steps[before][role] for before in roles] for role in roles]
    totals = list(scores[0][span])
    back: list[list[int]] = []
    for row in scores[1:]:
        ways = [list(map(add, totals, column)) for column in into]
        best = list(map(max, ways))
        back.append(list(map(list.index, ways, best)))
        totals = list(map(add, best, row[span]))
    path = [totals.index(max(totals))]
    for came in reversed(back):
        path.append(came[path[-1]])
    return [roles[place] for place in reversed(path)]
