"""The verb that shows mail before it goes to everybody: the same rendering as the real run, without the outbox."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from litwatch.domain.calendar import Clock
from litwatch.domain.digest import Issue
from litwatch.domain.subscriber import Delivery, DeliveryState, MailFormat, Subscriber, SubscriberStatus
from litwatch.errors import LitwatchError
from litwatch.publish.transport import Transport
from litwatch.service.courier import Render
from litwatch.store import outbox, subscribers
from litwatch.store.database import Database


@dataclass(frozen=True, slots=True)
class Proofs:
    """`render` and `transport` are those of the real run; bounces go to `envelope_from`, new ids are of `domain`."""

    database: Database
    render: Render
    transport: Callable[[], Transport | None]
    envelope_from: str
    domain: str
    clock: Clock

    def preview(self, issue: Issue, address: str | None = None) -> bytes:
        """The mail of `issue` to a subscriber, byte for byte the one that they were sent, if they were.

        Without an address, to somebody who chose nothing in particular, whose links are nobody's. LitwatchError if
        nobody is subscribed with the address.
        """
        with self.database.read() as tx:
            person = subscribers.by_address(tx, address) if address else None
            delivery = outbox.of_issue(tx, issue.week, person) if person else None
        if address and person is None:
            raise LitwatchError(f"nobody is subscribed as {subscribers.normalise(address)}")
        person = person or self._nobody(f"reader@{self.domain}", plain=False)
        return self.render(delivery or self._delivery(issue, person, f"{issue.week}.preview"), issue)

    def send(self, issue: Issue, address: str, *, plain: bool = False) -> str:
        """Send the mail of `issue` to `address` now, subscribed or not; returns the receiver's reply.

        It has a Message-ID of its own, so that the real one is no copy of it. Raises LitwatchError where nothing is
        to be sent, and DeliveryError if it is not taken.
        """
        to = subscribers.normalise(address)
        with self.database.read() as tx:
            person = subscribers.by_address(tx, to) or self._nobody(to, plain=plain)
        transport = self.transport()
        if transport is None:
            raise LitwatchError("mail.transport is 'none': nothing is sent")
        delivery = self._delivery(issue, person, f"{issue.week}.test.{secrets.token_hex(12)}")
        try:
            return transport.send(self.envelope_from, to, self.render(delivery, issue), lambda: None)
        finally:
            transport.close()

    def _delivery(self, issue: Issue, person: Subscriber, name: str) -> Delivery:
        date = issue.published if name.endswith("preview") else self.clock()
        return Delivery(0, str(issue.week), person, DeliveryState.QUEUED, f"<{name}@{self.domain}>", date)

    def _nobody(self, address: str, *, plain: bool) -> Subscriber:
        """Somebody who is not subscribed: the token made of this seed opens nothing."""
        kind = MailFormat.TEXT if plain else MailFormat.HTML
        return Subscriber(0, address, (), SubscriberStatus.ACTIVE, "nobody", self.clock(), format=kind)
