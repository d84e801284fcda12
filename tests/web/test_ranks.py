"""The rank test itself, against published figures and against its definition."""

from __future__ import annotations

import random
from itertools import combinations
from math import erfc, isclose, sqrt
from statistics import mean, pstdev

import pytest

from tests.web.ranks import deviation, mann_whitney

MALES, FEMALES = (19, 22, 16, 29, 24), (20, 11, 17, 12)
"""Ages at which type II diabetes was found, the example of scipy.stats.mannwhitneyu's documentation (after N. Cliff):
U is 17 and 3, p by the normal approximation with a correction for continuity 0.11134688653314041."""


def test_the_published_example() -> None:
    assert (mann_whitney(MALES, FEMALES), mann_whitney(FEMALES, MALES)) == (17, 3)
    spread = 7 / deviation(MALES, FEMALES)
    assert isclose(erfc((7 - 0.5) / spread / sqrt(2)), 0.11134688653314041)
    assert deviation(FEMALES, MALES) == -deviation(MALES, FEMALES)


def test_the_hare_and_the_tortoises() -> None:
    """The race of the textbooks: one tortoise first, then five hares, then five tortoises, then a hare."""
    order = "THHHHHTTTTTH"
    place = {animal: [number for number, other in enumerate(order) if other == animal] for animal in "TH"}
    assert mann_whitney(place["H"], place["T"]) == 11
    assert mann_whitney(place["T"], place["H"]) == 25


@pytest.mark.parametrize("values", [range(9), (1, 1, 1, 2, 2, 3, 4, 4, 4)])
def test_what_is_expected_between_samples_of_one_kind_is_what_all_of_them_give(values: tuple[int, ...]) -> None:
    """Every way to draw 4 of 9: U is what its definition says, and its mean and its spread are those of the formula."""
    found, expected = [], []
    for drawn in combinations(range(9), 4):
        one = [values[place] for place in drawn]
        other = [values[place] for place in range(9) if place not in drawn]
        found.append(mann_whitney(one, other))
        assert found[-1] == sum((a > b) + (a == b) / 2 for a in one for b in other)
        expected.append(deviation(one, other))
    assert isclose(mean(found), 10)
    assert isclose(pstdev(expected), 1)


def test_it_sees_a_small_difference_and_none_where_there_is_none() -> None:
    dice = random.Random(7)
    one, other = ([dice.gauss(1, 0.3) for _ in range(500)] for _ in range(2))
    assert abs(deviation(one, other)) < 3
    assert deviation([value + 0.12 for value in one], other) > 5
