"""Searching, and what holds for every request: identity, tries, back-off, time and size limits, secrets."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import pairwise
from random import Random

import httpx
import pytest
from structlog.testing import capture_logs

from litwatch.errors import PubMedRejected, PubMedUnavailable, Stopped, TooManyResults
from litwatch.pubmed import backoff, client
from litwatch.pubmed.client import Client
from litwatch.pubmed.pace import Pace
from litwatch.pubmed.windows import Window
from litwatch.stopping import Stopping
from tests.pubmed.eutils import FakePubMed, Fields, article_set, xml

DAY = date(2025, 3, 1)


def filled(number: int, day: date = DAY) -> FakePubMed:
    server = FakePubMed()
    for pmid in range(1, number + 1):
        server.add(str(pmid), day)
    return server


def answers(*replies: httpx.Response | Exception) -> tuple[FakePubMed, list[httpx.Response | Exception]]:
    """A server that gives these answers first, then the truth (two records)."""
    server, queue = filled(2), list(replies)

    def fault(operation: str, fields: Fields, number: int) -> httpx.Response | None:
        if not queue:
            return None
        reply = queue.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply

    server.fault = fault
    return server, queue


LIMIT = '{"error":"API rate limit exceeded","api-key":"192.0.2.9","count":"4","limit":"3"}'


def test_every_request_says_who_asks() -> None:
    server = filled(1)
    server.client(key="s3cret").search("pain")
    list(server.client().fetch(["1"]))
    (_, search), (_, fetch) = server.requests
    assert (search["db"], search["tool"], search["email"]) == ("pubmed", "litwatch-test", "editor@example.org")
    assert search["api_key"] == "s3cret"
    assert (fetch["db"], fetch["tool"], fetch["email"], fetch["id"]) == (
        "pubmed",
        "litwatch-test",
        "editor@example.org",
        "1",
    )
    assert "api_key" not in fetch


def test_search() -> None:
    result = filled(3).client().search("pain")
    assert (result.count, result.ids) == (3, ("3", "2", "1"))


def test_nothing_found_is_a_result() -> None:
    result = FakePubMed().client().search("pain")
    assert (result.count, result.ids) == (0, ())


def test_count_asks_for_no_ids() -> None:
    server = filled(3)
    assert server.client().count("pain") == 3
    assert server.requests[0][1]["retmax"] == "0"


def test_a_long_query_goes_by_post() -> None:
    server = filled(1)
    term = " OR ".join(f'"word {n}"[tiab]' for n in range(1500))
    assert len(term) > 20_000
    assert server.client().count(term) == 1
    assert server.requests[0][1]["term"] == term


TRANSIENT: list[httpx.Response | Exception] = [
    httpx.Response(429, text=LIMIT),
    httpx.Response(200, text=LIMIT),
    httpx.Response(502, text="<html><title>502 Bad Gateway</title></html>"),
    httpx.Response(200, text=""),
    httpx.Response(200, text='{"esearchresult":{"ERROR":"Search Backend failed: 502"}}'),
    httpx.Response(200, text='{"esearchresult":{"count":"2","idlist":["1"]}}'),
    httpx.Response(200, headers={"Content-Length": "999"}, stream=httpx.ByteStream(b'{"esearchresult"')),
    httpx.ConnectError("[Errno 111] Connection refused"),
    httpx.ReadTimeout(""),
    httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
]


@pytest.mark.parametrize("number", range(len(TRANSIENT)))
def test_a_passing_fault_is_tried_again(number: int) -> None:
    server, _ = answers(TRANSIENT[number])
    assert server.client().search("pain").ids == ("2", "1")
    assert len(server.requests) == 2


def test_five_tries_then_unavailable() -> None:
    server, left = answers(*[httpx.Response(503, text="down") for _ in range(6)])
    with pytest.raises(
        PubMedUnavailable, match=r"^PubMed esearch: no usable answer in 5 tries; the last: HTTP 503"
    ) as caught:
        server.client().search("pain")
    assert len(left) == 1
    assert "\n" not in str(caught.value)


def test_an_unreachable_server_is_one_clear_line() -> None:
    server, _ = answers(*[httpx.ConnectError("[Errno 111] Connection refused")] * 5)
    with pytest.raises(PubMedUnavailable, match=r"cannot connect: \[Errno 111\] Connection refused$"):
        server.client().search("pain")


def test_a_refusal_is_not_tried_again() -> None:
    server, _ = answers(httpx.Response(400, text="Mandatory parameter: db - is omitted"))
    with pytest.raises(PubMedRejected, match="Mandatory parameter"):
        server.client().search("pain")
    assert len(server.requests) == 1


def test_unknown_fields_without_a_hit_are_the_querys_fault() -> None:
    body = {
        "esearchresult": {"count": "0", "idlist": [], "errorlist": {"fieldsnotfound": ["foo"], "phrasesnotfound": []}}
    }
    server, _ = answers(httpx.Response(200, json=body))
    with pytest.raises(PubMedRejected, match="unknown fields: foo"):
        server.client().search("pain[foo]")


def test_unknown_phrases_are_a_warning() -> None:
    body = {
        "esearchresult": {"count": "0", "idlist": [], "errorlist": {"fieldsnotfound": [], "phrasesnotfound": ["zzzq"]}}
    }
    server, _ = answers(httpx.Response(200, json=body))
    assert server.client().search("zzzq").warnings == ("not found: zzzq",)


@pytest.mark.parametrize("status", [200, 400])
def test_the_key_is_in_no_error_and_no_log(status: int) -> None:
    texts = ['{"error":"API key invalid","api-key":"s3cret"}', "oops s3cret oops", '{"error":"bad s3cret"}']
    for text in texts:
        server, _ = answers(*[httpx.Response(status, text=text) for _ in range(5)])
        with capture_logs() as logs, pytest.raises((PubMedRejected, PubMedUnavailable)) as caught:
            server.client(key="s3cret").search("pain")
        assert "s3cret" not in str(caught.value)
        assert "s3cret" not in json.dumps(logs, default=str)


def test_back_off_doubles_with_jitter() -> None:
    server, _ = answers(*[httpx.Response(503)] * 5)
    slept: list[float] = []
    with pytest.raises(PubMedUnavailable):
        server.client(sleep=slept.append).search("pain")
    assert [
        int(seconds / 1.5) < base <= seconds <= 1.5 * base for seconds, base in zip(slept, [1, 2, 4, 8], strict=True)
    ]
    assert all(base <= seconds <= 1.5 * base for seconds, base in zip(slept, [1, 2, 4, 8], strict=True))
    assert len({seconds / base for seconds, base in zip(slept, [1, 2, 4, 8], strict=True)}) == 4


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), ("Fri, 21 Mar 2025 12:00:30 GMT", 30.0), ("Fri, 21 Mar 2025 12:00:30 -0000", 30.0), ("99999", 300.0)],
)
def test_retry_after_is_honoured(value: str, seconds: float) -> None:
    server, _ = answers(httpx.Response(429, text=LIMIT, headers={"Retry-After": value}))
    slept: list[float] = []
    asking = Client(
        base_url="http://pubmed.test",
        tool="t",
        email="e@example.org",
        pace=Pace(None),
        transport=httpx.MockTransport(server),
        sleep=slept.append,
        clock=lambda: datetime(2025, 3, 21, 12, 0, tzinfo=UTC),
    )
    asking.search("pain")
    assert slept == [seconds]


def test_whoever_is_to_stop_waits_neither_for_the_next_try_nor_for_an_answer() -> None:
    stopping = Stopping()
    server, _ = answers(httpx.Response(429, text=LIMIT, headers={"Retry-After": "300"}))
    threading.Timer(0.1, stopping.ask).start()
    with pytest.raises(Stopped):
        server.client(sleep=stopping.sleep).search("pain")
    assert len(server.requests) == 1

    begun, answered = threading.Event(), threading.Event()

    def hang(request: httpx.Request) -> httpx.Response:
        begun.set()
        answered.wait(60)
        return httpx.Response(503)

    def check() -> None:
        assert begun.wait(10)
        raise Stopped

    with Client(
        base_url="http://pubmed.test",
        tool="t",
        email="e@example.org",
        pace=Pace(None),
        transport=httpx.MockTransport(hang),
        check=check,
    ) as asking:
        with pytest.raises(Stopped):
            asking.search("pain")
        answered.set()


@pytest.mark.parametrize("value", [None, "", "soon", "nan", "inf", "-inf", "Fri, 99 Foo 2025"])
def test_an_unusable_retry_after_is_ignored(value: str | None) -> None:
    assert backoff.retry_after(value, datetime(2025, 3, 21, tzinfo=UTC)) is None


@pytest.mark.parametrize("value", ["-5", "Fri, 01 Mar 2024 12:00:30 GMT"])
def test_a_retry_after_in_the_past_means_now(value: str) -> None:
    assert backoff.retry_after(value, datetime(2025, 3, 21, tzinfo=UTC)) == 0.0


def test_back_off_is_bounded() -> None:
    assert backoff.delay(50, Random(1)) <= 90.0


def test_retries_draw_from_the_pace() -> None:
    server, _ = answers(*[httpx.Response(503)] * 3)
    now = [0.0]
    starts: list[float] = []

    def transport(request: httpx.Request) -> httpx.Response:
        starts.append(now[0])
        return server(request)

    def sleep(seconds: float) -> None:
        now[0] += seconds

    asking = Client(
        base_url="http://pubmed.test",
        tool="t",
        email="e@example.org",
        pace=Pace(0.1, monotonic=lambda: now[0], sleep=sleep),
        transport=httpx.MockTransport(transport),
        sleep=sleep,
    )
    asking.search("pain")
    assert [later - earlier for earlier, later in pairwise(starts)] == pytest.approx([10.0] * 3)


class Drip(httpx.SyncByteStream):
    """A body that comes in pieces, calling `between` before each."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self.pieces


