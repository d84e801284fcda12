"""A language model's server on a real socket, which answers as a test wants: well, badly, late or for ever."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from types import TracebackType
from typing import Any, Self

Question = Mapping[str, Any]
"""The JSON that came in."""


@dataclass(frozen=True)
class Answer:
    """What goes back. `drip` seconds pass before each piece; `endless` repeats the last piece until the end."""

    pieces: tuple[bytes, ...] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    wait: float = 0.0
    drip: float = 0.0
    endless: bool = False
    length: int | None = None
    hang_up: bool = False
    raw_head: tuple[bytes, ...] = ()
    """Sent instead of a status line and headers, dripping, for ever."""


def says(text: str | None, *, tokens: Any = 100) -> Answer:
    """A proper answer with that text."""
    message = {"role": "assistant", "content": text}
    usage = {} if tokens is None else {"usage": {"total_tokens": tokens}}
    return Answer((json.dumps({"choices": [{"index": 0, "message": message}], **usage}).encode(),))


def material(question: Question) -> dict[str, Any]:
    """The data that the question shows the model."""
    user = question["messages"][1]["content"]
    assert user.startswith("<data>\n") and user.endswith("\n</data>")
    found: dict[str, Any] = json.loads(user.removeprefix("<data>\n").removesuffix("\n</data>"))
    return found


def reworded(words: Callable[[dict[str, Any]], str | None]) -> Callable[[Question], Answer]:
    """A model that puts `words(entry)` in place of each sentence it is shown; None leaves one out."""

    def answer(question: Question) -> Answer:
        offers = [
            {"id": entry["id"], "rows": entry["rows"], "text": text}
            for entry in material(question)["sentences"]
            if (text := words(entry)) is not None
        ]
        return says(json.dumps({"sentences": offers}, ensure_ascii=False))

    return answer


class ModelServer:
    """Answers POST /v1/chat/completions by `answer(question)`."""

    def __init__(self, answer: Callable[[Question], Answer]) -> None:
        self.answer = answer
        self.questions: list[Question] = []
        self.headers: list[Mapping[str, str]] = []
        self.paths: list[str] = []
        self.closing = threading.Event()
        self._http = _Listener(self)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), name="model", daemon=True)

    @property
    def base_url(self) -> str:
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}/v1/"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, owner: ModelServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # without the look-up of the host's full name


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 5.0

    def log_message(self, *args: object) -> None: ...

    def do_POST(self) -> None:
        assert isinstance(self.server, _Listener)
        owner = self.server.owner
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        owner.questions.append(question)
        owner.headers.append(dict(self.headers.items()))
        owner.paths.append(self.path)
        self.close_connection = True
        with suppress(OSError):
            self._send(owner.answer(question), owner.closing)

    def _send(self, answer: Answer, closing: threading.Event) -> None:
        closing.wait(answer.wait)
        if answer.hang_up:
            return
        if answer.raw_head:
            while not closing.wait(answer.drip):
                for piece in answer.raw_head:
                    self.wfile.write(piece)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.length is not None:
            self.send_header("Content-Length", str(answer.length))
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in answer.pieces:
            closing.wait(answer.drip)
            self.wfile.write(piece)
        while answer.endless and not closing.wait(answer.drip):
            self.wfile.write(answer.pieces[-1])
