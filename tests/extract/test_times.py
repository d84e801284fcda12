"""Time points in a clause, and whose they are."""

from __future__ import annotations

import pytest

from litwatch.extract.times import points_of, series, times_in


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("lower at 12 weeks", [("12 weeks",)]),
        ("lower at 6 and 12 months", [("6 months", "12 months")]),
        ("lower at 6 weeks and 12 months", [("6 weeks", "12 months")]),
        ("lower at 3, 6 and 12 months", [("3 months", "6 months", "12 months")]),
        ("no difference at short, intermediate and long term", [("short term", "intermediate term", "long term")]),
        ("lower at week 6", [("week 6",)]),
        ("lower at weeks 6 and 12", [("week 6", "week 12")]),
        ("better at follow-up", [("follow-up",)]),
        ("lower at 24 h", [("24 h",)]),
        ("lower at 2, 4 and 24 h", [("2, 4 and 24 h",)]),
        ("after 20 sessions", []),
        ("in 12 women", []),
    ],
)
def test_times_in_a_text(text: str, points: list[tuple[str, ...]]) -> None:
    assert [times.points for times in times_in(text, 0, len(text))] == points


def test_a_time_that_opens_the_clause_holds_until_the_next() -> None:
    text = "At 6 weeks pain fell and at 12 weeks sleep improved"
    found = times_in(text, 0, len(text))
    pain, sleep = text.index("pain"), text.index("sleep")
    assert points_of(found, pain, pain, pain + 4) == ("6 weeks",)
    assert points_of(found, pain, sleep, sleep + 5) == ("12 weeks",)


def test_a_time_that_follows_belongs_to_what_stands_before_it() -> None:
    text = "no difference for pain at 6 weeks and for sleep at 12 weeks"
    found = times_in(text, 0, len(text))
    pain, sleep = text.index("pain"), text.index("sleep")
    assert points_of(found, pain, pain, pain + 4) == ("6 weeks",)
    assert points_of(found, pain, sleep, sleep + 5) == ("12 weeks",)


def test_each_statistic_of_a_series_has_its_own_time() -> None:
    text = "Pain fell at 6 weeks (MD -2), at 12 weeks (MD -1)"
    first, second = text.index("MD -2"), text.index("MD -1")
    assert series(text, [(first, first + 5), (second, second + 5)], 4, len(text)) == ["6 weeks", "12 weeks"]
