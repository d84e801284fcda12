"""Who comes, or comes back, while an issue goes out: they get it, and they get it once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from litwatch.domain.calendar import Week
from litwatch.domain.subscriber import DeliveryKind, DeliveryState, Subscriber
from litwatch.service.issue import store
from litwatch.service.roster import Roster
from litwatch.service.subscribe import Confirmed, Left, People
from litwatch.store import issues, outbox
from litwatch.store.schema import delivery, issue
from tests.publish.sample import QUIET, WEEK
from tests.service.test_subscribe import ADDRESS, SECRET, House, house

__all__ = ["house"]

LEASE = timedelta(hours=1)
A_WHILE = 0.5
"""Seconds in which somebody who does not wait would be done."""


def publish(tx: Connection, house: House) -> None:
    def message_id(week: Week, _: Subscriber) -> str:
        return f"<{week}.{house.next()}@x.example>"

    assert store(tx, QUIET, {}, now=house.clock.now, message_id=message_id).new


def mails(house: House) -> Counter[tuple[str, DeliveryKind, DeliveryState]]:
    """What there is in the outbox but questions: (week or "", kind, state)."""
    statement = select(issue.c.week, delivery.c.kind, delivery.c.state).outerjoin(issue)
    with house.database.read() as tx:
        rows = tx.execute(statement.where(delivery.c.kind != DeliveryKind.CONFIRM)).all()
    return Counter((row.week or "", DeliveryKind(row.kind), DeliveryState(row.state)) for row in rows)


def confirm(house: House, people: People | None = None) -> Confirmed:
    token, key = house.links()
    return (people or house.people).confirm(token, key, agreed_to="Yes.")


def test_who_confirms_while_an_issue_is_being_published_gets_it_as_their_welcome(house: House) -> None:
    house.ask()
    with ThreadPoolExecutor(1) as pool:
        with house.database.write() as tx:
            publish(tx, house)
            confirming = pool.submit(confirm, house)
            wait([confirming], timeout=A_WHILE)
        assert confirming.result(timeout=10) is Confirmed.NOW
    assert mails(house) == {(str(WEEK), DeliveryKind.WELCOME, DeliveryState.QUEUED): 1}


def test_who_is_confirming_when_an_issue_is_published_gets_it_like_all_others(house: House) -> None:
    house.ask()
    begun, go = threading.Event(), threading.Event()

    def message_id(what: str) -> str:
        begun.set()
        assert go.wait(10)
        return f"<{what}@x.example>"

    def published() -> None:
        with house.database.write() as tx:
            publish(tx, house)

    slow = People(house.database, house.clock, SECRET, message_id=message_id, new_seed=house.next)
    with ThreadPoolExecutor(2) as pool:
        confirming = pool.submit(confirm, house, slow)
        assert begun.wait(10)
        publishing = pool.submit(published)
        wait([publishing], timeout=A_WHILE)
        go.set()
        assert confirming.result(timeout=10) is Confirmed.NOW
        publishing.result(timeout=10)
    assert mails(house) == {
        (str(WEEK), DeliveryKind.ISSUE, DeliveryState.QUEUED): 1,
        ("", DeliveryKind.WELCOME, DeliveryState.QUEUED): 1,
    }


Step = Callable[[Connection, int, datetime], None]
"""What becomes of a mail once it is claimed."""
HAD: dict[str, Step | None] = {
    "queued": None,
    "sending": lambda _tx, _number, _now: None,
    "sent": lambda tx, number, now: outbox.sent(tx, number, reply="250 ok", now=now),
    "deferred": lambda tx, number, now: outbox.defer(tx, number, reply="451 later", until=now),
    "held": lambda tx, number, _now: outbox.hold(tx, number, reply="552 too long"),
}
NOT_HAD: dict[str, Step | None] = {
    "skipped": lambda tx, number, now: _skip(tx, number, now),
    "failed": lambda tx, number, now: _fail(tx, number, now),
}


def _fail(tx: Connection, number: int, now: datetime) -> None:
    outbox.defer(tx, number, reply="552 full", until=now)
    assert outbox.fail(tx, number, attempt=1, reply="552 full")


def _skip(tx: Connection, number: int, now: datetime) -> None:
    outbox.defer(tx, number, reply="451 later", until=now)
    outbox.drop(tx, [number], reply="dropped")


def leave_and_return(house: House, step: Step | None, kind: DeliveryKind) -> None:
    """Someone has the issue by a mail of that kind, which `step` takes on, leaves, and comes back."""
    with house.database.write() as tx:
        if kind is DeliveryKind.WELCOME:
            publish(tx, house)
    token = house.subscribe()
    with house.database.write() as tx:
        if kind is DeliveryKind.ISSUE:
            outbox.drop(tx, _ids(tx, DeliveryKind.WELCOME), reply="not of interest here")
            publish(tx, house)
        outbox.drop(tx, _ids(tx, DeliveryKind.CONFIRM), reply="not of interest here")
        (number,) = _ids(tx, kind)
        if step:
            assert outbox.claim(tx, now=house.clock.now, lease=LEASE)
            step(tx, number, house.clock.now)
    assert house.people.leave(token, how="web") is Left.LEFT
    house.clock.advance(days=2)
    house.ask()
    assert confirm(house) is Confirmed.NOW


def _ids(tx: Connection, kind: DeliveryKind) -> list[int]:
    return list(tx.scalars(select(delivery.c.id).where(delivery.c.kind == kind)))


@pytest.mark.parametrize("kind", [DeliveryKind.ISSUE, DeliveryKind.WELCOME])
@pytest.mark.parametrize("state", HAD)
def test_who_leaves_and_returns_does_not_get_an_issue_again(house: House, state: str, kind: DeliveryKind) -> None:
    leave_and_return(house, HAD[state], kind)
    found = mails(house)
    assert sum(number for (week, _, _), number in found.items() if week) == 1
    if kind is DeliveryKind.ISSUE or state in ("sent", "held"):
        assert found["", DeliveryKind.WELCOME, DeliveryState.QUEUED] == 1, "a word of welcome, without it"


@pytest.mark.parametrize("kind", [DeliveryKind.ISSUE, DeliveryKind.WELCOME])
@pytest.mark.parametrize("state", NOT_HAD)
def test_who_has_not_had_it_gets_it_when_they_return(house: House, state: str, kind: DeliveryKind) -> None:
    leave_and_return(house, NOT_HAD[state], kind)
    assert mails(house)[str(WEEK), DeliveryKind.WELCOME, DeliveryState.QUEUED] == 1


def test_who_returns_while_their_issue_is_being_skipped_gets_it_with_the_welcome(house: House) -> None:
    token = house.subscribe()
    with house.database.write() as tx:
        outbox.drop(tx, [*_ids(tx, DeliveryKind.CONFIRM), *_ids(tx, DeliveryKind.WELCOME)], reply="")
        publish(tx, house)
    house.people.leave(token, how="web")
    house.clock.advance(days=2)
    house.ask()
    with house.database.write() as tx:
        outbox.drop(tx, _ids(tx, DeliveryKind.CONFIRM), reply="")
    with ThreadPoolExecutor(1) as pool:
        with house.database.write() as tx:
            assert outbox.claim(tx, now=house.clock.now, lease=LEASE) is None, "they have not confirmed yet"
            confirming = pool.submit(confirm, house)
            wait([confirming], timeout=A_WHILE)
        assert confirming.result(timeout=10) is Confirmed.NOW
    found = mails(house)
    assert found[str(WEEK), DeliveryKind.ISSUE, DeliveryState.SKIPPED] == 1
    assert found[str(WEEK), DeliveryKind.WELCOME, DeliveryState.QUEUED] == 1


def test_who_was_forgotten_and_comes_anew_is_somebody_new(house: House) -> None:
    """Of an erased person nothing is kept by which anybody could know what they were sent."""
    leave_and_return(house, HAD["sent"], DeliveryKind.ISSUE)
    with house.database.write() as tx:
        outbox.drop(tx, [*_ids(tx, DeliveryKind.CONFIRM), *_ids(tx, DeliveryKind.WELCOME)], reply="")
    roster = Roster(house.database, house.clock, topics=(), new_seed=house.next, address_hash=house.people.address_hash)
    assert roster.erase(ADDRESS).found
    house.clock.advance(days=2)
    house.subscribe()
    with house.database.read() as tx:
        assert issues.weeks(tx) == [WEEK]
    assert mails(house) == {(str(WEEK), DeliveryKind.WELCOME, DeliveryState.QUEUED): 1}
