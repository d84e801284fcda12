"""The members of a class that brackets list: "cytokines (IL-6, TNF-α and IL-10)"."""

from __future__ import annotations

import re
from itertools import pairwise

from litwatch.extract.clauses import Aside, Clause
from litwatch.extract.cues import words_of
from litwatch.extract.numbers import Statistic

_BETWEEN = re.compile(r"\s*[,;]\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+")
_MEMBER = re.compile(r"[^\W\d_][\w/+-]*(?: [\w/+-]+){0,3}")


def statistics_of_members(clause: Clause, aside: Aside) -> list[tuple[tuple[int, int], Statistic]]:
    """The outcomes named in brackets that have a statistic each: "(IL-6: P = 0.2, ET-1: P = 0.4)", "(P = 0.2 for IL-6, …)".

    Each with the offsets of its name; empty unless every statistic has just one name to itself, and there are two or more.
    """
    inside = [each for each in clause.statistics if aside.start <= each.start < aside.end]
    if len(inside) < 2 or len(inside) != len(aside.names):
        return []
    after = [name.start >= each.end for name, each in zip(aside.names, inside, strict=True)]
    before = [name.end <= each.start for name, each in zip(aside.names, inside, strict=True)]
    spans = sorted([(each.start, each.end) for each in inside] + [(name.start, name.end) for name in aside.names])
    apart = all(one[1] <= other[0] for one, other in pairwise(spans))
    if not apart or not (all(after) or all(before)):
        return []
    return [((name.start, name.end), each) for name, each in zip(aside.names, inside, strict=True)]


def members_of(aside: Aside) -> list[tuple[int, int]]:
    """Offsets in the sentence of the members; empty if the brackets hold anything but a list of two names or more."""
    cuts = [match.span() for match in _BETWEEN.finditer(aside.text)]
    edges = [0, *(edge for cut in cuts for edge in cut), len(aside.text)]
    spans = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]
    pieces = [aside.text[a:b] for a, b in spans]
    if len(pieces) < 2 or not aside.names or not all(_MEMBER.fullmatch(piece) for piece in pieces):
        return []
    words = {word for piece in pieces for word in piece.lower().split()}
    if not words_of("never").isdisjoint(words) or not words_of("bound").isdisjoint(words):
        return []
    return [(aside.start + a, aside.start + b) for a, b in spans]
