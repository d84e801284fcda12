"""What the tests of returned mail share: people to whom issues were sent, and reports about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from litwatch.domain import tokens, verp
from litwatch.domain.calendar import Week
from litwatch.domain.subscriber import Delivery, DeliveryState, Subscriber, SubscriberStatus
from litwatch.publish.mailbox import Letter
from litwatch.service.bounces import Bounces, Collected
from litwatch.store import issues, outbox, subscribers
from litwatch.store.database import Database
from litwatch.store.schema import subscriber as table
from tests.publish.returned import failed, not_delivered, returned_mail
from tests.service.post import Clock
from tests.store.samples import issue

SECRET = b"a secret of the service, 32 bytes or more"
BOUNCES = "bounces@litwatch.example"
FIRST = datetime(2026, 1, 16, 7, 0, tzinfo=UTC)
WEEK_OF_FIRST = Week(2026, 3)


class Pile:
    """A mailbox in memory."""

    def __init__(self, *messages: bytes) -> None:
        self.waiting = {str(number): message for number, message in enumerate(messages)}
        self.aside: dict[str, bool] = {}
        self.closed = 0

    def letters(self) -> Iterator[Letter]:
        for place, message in list(self.waiting.items()):
            yield Letter(place, message)

    def set_aside(self, letter: Letter, *, read: bool) -> None:
        del self.waiting[letter.place]
        self.aside[letter.place] = read

    def close(self) -> None:
        self.closed += 1


class Town:
    """People, the issues that were sent to them, and what comes back."""

    def __init__(self, database: Database, *names: str) -> None:
        self.database = database
        self.clock = Clock(FIRST)
        self.left: list[str] = []
        self.bounces = Bounces(database, secret=SECRET, leave=self._leave, clock=self.clock)
        self.week = WEEK_OF_FIRST
        self.people: dict[str, Subscriber] = {}
        self.sent: dict[tuple[str, Week], int] = {}
        with database.write() as tx:
            for name in names:
                person = subscribers.add(tx, f"{name}@example.org", topics=(), seed=f"{name:>22}", now=FIRST)
                assert person
                self.people[name] = person
                hashed = tokens.hashed(self.token(name))
                tx.execute(table.update().where(table.c.id == person.id).values(token_hash=hashed))

    def token(self, name: str) -> str:
        return tokens.personal(SECRET, self.people[name].seed)

    def _leave(self, token: str) -> bool:
        known = token in {self.token(name) for name in self.people}
        if known:
            self.left.append(token)
        return known

    def send_issue(self, *names: str) -> None:
        """This week's issue goes out to these people, or to all."""
        with self.database.write() as tx:
            issues.publish(tx, issue(self.week), {})
            chosen = names or tuple(self.people)
            entries = [(self.people[name].id, self.message_id(name)) for name in chosen]
            outbox.enqueue(tx, self.week, entries, now=self.clock())
            while delivery := outbox.claim(tx, now=self.clock(), lease=timedelta(hours=1)):
                outbox.closing(tx, delivery.id)
                outbox.sent(tx, delivery.id, reply="250 ok", now=self.clock())
                name = delivery.subscriber.address.partition("@")[0]
                self.sent[name, self.week] = delivery.id

    def next_week(self) -> None:
        self.clock.advance(days=7)
        self.week = self.week.next()

    def message_id(self, name: str, week: Week | None = None) -> str:
        return f"<{week or self.week}.{name}@litwatch.example>"

    def sender(self, name: str, week: Week | None = None) -> str:
        """The envelope sender of that person's copy of an issue."""
        return verp.envelope_sender(BOUNCES, self.sent[name, week or self.week], SECRET)

    def delivery(self, name: str) -> Delivery:
        """That person's copy of this week's issue, while it is being sent."""
        number, message_id = self.sent[name, self.week], self.message_id(name)
        return Delivery(number, str(self.week), self.people[name], DeliveryState.SENDING, message_id, self.clock())

    def report(self, name: str, status: str = "5.1.1", said: str = "no such user", week: Week | None = None) -> bytes:
        """A notification about an issue, found by its envelope sender only."""
        group = failed(f"{name}@example.org", status=status, said=f"smtp; 550 {status} {said}")
        report_id = f"<{week or self.week}.{name}.{status}@mx.example.org>"
        return not_delivered(group, to=self.sender(name, week), returned=[], message_id=report_id)

    def mail(self, name: str, *, token: str = "none") -> Sequence[str]:
        """That person's copy of this week's issue."""
        return returned_mail(to=f"{name}@example.org", message_id=self.message_id(name), token=token)

    def collect(self, *messages: bytes) -> Collected:
        return self.bounces.collect(Pile(*messages))

    def status(self, name: str) -> SubscriberStatus:
        with self.database.read() as tx:
            everybody = subscribers.listing(tx, active_only=False)
        return next(person.status for person in everybody if person.id == self.people[name].id)

    def suppressed(self) -> dict[str, str]:
        """Address → kind."""
        return {one.address: one.kind.value for one in self.bounces.suppressions()}
