"""The connection: "not modified" without the application, order among pipelined requests, and an end to waiting."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from structlog.testing import capture_logs

from litwatch.app import App
from litwatch.publish.publication import note_path
from litwatch.web.application import application
from litwatch.web.protocol import Protocol, Unchanged
from litwatch.web.server import Server
from tests.publish.sample import ISSUE
from tests.web.inside import Inside
from tests.web.listening import HOST, running

FEED = "/feed.xml"
NOTE = f"/{note_path(ISSUE.nuggets[0].slug)}"
SECONDS = 20.0
"""So long may anything here take."""


@pytest.fixture
def server(app: App) -> Iterator[Server]:
    with running(app) as made:
        etag(made.port)
        yield made


class Wire:
    """One connection, and what comes over it an answer at a time."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection((HOST, port), timeout=SECONDS)
        self._held = b""

    def close(self) -> None:
        self.socket.close()

    def say(self, *heads: bytes) -> None:
        self.socket.sendall(b"".join(heads))

    def answer(self, *, of_head: bool = False) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (each once, or the test fails) and content of the next answer."""
        while b"\r\n\r\n" not in self._held:
            self._more()
        head, _, self._held = self._held.partition(b"\r\n\r\n")
        first, *lines = head.decode("ascii").split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines)
        assert len(headers) == len(lines)
        length = 0 if of_head or " 304 " in first else int(headers.get("content-length", 0))
        while len(self._held) < length:
            self._more()
        content, self._held = self._held[:length], self._held[length:]
        return int(first.split(" ")[1]), headers, content

    def ended(self) -> bool:
        """Whether the other side says no more, within the time allowed."""
        assert self._held == b""
        try:
            return self.socket.recv(1) == b""
        except ConnectionError:
            return True

    def drain(self) -> None:
        """Wait for the end of the connection, whatever is said before."""
        while self.socket.recv(65536):
            pass

    def _more(self) -> None:
        piece = self.socket.recv(65536)
        assert piece, "the connection has ended"
        self._held += piece


def get(path: str, *headers: str, method: str = "GET", version: str = "1.1") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/{version}", "Host: x", *headers, "", ""]).encode()


def etag(port: int, path: str = FEED, *headers: str) -> str:
    with closing(Wire(port)) as wire:
        wire.say(get(path, *headers))
        status, told, _ = wire.answer()
    assert status == 200
    return told["etag"]


@pytest.mark.parametrize("path", [FEED, "/", NOTE, "/feed.json?utm=1"])
@pytest.mark.parametrize("coding", ["Accept-Encoding: gzip, br", "Accept-Encoding: identity"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_goes_out_quickly_is_what_the_application_says(
    server: Server, app: App, path: str, coding: str, method: str
) -> None:
    condition = f"If-None-Match: {etag(server.port, path, coding)}"
    inside = Inside(application(app))
    inside.get(path)
    name, _, value = coding.partition(": ")
    slowly = inside.request(method, path, headers={name: value, "If-None-Match": condition.partition(": ")[2]})
    assert slowly.status_code == 304
    with closing(Wire(server.port)) as wire:
        wire.say(get(path, coding, condition, method=method))
        status, told, _ = wire.answer()
        assert status == 304
        assert told.pop("date")
        assert told == dict(slowly.headers)
        wire.say(get(path, coding, 'If-None-Match: "another"', method=method))
        assert wire.answer(of_head=method == "HEAD")[0] == 200, "the connection is kept"


def test_answers_keep_the_order_of_requests(server: Server) -> None:
    had = f"If-None-Match: {etag(server.port)}"
    known, whole, nothing = get(FEED, had), get(FEED), get("/nothing", had)
    with closing(Wire(server.port)) as wire:
        wire.say(known, whole, known, nothing, known, known, whole)
        assert [wire.answer()[0] for _ in range(7)] == [304, 200, 304, 404, 304, 304, 200]
        for byte in known + whole + known:
            wire.say(bytes([byte]))
        assert [wire.answer()[0] for _ in range(3)] == [304, 200, 304]


def test_whoever_wants_to_end_is_let_go(server: Server) -> None:
    had = f"If-None-Match: {etag(server.port)}"
    for request in (get(FEED, had, "Connection: close"), get(FEED, had, version="1.0")):
        with closing(Wire(server.port)) as wire:
            wire.say(request)
            status, told, _ = wire.answer()
            assert (status, told["connection"]) == (304, "close")
            assert wire.ended()


@pytest.mark.parametrize(
    ("more", "rest"),
    [
        (("Content-Length: 5",), b"hello"),
        (("Transfer-Encoding: chunked",), b"5\r\nhello\r\n0\r\n\r\n"),
        (("Expect: 100-continue", "Content-Length: 5"), b"hello"),
        (("Connection: Upgrade", "Upgrade: websocket"), b""),
    ],
)
def test_more_than_a_mere_get_goes_to_the_application(server: Server, more: tuple[str, ...], rest: bytes) -> None:
    """What follows must not be taken for a request of its own (RFC 9112, 11.2)."""
    had = f"If-None-Match: {etag(server.port)}"
    with closing(Wire(server.port)) as wire:
        wire.say(get(FEED, had, *more), rest)
        assert wire.answer()[0] == 304
        wire.say(get("/nothing"))
        assert wire.answer()[0] == 404


@pytest.mark.parametrize("target", ["/%66eed.xml", "/feed.xml/../feed.xml", "//feed.xml", "/feed.xml%00", "*", "/é"])
def test_odd_targets_are_no_shortcut(server: Server, target: str) -> None:
    had = f"If-None-Match: {etag(server.port)}"
    with closing(Wire(server.port)) as wire:
        wire.socket.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n{had}\r\nConnection: close\r\n\r\n".encode())
        expected = {304} if "%66" in target else {400, 404}
        assert wire.answer()[0] in expected


def test_a_target_with_a_host_is_a_page_like_any(server: Server) -> None:
    """RFC 9112, 3.2.2: a server must take the absolute form."""
    with closing(Wire(server.port)) as wire:
        wire.say(get("http://elsewhere.example/feed.xml"), get("http://elsewhere.example/nothing"))
        assert [wire.answer()[0] for _ in range(2)] == [200, 404]


def test_beyond_the_limit_only_what_is_known_is_told(app: App) -> None:
    with running(app, most_at_once=2) as server:
        had = f"If-None-Match: {etag(server.port)}"
        time.sleep(0.1)
        with closing(Wire(server.port)) as one, closing(Wire(server.port)) as two:
            for wire in (one, two):
                wire.say(get(FEED, had))
                assert wire.answer()[0] == 304
            for method in ("GET", "HEAD"):
                with closing(Wire(server.port)) as late:
                    late.say(get("/", method=method))
                    status, told, content = late.answer(of_head=method == "HEAD")
                    assert (status, told["retry-after"], told["connection"]) == (503, "60", "close")
                    assert told["content-security-policy"].startswith("default-src 'none'")
                    assert told["cache-control"] == "no-store"
                    assert (b"try again later" in content) == (method == "GET")
                    assert late.ended()
            with closing(Wire(server.port)) as late:
                late.say(get(FEED, had))
                status, told, _ = late.answer()
                assert (status, told["connection"]) == (304, "close")
                assert late.ended()


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /feed.xml HTTP/1.1\r\nHost: x\r\n",
        b"POST /subscribe HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nemail=",
        get("/nothing"),
    ],
)
def test_nobody_holds_a_connection_without_using_it(app: App, begun: bytes) -> None:
    with running(app, idle_seconds=0.3) as server, closing(Wire(server.port)) as wire:
        wire.say(begun)
        if begun.endswith(b"\r\n\r\n"):
            assert wire.answer()[0] == 404
        began = time.monotonic()
        wire.drain()
        assert time.monotonic() - began < SECONDS / 2


def test_a_drop_at_a_time_is_not_using_it(app: App) -> None:
    with running(app, idle_seconds=0.5) as server, closing(Wire(server.port)) as wire, pytest.raises(ConnectionError):
        for byte in b"GET /feed.xml HTTP/1.1\r\nHost: " + b"x" * 200:
            wire.say(bytes([byte]))
            time.sleep(0.05)


@pytest.mark.parametrize(
    "begun",
    [
        b"GET /" + b"a" * 40_000,
        b"GET / HTTP/1.1\r\nHost: " + b"a" * 40_000,
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 7_000,
    ],
    ids=["target", "value", "fields"],
)
def test_a_head_without_end_is_not_kept(server: Server, begun: bytes) -> None:
    with closing(Wire(server.port)) as wire:
        wire.say(begun)
        status, headers, content = wire.answer()
        assert (status, headers["connection"], content) == (
            431,
            "close",
            b"The headers of this request are too long.\n",
        )
        assert "content-security-policy" in headers


def test_a_long_head_is_refused_however_it_arrives(server: Server) -> None:
    head = get("/", "A: " + "a" * 40_000)
    with closing(Wire(server.port)) as wire:
        wire.say(head)
        assert wire.answer()[0] == 431
    with closing(Wire(server.port)) as wire:
        wire.say(get("/", "A: " + "a" * 30_000))
        assert wire.answer()[0] == 200


def test_trailers_are_not_kept_and_have_an_end(server: Server) -> None:
    begun = b"POST /api/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    with closing(Wire(server.port)) as wire:
        wire.say(begun, b"If-None-Match: *\r\n" * 10, b"\r\n")
        assert wire.answer()[0] in (404, 405)
    with closing(Wire(server.port)) as wire, pytest.raises(ConnectionError):
        for _ in range(1_000):
            wire.say(begun, b"A: b\r\n" * 10_000)
            begun = b""


def test_a_long_body_and_many_requests_are_no_long_head(server: Server) -> None:
    asked = get(FEED, f"If-None-Match: {etag(server.port)}")
    with closing(Wire(server.port)) as wire:
        wire.say(*[asked] * 1_000)
        assert {wire.answer()[0] for _ in range(1_000)} == {304}
        wire.say(b"POST /api/ HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n", b"a" * 60_000)
        assert wire.answer()[0] in (404, 405)


def test_who_waits_for_an_answer_is_not_idle() -> None:
    """An answer that takes several times as long as a sender may: it arrives."""

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(1)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    protocol: Any = partial(Protocol, not_modified=lambda *_: None, guards={}, unchanged=Unchanged(), seconds=0.2)
    listening = socket.create_server((HOST, 0))
    server = uvicorn.Server(uvicorn.Config(slow, http=protocol, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        with closing(Wire(listening.getsockname()[1])) as wire:
            wire.say(get("/"))
            assert wire.answer()[0] == 200
            assert wire.ended()
    finally:
        server.should_exit = True
        thread.join(SECONDS)
        listening.close()


def test_the_log_tells_their_number(app: App) -> None:
    with capture_logs() as lines, running(app) as server:
        had = f"If-None-Match: {etag(server.port)}"
        with closing(Wire(server.port)) as wire:
            wire.say(get(FEED, had) * 5)
            assert [wire.answer()[0] for _ in range(5)] == [304] * 5
    told = [line for line in lines if line["event"] == "not modified"]
    assert [line["requests"] for line in told] == [5]
    assert not any(line.get("status") == 304 for line in lines)
