"""Whether one of two samples tends to be the larger one, whatever their distribution: the rank test of Mann and Whitney.

H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is stochastically larger than the other",
Annals of Mathematical Statistics 18 (1947), 50-60; with the correction for ties of the normal approximation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from math import sqrt


def mann_whitney(one: Sequence[float], other: Sequence[float]) -> float:
    """U: in how many of all pairs that of `one` is the larger; a tie counts half."""
    counts = Counter([*one, *other])
    values = sorted(counts)
    # Of equal values each has the mean of their ranks.
    last = accumulate(counts[value] for value in values)
    rank = {value: until - (counts[value] - 1) / 2 for value, until in zip(values, last, strict=True)}
    return sum(rank[value] for value in one) - len(one) * (len(one) + 1) / 2


def deviation(one: Sequence[float], other: Sequence[float]) -> float:
    """U as a distance from what it is between samples of one kind, in standard deviations: normal for 20 of each or more."""
    first, second = len(one), len(other)
    whole = first + second
    ties = sum(count**3 - count for count in Counter([*one, *other]).values())
    spread = sqrt(first * second / 12 * (whole + 1 - ties / (whole * (whole - 1))))
    return (mann_whitney(one, other) - first * second / 2) / spread
