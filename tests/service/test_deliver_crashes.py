"""Delivery cut off anywhere: nobody is lost and at most one copy is doubled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal

import pytest

from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.subscriber import Delivery, DeliveryState
from litwatch.errors import StoreUnavailable
from litwatch.publish.smtp import Relay, SmtpTransport
from litwatch.service.courier import LEASE, Attempt, Courier, Result, Round
from litwatch.service.deliver import Delivered
from litwatch.store import outbox
from litwatch.store.database import Database
from tests.publish.smtpserver import Mailbox, serving
from tests.service.post import (
    SENDER,
    START,
    Clock,
    Post,
    address,
    copy_of,
    database,
    queue,
    render,
    run,
    states,
    template,
)

__all__ = ["database", "template"]


class Killed(BaseException):
    """Stands for the end of the process."""


class Fuse:
    """Ends the process at the `last` step."""

    def __init__(self, last: int) -> None:
        self.last = last
        self.steps = 0

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.last:
            raise Killed


class Fragile:
    """A world in which every step of a delivery may be the last: reading the clock, making the message, each side of
    `closing`, and the moment between acceptance and our knowing of it.
    """

    def __init__(self, fuse: Fuse, post: Post, clock: Clock) -> None:
        self.fuse, self.post, self._clock = fuse, post, clock

    def clock(self) -> datetime:
        self.fuse.step()
        return self._clock()

    def render(self, delivery: Delivery, issue: Issue | Notice | None) -> bytes:
        self.fuse.step()
        return render(delivery, issue)

    def send(self, envelope_from: str, to: str, message: bytes, on_closing: Callable[[], None]) -> str:
        def fragile_closing() -> None:
            self.fuse.step()
            on_closing()
            self.fuse.step()

        reply = self.post.send(envelope_from, to, message, fragile_closing)
        self.fuse.step()
        return reply

    def close(self) -> None:
        """The end of a process closes nothing in order."""


@pytest.mark.parametrize("ambiguous", ["resend", "hold"])
def test_killed_at_any_step_nobody_is_lost_and_one_copy_at_most_is_doubled(
    template: Path, tmp_path: Path, ambiguous: Literal["resend", "hold"]
) -> None:
    doubled, people = 0, 3
    for last in range(1, 100):
        database, post, clock, fuse = copy_of(template, tmp_path / f"{last}.sqlite3"), Post(), Clock(), Fuse(last)
        queue(database, people)
        world = Fragile(fuse, post, clock)
        try:
            run(database, world, world.clock, renderer=world.render, ambiguous=ambiguous)
        except Killed:
            pass
        else:
            break
        clock.advance(hours=1)
        run(database, post, clock, ambiguous=ambiguous)
        copies = Counter(to for to, _ in post.accepted)
        held = states(database).get(DeliveryState.HELD, 0)
        assert held <= (1 if ambiguous == "hold" else 0)
        assert len(copies) >= people - held, last
        assert copies.total() <= people + (1 if ambiguous == "resend" else 0)
        assert len(set(post.accepted)) == len(copies), "a second copy is the same bytes"
        assert states(database).get(DeliveryState.SENT, 0) == people - held
        doubled += copies.total() - len(copies)
        database.close()
    # Clock, message, two sides of closing, acceptance, clock again: 6 steps a person; and the clock three times more.
    assert last == 6 * people + 4
    # Killed between acceptance and our record of it (after the acceptance, or at reading the clock for the record).
    assert doubled == (2 * people if ambiguous == "resend" else 0)


def test_a_living_owner_is_not_robbed(database: Database) -> None:
    queue(database, 1)
    clock = Clock()
    with database.write() as tx:
        assert outbox.claim(tx, now=clock(), lease=LEASE)
    clock.advance(minutes=59)
    assert run(database, Post(), clock) == Delivered(in_flight=1)
    clock.advance(minutes=1)
    assert run(database, Post(), clock) == Delivered(sent=1, requeued=1)


def test_what_kills_the_process_three_times_is_held(database: Database) -> None:
    queue(database, 2)
    clock, post = Clock(), Post()

    def deadly(delivery: Delivery, issue: Issue | Notice | None) -> bytes:
        if delivery.subscriber.address == address(0):
            raise Killed
        return render(delivery, issue)

    for _ in range(3):
        with pytest.raises(Killed):
            run(database, post, clock, renderer=deadly)
        clock.advance(hours=1)
    assert run(database, post, clock, renderer=deadly) == Delivered(sent=1, held=1)
    assert post.attempts == [address(1)]


def test_a_database_that_fails_at_closing_leaves_nothing_accepted(database: Database) -> None:
    queue(database, 1)
    clock = Clock()

    class Failing(Post):
        def send(self, envelope_from: str, to: str, message: bytes, on_closing: Callable[[], None]) -> str:
            def fail() -> None:
                raise StoreUnavailable("closing", "the disk is full")

            return super().send(envelope_from, to, message, fail)

    post = Failing()
    with pytest.raises(StoreUnavailable):
        run(database, post, clock)
    assert post.accepted == []
    assert post.closed == 1
    clock.advance(hours=1)
    assert run(database, Post(), clock) == Delivered(sent=1, requeued=1)


def test_who_knows_that_nobody_else_is_alive_need_not_wait(database: Database) -> None:
    queue(database, 2)
    clock, post = Clock(), Post()
    with database.write() as tx:
        claimed = outbox.claim(tx, now=clock(), lease=LEASE)
        assert claimed
        outbox.closing(tx, claimed.id)
    assert run(database, post, clock) == Delivered(sent=1, in_flight=1)
    assert run(database, post, clock, take_over=True) == Delivered(sent=1, requeued=1)
    assert post.attempts == [address(1), address(0)]


def test_an_acceptance_is_recorded_once_the_database_is_back(database: Database) -> None:
    queue(database, 1)
    waited: list[float] = []
    away = Path(database.path or "").with_suffix(".away")

    class Leaving(Post):
        def send(self, envelope_from: str, to: str, message: bytes, on_closing: Callable[[], None]) -> str:
            reply = super().send(envelope_from, to, message, on_closing)
            database.close()
            away.mkdir()
            for path in away.parent.glob("litwatch.sqlite3*"):
                path.rename(away / path.name)
            (away.parent / "litwatch.sqlite3").mkdir()
            return reply

    def come_back(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            (away.parent / "litwatch.sqlite3").rmdir()
            for path in away.iterdir():
                path.rename(away.parent / path.name)

    post = Leaving()
    courier = Courier(Round(database, render, lambda _: SENDER, Clock(), "resend", sleep=come_back), post)
    with database.write() as tx:
        claimed = outbox.claim(tx, now=START, lease=LEASE)
    assert claimed
    assert courier.carry(claimed) == Attempt(Result.SENT)
    assert waited == [0.5, 2.0]
    assert states(database) == {DeliveryState.SENT: 1}


def test_over_a_real_server_each_message_is_the_one_that_was_rendered(database: Database) -> None:
    queue(database, 3)
    with serving(Mailbox()) as mailbox:
        transport = SmtpTransport(Relay("127.0.0.1", mailbox.port, local_hostname="client.example", timeout=10))
        assert run(database, transport, Clock()) == Delivered(sent=3)
    assert mailbox.connections == 1
    for sender, to, message in mailbox.accepted:
        assert sender == SENDER
        assert re.search(rb"(?m)^To: (\S+)\r$", message)[1].decode() == to  # type: ignore[index]
