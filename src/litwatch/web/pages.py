"""The public pages and feeds: what the static site holds, at the same paths."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from litwatch import wiring
from litwatch.app import App
from litwatch.publish.publication import INDEX
from litwatch.publish.site import documents
from litwatch.service.site import load_archive

TYPES = {"html": "text/html; charset=utf-8", "xml": "application/xml; charset=utf-8"}


class Pages:
    """Answers every path that no route has taken (plain ASGI). HTTPException where there is nothing."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._publication = wiring.publication(app.settings, served=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await run_in_threadpool(self._answer, scope["method"], scope["path"][1:] or INDEX)
        await response(scope, receive, send)

    def _answer(self, method: str, path: str) -> Response:
        archive = load_archive(self._app.database, self._app.evidence.tallies())
        render = documents(archive, self._publication).get(path)
        if render is None:
            raise HTTPException(404)
        if method != "GET":
            raise HTTPException(405, headers={"Allow": "GET"})
        return Response(render(), media_type=TYPES.get(path.rpartition(".")[2], TYPES["html"]))
