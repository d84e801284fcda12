"""Roles of the sentences of an unlabelled abstract: a small linear sequence model (data/roles.txt, docs in its header).

Each sentence is scored for each role by its words and its place; the best path through the roles is taken (Viterbi),
so that a sentence is also read by those beside it. Trained by training/section_roles.py.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

Row = tuple[int, ...]

ROLES = 5
"""background, objective, methods, results, conclusions"""
PLACES = 10


class Model(NamedTuple):
    """Weights by feature, one for each role; `steps[a][b]`: role b after role a."""

    weights: dict[str, Row]
    steps: list[Row]


@cache
def model() -> Model:
    """The shipped model."""
    weights: dict[str, Row] = {}
    text = (files("litwatch.extract") / "data" / "roles.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            feature, *numbers = line.split("\t")
            weights[feature] = tuple(map(int, numbers))
    return Model(weights, [weights.pop(f"step {role}") for role in range(ROLES)])


def features(words: list[str], place: float) -> set[str]:
    """What a sentence is scored by: its words, how it begins, numbers, and its place in the abstract (0 to 1)."""
    found = set(words)
    found.add(f"place {min(PLACES - 1, int(place * PLACES))}")
    if words:
        found.add(f"^ {words[0]}")
        found.add(f"^ {' '.join(words[:2])}")
    return found


def scored(found: set[str], weights: dict[str, Row]) -> list[int]:
    """The sum of the features' weights for each role."""
    rows = [weights[feature] for feature in weights.keys() & found]
    return [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * ROLES


def best_path(scores: list[list[int]], steps: list[Row], roles: range = range(ROLES)) -> list[int]:
    """The roles with the highest sum of scores and steps."""
    if not scores:
        return []
    into = [[steps[before][role] for before in roles] for role in roles]
    totals = [scores[0][role] for role in roles]
    back: list[list[int]] = []
    for row in scores[1:]:
        came: list[int] = []
        sums: list[int] = []
        for role, column in zip(roles, into, strict=True):
            ways = [total + step for total, step in zip(totals, column, strict=True)]
            best = max(ways)
            came.append(ways.index(best))
            sums.append(best + row[role])
        totals = sums
        back.append(came)
    path = [totals.index(max(totals))]
    for came in reversed(back):
        path.append(came[path[-1]])
    return [roles[place] for place in reversed(path)]
