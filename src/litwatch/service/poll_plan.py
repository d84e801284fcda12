"""Which days a poll asks for. Pure: days in, windows out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from litwatch.pubmed.windows import DAY, DateField, Window


@dataclass(frozen=True, slots=True)
class Reach:
    """How far back a poll reaches, in days.

    `lookback` bounds the first poll of a query. `overlap` is asked again at each poll: a record can become findable
    days after its creation day. `chunk` cuts a long catch-up into windows that are each closed by moving the cursor.
    """

    lookback: int = 60
    overlap: int = 14
    chunk: int = 366


def windows(cursor: date | None, today: date, reach: Reach, field: DateField = "crdt") -> list[Window]:
    """The windows to ask for, oldest first; the last one is open-ended, so no clock hides the newest records.

    `cursor` is the last day that is completely fetched, None before the first poll; `today` is the day at NCBI. One
    in the future, left behind by a clock that was wrong, still has the overlap before today asked again.
    """
    unknown, back = (today, reach.lookback) if cursor is None else (min(cursor + DAY, today), reach.overlap)
    first = unknown - timedelta(days=back)
    return list(Window(first, today, open=True, field=field).chunks(reach.chunk))


def closed_by(window: Window) -> date:
    """The cursor once `window` is completely fetched. The last day of an open window is today, which is not over."""
    return window.last - DAY if window.open else window.last
