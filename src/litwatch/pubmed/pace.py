"""The one pace that all requests to PubMed share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

WITHOUT_KEY = 2.5
"""Requests per second without an API key: NCBI allows 3 (Entrez Programming Utilities Help, NBK25497)."""
WITH_KEY = 8.0
"""Requests per second with an API key: NCBI allows 10."""


class Pace:
    """Spaces the starts of requests evenly. One per process, shared by clients and threads; retries draw from it too.

    Even spacing instead of a bucket: a bucket's burst after a pause, together with the requests just before it, can
    put more into one second than the rate says. A new pace behaves as if a request had just been made, so that
    a process that is restarted over and over keeps the limit as well.
    """

    def __init__(
        self,
        per_second: float | None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`per_second` None switches the pace off (a server of one's own). ValueError unless it is positive."""
        if per_second is not None and per_second <= 0:
            raise ValueError(f"requests per second must be more than 0, not {per_second}")
        self._interval = 0.0 if per_second is None else 1.0 / per_second
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._free = monotonic() + self._interval

    def wait(self) -> None:
        """Return when the next request may start; that start is then taken."""
        if not self._interval:
            return
        with self._lock:
            start = max(self._free, self._monotonic())
            self._free = start + self._interval
        while (remaining := start - self._monotonic()) > 0:
            self._sleep(remaining)
