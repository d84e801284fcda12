"""A WebSub hub over HTTP: what it is sent, and what its answers mean."""

from __future__ import annotations

import socket
from urllib.parse import parse_qs

import httpx
import pytest

from litwatch.errors import HubError
from litwatch.publish.hub import Hub

FEED = "https://litwatch.example/feed.xml"


def test_the_hub_is_sent_the_feed_s_address_as_hubs_take_it() -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(204)

    Hub("https://hub.example/publish?key=1", httpx.MockTransport(answer)).announce(FEED)
    (request,) = requests
    assert (request.method, str(request.url)) == ("POST", "https://hub.example/publish?key=1")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.headers["user-agent"].startswith("litwatch/")
    assert parse_qs(request.content.decode()) == {"hub.mode": ["publish"], "hub.url": [FEED], "hub.topic": [FEED]}


@pytest.mark.parametrize(
    ("status", "alive"),
    [(400, True), (403, True), (422, True), (301, False), (404, False), (429, False), (500, False), (503, False)],
)
def test_what_a_refusal_is_about(status: int, alive: bool) -> None:
    hub = Hub("https://hub.example/?key=s3cret", httpx.MockTransport(lambda request: httpx.Response(status)))
    with pytest.raises(HubError, match=f"https://hub.example/: HTTP {status}") as caught:
        hub.announce(FEED)
    assert caught.value.alive is alive
    assert "s3cret" not in str(caught.value)


def test_a_hub_that_is_not_there_is_no_crash() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(HubError, match=r"ConnectError") as caught:
            Hub(f"http://127.0.0.1:{free.getsockname()[1]}/").announce(FEED)
    assert not caught.value.alive
