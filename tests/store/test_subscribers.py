"""Subscribers: one row per mailbox; leaving and coming back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from litwatch.domain.subscriber import Subscriber, SubscriberStatus
from litwatch.errors import UsageError
from litwatch.store import subscribers
from litwatch.store.database import Database
from litwatch.store.schema import subscriber
from tests.store.samples import MONDAY

LATER = MONDAY + timedelta(days=1)


def test_a_new_subscriber(database: Database) -> None:
    with database.write() as tx:
        added = subscribers.add(tx, "ann@example.org", topics=("pain", "sleep"), seed="t1", now=MONDAY)
    assert added is not None
    active = SubscriberStatus.ACTIVE
    assert added == Subscriber(added.id, "ann@example.org", ("pain", "sleep"), active, "t1", MONDAY)
    with database.read() as tx:
        assert subscribers.listing(tx) == [added]


@pytest.mark.parametrize("again", ["ann@example.org", "ann@EXAMPLE.org", " ann@example.org "])
def test_an_active_one_is_not_added_again(database: Database, again: str) -> None:
    with database.write() as tx:
        added = subscribers.add(tx, "ann@Example.org", topics=(), seed="t1", now=MONDAY)
        assert subscribers.add(tx, again, topics=("pain",), seed="t2", now=LATER) is None
        assert subscribers.listing(tx) == [added]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("Ann.Lee@EXAMPLE.Org", "Ann.Lee@example.org"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("o'neil+news@example.org", "o'neil+news@example.org"),
    ],
)
def test_the_domain_is_normalised_and_the_local_part_is_not(database: Database, given: str, stored: str) -> None:
    with database.write() as tx:
        added = subscribers.add(tx, given, topics=(), seed="t", now=MONDAY)
    assert added is not None
    assert added.address == stored


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "ann",
        "@example.org",
        "ann@",
        f"ann@{'x' * 64}.org",
        "ann@a..b",
        "a b@example.org",
        '"a@b"@example.org',
        "ann@host",
    ],
)
def test_what_is_no_address(database: Database, bad: str) -> None:
    with pytest.raises(UsageError, match="not an email address"), database.write() as tx:
        subscribers.add(tx, bad, topics=(), seed="t", now=MONDAY)


def test_leaving_keeps_the_row_and_coming_back_keeps_the_links(database: Database) -> None:
    with database.write() as tx:
        first = subscribers.add(tx, "ann@example.org", topics=("pain",), seed="t1", now=MONDAY)
        other = subscribers.add(tx, "bob@example.org", topics=(), seed="t2", now=MONDAY)
        assert first is not None
        assert subscribers.remove(tx, "ann@EXAMPLE.org", now=LATER) is True
        assert subscribers.remove(tx, "ann@example.org", now=LATER) is False
        assert subscribers.remove(tx, "nobody@example.org", now=LATER) is False
        assert subscribers.listing(tx) == [other]
        left, _ = subscribers.listing(tx, active_only=False)
        assert (left.status, left.seed) == (SubscriberStatus.UNSUBSCRIBED, "t1")
        assert tx.scalar(select(subscriber.c.left_at).where(subscriber.c.id == first.id)) == LATER
        back = subscribers.add(tx, "ann@example.org", topics=(), seed="t3", now=LATER)
        active = SubscriberStatus.ACTIVE
        assert back == Subscriber(first.id, "ann@example.org", (), active, "t1", LATER)
        assert tx.scalar(select(subscriber.c.left_at).where(subscriber.c.id == first.id)) is None
        assert subscribers.listing(tx) == [back, other]


def test_a_suppressed_one_may_leave_and_may_come_back(database: Database) -> None:
    with database.write() as tx:
        subscribers.add(tx, "ann@example.org", topics=(), seed="t1", now=MONDAY)
        tx.execute(text("UPDATE subscriber SET status = 'suppressed'"))
        assert subscribers.listing(tx) == []
        back = subscribers.add(tx, "ann@example.org", topics=(), seed="t2", now=LATER)
        assert back is not None
        assert back.status is SubscriberStatus.ACTIVE
        tx.execute(text("UPDATE subscriber SET status = 'suppressed'"))
        assert subscribers.remove(tx, "ann@example.org", now=LATER) is True
