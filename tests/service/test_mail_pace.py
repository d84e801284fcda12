"""How fast mail leaves: in all, to one domain, and without one domain keeping the others waiting."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from litwatch.service.deliver import Delivered
from litwatch.service.mail_pace import MailPace
from litwatch.store.database import Database
from litwatch.store.schema import subscriber
from tests.service.post import Clock, Post, database, queue, run, template

__all__ = ["database", "template"]


class Time:
    """Seconds that pass only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Timed(Post):
    """Keeps when each attempt was made, from 0."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self.time = time
        self.at: list[tuple[float, str]] = []

    def send(self, envelope_from: str, to: str, message: bytes, on_closing: Callable[[], None]) -> str:
        self.at.append((round(self.time.now - 100, 3), to.partition("@")[2]))
        return super().send(envelope_from, to, message, on_closing)


def _addresses(database: Database, *domains: str) -> None:
    queue(database, len(domains))
    with database.write() as tx:
        for number, domain in enumerate(domains):
            this = subscriber.c.seed == f"{number:022d}"
            tx.execute(update(subscriber).where(this).values(address=f"reader{number}@{domain}"))


def _sent(database: Database, per_second: float | None, per_domain: float | None) -> list[tuple[float, str]]:
    time = Time()
    post = Timed(time)
    pace = MailPace(per_second, per_domain, monotonic=time, sleep=time.sleep)
    run(database, post, Clock(), pace=pace)
    return post.at


def test_so_many_a_second_in_all(database: Database) -> None:
    queue(database, 4)
    assert [at for at, _ in _sent(database, 4, None)] == [0, 0.25, 0.5, 0.75]


def test_so_many_a_second_to_one_domain_and_no_other_waits_for_it(database: Database) -> None:
    _addresses(database, "a.example", "a.example", "a.example", "b.example", "c.example", "b.example")
    assert _sent(database, None, 0.5) == [
        (0, "a.example"),
        (0, "b.example"),
        (0, "c.example"),
        (2, "a.example"),
        (2, "b.example"),
        (4, "a.example"),
    ]


def test_both_limits_hold(database: Database) -> None:
    _addresses(database, "a.example", "a.example", "b.example", "b.example", "c.example")
    assert _sent(database, 2, 1) == [
        (0, "a.example"),
        (0.5, "b.example"),
        (1, "a.example"),
        (1.5, "b.example"),
        (2, "c.example"),
    ]


def test_the_run_ends_with_its_last_mail_and_waits_for_no_rest(database: Database) -> None:
    queue(database, 1)
    time = Time()
    pace = MailPace(0.1, 0.01, monotonic=time, sleep=time.sleep)
    assert run(database, Post(), Clock(), pace=pace) == Delivered(sent=1)
    assert time.now - 100 <= 10


def test_a_wait_is_broken_off_by_the_wish_to_stop(database: Database) -> None:
    queue(database, 2)
    time = Time()
    pace = MailPace(0.001, None, monotonic=time, sleep=time.sleep)
    assert run(database, Post(), Clock(), pace=pace, stop=lambda: time.now > 103) == Delivered(sent=1)
    assert time.now < 105
    assert max(time.slept) <= 1


@pytest.mark.parametrize("per_second", [None, 4.0])
def test_the_pace_goes_on_over_runs(database: Database, per_second: float | None) -> None:
    queue(database, 2)
    time = Time()
    post = Timed(time)
    pace = MailPace(per_second, None, monotonic=time, sleep=time.sleep)
    run(database, post, Clock(), pace=pace, stop=lambda: len(post.at) == 1)
    run(database, post, Clock(), pace=pace)
    assert [at for at, _ in post.at] == [0, 0.25 if per_second else 0]
