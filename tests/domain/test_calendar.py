from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.domain.calendar import Week, pubmed_day


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2027, 1, 1), "2026-W53"),  # the ISO year, not the calendar year
        (date(2026, 1, 1), "2026-W01"),
        (date(2024, 12, 30), "2025-W01"),
        (date(2025, 3, 21), "2025-W12"),
    ],
)
def test_week_of_day(day: date, text: str) -> None:
    week = Week.of(day)
    assert str(week) == text
    assert Week.parse(text) == week
    assert week.monday <= day <= week.sunday


@given(st.dates(min_value=date(1900, 1, 8), max_value=date(2999, 1, 1)))
def test_weeks_follow_each_other(day: date) -> None:
    week = Week.of(day)
    assert week.next().previous() == week
    assert week < week.next()
    assert (week.next().monday - week.monday).days == 7


@pytest.mark.parametrize("text", ["2026-54", "2026-W54", "2025-W53", "W12", "", "2026-Wxx"])
def test_no_such_week(text: str) -> None:
    with pytest.raises(ValueError, match=r"[Ww]eek"):
        Week.parse(text)


def test_days_at_ncbi_are_eastern() -> None:
    assert pubmed_day(datetime(2025, 3, 21, 3, 59, tzinfo=UTC)) == date(2025, 3, 20)
    assert pubmed_day(datetime(2025, 3, 21, 4, 1, tzinfo=UTC)) == date(2025, 3, 21)
