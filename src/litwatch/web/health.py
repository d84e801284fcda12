"""Whether this server can do its work, for whoever watches over it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from litwatch.app import App


def router(app: App) -> APIRouter:
    """GET /healthz: 200 "ok" while the database answers and has the right schema, else 503."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/healthz")
    def health() -> Response:
        app.require_database()
        return PlainTextResponse("ok\n")

    return routes
