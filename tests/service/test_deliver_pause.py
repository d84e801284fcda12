"""A relay that takes nothing, or not from us: delivery pauses, and no reader pays for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from litwatch.domain.subscriber import Choices, Delivery, DeliveryKind, DeliveryState
from litwatch.errors import DeliveryError
from litwatch.publish.replies import refusal
from litwatch.service.courier import BACK_OFF
from litwatch.service.deliver import ALL_DEAD, BREAKER, OUR_FAULT, Delivered
from litwatch.store import outbox, pauses, subscribers
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
    assert states(database) == {DeliveryState.DEFERRED: 1}


@pytest.mark.parametrize("people", [BREAKER + 30, BREAKER, ALL_DEAD])
def test_a_relay_that_calls_everybody_dead_is_not_believed(database: Database, people: int) -> None:
    queue(database, people)
    heard: list[str] = []

    def hear(_tx: Connection, delivery: Delivery, _error: DeliveryError) -> None:
        heard.append(delivery.subscriber.address)

    clock, post = Clock(), Post(lambda _number, _to: NOBODY)
    asked = min(people, BREAKER)
    outcome = run(database, post, clock, on_refused=hear)
    assert (len(post.attempts), outcome.deferred, outcome.failed) == (asked, asked, 0)
    assert outcome.stopped is not None
    assert NOBODY.message in outcome.stopped
    # Not after five days either: then it is for the operator to say.
    while clock.now - START < timedelta(days=6):
        clock.advance(hours=4)
        run(database, post, clock, on_refused=hear)
    assert heard == []
    assert DeliveryState.FAILED not in states(database)
    assert states(database)[DeliveryState.HELD] >= ALL_DEAD
    # And once mail goes out again, who was really refused is.
    clock.advance(hours=4)
    with database.write() as tx:
        outbox.release(tx, range(1, people + 1))
    last = Post(lambda _number, to: NOBODY if to == address(0) else OK)
    assert run(database, last, clock, on_refused=hear) == Delivered(sent=people - 1, failed=1)
    assert heard == [address(0)]


def test_dead_addresses_that_somebody_entered_stop_nothing(database: Database) -> None:
    with database.write() as tx:
        for number in range(2 * BREAKER):
            person = subscribers.ask(tx, f"dead{number}@example.org", Choices(), seed=f"d{number:021d}", now=START)
            assert person
            outbox.enqueue_single(tx, person.id, DeliveryKind.CONFIRM, f"<c.{number}@litwatch.example>", None, START)
    queue(database, 2)
    post = Post(lambda _number, to: NOBODY if to.startswith("dead") else OK)
    outcome = run(database, post, Clock(), renderer=lambda *_: b"")
    assert outcome == Delivered(sent=2, failed=2 * BREAKER)
    assert _pause(database) is None


def test_who_is_refused_last_is_believed_dead_if_others_were_not(database: Database) -> None:
    queue(database, BREAKER)
    post = Post(lambda number, _to: NOBODY if number else OK)
    assert run(database, post, Clock()) == Delivered(sent=1, failed=BREAKER - 1)
    assert _pause(database) is None


@pytest.mark.parametrize("said", [b"4.3.0 Temporary lookup failure", b"4.3.1 No room", b"4.2.0 not now", b"later"])
def test_a_relay_that_puts_everybody_off_is_not_asked_for_all(database: Database, said: bytes) -> None:
    queue(database, 40)
    post = Post(lambda _number, _to: refusal("RCPT", 451, said))
    outcome = run(database, post, Clock())
    assert (outcome.deferred, len(post.attempts)) == (BREAKER, BREAKER)
    assert _pause(database) is not None


@pytest.mark.parametrize("said", [b"4.2.0 <ann@example.org>: Greylisted", b"4.7.1 Greylisting in action, please wait"])
def test_greylisting_is_asked_for_all_and_passes(database: Database, said: bytes) -> None:
    queue(database, 40)
    clock, post = Clock(), Post(lambda number, _to: refusal("RCPT", 450, said) if number < 40 else OK)
    assert run(database, post, clock) == Delivered(deferred=40)
    clock.advance(minutes=5)
    assert run(database, post, clock) == Delivered(sent=40)


def test_a_relay_that_is_away_for_days_loses_nobody(database: Database) -> None:
    queue(database, 3)
    clock = Clock()
    for _ in range(50):
        run(database, Post(lambda _number, _to: DOWN), clock)
        clock.advance(hours=4)
    assert states(database) == {DeliveryState.HELD: 3}
    assert column(database, "reply")[0] == f"given up after 5 days: {DOWN.message}"


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
