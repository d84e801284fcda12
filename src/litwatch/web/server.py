"""The web application behind a socket: by itself (`litwatch serve`), or beside the daemon's work."""

from __future__ import annotations

import signal
import socket
import threading
from functools import partial
from ipaddress import IPv6Address, ip_address
from typing import Any

import structlog
import uvicorn

from litwatch.app import App
from litwatch.errors import LitwatchError
from litwatch.web.application import application
from litwatch.web.protocol import IDLE_SECONDS, MOST_AT_ONCE, Protocol, Unchanged

GRACE_SECONDS = 10
"""So long may answers under way take after the end was asked for."""
KEEP_ALIVE_SECONDS = 15

log = structlog.get_logger(__name__)


class Server:
    """Listens from the start; LitwatchError if the address cannot be had. `port` 0 takes any free one.

    `most_at_once` connections, `idle_seconds`: see web/protocol.py.
    """

    def __init__(
        self,
        app: App,
        *,
        host: str,
        port: int,
        most_at_once: int = MOST_AT_ONCE,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._socket = _listen(host, port)
        self.host = host
        self.port: int = self._socket.getsockname()[1]
        web = application(app)
        self._unchanged = Unchanged()
        protocol: Any = partial(
            Protocol,
            not_modified=web.state.pages.not_modified,
            guards=web.state.guards,
            unchanged=self._unchanged,
            most=most_at_once,
            seconds=idle_seconds,
        )
        config = uvicorn.Config(
            web,
            http=protocol,
            # Our own log, idea of proxies and limits: web/shell.py, web/application.py and web/protocol.py.
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            lifespan="on",
            ws="none",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        self._server = uvicorn.Server(config)
        self._thread: threading.Thread | None = None

    @property
    def address(self) -> str:
        """Where it answers: `http://127.0.0.1:8640`."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then finish what is under way. In the main thread.

        LitwatchError if the server ends without being asked to.
        """
        asked = threading.Event()
        numbers = (signal.SIGTERM, signal.SIGINT)
        previous = {number: signal.signal(number, lambda *_: asked.set()) for number in numbers}
        thread = self.start()
        try:
            while not asked.wait(0.5):
                if not thread.is_alive():
                    raise LitwatchError("the web server has ended by itself; see the log")
        finally:
            self.stop()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def start(self) -> threading.Thread:
        """Serve from a thread until `stop`."""
        self._thread = threading.Thread(target=self._serve, name="litwatch-web", daemon=True)
        self._thread.start()
        return self._thread

    def stop(self) -> None:
        """Take no more requests and wait for those under way."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(GRACE_SECONDS + 5)
        self._socket.close()

    def _serve(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
            self._unchanged.tell()
        except Exception as error:
            log.error("the web server has failed", reason=type(error).__name__)
        else:
            if not self._server.should_exit:
                log.error("the web server has ended by itself")


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if isinstance(ip_address(host), IPv6Address) else socket.AF_INET
    except ValueError:
        family = socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise LitwatchError(f"cannot listen on {host} port {port}: {error.strerror or error}") from error