def test_an_answer_that_takes_too_long_in_all_is_given_up() -> None:
    now = [0.0]

    def slowly() -> Iterator[bytes]:
        while True:
            now[0] += 50.0  # each piece comes well within the read time-out
            yield b" "

    def transport(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=Drip(slowly()))

    asking = Client(
        base_url="http://pubmed.test",
        tool="t",
        email="e@example.org",
        pace=Pace(None),
        transport=httpx.MockTransport(transport),
        sleep=lambda seconds: None,
        monotonic=lambda: now[0],
    )
    with pytest.raises(PubMedUnavailable, match="not finished after 180 s"):
        asking.search("pain")
    assert now[0] == 5 * 200.0


def test_an_endless_answer_is_given_up() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield bytes(50_000_000)

    server, _ = answers(*[httpx.Response(200, stream=Drip(endless())) for _ in range(5)])
    with pytest.raises(PubMedUnavailable, match="more than 200,000,000 bytes"):
        server.client(tries=1).search("pain")


def test_gzip_is_accepted_and_its_length_checked() -> None:
    body = gzip.compress(article_set([xml("1")]))
    headers = {"Content-Encoding": "gzip", "Content-Length": str(len(body))}
    whole = httpx.Response(200, headers=headers, stream=httpx.ByteStream(body))
    cut = httpx.Response(200, headers=headers, stream=httpx.ByteStream(body[:-9]))
    broken = httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=httpx.ByteStream(b"no gzip"))
    server, left = answers(cut, broken, whole)
    (batch,) = server.client().fetch(["1"])
    assert len(batch.items) == 1
    assert not left


