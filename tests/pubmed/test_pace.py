from __future__ import annotations

import threading
from collections.abc import Iterator
from random import Random

import pytest

from litwatch.pubmed.pace import WITH_KEY, WITHOUT_KEY, Pace


class Time:
    """A clock that only sleeping and `pass_` move."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.lock = threading.Lock()

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        with self.lock:
            self.now += seconds

    def pass_(self, seconds: float) -> None:
        self.now += seconds


def most_in_a_second(starts: list[float]) -> int:
    """The largest number of starts in any window of one second, both ends included."""
    return max(sum(1 for other in starts if start <= other <= start + 1.0) for start in starts)


def run(pace: Pace, time: Time, random: Random, requests: int) -> Iterator[float]:
    """Starts of requests that take between nothing and 2 s each."""
    for _ in range(requests):
        pace.wait()
        yield time.now
        time.pass_(random.choice([0.0, 0.0, 0.01, 0.3, 2.0]))


@pytest.mark.parametrize(("rate", "limit"), [(WITHOUT_KEY, 3), (WITH_KEY, 10)])
@pytest.mark.parametrize("seed", range(20))
def test_no_second_holds_more_than_ncbi_allows(rate: float, limit: int, seed: int) -> None:
    time, random = Time(), Random(seed)
    pace = Pace(rate, monotonic=time.monotonic, sleep=time.sleep)
    starts = list(run(pace, time, random, 200))
    assert most_in_a_second(starts) <= limit


@pytest.mark.parametrize(("rate", "limit"), [(WITHOUT_KEY, 3), (WITH_KEY, 10)])
@pytest.mark.parametrize("seed", range(20))
def test_a_process_restarted_over_and_over_keeps_the_limit(rate: float, limit: int, seed: int) -> None:
    time, random = Time(), Random(seed)
    starts: list[float] = []
    for _ in range(60):
        pace = Pace(rate, monotonic=time.monotonic, sleep=time.sleep)
        starts += run(pace, time, random, random.randrange(4))
    assert most_in_a_second(starts) <= limit


def test_requests_without_a_pause_are_evenly_spaced() -> None:
    time = Time()
    pace = Pace(2.0, monotonic=time.monotonic, sleep=time.sleep)
    assert list(run_at_once(pace, time, 4)) == [1000.5, 1001.0, 1001.5, 1002.0]


def test_a_pause_is_not_saved_up_for_a_burst() -> None:
    time = Time()
    pace = Pace(2.0, monotonic=time.monotonic, sleep=time.sleep)
    time.pass_(100.0)
    assert list(run_at_once(pace, time, 3)) == [1100.0, 1100.5, 1101.0]


def run_at_once(pace: Pace, time: Time, requests: int) -> Iterator[float]:
    for _ in range(requests):
        pace.wait()
        yield time.now


def test_a_sleep_that_ends_too_early_is_resumed() -> None:
    time = Time()
    pace = Pace(
        1.0, monotonic=time.monotonic, sleep=lambda seconds: time.sleep(seconds / 2 if seconds > 0.1 else seconds)
    )
    pace.wait()
    assert time.now == pytest.approx(1001.0)


def test_threads_share_one_pace() -> None:
    time = Time()
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        # Time stands still while threads queue up, so each must have been given a start of its own.
        slept.append(round(seconds, 6))
        stop.wait(5)
        time.now = 1010.0

    stop = threading.Event()
    pace = Pace(2.0, monotonic=time.monotonic, sleep=sleep)
    threads = [threading.Thread(target=pace.wait) for _ in range(6)]
    for thread in threads:
        thread.start()
    while len(slept) < 6:
        threading.Event().wait(0.001)
    stop.set()
    for thread in threads:
        thread.join(5)
    assert sorted(slept) == [0.5, 1.0, 1.5, 2.0, 2.5, 3.0]


def test_no_rate_means_no_waiting() -> None:
    time = Time()
    pace = Pace(None, monotonic=time.monotonic, sleep=time.sleep)
    assert list(run_at_once(pace, time, 3)) == [1000.0] * 3


@pytest.mark.parametrize("rate", [0, -1.0])
def test_a_rate_must_be_positive(rate: float) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        Pace(rate)
