"""Answers that are no success: a page in plain words; JSON below /api/."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from traceback import extract_tb

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Match

from litwatch.errors import StoreError
from litwatch.publish.pages import message_page
from litwatch.publish.publication import Publication
from litwatch.web.api_route import in_words
from litwatch.web.sheet import OPEN
from litwatch.web.shell import logged

TEXTS = {
    400: "This request cannot be understood.",
    404: "There is no such page. Perhaps the address was copied incompletely.",
    405: "This address does not take that kind of request.",
    413: "This request is larger than anything that is taken here.",
    500: "Something went wrong on our side. It has been noted; please try again later.",
    503: "This cannot be answered at present. Please try again later.",
}
"""By status, what is wrong."""

METHODS = ("GET", "POST")
"""What anything here may take; who may GET may HEAD (web/shell.py)."""

DEPTH = 6
"""So many of the places that an error came through are logged, the last ones."""

log = structlog.get_logger(__name__)


class Faults:
    """Turns errors into answers, in the words of `publication`'s pages."""

    def __init__(self, publication: Publication) -> None:
        self._publication = publication

    def install(self, web: FastAPI) -> None:
        """Take over what FastAPI would answer to a wrong request."""
        web.add_exception_handler(HTTPException, self._refused)
        web.add_exception_handler(RequestValidationError, self._misunderstood)

    def apologise(self, request: Request, error: Exception) -> Response:
        """The answer to what is our own fault, which is logged. What the error says may hold an address: it is not."""
        places = [
            f"{frame.filename.rpartition('litwatch/')[2]}:{frame.lineno}" for frame in extract_tb(error.__traceback__)
        ]
        log.error("request failed", path=logged(request.url.path), reason=type(error).__name__, at=places[-DEPTH:])
        if isinstance(error, StoreError):
            return self._answer(request, 503, {"Retry-After": "60"})
        return self._answer(request, 500)

    async def _refused(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        headers = dict(error.headers or {})
        if error.status_code == 405 and (methods := _methods(request)):
            headers["Allow"] = ", ".join(methods)
        return self._answer(request, error.status_code, headers)

    async def _misunderstood(self, request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return self._answer(request, 400, detail=f" {in_words(error.errors())}.")

    def _answer(
        self, request: Request, status: int, headers: Mapping[str, str] | None = None, *, detail: str = ""
    ) -> Response:
        title = HTTPStatus(status).phrase
        text = TEXTS.get(status, f"{title}.") + detail
        if request.url.path.startswith("/api/"):
            return JSONResponse({"detail": text}, status, {**(headers or {}), **OPEN})
        return HTMLResponse(message_page(title, text, request.url.path[1:], self._publication), status, headers)


def _methods(request: Request) -> list[str]:
    """All that an address takes: each method has a route of its own, and the router tells of one."""
    return [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in request.app.routes)
    ]
