"""What stands around every answer: headers, limits, HEAD, and the access log.

Plain ASGI, so that it costs little and sees every byte. It writes no cookie and reads none. Its log tells method, path,
status and time; never an address, a token, or what somebody searched for.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from litwatch.web.sheet import Answer

MAX_BODY_BYTES = 64 * 1024
"""Of a request: many times the longest form."""
LONGEST_LOGGED_PATH = 120

_TOKEN = re.compile(r"(?=[\w-]*[A-Z][\w-]*[A-Z])[\w-]{12,}", re.ASCII)
"""Also a part of one: our own addresses have no two capitals."""
_PERSONAL = re.compile(r"(?<=/u/)[^/]+")
_ADDRESS = re.compile(r"[^/]*(@|%40)[^/]*", re.IGNORECASE)

Apology = Callable[[Request, Exception], Response]
AtHand = Callable[[Scope], Answer | None]

log = structlog.get_logger(__name__)


class Shell:
    """Wraps `app`.

    `guards` are the headers of every answer, `apology` is the answer to our own fault, `at_hand` the answer to a GET
    that needs no work: it goes out without a look at the routes.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        guards: Mapping[str, str],
        apology: Apology,
        at_hand: AtHand,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self._app = app
        self._apology = apology
        self._at_hand = at_hand
        self._max_body_bytes = max_body_bytes
        self._headers = guards
        self._raw_headers = [(name.lower().encode(), value.encode()) for name, value in self._headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, method = time.perf_counter(), 0, scope["method"]

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._dress(message)
            elif method == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        # Who may GET may HEAD (RFC 9110, 9.3.2): the same answer, its content kept back.
        inner = {**scope, "method": "GET"} if method == "HEAD" else scope
        try:
            ready = self._at_hand(inner)
            if ready is None:
                await self._app(inner, self._limited(scope, receive), answer)
            else:
                status = ready.status
                headers = ready.headers + self._raw_headers
                await send({"type": "http.response.start", "status": status, "headers": headers})
                await send({"type": "http.response.body", "body": b"" if method == "HEAD" else ready.body})
        except Exception as error:
            if status:
                raise  # the server ends the connection: the reader must not take half an answer for a whole one
            await self._apology(Request(scope), error)(scope, receive, answer)
        finally:
            milliseconds = round((time.perf_counter() - began) * 1000, 1)
            log.info("request", method=method, path=logged(scope["path"]), status=status, milliseconds=milliseconds)

    def _dress(self, message: Message) -> None:
        headers = MutableHeaders(raw=message.setdefault("headers", []))
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        # What does not say how long it may be kept is not kept.
        headers.setdefault("Cache-Control", "no-store")
        if message["status"] == 405 and "GET" in (allowed := headers.get("allow", "").split(", ")):
            headers["Allow"] = ", ".join(dict.fromkeys([*allowed, "HEAD"]))

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """Refuses a body that is too long, by its stated length or as it comes in."""
        stated = Headers(scope=scope).get("content-length", "0")
        length = int(stated) if stated.isdecimal() else 0
        taken = 0

        async def limited() -> Message:
            nonlocal taken
            if length > self._max_body_bytes:
                raise HTTPException(413)
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._max_body_bytes:
                raise HTTPException(413)
            return message

        return limited


def logged(path: str) -> str:
    """A path as the log may show it: without tokens and addresses."""
    for pattern, instead in ((_PERSONAL, "…"), (_ADDRESS, "…"), (_TOKEN, "…")):
        path = pattern.sub(instead, path)
    return path if len(path) <= LONGEST_LOGGED_PATH else path[:LONGEST_LOGGED_PATH] + "…"
