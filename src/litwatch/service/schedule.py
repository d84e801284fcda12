"""When an issue is due: an ISO week and a wall-clock time in an IANA zone, compared in UTC.

The database says which week was published last; nothing here remembers anything. APScheduler's cron trigger is not
used for this: it fires twice or skips a day at some changes of the clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from litwatch.domain.calendar import Week


def due(now: datetime, *, weekday: int, at: time, zone: ZoneInfo, last: Week | None) -> Week | None:
    """The week whose issue should be published now, or None.

    It is the latest week that has fallen due, if no issue of it or of a later week exists. Weeks that were missed
    altogether get no issue of their own: the next issue tells everything that came in since the previous one.
    `weekday`: 1 = Monday … 7 = Sunday. `now` is aware.
    """
    week = Week.of(now.astimezone(zone).date())
    # A clock that is set back over midnight at the turn of a week shows the old week after the new one has fallen due.
    for latest in (week.next(), week, week.previous()):
        if due_instant(latest, weekday=weekday, at=at, zone=zone) <= now:
            return latest if last is None or last < latest else None
    return None


def due_instant(week: Week, *, weekday: int, at: time, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, when the clocks of `zone` first show `at` or later on that day of `week`.

    A time that the clock shows twice counts the first time; one that it skips counts as the moment of the change.
    """
    wall = datetime.combine(week.monday + timedelta(days=weekday - 1), at.replace(fold=0), tzinfo=zone)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    return _clock_change(wall.replace(fold=1).astimezone(UTC), moment, zone)


def deadline(
    week: Week, composed: datetime, *, weekday: int, at: time, zone: ZoneInfo, max_lateness: timedelta
) -> datetime:
    """Until when the draft of `week` waits for its editor.

    The wait begins when the issue is due, or when the draft was composed if that was later: after a week off the
    editor has as much time as ever.
    """
    return max(due_instant(week, weekday=weekday, at=at, zone=zone), composed) + max_lateness


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
