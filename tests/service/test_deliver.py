"""Delivery: who gets what, and what becomes of a refusal."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.subscriber import Delivery, DeliveryState
from litwatch.errors import DeliveryError
from litwatch.publish.smtp import Relay, SmtpTransport
from litwatch.service.deliver import BREAKER, Delivered
from litwatch.store import subscribers
from litwatch.store.database import Database
from tests.publish.smtpserver import OK
from tests.service.post import (
    START,
    Clock,
    Post,
    address,
    column,
    database,
    queue,
    render,
    run,
    states,
    template,
)

__all__ = ["database", "template"]


def test_everyone_gets_their_own_mail_once(database: Database) -> None:
    queue(database, 3)
    post, clock = Post(), Clock()
    assert run(database, post, clock) == Delivered(sent=3)
    assert [to for to, _ in post.accepted] == [address(0), address(1), address(2)]
    for number, (to, message) in enumerate(post.accepted):
        assert f"To: {to}\r\n".encode() in message
        assert f"Message-ID: <2026-W03.{number}@litwatch.example>\r\n".encode() in message
    assert run(database, post, clock) == Delivered()
    assert states(database) == {DeliveryState.SENT: 3}
    assert post.closed == 2


def test_the_servers_reply_is_kept(database: Database) -> None:
    queue(database, 1)
    run(database, Post(lambda _number, _to: "250 queued as 4XYZ"), Clock())
    assert column(database, "reply") == ["250 queued as 4XYZ"]


def test_a_temporary_refusal_is_tried_again_later_and_later(database: Database) -> None:
    queue(database, 1)
    clock, waits = Clock(), []
    post = Post(lambda _number, _to: DeliveryError("RCPT: 450 greylisted", code=450))
    for _ in range(8):
        assert run(database, post, clock) == Delivered(deferred=1)
        (due,) = column(database, "next_try")
        waits.append((due - clock.now) / timedelta(minutes=1))
        clock.now = due - timedelta(seconds=1)
        assert run(database, post, clock) == Delivered()
        clock.now = due
    assert waits == [5, 15, 30, 60, 120, 240, 240, 240]
    assert run(database, Post(), clock) == Delivered(sent=1)


def test_after_five_days_it_is_given_up(database: Database) -> None:
    queue(database, 1)
    clock, runs = Clock(), 0
    post = Post(lambda _number, _to: DeliveryError("RCPT: 450 greylisted", code=450))
    while DeliveryState.FAILED not in states(database):
        assert runs < 100
        run(database, post, clock)
        clock.advance(hours=4)
        runs += 1
    assert timedelta(days=5) < clock.now - START < timedelta(days=5, hours=9)
    assert runs == 32
    assert column(database, "reply") == ["given up after 5 days: RCPT: 450 greylisted"]


@pytest.mark.parametrize(
    ("error", "expected", "state"),
    [
        (DeliveryError("RCPT: 550", code=550, permanent=True), Delivered(sent=2, failed=1), DeliveryState.FAILED),
        (
            DeliveryError("dot: 554", code=554, permanent=True, refused="message"),
            Delivered(sent=2, held=1),
            DeliveryState.HELD,
        ),
        (
            DeliveryError("MAIL: 550", code=550, permanent=True, refused="relay"),
            Delivered(sent=2, deferred=1),
            DeliveryState.DEFERRED,
        ),
        (DeliveryError("dot: 451", code=451, refused="message"), Delivered(sent=2, deferred=1), DeliveryState.DEFERRED),
        (DeliveryError("lost", refused="relay"), Delivered(sent=2, deferred=1), DeliveryState.DEFERRED),
        (DeliveryError("lost after the dot", refused="relay"), Delivered(sent=2, unknown=1), DeliveryState.DEFERRED),
    ],
)
def test_a_refusal_concerns_whom_it_concerns(
    database: Database, error: DeliveryError, expected: Delivered, state: DeliveryState
) -> None:
    queue(database, 3)
    post = Post(lambda _number, to: error if to == address(1) else OK)
    assert run(database, post, Clock()) == expected
    assert states(database) == {DeliveryState.SENT: 2, state: 1}
    assert error.message in column(database, "reply")[1]
    if expected.unknown:
        assert column(database, "reply")[1].startswith("no answer after the final dot, so it is unknown whether")


def test_a_message_that_cannot_be_made_is_held_and_stops_nobody(database: Database) -> None:
    queue(database, 3)

    def poisonous(delivery: Delivery, issue: Issue | Notice | None) -> bytes:
        if delivery.subscriber.address == address(0):
            raise ZeroDivisionError("poison")
        return render(delivery, issue)

    assert run(database, Post(), Clock(), renderer=poisonous) == Delivered(sent=2, held=1)
    assert column(database, "reply")[0] == "cannot be rendered: ZeroDivisionError: poison"


def test_too_many_failures_in_a_row_stop_the_run_and_leave_the_rest_queued(database: Database) -> None:
    queue(database, BREAKER + 5)
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        transport = SmtpTransport(Relay("127.0.0.1", unused.getsockname()[1], timeout=5))
        outcome = run(database, transport, Clock())
    assert (outcome.deferred, outcome.sent) == (BREAKER, 0)
    assert outcome.stopped is not None
    assert "Connection refused" in outcome.stopped
    assert states(database) == {DeliveryState.DEFERRED: BREAKER, DeliveryState.QUEUED: 5}


def test_failures_that_are_not_in_a_row_do_not_stop_the_run(database: Database) -> None:
    queue(database, 30)
    post = Post(lambda number, _to: OK if number % BREAKER == BREAKER - 1 else DeliveryError("lost", refused="relay"))
    assert run(database, post, Clock()) == Delivered(sent=3, deferred=27)


def test_dead_addresses_between_living_ones_do_not_stop_the_run(database: Database) -> None:
    queue(database, 3 * BREAKER)
    dead = DeliveryError("RCPT: 550", code=550, permanent=True)
    post = Post(lambda number, _to: OK if number % BREAKER == 0 else dead)
    assert run(database, post, Clock()) == Delivered(sent=3, failed=3 * (BREAKER - 1))


def test_it_stops_between_messages(database: Database) -> None:
    queue(database, 5)
    post = Post()
    assert run(database, post, Clock(), stop=lambda: len(post.accepted) == 2) == Delivered(sent=2)
    assert states(database) == {DeliveryState.SENT: 2, DeliveryState.QUEUED: 3}


def test_who_has_left_meanwhile_gets_nothing(database: Database) -> None:
    queue(database, 3)
    with database.write() as tx:
        subscribers.remove(tx, address(1), now=START)
    post = Post()
    assert run(database, post, Clock()) == Delivered(sent=2)
    assert post.attempts == [address(0), address(2)]
    assert states(database) == {DeliveryState.SENT: 2, DeliveryState.SKIPPED: 1}
