"""When an issue is due: an ISO week and a wall-clock time in an IANA zone, compared in UTC.

The database says which week was published last; nothing here remembers anything. APScheduler's cron trigger is not
used for this: it fires twice or skips a day at some changes of the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from litwatch.domain.calendar import Week


@dataclass(frozen=True, slots=True)
class Timetable:
    """When issues are due: each ISO week on `weekday` (1 = Monday … 7 = Sunday), when the clocks of `zone` show `at`."""

    weekday: int
    at: time
    zone: ZoneInfo

    def week(self, now: datetime) -> Week:
        """The week that the calendars of the zone show at `now`, which is aware."""
        return Week.of(now.astimezone(self.zone).date())

    def due(self, now: datetime, *, last: Week | None) -> Week | None:
        """The week whose issue should be published now, or None. `last` is the latest that was.

        It is the latest week that has fallen due, if no issue of it or of a later week exists. Weeks that were missed
        altogether get no issue of their own: the next issue tells everything that came in since the previous one.
        """
        week = self.week(now)
        # A clock set back over midnight at the turn of a week shows the old week after the new one has fallen due.
        for latest in (week.next(), week, week.previous()):
            if self.instant(latest) <= now:
                return latest if last is None or last < latest else None
        return None

    def instant(self, week: Week) -> datetime:
        """The moment, in UTC, when the issue of `week` is due: when the clocks first show `at` or later on that day.

        A time that the clock shows twice counts the first time; one that it skips counts as the moment of the change.
        """
        day = week.monday + timedelta(days=self.weekday - 1)
        wall = datetime.combine(day, self.at.replace(fold=0), tzinfo=self.zone)
        moment = wall.astimezone(UTC)
        if moment.astimezone(self.zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
            return moment
        return _clock_change(wall.replace(fold=1).astimezone(UTC), moment, self.zone)

    def deadline(self, week: Week, composed: datetime, max_lateness: timedelta) -> datetime:
        """Until when the draft of `week` waits for its editor.

        The wait begins when the issue is due, or when the draft was composed if that was later: after a week off the
        editor has as much time as ever.
        """
        return max(self.instant(week), composed) + max_lateness


def _clock_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second between `before` and `after` (UTC) from which `zone` has the offset that it has at `after`."""
    changed = after.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == changed:
            high = middle
        else:
            low = middle
    return datetime.fromtimestamp(high, UTC)
