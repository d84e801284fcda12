"""Several workers on PostgreSQL, each with a connection of its own."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from litwatch.domain.subscriber import DeliveryState
from litwatch.errors import DeliveryError, StoreError
from litwatch.publish.smtp import Relay, SmtpTransport
from litwatch.service.deliver import BREAKER, Delivered, deliver
from litwatch.service.mail_pace import MailPace
from litwatch.store import issues
from litwatch.store.database import Database
from tests.publish.sample import QUIET
from tests.publish.smtpserver import OK, Mailbox, serving
from tests.service.post import SENDER, Clock, Post, queue, render, states


@pytest.fixture
def outbox(postgresql_database: Database) -> Iterator[Database]:
    with postgresql_database.write() as tx:
        issues.publish(tx, QUIET, {})
    yield postgresql_database


def _deliver(database: Database, transports: list[Post], **options: object) -> Delivered:
    return deliver(
        database=database,
        transports=transports,
        render=render,
        envelope_from=lambda _: SENDER,
        clock=Clock(),
        **options,  # type: ignore[arg-type]
    )


def test_everyone_gets_one_copy_and_every_worker_works(outbox: Database) -> None:
    queue(outbox, 40)
    together = threading.Barrier(4, timeout=30)

    class Meeting(Post):
        """Its first message waits until the other three workers have one in hand as well."""

        def send(self, envelope_from: str, to: str, message: bytes, on_closing: Callable[[], None]) -> str:
            if not self.attempts:
                together.wait()
            return super().send(envelope_from, to, message, on_closing)

    posts: list[Post] = [Meeting() for _ in range(4)]
    assert _deliver(outbox, posts) == Delivered(sent=40)
    copies = Counter(to for post in posts for to, _ in post.accepted)
    assert (len(copies), copies.total()) == (40, 40)
    assert [post.closed for post in posts] == [1, 1, 1, 1]


def test_over_real_connections(outbox: Database) -> None:
    queue(outbox, 30)
    with serving(Mailbox()) as mailbox:
        relay = Relay("127.0.0.1", mailbox.port, local_hostname="client.example", timeout=10)
        outcome = deliver(
            database=outbox,
            transports=[SmtpTransport(relay) for _ in range(3)],
            render=render,
            envelope_from=lambda _: SENDER,
            clock=Clock(),
        )
    assert outcome == Delivered(sent=30)
    assert len(set(mailbox.ids())) == len(mailbox.accepted) == 30
    assert mailbox.connections <= 3


def test_the_pace_is_the_workers_together(outbox: Database) -> None:
    queue(outbox, 12)
    posts, now, lock = [Post() for _ in range(3)], [0.0], threading.Lock()
    starts: list[float] = []

    def sleep(seconds: float) -> None:
        with lock:
            now[0] += seconds

    class Pace(MailPace):
        def start(self, address: str) -> None:
            starts.append(now[0])
            super().start(address)

    assert _deliver(outbox, posts, pace=Pace(10, None, monotonic=lambda: now[0], sleep=sleep)).sent == 12
    assert all(later - earlier >= 0.1 - 1e-9 for earlier, later in itertools.pairwise(starts))


def test_they_break_off_together(outbox: Database) -> None:
    queue(outbox, 100)
    posts = [Post(lambda _number, _to: DeliveryError("down", refused="relay")) for _ in range(3)]
    outcome = _deliver(outbox, posts)
    assert outcome.stopped is not None
    # The other two may have had one in hand.
    assert BREAKER <= outcome.deferred <= BREAKER + 2


def test_a_worker_that_fails_ends_the_run_and_loses_nobody(outbox: Database) -> None:
    queue(outbox, 60)

    class Failing(Post):
        def send(self, envelope_from: str, to: str, message: bytes, on_closing: Callable[[], None]) -> str:
            raise StoreError("test", "gone")

    good = Post(lambda _number, _to: OK)
    with pytest.raises(StoreError, match="gone"):
        _deliver(outbox, [Failing(), good])
    after = states(outbox)
    assert after[DeliveryState.SENDING] == 1
    assert after.get(DeliveryState.SENT, 0) == len(good.accepted)
    assert (after.get(DeliveryState.SENT, 0) + after.get(DeliveryState.QUEUED, 0)) == 59
