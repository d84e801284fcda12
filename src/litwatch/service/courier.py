"""Takes one delivery after the other through its states; each step is committed before the next is taken.

No transaction is open while the network is used.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from litwatch.domain.calendar import Clock, Week
from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.subscriber import Delivery, DeliveryState
from litwatch.errors import DeliveryError, StoreUnavailable
from litwatch.publish.transport import Transport
from litwatch.store import issues, notices, outbox
from litwatch.store.database import Connection, Database

Content = Issue | Notice | None
Render = Callable[[Delivery, Content], bytes]
"""Makes the message that a delivery is: of its issue, of the notice that it names, or (None) of no issue."""
EnvelopeFrom = Callable[[Delivery], str]
"""The address that the bounces of a delivery go to."""
OnRefused = Callable[[Connection, Delivery, DeliveryError], None]
"""Told, in the transaction that ends the delivery, that its recipient was refused for good.

`DeliveryError.dead_address` says whether there is nobody at the address, `status` the code (RFC 3463).
"""

LEASE = timedelta(hours=1)
"""Longer than one message can take with every time-out used up, so that a living owner is never robbed."""
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 120, 240))
"""Waiting after the first, second, … temporary refusal; the last repeats (RFC 5321, 4.5.4.1)."""
GIVE_UP = timedelta(days=5)
"""After the message's own date, if the back-off has been gone through once (RFC 5321, 4.5.4.1: four to five days)."""
_RECORD_AGAIN = (0.5, 2.0, 8.0, 20.0)
"""Seconds between the tries to record an acceptance while the database is away."""


class Result(StrEnum):
    """What became of one attempt. `unknown`: the connection was lost between the final dot and the answer."""

    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"
    HELD = "held"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: what became of it, and the failure if there was one.

    `doubtful`: the delivery whose recipient was refused for good, or until it was too late. It waits (`result`) until
    somebody knows whether the refusal is about the recipient: `Courier.believe`.
    """

    result: Result
    error: DeliveryError | None = None
    doubtful: Delivery | None = None


def nobody_told(tx: Connection, delivery: Delivery, error: DeliveryError) -> None:
    """An `OnRefused` that does nothing."""


@dataclass(frozen=True, slots=True)
class Round:
    """What all couriers of a run share. `clock` is asked at each step; `sleep` waits for a database that is away."""

    database: Database
    render: Render
    envelope_from: EnvelopeFrom
    clock: Clock
    ambiguous: Literal["resend", "hold"]
    on_refused: OnRefused = nobody_told
    sleep: Callable[[float], None] = time.sleep


class Courier:
    """Carries deliveries over one transport, one at a time."""

    def __init__(self, given: Round, transport: Transport) -> None:
        self._given = given
        self._database = given.database
        self._transport = transport
        self._told: dict[tuple[str, str], Content] = {}

    def carry(self, delivery: Delivery) -> Attempt:
        """One attempt at a delivery that was claimed. Raises StoreError; the delivery then stays in flight."""
        told = self._what(delivery)
        try:
            message, sender = self._given.render(delivery, told), self._given.envelope_from(delivery)
        except Exception as error:
            # Whatever it is, it is this row's: a poisonous one must not stop the others.
            text = f"cannot be rendered: {type(error).__name__}: {error}"
            return self._hold(delivery, DeliveryError(text, permanent=True, refused="message"))
        closing = False

        def on_closing() -> None:
            nonlocal closing
            with self._database.write() as tx:
                outbox.closing(tx, delivery.id, attempt=delivery.attempts)
            closing = True

        try:
            reply = self._transport.send(sender, delivery.subscriber.address, message, on_closing)
        except DeliveryError as error:
            return self._not_sent(delivery, error, closing)
        self._record_sent(delivery, reply)
        return Attempt(Result.SENT)

    def believe(self, delivery: Delivery, error: DeliveryError) -> bool:
        """The refusal of that attempt is about its recipient: the delivery has failed, and `on_refused` is told.

        False, and nothing is done, if the delivery was taken up again meanwhile. Raises StoreError.
        """
        with self._database.write() as tx:
            failed = outbox.fail(tx, delivery.id, attempt=delivery.attempts, reply=error.message)
            if failed:
                self._given.on_refused(tx, delivery, error)
        return failed

    def _what(self, delivery: Delivery) -> Content:
        key = delivery.week, delivery.notice
        if key not in self._told:
            with self._database.read() as tx:
                told: Content = None
                if delivery.week:
                    week = Week.parse(delivery.week)
                    told = notices.load(tx, delivery.notice) if delivery.notice else issues.load(tx, week)
                    assert told is not None, "a delivery's row was made with its issue's and its notice's"
            self._told[key] = told
        return self._told[key]

    def _record_sent(self, delivery: Delivery, reply: str) -> None:
        """The mail is out: what is not recorded now would be sent a second time."""
        now = self._given.clock()
        for wait in (*_RECORD_AGAIN, None):
            try:
                with self._database.write() as tx:
                    outbox.sent(tx, delivery.id, reply=reply, now=now)
                return
            except StoreUnavailable:
                if wait is None:
                    raise
                self._given.sleep(wait)

    def _not_sent(self, delivery: Delivery, error: DeliveryError, closing: bool) -> Attempt:
        if closing and error.code is None:
            return self._lost(delivery, error)
        if error.permanent and error.refused == "message":
            return self._hold(delivery, error)
        return self._defer(delivery, error, self._given.clock())

    def _lost(self, delivery: Delivery, error: DeliveryError) -> Attempt:
        until, ambiguous = self._given.clock() + back_off(delivery.attempts), self._given.ambiguous
        with self._database.write() as tx:
            state = outbox.lost(tx, delivery.id, reply=error.message, until=until, ambiguous=ambiguous)
        return Attempt(Result.HELD if state is DeliveryState.HELD else Result.UNKNOWN, error)

    def _defer(self, delivery: Delivery, error: DeliveryError, now: datetime) -> Attempt:
        result, final = Result.DEFERRED, error.permanent
        if now - delivery.date > GIVE_UP and delivery.attempts > len(BACK_OFF):
            result, final, error = Result.HELD, True, _given_up(error)
        with self._database.write() as tx:
            if result is Result.HELD:
                outbox.hold(tx, delivery.id, reply=error.message)
            else:
                outbox.defer(tx, delivery.id, reply=error.message, until=now + back_off(delivery.attempts))
        return Attempt(result, error, delivery if final and error.refused == "recipient" else None)

    def _hold(self, delivery: Delivery, error: DeliveryError) -> Attempt:
        with self._database.write() as tx:
            outbox.hold(tx, delivery.id, reply=error.message)
        return Attempt(Result.HELD, error)


def _given_up(error: DeliveryError) -> DeliveryError:
    return DeliveryError(
        f"given up after {GIVE_UP.days} days: {error.message}",
        code=error.code,
        permanent=error.permanent,
        refused=error.refused,
        status=error.status,
        dead_address=error.dead_address,
    )


def back_off(number: int) -> timedelta:
    """How long to wait after the `number`-th failure, from 1."""
    return BACK_OFF[min(number, len(BACK_OFF)) - 1]
