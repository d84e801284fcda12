from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from litwatch.domain.calendar import Week
from litwatch.service.schedule import Timetable

BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY, SUNDAY, MONDAY = 5, 7, 1


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "moment"),
    [
        ("UTC", "2026-01-16", time(7), "2026-01-16T07:00"),
        ("Europe/Berlin", "2026-01-16", time(7), "2026-01-16T06:00"),
        ("Europe/Berlin", "2026-07-17", time(7), "2026-07-17T05:00"),
        ("Europe/Berlin", "2026-10-25", time(2, 30), "2026-10-25T00:30"),  # shown twice: the first time
        ("Europe/Berlin", "2026-03-29", time(2, 30), "2026-03-29T01:00"),  # skipped: at the change
        ("America/New_York", "2026-03-08", time(2, 0), "2026-03-08T07:00"),
        ("Australia/Lord_Howe", "2026-10-04", time(2, 15), "2026-10-03T15:30"),  # a gap of half an hour
        ("America/Havana", "2026-03-08", time(0, 0), "2026-03-08T05:00"),  # midnight itself is skipped
        ("Pacific/Kiritimati", "2026-01-12", time(0, 0), "2026-01-11T10:00"),
        ("Asia/Kathmandu", "2026-01-16", time(6, 45), "2026-01-16T01:00"),
        ("Pacific/Apia", "2011-12-30", time(7), "2011-12-30T10:00"),  # a day that did not exist
    ],
)
def test_due_instant(zone: str, day: str, at: time, moment: str) -> None:
    on = date.fromisoformat(day)
    assert Timetable(on.isoweekday(), at, ZoneInfo(zone)).instant(Week.of(on)) == utc(moment)


def test_each_week_falls_due_once_whatever_the_clocks_do() -> None:
    """All zones with a change of the clock in 2020–2035, on each day of a change, at every half hour of the night."""
    times = [time(hour, minute) for hour in range(4) for minute in (0, 30)]
    checked = 0
    for zone in zones_by_their_changes():
        for day in days_of_change(zone):
            for at in times:
                assert_first_showing(zone, day, at)
                checked += 1
    assert checked > 5_000


def zones_by_their_changes() -> Iterator[ZoneInfo]:
    """One zone of each set of zones that change their clocks in the same way."""
    seen = set()
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        offsets = tuple(datetime(year, month, 15, tzinfo=zone).utcoffset() for year in (2020, 2026) for month in (1, 7))
        key = (offsets, tuple(days_of_change(zone, until=2027)))
        if key not in seen:
            seen.add(key)
            yield zone


def days_of_change(zone: ZoneInfo, until: int = 2036) -> Iterator[date]:
    day, end = datetime(2020, 1, 1, tzinfo=zone), datetime(until, 1, 1, tzinfo=zone)
    while day.replace(tzinfo=None) < end.replace(tzinfo=None):
        later = day + timedelta(days=7)
        if day.utcoffset() != later.utcoffset():
            days = [day + timedelta(days=number) for number in range(7)]
            yield next(first.date() for first in days if first.utcoffset() != (first + timedelta(days=1)).utcoffset())
        day = later


def assert_first_showing(zone: ZoneInfo, day: date, at: time) -> None:
    week, wall = Week.of(day), datetime.combine(day, at)

    def local(moment: datetime) -> datetime:
        return moment.astimezone(zone).replace(tzinfo=None)

    timetable = Timetable(day.isoweekday(), at, zone)
    instant = timetable.instant(week)
    assert local(instant) >= wall
    assert local(instant - timedelta(seconds=1)) < wall
    assert local(instant).date() == day

    def fallen_due(moment: datetime) -> Week | None:
        return timetable.due(moment, last=week.previous())

    assert fallen_due(instant - timedelta(seconds=1)) is None
    assert fallen_due(instant) == week
    assert timetable.due(instant + timedelta(hours=1), last=week) is None


@pytest.mark.parametrize(
    ("now", "last", "expected"),
    [
        ("2026-01-16T05:59:59", "2026-W02", None),  # an hour before it is seven in Berlin
        ("2026-01-16T06:00:00", "2026-W02", "2026-W03"),
        ("2026-01-16T06:00:00", "2026-W03", None),  # published already
        ("2026-01-16T06:00:00", "2026-W04", None),  # the clock was set back
        ("2026-01-16T07:00:00", "2026-W02", "2026-W03"),  # an hour off
        ("2026-01-19T06:00:00", "2026-W02", "2026-W03"),  # three days off, in the next week
        ("2026-02-18T06:00:00", "2026-W02", "2026-W07"),  # five weeks off: one late issue
        ("2026-01-14T06:00:00", None, "2026-W02"),  # never published
        ("2027-01-01T06:00:00", "2026-W52", "2026-W53"),  # the ISO year is not the calendar year
        ("2025-12-31T06:00:00", "2025-W52", None),
    ],
)
def test_due(now: str, last: str | None, expected: str | None) -> None:
    week = Timetable(FRIDAY, time(7), BERLIN).due(utc(now), last=Week.parse(last) if last else None)
    assert week == (Week.parse(expected) if expected else None)


def test_a_zone_far_ahead_reaches_its_week_before_utc_does() -> None:
    zone = ZoneInfo("Pacific/Kiritimati")
    now = utc("2026-01-11T10:00")  # still Sunday in UTC
    assert Timetable(MONDAY, time(0), zone).due(now, last=Week(2026, 2)) == Week(2026, 3)
    assert Timetable(SUNDAY, time(0), zone).due(now, last=Week(2026, 1)) == Week(2026, 2)
