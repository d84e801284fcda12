"""Ids that PubMed did not deliver: when each is asked for again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from litwatch.store import missing
from litwatch.store.database import Database
from litwatch.store.schema import missing_article
from tests.store.samples import MONDAY

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(("misses", "wait"), [(1, 3600), (2, 86_400), (3, 604_800), (4, 2_592_000), (5, 2_592_000)])
def test_each_miss_waits_longer(database: Database, misses: int, wait: int) -> None:
    with database.write() as tx:
        for _ in range(misses):
            missing.note(tx, "pain", ["11"], now=MONDAY, reason="not in the answer")
    due = MONDAY + timedelta(seconds=wait)
    with database.read() as tx:
        assert missing.due(tx, "pain", now=due - SECOND) == []
        assert missing.due(tx, "pain", now=due) == ["11"]


def test_topics_are_apart_and_the_longest_overdue_comes_first(database: Database) -> None:
    with database.write() as tx:
        missing.note(tx, "pain", ["13", "11"], now=MONDAY, reason="a")
        missing.note(tx, "pain", ["12"], now=MONDAY - SECOND, reason="b")
        missing.note(tx, "sleep", ["14"], now=MONDAY, reason="c")
    much_later = MONDAY + timedelta(days=1)
    with database.read() as tx:
        assert missing.due(tx, "pain", now=much_later) == ["12", "11", "13"]
        assert missing.due(tx, "pain", now=much_later, limit=2) == ["12", "11"]
        assert missing.due(tx, "sleep", now=much_later) == ["14"]


def test_the_first_miss_and_the_last_reason_are_kept(database: Database) -> None:
    with database.write() as tx:
        missing.note(tx, "pain", ["11"], now=MONDAY, reason="first")
        missing.note(tx, "pain", ["11", "12"], now=MONDAY + SECOND, reason="second")
        rows = tx.execute(select(missing_article).order_by(missing_article.c.pmid)).all()
    assert [(row.pmid, row.attempts, row.reason, row.first_missed) for row in rows] == [
        ("11", 2, "second", MONDAY),
        ("12", 1, "second", MONDAY + SECOND),
    ]


def test_what_has_arrived_is_forgotten_for_every_topic(database: Database) -> None:
    with database.write() as tx:
        missing.note(tx, "pain", ["11", "12"], now=MONDAY, reason="")
        missing.note(tx, "sleep", ["11"], now=MONDAY, reason="")
        missing.clear(tx, ["11", "99"])
        missing.clear(tx, [])
        assert missing.due(tx, "pain", now=MONDAY + timedelta(days=1)) == ["12"]
        assert missing.due(tx, "sleep", now=MONDAY + timedelta(days=1)) == []
