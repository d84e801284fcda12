"""NCBI's request limit and API keys on the local server, with a clock that the test moves."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.pubmed.server import EUtilsServer
from litwatch.pubmed.server.limits import RateLimit, peak
from tests.pubmed.server_support import ask, corpus_of, study


@dataclass
class Ticks:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def test_three_a_second_without_a_key() -> None:
    ticks = Ticks()
    with EUtilsServer(corpus_of(study(1)), rate_limit=True, monotonic=ticks) as server:
        remaining = [ask(server, "einfo").headers["X-RateLimit-Remaining"] for _ in range(3)]
        assert remaining == ["2", "1", "0"]
        refused = ask(server, "esearch", term="pain")
        assert (refused.status, refused.headers["Content-Type"]) == (429, "application/json; charset=UTF-8")
        assert refused.json == {"error": "API rate limit exceeded", "api-key": "127.0.0.1", "count": "4", "limit": "3"}
        assert (refused.headers["X-RateLimit-Limit"], refused.headers["X-RateLimit-Remaining"]) == ("3", "0")
        ticks.now += 1
        assert ask(server, "esearch", term="pain").status == 200
        assert [request.status for request in server.requests] == [200, 200, 200, 429, 200]
        assert server.peak() == 4


def test_ten_a_second_with_a_key_and_each_key_for_itself() -> None:
    ticks = Ticks()
    with EUtilsServer(corpus_of(study(1)), rate_limit=True, api_keys=["good", "fine"], monotonic=ticks) as server:
        statuses = [ask(server, "einfo", api_key="good").status for _ in range(11)]
        assert statuses == [200] * 10 + [429]
        assert ask(server, "einfo", api_key="fine").status == 200
        assert ask(server, "einfo", api_key="good").json["api-key"] == "good"


def test_a_wrong_key_is_quoted() -> None:
    with EUtilsServer(corpus_of(study(1)), api_keys=["good"]) as server:
        refused = ask(server, "esearch", term="pain", api_key="BADKEY")
        assert refused.status == 400
        assert refused.text == ('{"error":"API key invalid","api-key":"BADKEY","type":"invalid",\n"status":"unknown"}')
        assert ask(server, "esearch", term="pain", api_key="good").status == 200


def test_nothing_is_refused_when_the_limit_is_off() -> None:
    ticks = Ticks()
    with EUtilsServer(corpus_of(study(1)), monotonic=ticks) as server:
        assert {ask(server, "einfo").status for _ in range(8)} == {200}
        assert server.peak() == 8


def test_the_window_slides() -> None:
    ticks = Ticks()
    limit = RateLimit(enforced=True, monotonic=ticks)
    refused = []
    for moment in (0.0, 0.4, 0.8, 0.9, 1.0, 1.39, 1.4, 3.0):
        ticks.now = moment
        refused.append(limit.admit("192.0.2.1", None)[1] is not None)
    # At 1.0 the request of 0.0 has left the window; 0.4, 0.8, 0.9 and 1.0 are in it, refused ones counting too.
    assert refused == [False, False, False, True, True, True, True, False]


@pytest.mark.parametrize(
    ("times", "highest"),
    [([], 0), ([5.0], 1), ([0.0, 0.5, 1.0, 1.4], 3), ([0.0, 1.0, 2.0], 1), ([2.0, 0.1, 0.0, 1.05], 2)],
)
def test_peak(times: list[float], highest: int) -> None:
    assert peak(times) == highest


@given(st.lists(st.integers(0, 40)))
def test_peak_is_what_counting_every_window_finds(tenths: list[int]) -> None:
    expected = max((sum(start <= tenth < start + 10 for tenth in tenths) for start in tenths), default=0)
    assert peak(tenths, 10) == expected
