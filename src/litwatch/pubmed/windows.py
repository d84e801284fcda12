"""Windows of days: how they are written in a query, cut into chunks and halved. Pure.

PubMed gives out at most 9,999 records of a query, whatever the paging; the way round is to split by date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

DateField = Literal["crdt", "lr"]
"""crdt: the day a record came to PubMed (edat is set back for late arrivals). lr: the day it was last revised."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """The days `first` … `last`, both included, as US Eastern days. ValueError if `last` is before `first`."""

    first: date
    last: date
    open: bool = False
    """The end is left open in the query, so that neither clock skew nor a time zone hides the newest records.

    `last` is then only the day up to which the window is known to be split further."""
    field: DateField = "crdt"

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a window cannot end ({self.last}) before it begins ({self.first})")

    def term(self, query: str) -> str:
        """`query` limited to this window, in PubMed's syntax."""
        last = "3000" if self.open else f"{self.last:%Y/%m/%d}"
        return f'({query}) AND ("{self.first:%Y/%m/%d}"[{self.field}] : "{last}"[{self.field}])'

    def halves(self) -> tuple[Window, Window] | None:
        """The earlier and the later half; None for a single day."""
        days = (self.last - self.first).days
        if days == 0:
            return None
        middle = self.first + timedelta(days=days // 2)
        return (
            Window(self.first, middle, field=self.field),
            Window(middle + DAY, self.last, open=self.open, field=self.field),
        )

    def chunks(self, days: int) -> Iterator[Window]:
        """The window in parts of at most `days` days, oldest first; only the last part keeps an open end."""
        first = self.first
        while (self.last - first).days >= days:
            last = first + timedelta(days=days - 1)
            yield Window(first, last, field=self.field)
            first = last + DAY
        yield Window(first, self.last, open=self.open, field=self.field)

    def __str__(self) -> str:
        return f"{self.first}…{'' if self.open else self.last} [{self.field}]"
