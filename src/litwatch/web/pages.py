"""The public pages and feeds: what the static site holds, at the same paths."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from litwatch.domain.calendar import Clock
from litwatch.publish.publication import INDEX
from litwatch.web.sheet import Answer, Lines, answer, not_modified
from litwatch.web.shelf import Shelf

_TOLD = frozenset({b"accept-encoding", b"if-match", b"if-none-match", b"if-modified-since", b"if-unmodified-since"})


class Pages:
    """Answers every path that no route has taken (plain ASGI). HTTPException where there is nothing to answer with."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock

    def at_hand(self, scope: Scope) -> Answer | None:
        """The answer to a GET if the page is ready: without waiting, and without a look at the routes."""
        page = self._shelf.at_hand(_place(scope["path"])) if scope["method"] == "GET" else None
        return answer(page, asked(scope["headers"]), self._clock()) if page else None

    def not_modified(self, target: bytes, headers: Lines) -> bytes | None:
        """The header lines of the 304 to a GET with these headers, if the page is ready and the sender has it."""
        if not target.isascii() or b"%" in target:
            return None
        page = self._shelf.at_hand(_place(target.partition(b"?")[0].decode("ascii")))
        return not_modified(page, asked(headers)) if page else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = await run_in_threadpool(self._shelf.find, _place(scope["path"]))
        if page is None:
            raise HTTPException(404)
        if scope["method"] != "GET":
            raise HTTPException(405, headers={"Allow": "GET"})
        found = answer(page, asked(scope["headers"]), self._clock())
        await send({"type": "http.response.start", "status": found.status, "headers": found.headers})
        await send({"type": "http.response.body", "body": found.body})


def _place(path: str) -> str:
    """Below the site's top folder; a folder shows its index."""
    return path[1:] + INDEX if path.endswith("/") else path[1:]


def asked(headers: Lines) -> Mapping[str, str]:
    """What the request says of what its sender has and takes; a field in several lines is one list (RFC 9110, 5.3)."""
    found: dict[str, str] = {}
    for raw, value in headers:
        if raw in _TOLD:
            name, text = raw.decode("ascii"), value.decode("latin-1")
            found[name] = f"{found[name]}, {text}" if name in found else text
    return found
