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


@dataclass(frozen=True, slots=True)
class RecheckReceipt:
    """What came of asking PubMed again for everything that was published.

    "Nothing was retracted" can be said only where `failed` is None, and only of the `checked` papers.
    """

    started: datetime
    seconds: float
    wanted: int
    """Published papers that were to be asked for."""
    checked: int = 0
    """Of these, the records that came and could be read."""
    revised: int = 0
    """Of these, the records that had changed."""
    missing: int = 0
    """Asked for, but not delivered or not readable."""
    notices: int = 0
    """Made of what was found, in these records or in others."""
    failed: str | None = None
    """Why the check did not complete, in one line; None if it did."""
