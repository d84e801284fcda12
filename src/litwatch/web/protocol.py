"""HTTP/1.1 on one connection: uvicorn's own, but for what feed readers ask most, and with an end to waiting.

A reader that has the feed already is answered from the parser's callback: without a task, a look at the routes, or a line
of log of its own. Everything else takes uvicorn's way into the application.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from litwatch.web.sheet import Lines

MOST_AT_ONCE = 200
"""Connections. Who comes then is told to come again (503), but who has a page that has not changed is told that."""
IDLE_SECONDS = 15
"""So long may a request take to arrive, and a connection be open without one."""
MAX_HEAD = 32 * 1024
"""Bytes of a request's target and headers; more is refused (431, RFC 6585), and not kept."""
MAX_REST = 1024 * 1024
"""Bytes of what follows them. The application takes less; this ends what it is not told of, as endless trailers."""
TOLD_SECONDS = 60
"""How often the log tells how many answers were "not modified"."""

NotModified = Callable[[bytes, Lines], bytes | None]
"""Target and headers of a GET -> the header lines of the 304, if its page is ready and its sender has it."""

_NO_MERE_GET = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade"})
_BUSY = b"This cannot be answered at present. Please try again later.\n"
_TOO_LONG = b"The headers of this request are too long.\n"
_LATER = b"retry-after: 60\r\n"
_REFUSAL = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\ncache-control: no-store\r\n"

log = structlog.get_logger(__name__)


class Unchanged:
    """Counts the answers "not modified" of a server's connections. For the thread of its event loop."""

    def __init__(self) -> None:
        self._number = 0

    def count(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._number == 0:
            loop.call_later(TOLD_SECONDS, self.tell)
        self._number += 1

    def tell(self) -> None:
        """Log the number since it was last told, if it is not nought."""
        number, self._number = self._number, 0
        if number:
            log.info("not modified", requests=number)


class Protocol(HttpToolsProtocol):
    """`guards` are the headers of every answer; `unchanged` counts; `most` and `seconds` as the constants above."""

    def __init__(
        self,
        *args: Any,
        not_modified: NotModified,
        guards: Mapping[str, str],
        unchanged: Unchanged,
        most: int = MOST_AT_ONCE,
        seconds: float = IDLE_SECONDS,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self._not_modified = not_modified
        self._guards = "".join(f"{name.lower()}: {value}\r\n" for name, value in guards.items()).encode("ascii")
        self._unchanged = unchanged
        self._most = most
        self._seconds = seconds
        self._since = 0.0
        self._arriving = False
        self._answered = False
        self._head: int | None = 0
        """Bytes of the head that is arriving; None while the rest of a request does."""
        self._rest = 0
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn has it
        super().connection_made(transport)
        self._since = self.loop.time()
        self._watch = self.loop.call_later(self._seconds, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        # The parser has no limits of its own.
        if self._head is None:
            self._rest += len(data)
        else:
            self._head += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._head is None and self._rest > MAX_REST:
            self.transport.close()
        elif self._head is not None and self._head > MAX_HEAD:
            self._refuse_head()

    def on_message_begin(self) -> None:
        self.url, self.headers = b"", []
        self._since = self.loop.time()
        self._arriving, self._answered = True, False

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._head is not None:  # else a trailer, which nobody here asks for
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        # What arrived with it may be many short requests.
        too_long = (self._head or 0) > MAX_HEAD and self._length() > MAX_HEAD
        self._head, self._rest = None, 0
        if too_long:
            self._answered = True
            self._refuse_head()
            return
        alone = self._free()
        if alone and not self.flow.write_paused and not self.transport.is_closing():
            busy = len(self.connections) > self._most or len(self.tasks) >= self._most
            if (lines := self._known()) is not None:
                self._unchanged.count(self.loop)
                self._send(304, lines, b"", last=busy)
                return
            if busy:
                self._refuse(503, _BUSY, _LATER)
                return
        self._pass_on()

    def on_body(self, body: bytes) -> None:
        if not self._answered:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._arriving = False
        self._head = 0
        if not self._answered:
            super().on_message_complete()

    def on_response_complete(self) -> None:
        self._since = self.loop.time()
        super().on_response_complete()

    def _pass_on(self) -> None:
        """Tell uvicorn what the parser has told: what it prepares for the application costs as much as a 304."""
        url, headers = self.url, self.headers
        super().on_message_begin()
        super().on_url(url)
        for name, value in headers:
            super().on_header(name, value)
        super().on_headers_complete()

    def _free(self) -> bool:
        """Whether no answer is being made. uvicorn's `cycle` is None before its first."""
        cycle: RequestResponseCycle | None = self.cycle
        return cycle is None or cycle.response_complete

    def _known(self) -> bytes | None:
        if self.parser.get_method() not in (b"GET", b"HEAD") or self.parser.get_http_version() != "1.1":
            return None
        if not _NO_MERE_GET.isdisjoint([name for name, _ in self.headers]):
            return None
        return self._not_modified(self.url, self.headers)

    def _length(self) -> int:
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers)

    def _refuse_head(self) -> None:
        self._refuse(431, _TOO_LONG) if self._free() else self.transport.close()

    def _refuse(self, status: int, why: bytes, more: bytes = b"") -> None:
        body = b"" if self.parser.get_method() == b"HEAD" else why
        self._send(status, _REFUSAL % len(why) + more, body, last=True)

    def _send(self, status: int, lines: bytes, body: bytes, *, last: bool) -> None:
        """A whole answer at once; the connection ends with it if it is the `last` or the sender wants no other."""
        self._answered = True
        last = last or not self.parser.should_keep_alive()
        ours = [b"%b: %b\r\n" % line for line in self.server_state.default_headers]
        ending = b"connection: close\r\n\r\n" if last else b"\r\n"
        self.transport.write(b"".join([STATUS_LINE[status], *ours, lines, self._guards, ending, body]))
        self.server_state.total_requests += 1
        if last:
            self.transport.close()

    def _look(self) -> None:
        """Close a connection whose sender is idle or slow: uvicorn knows no end of waiting for the rest of a request."""
        at_work = not self._arriving and not self._free()
        left = self._since + self._seconds - self.loop.time()
        if at_work or left > 0:
            self._watch = self.loop.call_later(self._seconds if at_work else left, self._look)
        else:
            self.transport.close()