def test_timeouts_are_those_promised() -> None:
    assert (client.CONNECT_SECONDS, client.READ_SECONDS, client.TOTAL_SECONDS) == (10, 60, 180)


def test_a_window_within_the_limit_is_one_request() -> None:
    server = filled(3)
    result = server.client().search_window("pain OR ache", Window(DAY, date(2025, 3, 31)))
    assert (result.count, set(result.ids)) == (3, {"1", "2", "3"})
    (search,) = server.asked("esearch")
    assert search["term"] == '(pain OR ache) AND ("2025/03/01"[crdt] : "2025/03/31"[crdt])'


def test_an_open_window_has_no_end() -> None:
    server = filled(1)
    server.client().search_window("pain", Window(DAY, DAY, open=True, field="lr"))
    assert server.requests[0][1]["term"] == '(pain) AND ("2025/03/01"[lr] : "3000"[lr])'


def test_windows_over_the_limit_are_split_by_day() -> None:
    server = FakePubMed()
    for pmid in range(1, 41_036):
        server.add(str(pmid), date(2025, 3, 1 + pmid % 20), raw=b"-")
    server.add("99999", date(2025, 3, 25), visible=date(2025, 3, 1), raw=b"-")  # later than the window: the end is open
    result = server.client().search_window("pain", Window(DAY, date(2025, 3, 20), open=True))
    assert result.count == 41_036
    assert len(result.ids) == 41_036
    assert set(result.ids) == set(server.entries)


def test_one_day_over_the_limit_is_refused() -> None:
    server = filled(10_000)
    with pytest.raises(TooManyResults, match=r"10,000 records on 2025-03-01 alone, PubMed gives out 9,999"):
        server.client().search_window("pain", Window(date(2025, 2, 1), date(2025, 3, 31)))


def test_the_client_closes_its_connections() -> None:
    with filled(1).client() as asking:
        asking.count("pain")
    with pytest.raises(RuntimeError, match="closed"):
        asking.count("pain")
