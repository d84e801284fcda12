"""How long to wait before a request is tried again. Pure."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

FIRST = 1.0
LONGEST = 60.0
LONGEST_ASKED = 300.0
"""Upper bound, in seconds, of what a Retry-After may ask for: the rest is left to the next poll."""


def delay(attempt: int, random: Random, retry_after: float | None = None) -> float:
    """Seconds to wait after the `attempt`-th failure (from 1): 1, 2, 4 … with up to half as much again at random.

    A Retry-After longer than that is honoured, up to `LONGEST_ASKED`.
    """
    own = min(LONGEST, FIRST * 2.0 ** (attempt - 1)) * (1 + random.random() / 2)
    return max(own, min(retry_after or 0.0, LONGEST_ASKED))


def retry_after(value: str | None, now: datetime) -> float | None:
    """A Retry-After header (RFC 9110, 10.2.3: seconds or an HTTP date) in seconds from `now`; None if unusable."""
    if value is None:
        return None
    try:
        seconds = float(value)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:  # "-0000": by RFC 5322 a time in UTC of an unknown zone
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
