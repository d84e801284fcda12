"""The public pages and feeds: what the static site holds, at the same paths."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from litwatch.domain.calendar import Clock
from litwatch.publish.publication import INDEX
from litwatch.web.sheet import answer
from litwatch.web.shelf import Shelf


class Pages:
    """Answers every path that no route has taken (plain ASGI). HTTPException where there is nothing to answer with."""

    def __init__(self, shelf: Shelf, clock: Clock) -> None:
        self._shelf = shelf
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"][1:]
        if path == "" or path.endswith("/"):
            path += INDEX
        page = self._shelf.at_hand(path) or await run_in_threadpool(self._shelf.find, path)
        if page is None:
            raise HTTPException(404)
        if scope["method"] != "GET":
            raise HTTPException(405, headers={"Allow": "GET"})
        await answer(page, Headers(scope=scope), self._clock())(scope, receive, send)
