from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.service.poll_plan import Reach, closed_by, windows

TODAY = date(2025, 3, 21)


def days_before(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("cursor", "first"),
    [
        (None, days_before(60)),
        (days_before(1), days_before(14)),
        (days_before(8), days_before(21)),
        (days_before(100), days_before(113)),
        (TODAY, days_before(14)),
        (TODAY + timedelta(days=300), days_before(14)),
    ],
)
def test_where_a_poll_begins(cursor: date | None, first: date) -> None:
    plan = windows(cursor, TODAY, Reach())
    assert plan[0].first == first
    assert plan[-1].last == TODAY


def test_a_lookback_of_no_days_asks_for_today() -> None:
    (window,) = windows(None, TODAY, Reach(lookback=0))
    assert (window.first, window.last, window.open) == (TODAY, TODAY, True)
    assert closed_by(window) == days_before(1)


@settings(deadline=None, max_examples=100)
@given(
    behind=st.integers(-50, 400),
    overlap=st.integers(0, 30),
    chunk=st.integers(1, 60),
    field=st.sampled_from(["crdt", "lr"]),
)
def test_no_day_after_the_cursor_is_left_out(behind: int, overlap: int, chunk: int, field: str) -> None:
    cursor = days_before(behind)
    plan = windows(cursor, TODAY, Reach(60, overlap, chunk), "crdt" if field == "crdt" else "lr")
    assert plan[0].first <= cursor + timedelta(days=1)
    assert all(later.first == earlier.last + timedelta(days=1) for earlier, later in pairwise(plan))
    assert [window.open for window in plan] == [False] * (len(plan) - 1) + [True]
    assert {window.field for window in plan} == {field}
    # Each window closed moves the cursor on, and never to a day that is not over.
    closed = [closed_by(window) for window in plan]
    assert closed == sorted(closed)
    assert closed[-1] == days_before(1)
