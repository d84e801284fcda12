"""How fast mail leaves: so many messages a second in all, and so many to one domain."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class MailPace:
    """Spaces the starts of deliveries evenly. One per process, shared by its workers under `lock`.

    A domain that has just been served rests; meanwhile the others are. None switches a limit off.
    """

    def __init__(
        self,
        per_second: float | None = None,
        per_domain_per_second: float | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.lock = threading.Lock()
        self.sleep = sleep
        self._interval = 1 / per_second if per_second else 0.0
        self._domain_interval = 1 / per_domain_per_second if per_domain_per_second else 0.0
        self._monotonic = monotonic
        self._free = monotonic()
        self._rested: dict[str, float] = {}

    def wait(self) -> float:
        """Seconds until the next delivery may start, to whatever domain."""
        return max(0.0, self._free - self._monotonic())

    def resting(self) -> dict[str, float]:
        """The domains that were served just now, and the seconds until they may be again."""
        now = self._monotonic()
        self._rested = {domain: until for domain, until in self._rested.items() if until > now}
        return {domain: until - now for domain, until in self._rested.items()}

    def start(self, address: str) -> None:
        """A delivery to `address` starts."""
        now = self._monotonic()
        self._free = now + self._interval
        if self._domain_interval:
            self._rested[address.rpartition("@")[2]] = now + self._domain_interval
