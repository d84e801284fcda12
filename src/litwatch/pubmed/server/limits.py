"""NCBI's request limit: 3 requests in any second from an address without an API key, 10 with one."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Collection
from dataclasses import dataclass

from litwatch.pubmed.server.answers import Answer, bad_key, rate_limited

WITHOUT_KEY = 3
WITH_KEY = 10
WINDOW = 1.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a caller stands: how many requests of `limit` in the window just passed, this one included."""

    caller: str
    count: int
    limit: int

    @property
    def headers(self) -> dict[str, str]:
        return {"X-RateLimit-Limit": str(self.limit), "X-RateLimit-Remaining": str(max(0, self.limit - self.count))}


class RateLimit:
    """Counts requests in a sliding window per key or address. Thread-safe.

    Refused requests count too, as NCBI's "count" shows: a client that does not slow down stays refused.
    `keys` are the valid API keys; none given means that every key is valid.
    `enforced` False answers with the headers but refuses nothing except a wrong key.
    """

    def __init__(self, *, enforced: bool, keys: Collection[str] = (), monotonic: Callable[[], float]) -> None:
        self._enforced = enforced
        self._keys = frozenset(keys)
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._seen: dict[str, deque[float]] = defaultdict(deque)

    def admit(self, address: str, key: str | None) -> tuple[Standing, Answer | None]:
        """Count a request. The answer is None if it may pass, else NCBI's refusal."""
        if key and self._keys and key not in self._keys:
            return Standing(address, 0, WITHOUT_KEY), bad_key(key)
        standing = self._count(key or address, WITH_KEY if key else WITHOUT_KEY)
        if self._enforced and standing.count > standing.limit:
            return standing, rate_limited(standing.caller, standing.count, standing.limit)
        return standing, None

    def _count(self, caller: str, limit: int) -> Standing:
        with self._lock:
            now = self._monotonic()
            seen = self._seen[caller]
            while seen and seen[0] <= now - WINDOW:
                seen.popleft()
            seen.append(now)
            return Standing(caller, len(seen), limit)


def peak(times: Collection[float], window: float = WINDOW) -> int:
    """The largest number of `times` (seconds) in any half-open window of that length."""
    inside: deque[float] = deque()
    highest = 0
    for moment in sorted(times):
        while inside and inside[0] <= moment - window:
            inside.popleft()
        inside.append(moment)
        highest = max(highest, len(inside))
    return highest
