"""The language model's client against a real socket: whole answers, and everything that can come instead of one."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from litwatch.errors import WriterError
from litwatch.writer import client
from litwatch.writer.client import Completion, ModelClient
from tests.writer.modelserver import Answer, ModelServer, Question, says

KEY = "sk-f1ct10nal"
JSON = {"Content-Type": "application/json"}


def asked(answer: Callable[[Question], Answer] | Answer, *, seconds: float = 5.0, **more: Any) -> Completion:
    """What one question brings; the server is gone afterwards."""
    settings: dict[str, Any] = {"model": "tiny", "key": KEY, "sleep": lambda seconds: None, "tries": 1}
    with ModelServer(answer if callable(answer) else lambda question: answer) as server:
        model = ModelClient(base_url=server.base_url, **(settings | more))
        try:
            return model.complete("Rephrase.", "Pain.", max_tokens=300, seconds=seconds)
        finally:
            model.close()


def refused(answer: Callable[[Question], Answer] | Answer, **more: Any) -> WriterError:
    with pytest.raises(WriterError) as caught:
        asked(answer, **more)
    assert KEY not in f"{caught.value} {caught.value!r} {caught.value.__cause__!r}"
    return caught.value


def test_a_question_and_its_answer() -> None:
    with ModelServer(lambda question: says("Less pain.", tokens=42)) as server:
        model = ModelClient(base_url=server.base_url.rstrip("/"), model="tiny", key=KEY)
        assert model.complete("Rephrase.", "Pain.", max_tokens=300, seconds=5) == Completion("Less pain.", 42)
        model.close()
    (question,), (headers,) = server.questions, server.headers
    assert question == {
        "model": "tiny",
        "messages": [{"role": "system", "content": "Rephrase."}, {"role": "user", "content": "Pain."}],
        "max_tokens": 300,
        "temperature": 0,
    }
    assert server.paths == ["/v1/chat/completions"]
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert headers["User-Agent"].startswith("litwatch/")


def test_without_a_key_none_is_sent() -> None:
    with ModelServer(lambda question: says("Less pain.")) as server:
        model = ModelClient(base_url=server.base_url, model="tiny")
        model.complete("Rephrase.", "Pain.", max_tokens=300, seconds=5)
        model.close()
    assert "Authorization" not in server.headers[0]


@pytest.mark.parametrize("tokens", [None, 0, -5, True, "100", 1.5, 10**30, {}])
def test_a_count_of_tokens_that_cannot_be_is_none(tokens: Any) -> None:
    assert asked(says("x", tokens=tokens)) == Completion("x", None)


def test_the_text_has_only_characters_that_can_be_kept() -> None:
    assert asked(says("a\x00b\ud800c")).text == "abc"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            Answer((b"<html>Sign in</html>",), headers={"Content-Type": "text/html"}),
            "the answer is no JSON (text/html)",
        ),
        (Answer((b'{"choices": [',), headers=JSON), "the answer is no JSON (application/json)"),
        (Answer((b"",), headers={}), "the answer is no JSON (no content type)"),
        (Answer((b"[" * 200_000,), headers=JSON), "the answer is no JSON (application/json)"),
        (Answer((b"\xff\xfe\xff",), headers=JSON), "the answer is no JSON (application/json)"),
        (Answer((b"[]",), headers=JSON), "the answer has no text"),
        (Answer((b"null",), headers=JSON), "the answer is no JSON (application/json)"),
        (Answer((b'{"choices": []}',), headers=JSON), "the answer has no text"),
        (Answer((b'{"choices": [{"message": "hello"}]}',), headers=JSON), "the answer has no text"),
        (says(None), "the answer has no text"),
        (says("  \n"), "the answer has no text"),
        (Answer((b"x" * 2_000_000,), headers=JSON), "an answer of more than 1,000,000 bytes"),
        (Answer((b"data: {}\n\n" * 1000,), headers=JSON, endless=True), "an answer of more than 1,000,000 bytes"),
        (Answer((b"\x1f\x8b",), headers=JSON | {"Content-Encoding": "gzip"}), "the answer is compressed"),
    ],
)
def test_what_is_no_answer_is_an_error_that_counts_as_paid(answer: Answer, reason: str) -> None:
    error = refused(answer)
    assert str(error).startswith(reason)
    assert (error.passing, error.spent) == (True, True)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(wait=30), "no whole answer within"),
        (Answer((b"x",), drip=0.1, endless=True), "the answer did not end in time"),
        (Answer(raw_head=(b"H",), drip=0.05), "no whole answer within"),
    ],
)
def test_a_slow_server_is_given_up_in_time(answer: Answer, reason: str) -> None:
    """Silence, a drip that never ends, and the same in the head, where every single wait is short."""
    started = time.monotonic()
    error = refused(answer, seconds=0.4)
    assert time.monotonic() - started < 2
    assert str(error).startswith((reason, "no whole answer within"))
    assert (error.passing, error.spent) == (True, True)


def test_a_connection_that_breaks() -> None:
    assert str(refused(Answer(hang_up=True))).startswith("the connection broke")
    assert str(refused(Answer((b"{",), headers=JSON, length=500))).startswith("the connection broke")


def test_nobody_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        model = ModelClient(base_url=f"http://127.0.0.1:{taken.getsockname()[1]}/v1/", model="tiny", tries=1)
        with pytest.raises(WriterError, match="cannot connect") as caught:
            model.complete("a", "b", max_tokens=1, seconds=5)
        model.close()
    assert (caught.value.passing, caught.value.spent) == (True, False)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (400, "HTTP 400 Bad Request: no such model: *** at /v1"),
        (401, "HTTP 401 Unauthorized"),
        (403, "HTTP 403 Forbidden"),
        (404, "HTTP 404 Not Found: no such model: *** at /v1"),
        (301, "HTTP 301 Moved Permanently: no such model: *** at /v1"),
    ],
)
def test_a_refusal_meets_every_question(status: int, told: str) -> None:
    """A wrong key or model. The server's words are told, but never the key that it may repeat."""
    said = json.dumps({"error": {"message": f"no such model:\n{KEY} at /v1"}}).encode()
    error = refused(Answer((said,), status, headers=JSON | {"Location": "http://127.0.0.1:9/"}))
    assert str(error) == told
    assert (error.passing, error.spent) == (False, False)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 599])
