"""Telling the WebSub hub of changed feeds: written down when they change, told afterwards, again after a failure.

Publishing waits for nothing here. A hub that is told twice of the same bytes does no harm, so a crash between telling
and writing that down is none either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from litwatch.domain.calendar import Clock
from litwatch.errors import HubError
from litwatch.store import hub_pings
from litwatch.store.database import Database


@dataclass(frozen=True, slots=True)
class Announced:
    """What telling the hub came to. `failed` is the last reason why not all went through, if so."""

    told: int = 0
    failed: str | None = None


@dataclass(frozen=True, slots=True)
class Announcer:
    """Tells one hub. `to` tells it of the feed at an address, HubError if it does not take it; `url`: path → address."""

    database: Database
    to: Callable[[str], None]
    url: Callable[[str], str]
    clock: Clock

    def note(self, etags: Mapping[str, str]) -> None:
        """Write down what the bytes of each feed (by its path) are now."""
        with self.database.write() as tx:
            hub_pings.note(tx, etags, now=self.clock())

    def announce(self, stop: Callable[[], bool] = lambda: False) -> Announced:
        """Tell of every feed whose bytes the hub was not told of. If it does not answer, it is left in peace a while."""
        with self.database.read() as tx:
            owed = hub_pings.owed(tx, now=self.clock())
        number, reason = 0, None
        for place, (feed, etag) in enumerate(owed):
            if stop():
                break
            try:
                self.to(self.url(feed))
            except HubError as error:
                reason = str(error)
                self._failed([feed] if error.alive else [path for path, _ in owed[place:]])
                if not error.alive:
                    break
            else:
                with self.database.write() as tx:
                    hub_pings.told(tx, feed, etag, now=self.clock())
                number += 1
        return Announced(number, reason)

    def _failed(self, feeds: list[str]) -> None:
        with self.database.write() as tx:
            hub_pings.failed(tx, feeds, now=self.clock())
