"""Roles of sentences: packed weights and the best path."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.extract.roles import ROLES, Row, best_path, packed, scored

_rows = st.lists(st.tuples(*[st.integers(-5_000, 5_000)] * ROLES), max_size=60)


@given(_rows)
@settings(max_examples=100, deadline=None)
def test_packed_rows_add_up_role_by_role(rows: list[Row]) -> None:
    weights = {str(at): packed(row) for at, row in enumerate(rows)}
    assert scored({*weights, "unknown"}, weights) == tuple(map(sum, zip(*rows, strict=True))) or (0,) * ROLES


@pytest.mark.parametrize(
    ("scores", "path"),
    [
        ([], []),
        ([(0, 0, 3, 0, 0)], [2]),
        ([(0, 0, 3, 0, 0), (0, 0, 0, 0, 0), (0, 0, 0, 0, 9)], [2, 2, 4]),  # staying is worth 1, a step back costs 5
        ([(0, 0, 9, 0, 0), (3, 0, 0, 0, 0)], [2, 2]),
    ],
)
def test_the_best_path_weighs_scores_and_steps(scores: list[Row], path: list[int]) -> None:
    steps: list[Row] = [tuple(1 if b == a else 0 if b > a else -5 for b in range(ROLES)) for a in range(ROLES)]
    assert best_path(scores, steps) == path
