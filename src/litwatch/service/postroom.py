"""The postroom: where the mail of this installation is sent from, and where an operator decides about what is held."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

from litwatch.domain.calendar import Clock
from litwatch.domain.subscriber import DeliveryKind, DeliveryState
from litwatch.errors import UsageError
from litwatch.publish.transport import Transport
from litwatch.service import told
from litwatch.service.courier import EnvelopeFrom, OnRefused, Render, nobody_told
from litwatch.service.deliver import Delivered, deliver
from litwatch.service.mail_pace import MailPace
from litwatch.store import outbox, pauses
from litwatch.store.database import Database

AWAITED = (DeliveryKind.CONFIRM, DeliveryKind.WELCOME)
"""Mails that somebody has asked for just now, and looks out for."""


def nothing() -> None:
    """Does nothing."""


@dataclass(frozen=True, slots=True)
class Postroom:
    """How mail leaves. `transport` makes the way of one worker; None where nothing is to be sent.

    `pace` is shared by all runs, so that one goes on at the pace of the one before.
    """

    database: Database
    transport: Callable[[], Transport | None]
    render: Render
    envelope_from: EnvelopeFrom
    pace: MailPace
    clock: Clock
    message_id: told.MessageId
    ambiguous: Literal["resend", "hold"]
    on_refused: OnRefused = nobody_told
    prepare: Callable[[], None] = nothing
    """Done before each run: it may queue mail."""
    take_requests: Callable[[], None] = nothing
    """Done before each `answer`: queues the answers to those who have come in meanwhile."""

    def deliver(
        self,
        *,
        ambiguous: Literal["resend", "hold"] | None = None,
        workers: int = 1,
        during_pause: bool = False,
        take_over: bool = False,
        only: Collection[DeliveryKind] = (),
        stop: Callable[[], bool] = lambda: False,
    ) -> Delivered:
        """Send what waits (`deliver.deliver`). Nothing is sent, and nothing lost, where there is no transport.

        UsageError for several workers on SQLite, which has one writer at a time.
        """
        if workers > 1 and self.database.dialect == "sqlite":
            raise UsageError("several delivery workers need PostgreSQL: SQLite has one writer at a time")
        self.prepare()
        transports = [made for made in (self.transport() for _ in range(workers)) if made]
        if not transports:
            return Delivered(stopped="mail.transport is 'none': nothing is sent")
        self._queue_owed()
        return deliver(
            database=self.database,
            transports=transports,
            render=self.render,
            envelope_from=self.envelope_from,
            clock=self.clock,
            pace=self.pace,
            on_refused=self.on_refused,
            ambiguous=ambiguous or self.ambiguous,
            during_pause=during_pause,
            take_over=take_over,
            only=only,
            stop=stop,
        )

    def answer(self, *, stop: Callable[[], bool] = lambda: False) -> Delivered:
        """Send what is `AWAITED`, if there is any; costs little if not. Safe beside a run of `deliver`, also a long one."""
        self.take_requests()
        now = self.clock()
        with self.database.read() as tx:
            pause = pauses.latest(tx)
            due = outbox.is_waiting(tx, now=now, only=AWAITED)
        if not due or (pause and now < pause.until):
            return Delivered()
        return self.deliver(only=AWAITED, stop=stop)

    def outbox(self, states: Collection[DeliveryState]) -> list[outbox.Waiting]:
        """The deliveries in these states, oldest first."""
        with self.database.read() as tx:
            return outbox.listing(tx, states)

    def release(self, ids: Collection[int]) -> list[int]:
        """Queue held and failed deliveries again; the ids of those that were."""
        with self.database.write() as tx:
            return outbox.release(tx, ids)

    def drop(self, ids: Collection[int]) -> list[int]:
        """Never send these; the ids of those that waited or were held."""
        with self.database.write() as tx:
            return outbox.drop(tx, ids, reply="dropped by the operator")

    def _queue_owed(self) -> None:
        """Notices to those whose copy of the issue went out only after the notice was made."""
        now = self.clock()
        if told.is_owed(self.database, now=now):
            with self.database.write() as tx:
                told.queue_owed(tx, now=now, message_id=self.message_id)
