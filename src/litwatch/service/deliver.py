"""The verb deliver: what waits in the outbox goes to the people, each step committed before the next is taken.

A crash loses nobody; it can make a second copy (with the same Message-ID) only between the receiver's acceptance and
our record of it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Literal

from litwatch.domain.calendar import Clock
from litwatch.domain.subscriber import Delivery, DeliveryKind, DeliveryState
from litwatch.errors import DeliveryError
from litwatch.publish.replies import is_greylisting
from litwatch.publish.transport import Transport
from litwatch.service.courier import (
    LEASE,
    Attempt,
    Courier,
    EnvelopeFrom,
    OnRefused,
    Render,
    Result,
    Round,
    back_off,
    nobody_told,
)
from litwatch.service.mail_pace import MailPace
from litwatch.store import outbox, pauses
from litwatch.store.database import Database

BREAKER = 10
"""As many failures with no mail accepted in between pause all delivery."""
OUR_FAULT = 3
"""So do as many refusals for good of what we send, or of us (policy, content): people are not to pay for them."""
ALL_DEAD = 3
"""As many recipients refused in a run that got no mail accepted at all are not believed dead: it may be the relay."""
_LOOK_UP = 1.0
"""Seconds at most between two looks at `stop`, while the pace makes wait."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """The receipt of one run of deliver."""

    sent: int = 0
    deferred: int = 0
    failed: int = 0
    held: int = 0
    unknown: int = 0
    """No answer after the final dot; sent again later."""
    requeued: int = 0
    """Taken over from a run that did not end."""
    in_flight: int = 0
    """In the hands of another run; or of one that was killed, and then taken over when their lease has run out."""
    stopped: str | None = None
    """Why nothing (more) was sent although something waits: a pause, or a relay that is not configured; else None."""


def deliver(
    *,
    database: Database,
    transports: Sequence[Transport],
    render: Render,
    envelope_from: EnvelopeFrom,
    clock: Clock,
    pace: MailPace | None = None,
    on_refused: OnRefused = nobody_told,
    ambiguous: Literal["resend", "hold"] = "resend",
    during_pause: bool = False,
    take_over: bool = False,
    only: Collection[DeliveryKind] = (),
    stop: Callable[[], bool] = lambda: False,
) -> Delivered:
    """Sends what is queued or due, until nothing is, or `stop()` says so. Each of `transports` has a worker of its own.

    `only` mails of these kinds, if any are named.

    Too many failures in a row pause delivery for a time that grows; until then only `during_pause` tries. `take_over`
    takes up at once what is in flight: only for who knows that no other run is alive. Raises StoreError; whatever is
    in flight then is taken up by a later run.
    """
    with database.write() as tx:
        requeued, held = outbox.recover(tx, now=clock(), ambiguous=ambiguous, all_in_flight=take_over)
        pause, in_flight = pauses.latest(tx), _in_flight(outbox.counts(tx))
    if pause and clock() < pause.until and not during_pause:
        return Delivered(requeued=requeued, held=held, in_flight=in_flight, stopped=_told(pause))
    given = Round(database, render, envelope_from, clock, ambiguous, on_refused)
    run = _Run(database, clock, pace or MailPace(), stop, only)
    run.all([Courier(given, transport) for transport in transports], transports)
    run.conclude()
    ended = _settle(database, run, pause, clock())
    tally = run.tally
    return Delivered(
        sent=tally[Result.SENT],
        deferred=tally[Result.DEFERRED],
        failed=tally[Result.FAILED],
        held=tally[Result.HELD] + held,
        unknown=tally[Result.UNKNOWN],
        requeued=requeued,
        in_flight=in_flight,
        stopped=_told(ended) if ended else None,
    )


class _Run:
    """What the workers of one run do together: the order of the queue, the pace, the count of failures."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        pace: MailPace,
        stop: Callable[[], bool],
        only: Collection[DeliveryKind],
    ) -> None:
        self._database = database
        self._clock = clock
        self._pace = pace
        self._stop = stop
        self._only = only
        self._lock = threading.Lock()
        self._broken = False
        self._failures = 0
        self._ours = 0
        self._doubtful: list[tuple[Courier, Attempt]] = []
        self.tally: Counter[Result] = Counter()
        self.pausing: str | None = None
        """Why delivery is to pause."""

    def all(self, couriers: Sequence[Courier], transports: Sequence[Transport]) -> None:
        """Return when every courier has ended, each in a thread of its own; the transports are closed then."""
        try:
            if len(couriers) == 1:
                self._work(couriers[0])
                return
            with ThreadPoolExecutor(len(couriers)) as pool:
                for ending in [pool.submit(partial(self._work, courier)) for courier in couriers]:
                    ending.result()
        finally:
            self._broken = True
            for transport in transports:
                transport.close()

    def _work(self, courier: Courier) -> None:
        try:
            while delivery := self._next():
                self._record(courier, courier.carry(delivery))
        except BaseException:
            self._broken = True  # the others stop after their message
            raise

    def _next(self) -> Delivery | None:
        """The next delivery, claimed when the pace allows it; None if none is due, or the run is over."""
        while not (self._broken or self.pausing or self._stop()):
            with self._pace.lock:
                wait = self._pace.wait()
                if not wait:
                    resting = self._pace.resting()
                    delivery = self._claim(resting)
                    if delivery or not (resting and self._is_waiting()):
                        return delivery
                    wait = min(resting.values())
            self._pace.sleep(min(wait, _LOOK_UP))
        return None

    def _claim(self, resting: Collection[str]) -> Delivery | None:
        with self._database.write() as tx:
            delivery = outbox.claim(tx, now=self._clock(), lease=LEASE, but_not=resting, only=self._only)
        if delivery:
            self._pace.start(delivery.subscriber.address)
        return delivery

    def _is_waiting(self) -> bool:
        with self._database.read() as tx:
            return outbox.is_waiting(tx, now=self._clock(), only=self._only)

    def conclude(self) -> None:
        """Decide about the recipients who were refused after the last mail that was accepted."""
        refused = sum(not _of_a_stranger(attempt) for _, attempt in self._doubtful)
        if self.pausing is None and refused >= ALL_DEAD and not self.tally[Result.SENT]:
            _, last = self._doubtful[-1]
            self.pausing = f"{refused} recipients refused, and no mail accepted: {last.error}"
        if self.pausing is None:
            self._believe(self._doubtful)

    def _record(self, courier: Courier, attempt: Attempt) -> None:
        believed: Sequence[tuple[Courier, Attempt]] = ()
        with self._lock:
            self.tally[attempt.result] += 1
            if attempt.error is None:
                self._failures = self._ours = 0
                believed, self._doubtful = self._doubtful, []
            else:
                if not _of_a_stranger(attempt):
                    self._count(attempt.error)
                if attempt.doubtful:
                    self._doubtful.append((courier, attempt))
        self._believe(believed)

    def _count(self, error: DeliveryError) -> None:
        if is_greylisting(error):
            return  # asked of everybody at first, and nobody's fault
        self._failures += 1
        self._ours += error.permanent and error.refused != "recipient"
        self.pausing = self.pausing or self._why_pause(error)

    def _believe(self, refusals: Sequence[tuple[Courier, Attempt]]) -> None:
        """A relay that takes mail knows whom it refuses. One that takes none may refuse everybody, in any words."""
        for courier, attempt in refusals:
            assert attempt.doubtful and attempt.error, "only refused recipients are in doubt"
            if courier.believe(attempt.doubtful, attempt.error):
                with self._lock:
                    self.tally[attempt.result] -= 1
                    self.tally[Result.FAILED] += 1

    def _why_pause(self, last: DeliveryError) -> str | None:
        if self._ours >= OUR_FAULT:
            return f"{self._ours} refusals of our mail in a row: {last.message}"
        if self._failures >= BREAKER:
            return f"{self._failures} failures in a row: {last.message}"
        return None


def _of_a_stranger(attempt: Attempt) -> bool:
    """Whether it was refused to an address that nobody has confirmed: anybody can enter dead ones, and stop nothing."""
    return attempt.doubtful is not None and attempt.doubtful.kind is DeliveryKind.CONFIRM


def _settle(database: Database, run: _Run, before: pauses.Pause | None, now: datetime) -> pauses.Pause | None:
    """The pause that this run ends with, if any; a mail that was sent ends the one before."""
    sent = run.tally[Result.SENT] > 0
    if run.pausing is None:
        if before and sent:
            with database.write() as tx:
                pauses.end(tx)
        return None
    number = 1 if sent or before is None else before.number + 1
    pause = pauses.Pause(since=now, until=now + back_off(number), reason=run.pausing, number=number)
    with database.write() as tx:
        pauses.begin(tx, pause)
    return pause


def _told(pause: pauses.Pause) -> str:
    return f"paused until {pause.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC: {pause.reason}"


def _in_flight(counts: Counter[DeliveryState]) -> int:
    return counts[DeliveryState.SENDING] + counts[DeliveryState.CLOSING]
