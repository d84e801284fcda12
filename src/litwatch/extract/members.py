"""Members of a class that have a statistic each: "cytokines (IL-6: P = 0.2, TNF-α: P = 0.4)"."""

from __future__ import annotations

from itertools import pairwise

from litwatch.extract.asides import Aside
from litwatch.extract.clauses import Clause
from litwatch.extract.numbers import Statistic


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
