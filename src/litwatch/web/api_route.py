"""What all answers of the JSON API share: faults in words, entity tags, how long they may be kept."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from litwatch.publish.publication import Publication
from litwatch.web.sheet import GZIPPED, OPEN, tag, takes_gzip

KEPT = "public, max-age=300"
"""Cache-Control of what may be asked for again after five minutes; then the entity tag makes it cheap."""

WORTH_ZIPPING = 1024
"""Bytes."""


class ApiRoute(APIRoute):
    """Turns what was wrong with a request into {"detail"}, and answers 304 to who has the answer already."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                answer = await inner(request)
            except RequestValidationError as error:
                answer = JSONResponse({"detail": in_words(error.errors())}, 422)
            except HTTPException as error:
                answer = JSONResponse({"detail": error.detail}, error.status_code, error.headers)
            else:
                answer = answer if isinstance(answer, StreamingResponse) else _tagged(request, answer)
            answer.headers.update(OPEN)
            return answer

        return handler


def in_words(errors: Sequence[Any]) -> str:
    """What is wrong with each parameter, with its name: `limit: Input should be less than or equal to 200`."""
    return "; ".join(f"{_name(error)}: {_words(error)}" for error in errors)


def _name(error: Any) -> str:
    return ".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0])


def _words(error: Any) -> str:
    return (
        "there is no such parameter here"
        if error["type"] == "extra_forbidden"
        else str(error["msg"]).removeprefix("Value error, ")
    )


def _tagged(request: Request, answer: Response) -> Response:
    """RFC 9110, 13.1.2: If-None-Match is compared weakly; a front server may have made our tag a weak one."""
    if answer.status_code != 200:
        return answer
    body = bytes(answer.body)
    zipped = len(body) >= WORTH_ZIPPING and takes_gzip(request.headers.get("accept-encoding"))
    etag = f'"{tag(body)}{GZIPPED if zipped else ""}"'
    headers = answer.headers
    headers["ETag"] = etag
    headers["Vary"] = "Accept-Encoding"
    headers.setdefault("Cache-Control", KEPT)
    had = ", ".join(request.headers.getlist("if-none-match"))
    if had.strip() == "*" or etag in {part.strip().removeprefix("W/") for part in had.split(",")}:
        kept = {name: headers[name] for name in ("etag", "vary", "cache-control", "link") if name in headers}
        return Response(status_code=304, headers=kept)
    if zipped:
        answer.body = gzip.compress(body, 6, mtime=0)
        headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(answer.body))
    return answer


def linked(response: Response, request: Request, cursor: str | None, publication: Publication) -> str | None:
    """The address of the next page, which also stands in the Link header (RFC 8288); None after the last."""
    if cursor is None:
        return None
    query = request.url.remove_query_params("cursor").include_query_params(cursor=cursor).query
    address = f"{publication.url(request.url.path[1:])}?{query}"
    response.headers["Link"] = f'<{address}>; rel="next"'
    return address
