"""The verb deliver: what waits in the outbox goes to the people, each step committed before the next is taken.

No transaction is open while the network is used. A crash loses nobody; it can make a second copy (with the same
Message-ID) only between the receiver's acceptance and our record of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from litwatch.domain.calendar import Clock, Week
from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.subscriber import Delivery
from litwatch.errors import DeliveryError
from litwatch.publish.transport import Transport
from litwatch.store import issues, notices, outbox
from litwatch.store.database import Database

Content = Issue | Notice
Render = Callable[[Delivery, Content], bytes]
"""Makes the message that a delivery is: of its issue, or of the notice that it names."""

LEASE = timedelta(hours=1)
"""Longer than one message can take with every time-out used up, so that a living owner is never robbed."""
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 120, 240))
"""Waiting after the first, second, … temporary refusal; the last repeats (RFC 5321, 4.5.4.1)."""
GIVE_UP = timedelta(days=5)
"""After the message's own date."""
BREAKER = 10
"""As many failures in a row that are no recipient's fault stop the run."""


class Result(StrEnum):
    """What became of one attempt. `unknown`: the connection was lost between the final dot and the answer."""

    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    HELD = "held"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receipt of one run of deliver."""

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    held: int = 0
    unknown: int = 0
    """Left in state closing; taken up when the lease has run out, as `ambiguous` says."""
    requeued: int = 0
    """Taken over from a run that did not end."""
    stopped: str | None = None
    """Why the run ended before the outbox was empty: the last failure of too many in a row; else None."""


def deliver(
    *,
    database: Database,
    transport: Transport,
    render: Render,
    envelope_from: str,
    clock: Clock,
    ambiguous: Literal["resend", "hold"] = "resend",
    limit: int | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Sends what is queued or due, until nothing is, `limit` attempts were made, or `stop()` says so.

    `envelope_from` takes the bounces. Raises StoreError; whatever is in flight then is taken up by a later run.
    """
    with database.write() as tx:
        requeued, held = outbox.recover(tx, now=clock(), ambiguous=ambiguous)
    worker = _Worker(database, transport, render, envelope_from, clock)
    tally: Counter[Result] = Counter()
    stopped = None
    try:
        while not stop() and (limit is None or tally.total() < limit):
            result = worker.next()
            if result is None:
                break
            tally[result] += 1
            if worker.failures_in_a_row >= BREAKER:
                stopped = worker.last_failure
                break
    finally:
        transport.close()
    return Delivered(
        sent=tally[Result.SENT],
        deferred=tally[Result.DEFERRED],
        failed=tally[Result.FAILED],
        held=tally[Result.HELD] + held,
        unknown=tally[Result.UNKNOWN],
        requeued=requeued,
        stopped=stopped,
    )


class _Worker:
    """Takes one delivery after the other through its states."""

    def __init__(
        self, database: Database, transport: Transport, render: Render, envelope_from: str, clock: Clock
    ) -> None:
        self._database = database
        self._transport = transport
        self._render = render
        self._envelope_from = envelope_from
        self._clock = clock
        self._told: dict[tuple[str, str], Content] = {}
        self.failures_in_a_row = 0
        self.last_failure: str | None = None

    def next(self) -> Result | None:
        """One attempt at the next due delivery; None if none is due."""
        with self._database.write() as tx:
            delivery = outbox.claim(tx, now=self._clock(), lease=LEASE)
        if delivery is None:
            return None
        told = self._what(delivery)
        try:
            message = self._render(delivery, told)
        except Exception as error:
            # Whatever it is, it is this row's: a poisonous one must not stop the others.
            return self._hold(delivery, f"cannot be rendered: {type(error).__name__}: {error}")
        return self._send(delivery, message)

    def _what(self, delivery: Delivery) -> Content:
        key = delivery.week, delivery.notice
        if key not in self._told:
            with self._database.read() as tx:
                week = Week.parse(delivery.week)
                told = notices.load(tx, delivery.notice) if delivery.notice else issues.load(tx, week)
            assert told is not None, "a delivery's row was made with its issue's and its notice's"
            self._told[key] = told
        return self._told[key]

    def _send(self, delivery: Delivery, message: bytes) -> Result:
        closing = False

        def on_closing() -> None:
            nonlocal closing
            with self._database.write() as tx:
                outbox.closing(tx, delivery.id, attempt=delivery.attempts)
            closing = True

        try:
            reply = self._transport.send(self._envelope_from, delivery.subscriber.address, message, on_closing)
        except DeliveryError as error:
            return self._not_sent(delivery, error, closing)
        with self._database.write() as tx:
            outbox.sent(tx, delivery.id, reply=reply, now=self._clock())
        self.failures_in_a_row = 0
        return Result.SENT

    def _not_sent(self, delivery: Delivery, error: DeliveryError, closing: bool) -> Result:
        self.failures_in_a_row = 0 if error.refused == "recipient" else self.failures_in_a_row + 1
        self.last_failure = error.message
        if closing and error.code is None:
            return Result.UNKNOWN
        if error.permanent and error.refused == "recipient":
            return self._fail(delivery, error.message)
        if error.permanent and error.refused == "message":
            return self._hold(delivery, error.message)
        return self._defer(delivery, error.message, self._clock())

    def _defer(self, delivery: Delivery, reply: str, now: datetime) -> Result:
        if now - delivery.date > GIVE_UP:
            return self._fail(delivery, f"given up after {GIVE_UP.days} days: {reply}")
        wait = BACK_OFF[min(delivery.attempts, len(BACK_OFF)) - 1]
        with self._database.write() as tx:
            outbox.defer(tx, delivery.id, reply=reply, until=now + wait)
        return Result.DEFERRED

    def _fail(self, delivery: Delivery, reply: str) -> Result:
        with self._database.write() as tx:
            outbox.fail(tx, delivery.id, reply=reply)
        return Result.FAILED

    def _hold(self, delivery: Delivery, reply: str) -> Result:
        with self._database.write() as tx:
            outbox.hold(tx, delivery.id, reply=reply)
        return Result.HELD
