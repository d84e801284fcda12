"""The web application: routers put together, with what stands around every answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from litwatch import __version__, wiring
from litwatch.app import App
from litwatch.publish.pages import style_hash
from litwatch.publish.templating import source
from litwatch.web import api, forms, health, search
from litwatch.web.faults import Faults
from litwatch.web.pages import Pages
from litwatch.web.shelf import Shelf
from litwatch.web.shell import Shell

POLICY = (
    "default-src 'none'; style-src '{style}'; img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Content Security Policy 3. No script, no font, no frame, nothing from elsewhere; the one inline style sheet by its hash."""

GUARDS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""Headers of every answer, beside the policy."""

THREADS = 8
"""For what has to ask the database. Each has buffers and a connection of its own; more would only wait for each other."""

NO_TELEMETRY: Any = {"auto_configure": False, "tracing": False, "metrics": False, "logs": False}
"""FastAPI would hand whole addresses, tokens included, to whatever collector the environment names."""


def application(app: App) -> FastAPI:
    """Everything that litwatch answers over HTTP.

    `request.client.host` is the reader's address as far as `web.proxies` are to be believed. Each router is made by a
    module's `router(app)`; the public pages take every path that is left.
    """
    shelf = Shelf(app)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = THREADS
        shelf.open()
        yield
        await run_in_threadpool(shelf.close)

    web = FastAPI(
        title=app.settings.issue.title,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,  # the API answers it, as everything of its own
        servers=[{"url": app.settings.site.base_url.rstrip("/")}],
        redirect_slashes=False,
        lifespan=lifespan,
        telemetry=NO_TELEMETRY,
    )
    faults = Faults(wiring.publication(app.settings, served=True))
    faults.install(web)
    web.include_router(api.router(app))
    web.include_router(health.router(app))
    web.include_router(search.router(app, shelf))
    web.include_router(forms.router(app))
    pages = Pages(shelf, app.clock)
    web.router.default = pages
    guards = {"Content-Security-Policy": POLICY.format(style=style_hash(source("page.css"))), **GUARDS}
    web.state.shelf, web.state.pages, web.state.guards = shelf, pages, guards
    web.add_middleware(Shell, guards=guards, apology=faults.apologise, at_hand=pages.at_hand)
    web.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(app.settings.web.proxies))
    return web
