"""The receipt of one attempt of a verb."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PollReceipt:
    """What one poll of one topic asked for and what came of it.

    "Nothing found" and "failed" are different facts: `found == 0` with `failed` None is a quiet window.
    """

    topic: str
    query: str
    """The normalised query as sent, without the date window."""
    started: datetime
    seconds: float
    window: tuple[date, date] | None
    """First and last creation day asked for (US Eastern days); None if the poll failed before a window was set."""
    complete_to: date | None
    """The cursor after this poll: every day up to here is completely fetched."""
    found: int = 0
    """Records that PubMed has in the window."""
    new: int = 0
    """Stored for the first time in this poll."""
    revised: int = 0
    unreadable: int = 0
    missing: int = 0
    """Ids that PubMed announced but did not deliver; they are asked for again at later polls."""
    failed: str | None = None
    """Why the poll did not complete, in one line; None if it did."""
