"""A WebSub hub over httpx: told that a feed has changed, it fetches the feed and passes it on to those who wait for it.

W3C WebSub, 6, leaves to publisher and hub how it is told; hubs take PubSubHubbub's form, and the topic under either name.
"""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from litwatch import __version__
from litwatch.errors import HubError

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 10.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Statuses that speak of the hub, not of the feed: busy, or not what it should be.
_HUB_IS_ILL = frozenset({404, 405, 408, 425, 429})


@dataclass(frozen=True, slots=True)
class Hub:
    """One hub, at `url`."""

    url: str
    transport: httpx.BaseTransport | None = None

    def announce(self, feed: str) -> None:
        """Tells that the feed at that address has changed; HubError unless the hub takes it (any 2xx)."""
        form = {"hub.mode": "publish", "hub.url": feed, "hub.topic": feed}
        try:
            # The answer's text is nobody's concern, and is not waited for.
            with self._client() as client, client.stream("POST", self.url, data=form) as answer:
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise HubError(f"{self._name}: {type(error).__name__}: {error}") from error
        if not 200 <= status < 300:
            raise HubError(f"{self._name}: HTTP {status}", alive=400 <= status < 500 and status not in _HUB_IS_ILL)

    @property
    def _name(self) -> str:
        """The address without what may be a key."""
        return self.url.partition("?")[0]

    def _client(self) -> httpx.Client:
        return httpx.Client(
            transport=self.transport,
            headers={"User-Agent": f"litwatch/{__version__}"},
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            trust_env=httpx.URL(self.url).host not in _LOOPBACK,  # a proxy cannot reach this machine's loopback
        )
