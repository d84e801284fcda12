from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.pubmed.windows import Window

DAYS = st.dates(date(1990, 1, 1), date(2040, 1, 1))


def days(window: Window) -> list[date]:
    return [window.first + timedelta(days=n) for n in range((window.last - window.first).days + 1)]


@settings(deadline=None, max_examples=60)
@given(first=DAYS, length=st.integers(0, 200), size=st.integers(1, 40), opened=st.booleans())
def test_chunks_cover_each_day_once(first: date, length: int, size: int, opened: bool) -> None:
    window = Window(first, first + timedelta(days=length), open=opened, field="lr")
    chunks = list(window.chunks(size))
    assert [day for chunk in chunks for day in days(chunk)] == days(window)
    assert all(len(days(chunk)) <= size and chunk.field == "lr" for chunk in chunks)
    assert [chunk.open for chunk in chunks] == [False] * (len(chunks) - 1) + [opened]


@settings(deadline=None, max_examples=60)
@given(first=DAYS, length=st.integers(1, 200), opened=st.booleans())
def test_halves_cover_each_day_once(first: date, length: int, opened: bool) -> None:
    window = Window(first, first + timedelta(days=length), open=opened)
    halves = window.halves()
    assert halves is not None
    earlier, later = halves
    assert days(earlier) + days(later) == days(window)
    assert (earlier.open, later.open) == (False, opened)


def test_a_day_has_no_halves() -> None:
    assert Window(date(2025, 3, 1), date(2025, 3, 1)).halves() is None


def test_a_window_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Window(date(2025, 3, 2), date(2025, 3, 1))


def test_windows_name_themselves() -> None:
    assert str(Window(date(2025, 3, 1), date(2025, 3, 2))) == "2025-03-01…2025-03-02 [crdt]"
    assert str(Window(date(2025, 3, 1), date(2025, 3, 2), open=True, field="lr")) == "2025-03-01… [lr]"
