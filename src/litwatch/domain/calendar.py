"""Days and weeks. The clock is an argument everywhere: a `Clock`, or a `now` in UTC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Returns the present moment as an aware datetime in UTC."""

PUBMED_ZONE = ZoneInfo("America/New_York")
"""NCBI's dates are US Eastern days without a zone (Entrez Programming Utilities Help, NBK25499)."""


_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def system_clock() -> datetime:
    """The machine's clock: the one place where the present is read."""
    return datetime.now(UTC)


def pubmed_day(now: datetime) -> date:
    """The day that it is at NCBI when it is `now` (aware)."""
    return now.astimezone(PUBMED_ZONE).date()


def long_date(day: date) -> str:
    """16 January 2026, whatever the machine's locale."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO 8601 week. `str()` gives `2026-W03`; the year is the ISO year, not the calendar year."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Week:
        """The week that `day` lies in."""
        iso = day.isocalendar()
        return cls(iso.year, iso.week)

    @classmethod
    def parse(cls, text: str) -> Week:
        """`2026-W03` -> Week; ValueError if there is no such week."""
        year, _, number = text.partition("-W")
        try:
            week = cls(int(year), int(number))
            date.fromisocalendar(week.year, week.number, 1)
        except ValueError:
            raise ValueError(f"no such ISO week: {text!r} (expected e.g. 2026-W03)") from None
        return week

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    def next(self) -> Week:
        return Week.of(self.monday + timedelta(days=7))

    def previous(self) -> Week:
        return Week.of(self.monday - timedelta(days=7))

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.number:02d}"
