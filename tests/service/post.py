"""What the tests of delivery share: an outbox in a file of its own, a transport that keeps what it takes, a clock."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from litwatch.domain.digest import Issue
from litwatch.domain.notice import Notice
from litwatch.domain.subscriber import Delivery, DeliveryState
from litwatch.errors import DeliveryError
from litwatch.publish.message import issue_message, notice_message
from litwatch.publish.transport import Transport
from litwatch.service.courier import Render
from litwatch.service.deliver import Delivered, deliver
from litwatch.store import issues, outbox, schema, subscribers
from litwatch.store.database import Database
from litwatch.store.migrate import upgrade
from tests.publish.sample import QUIET, WEEK
from tests.publish.smtpserver import OK
from tests.publish.test_message import MAILING

START = datetime(2026, 1, 16, 7, 0, tzinfo=UTC)
SENDER = "bounces@litwatch.example"


class Clock:
    """Stands still until moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **units: float) -> None:
        self.now += timedelta(**units)


class Post:
    """A transport that keeps what it accepts; `answer` may refuse (an exception) instead of returning."""

    def __init__(self, answer: Callable[[int, str], str | Exception] = lambda _number, _to: OK) -> None:
        self.answer = answer
        self.accepted: list[tuple[str, bytes]] = []
        self.attempts: list[str] = []
        self.closed = 0

    def send(self, envelope_from: str, to: str, message: bytes, on_closing: Callable[[], None]) -> str:
        assert envelope_from == SENDER
        answer = self.answer(len(self.attempts), to)
        self.attempts.append(to)
        if isinstance(answer, Exception) and not (isinstance(answer, DeliveryError) and "dot" in answer.message):
            raise answer
        on_closing()
        if isinstance(answer, Exception):
            raise answer
        self.accepted.append((to, message))
        return answer

    def close(self) -> None:
        self.closed += 1


def render(delivery: Delivery, told: Issue | Notice | None) -> bytes:
    assert told is not None
    return (
        notice_message(told, delivery, MAILING) if isinstance(told, Notice) else issue_message(told, delivery, MAILING)
    )


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema and this week's issue, and nobody who gets it."""
    path = tmp_path_factory.mktemp("outbox") / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database, now=START)
    with database.write() as tx:
        issues.publish(tx, QUIET, {})
    # The last connection to close moves everything from the write-ahead log into the file.
    database.close()
    return path


@pytest.fixture
def database(template: Path, tmp_path: Path) -> Iterator[Database]:
    opened = copy_of(template, tmp_path / "litwatch.sqlite3")
    yield opened
    opened.close()


def copy_of(template: Path, path: Path) -> Database:
    shutil.copy(template, path)
    return Database(f"sqlite:///{path}")


def address(number: int) -> str:
    return f"reader{number}@example.org"


def queue(database: Database, people: int) -> None:
    """`people` deliveries of the issue, queued."""
    with database.write() as tx:
        entries = []
        for number in range(people):
            person = subscribers.add(tx, address(number), topics=(), seed=f"{number:022d}", now=START)
            assert person is not None
            entries.append((person.id, f"<2026-W03.{number}@litwatch.example>"))
        assert outbox.enqueue(tx, WEEK, entries, now=START) == people


def run(
    database: Database,
    transport: Transport,
    clock: Callable[[], datetime],
    *,
    renderer: Render = render,
    **options: Any,
) -> Delivered:
    """`options` are deliver's."""
    return deliver(
        database=database,
        transports=[transport],
        render=renderer,
        envelope_from=lambda _: SENDER,
        clock=clock,
        **options,
    )


def states(database: Database) -> dict[DeliveryState, int]:
    with database.read() as tx:
        return dict(outbox.counts(tx))


def column(database: Database, name: str) -> list[Any]:
    with database.read() as tx:
        return list(tx.scalars(select(schema.delivery.c[name]).order_by(schema.delivery.c.id)))
