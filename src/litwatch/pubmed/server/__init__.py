"""An E-utilities server over a local corpus, for demonstrations, tests and NCBI's own command-line client.

It speaks NCBI's dialect, errors included, enforces NCBI's request limit on demand, and goes wrong on demand: see
`faults`. Standard library only; one thread per connection; HTTP/1.1 with keep-alive.

    with EUtilsServer(Corpus.load([path])) as server:
        Client(base_url=server.base_url, …)
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType

from litwatch.domain.calendar import Clock, pubmed_day, system_clock
from litwatch.pubmed.server.answers import Answer
from litwatch.pubmed.server.corpus import Corpus
from litwatch.pubmed.server.faults import Fault, FaultPlan, Strike
from litwatch.pubmed.server.limits import RateLimit, peak
from litwatch.pubmed.server.utilities import LIMIT, Utilities
from litwatch.pubmed.server.wire import Handler, Reply

__all__ = ["Corpus", "EUtilsServer", "Fault", "SeenRequest"]

_KEPT_REQUESTS = 20_000


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request as it came in. `time` is in seconds of the monotonic clock; `status` is what was answered."""

    time: float
    endpoint: str
    method: str
    params: Mapping[str, str]
    status: int
    faults: tuple[str, ...] = ()


class EUtilsServer:
    """Serves `corpus` on `http://host:port/entrez/eutils/`. Port 0 takes a free one. OSError if the port is taken.

    `faults` go wrong by plan (`seed` for their random choices). `rate_limit` refuses more than 3 requests in a second
    (10 with a key); `api_keys`, if given, are the only valid ones. `limit` stands for PubMed's 9,999. `clock` tells the
    present to relative dates, `monotonic` the time to the rate limit and to the record of requests.
    """

    def __init__(
        self,
        corpus: Corpus,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        faults: Iterable[Fault] = (),
        seed: int = 0,
        rate_limit: bool = False,
        api_keys: Collection[str] = (),
        limit: int = LIMIT,
        clock: Clock = system_clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.corpus = corpus
        self._utilities = Utilities(corpus, today=lambda: pubmed_day(clock()), limit=limit)
        self._plan = FaultPlan(faults, seed=seed)
        self._limit = RateLimit(enforced=rate_limit, keys=api_keys, monotonic=monotonic)
        self._monotonic = monotonic
        self._requests: deque[SeenRequest] = deque(maxlen=_KEPT_REQUESTS)
        self._thread: threading.Thread | None = None
        self._serving = threading.Event()
        self._http = _Listener((host, port), self._reply)

    @property
    def base_url(self) -> str:
        """Ends in a slash: the names of the utilities follow."""
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}/entrez/eutils/"

    @property
    def requests(self) -> tuple[SeenRequest, ...]:
        """The latest 20,000 requests, oldest first."""
        return tuple(self._requests)

    def peak(self, window: float = 1.0) -> int:
        """The most requests that came in any `window` seconds."""
        return peak([request.time for request in self.requests], window)

    def set_faults(self, faults: Iterable[Fault], *, seed: int = 0) -> None:
        """Replace the plan; counting starts anew."""
        self._plan = FaultPlan(faults, seed=seed)

    def expire_history(self) -> None:
        """Forget every WebEnv."""
        self._utilities.history.expire()

    def start(self) -> EUtilsServer:
        """Serve from a thread of its own until `close`."""
        self._serving.set()
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), name="eutils", daemon=True)
        self._thread.start()
        return self

    def serve_forever(self) -> None:
        """Serve from this thread until KeyboardInterrupt (which is raised on) or until `close` in another thread."""
        self._serving.set()
        try:
            self._http.serve_forever(0.2)
        finally:
            self._serving.clear()

    def close(self) -> None:
        """Stop, drop all connections and wait for their threads. Safe to call twice."""
        if self._serving.is_set():
            self._http.shutdown()
            self._serving.clear()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._http.server_close()

    def __enter__(self) -> EUtilsServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _reply(self, endpoint: str, method: str, params: Mapping[str, str], address: str) -> Reply:
        """Limit first, then faults, then the true answer. Each request is recorded, the refused ones too."""
        arrived = self._monotonic()
        standing, refusal = self._limit.admit(address, params.get("api_key"))
        strikes: tuple[Strike, ...] = () if refusal else self._plan.draw(endpoint)
        answer = refusal or self._answer(endpoint, params, strikes)
        kinds = tuple(strike.fault.kind for strike in strikes)
        self._requests.append(SeenRequest(arrived, endpoint, method, dict(params), answer.status, kinds))
        harm = next((strike for strike in strikes if strike.fault.kind in {"truncate", "stall", "reset"}), None)
        return Reply(answer, standing.headers, harm)

    def _answer(self, endpoint: str, params: Mapping[str, str], strikes: tuple[Strike, ...]) -> Answer:
        as_json = params.get("retmode", "").lower() == "json"
        for strike in strikes:
            if strike.fault.kind not in {"truncate", "stall", "reset", "missing"}:
                return strike.body(endpoint, as_json=as_json)
        missing = [strike for strike in strikes if strike.fault.kind == "missing"]
        return self._utilities.answer(
            endpoint, params, lambda asked: frozenset().union(*(strike.lost(asked) for strike in missing))
        )


class _Listener(ThreadingHTTPServer):
    """Accepts connections; on close it also ends those that clients keep alive, and waits for their threads."""

    daemon_threads = False
    block_on_close = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], reply: Callable[[str, str, Mapping[str, str], str], Reply]) -> None:
        self.reply = reply
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._handlers: set[Handler] = set()
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        # Without HTTPServer's look-up of the host's full name, which may take seconds.
        TCPServer.server_bind(self)

    def opened(self, handler: Handler) -> None:
        with self._lock:
            self._handlers.add(handler)
            if self.closing.is_set():
                handler.hang_up()

    def closed(self, handler: Handler) -> None:
        with self._lock:
            self._handlers.discard(handler)

    def server_close(self) -> None:
        with self._lock:
            self.closing.set()
            for handler in self._handlers:
                handler.hang_up()
        super().server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is no news."""
