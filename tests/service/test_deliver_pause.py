"""A relay that takes nothing, or not from us: delivery pauses, and no reader pays for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from litwatch.domain.subscriber import Delivery, DeliveryState
from litwatch.errors import DeliveryError
from litwatch.publish.replies import refusal
from litwatch.service.courier import BACK_OFF
from litwatch.service.deliver import BREAKER, OUR_FAULT, Delivered
from litwatch.store import pauses
from litwatch.store.database import Database
from tests.publish.smtpserver import OK
from tests.service.post import START, Clock, Post, address, column, database, queue, run, states, template

__all__ = ["database", "template"]

SPAM = refusal("end of data", 554, b"5.7.1 Service unavailable; blocked using spam content filter")
NOT_US = refusal("RCPT", 550, b"5.7.606 Access denied, banned sending IP [192.0.2.1]")
NOBODY = refusal("RCPT", 550, b"5.1.1 <reader@example.org>: User unknown")
FULL = refusal("RCPT", 552, b"5.2.2 Mailbox full")
DOWN = DeliveryError("relay.example:25: Connection refused", refused="relay")


def _pause(database: Database) -> pauses.Pause | None:
    with database.read() as tx:
        return pauses.latest(tx)


@pytest.mark.parametrize(
    ("refused", "attempts", "state"),
    [(SPAM, OUR_FAULT, DeliveryState.HELD), (NOT_US, OUR_FAULT, DeliveryState.DEFERRED), (DOWN, BREAKER, "deferred")],
)
def test_failures_in_a_row_pause_everything_and_the_pauses_grow(
    database: Database, refused: DeliveryError, attempts: int, state: DeliveryState
) -> None:
    queue(database, 100)
    clock, waits = Clock(), []
    post = Post(lambda _number, _to: refused)
    for number in range(1, 8):
        outcome = run(database, post, clock)
        assert len(post.attempts) == number * attempts
        pause = _pause(database)
        assert pause is not None
        assert (pause.number, pause.since) == (number, clock.now)
        assert outcome.stopped is not None
        assert refused.message in outcome.stopped
        waits.append(pause.until - clock.now)
        clock.now = pause.until - timedelta(seconds=1)
        assert run(database, post, clock) == Delivered(stopped=outcome.stopped)
        clock.now = pause.until
    assert waits == [*BACK_OFF, BACK_OFF[-1]]
    assert len(post.attempts) == 7 * attempts
    assert set(states(database)) == {state, DeliveryState.QUEUED}


def test_a_mail_that_goes_out_ends_the_pause(database: Database) -> None:
    queue(database, BREAKER + 3)
    clock = Clock()
    run(database, Post(lambda _number, _to: DOWN), clock)
    assert run(database, Post(), clock).sent == 0
    assert run(database, Post(), clock, during_pause=True) == Delivered(sent=3)
    assert _pause(database) is None
    clock.advance(minutes=5)
    assert run(database, Post(), clock) == Delivered(sent=BREAKER)


def test_one_refusal_of_our_mail_stops_nobody_elses(database: Database) -> None:
    queue(database, 9)
    post = Post(lambda number, _to: SPAM if number % OUR_FAULT == 1 else OK)
    assert run(database, post, Clock()) == Delivered(sent=6, held=3)
    assert _pause(database) is None


def test_what_fails_again_and_again_does_not_hold_up_the_rest(database: Database) -> None:
    """Each of the first messages breaks the connection, more of them than it takes to pause."""
    queue(database, 2 * BREAKER + 9)
    poison = {address(number) for number in range(2 * BREAKER)}
    clock, post = Clock(), Post(lambda _number, to: DOWN if to in poison else OK)
    runs = 0
    while states(database).get(DeliveryState.SENT) != 9:
        run(database, post, clock)
        clock.advance(minutes=5)
        runs += 1
    assert runs <= 5


def test_messages_that_cannot_be_made_pause_too(database: Database) -> None:
    queue(database, 9)

    def broken(delivery: Delivery, _told: object) -> bytes:
        raise ZeroDivisionError(delivery.message_id)

    outcome = run(database, Post(), Clock(), renderer=broken)
    assert (outcome.held, outcome.sent) == (OUR_FAULT, 0)
    assert states(database)[DeliveryState.QUEUED] == 9 - OUR_FAULT


def test_a_refused_recipient_is_told_with_the_end_of_the_delivery(database: Database) -> None:
    queue(database, 4)
    heard: list[tuple[str, bool, str]] = []

    def hear(tx: Connection, delivery: Delivery, error: DeliveryError) -> None:
        assert not tx.closed
        heard.append((delivery.subscriber.address, error.dead_address, error.status))

    answers: list[str | Exception] = [NOBODY, FULL, NOT_US, OK]
    outcome = run(database, Post(lambda number, _to: answers[number]), Clock(), on_refused=hear)
    assert outcome == Delivered(sent=1, failed=2, deferred=1)
    assert heard == [(address(0), True, "5.1.1"), (address(1), False, "5.2.2")]


def test_if_that_cannot_be_noted_the_delivery_has_not_ended(database: Database) -> None:
    queue(database, 1)

    def fail(tx: Connection, delivery: Delivery, error: DeliveryError) -> None:
        raise LookupError(delivery.id)

    with pytest.raises(LookupError):
        run(database, Post(lambda _number, _to: NOBODY), Clock(), on_refused=fail)
    assert states(database) == {DeliveryState.SENDING: 1}


def test_given_up_is_told_as_no_dead_address(database: Database) -> None:
    queue(database, 1)
    heard: list[bool] = []
    clock = Clock(START)
    post = Post(lambda _number, _to: refusal("RCPT", 450, b"4.2.0 greylisted"))
    for _ in range(40):
        run(database, post, clock, on_refused=lambda _tx, _delivery, error: heard.append(error.dead_address))
        clock.advance(hours=4)
    assert heard == [False]
    assert column(database, "reply") == ["given up after 5 days: RCPT: 450 4.2.0 greylisted"]