def test_a_passing_fault_is_met_with_a_second_try(status: int) -> None:
    waits: list[float] = []
    queue = [Answer((b"busy",), status, headers={"Retry-After": "3"}), says("Less pain.")]
    assert asked(lambda question: queue.pop(0), tries=2, sleep=waits.append, seconds=10).text == "Less pain."
    assert waits == [3.0]


@pytest.mark.parametrize("header", ["Fri, 21 Mar 2025 07:00:00 GMT", "soon", "-1", "²", "1e3", ""])
def test_a_strange_retry_after_is_the_usual_wait(header: str) -> None:
    waits: list[float] = []
    error = refused(
        Answer(status=503, headers={"Retry-After": header.encode().decode("latin-1")}), tries=2, sleep=waits.append
    )
    assert str(error) == "HTTP 503 Service Unavailable"
    assert waits == [client.WAIT_SECONDS]


def test_nobody_waits_longer_than_there_is_time() -> None:
    waits: list[float] = []
    refused(Answer(status=429, headers={"Retry-After": "3600"}), tries=5, sleep=waits.append)
    assert waits == []


def test_the_key_is_in_no_log_and_no_repr() -> None:
    with capture_logs() as logs:
        for answer in (says("x"), Answer(status=503), Answer(status=401), Answer(hang_up=True)):
            with ModelServer(lambda question, answer=answer: answer) as server:  # type: ignore[misc]
                model = ModelClient(base_url=server.base_url, model="tiny", key=KEY, sleep=lambda seconds: None)
                try:
                    model.complete("a", "b", max_tokens=1, seconds=5)
                except WriterError as error:
                    assert KEY not in repr(error)
                assert KEY not in f"{model!r} {model._http!r} {model._http.headers!r}"
                model.close()
    assert logs
    assert KEY not in repr(logs)


def test_a_key_that_cannot_be_sent_is_not_shown() -> None:
    """The configuration refuses such a key; should one come through, it is in no message."""
    key = "sk-two\nlines"
    with ModelServer(lambda question: says("x")) as server:
        model = ModelClient(base_url=server.base_url, model="tiny", key=key, tries=1)
        with pytest.raises(WriterError) as caught:
            model.complete("a", "b", max_tokens=1, seconds=5)
        model.close()
    assert "two" not in f"{caught.value!r} {caught.value.__cause__!r}"
