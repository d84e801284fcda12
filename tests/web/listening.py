"""The web server on a free loopback port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from litwatch.app import App
from litwatch.web.server import Server

HOST = "127.0.0.1"


@contextmanager
def running(app: App, **limits: Any) -> Iterator[Server]:
    """It serves `app` while the block runs; `Server.port` tells where."""
    server = Server(app, host=HOST, port=0, **limits)
    server.start()
    try:
        yield server
    finally:
        server.stop()
