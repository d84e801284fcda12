"""One issue a week, published once, and the same when it is read again."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from litwatch.domain.calendar import Week
from litwatch.domain.digest import Reject
from litwatch.store import issues
from litwatch.store.database import Database
from litwatch.store.schema import Fate, draft, issue_article, nugget
from tests.store.samples import MONDAY, issue, store

W1, W2, W3 = Week(2025, 12), Week(2025, 52), Week(2026, 1)
NO_FATES: Mapping[str, tuple[Fate, str]] = {}


def test_an_issue_comes_back_equal_with_its_fates_and_guids(database: Database) -> None:
    value = issue(W1, "12", "11", also=("13",))
    fates = {
        "11": (Fate.NUGGET, ""),
        "12": (Fate.NUGGET, ""),
        "13": (Fate.MENTION, "beyond the limit"),
        "14": (Fate.EXCLUDED, "animal study"),
    }
    with database.write() as tx:
        store(tx, "11", "12", "13", "14")
        assert issues.publish(tx, value, fates) is True
    with database.read() as tx:
        assert issues.load(tx, W1) == value
        assert issues.load(tx, W2) is None
        columns = (issue_article.c.pmid, issue_article.c.fate, issue_article.c.reason)
        assert tx.execute(select(*columns).order_by(issue_article.c.pmid)).all() == [
            ("11", "nugget", ""),
            ("12", "nugget", ""),
            ("13", "mention", "beyond the limit"),
            ("14", "excluded", "animal study"),
        ]
        rows = tx.execute(select(nugget.c.position, nugget.c.guid, nugget.c.slug).order_by(nugget.c.position)).all()
    assert rows == [
        (0, "tag:litwatch.example,2026:12", "sample-12"),
        (1, "tag:litwatch.example,2026:11", "sample-11"),
    ]


def test_a_second_issue_of_a_week_changes_nothing(database: Database) -> None:
    with database.write() as tx:
        store(tx, "11", "12")
        assert issues.publish(tx, issue(W1, "11"), {"11": (Fate.NUGGET, "")})
    with database.write() as tx:
        assert issues.publish(tx, issue(W1, "12"), {"12": (Fate.NUGGET, "")}) is False
    with database.read() as tx:
        assert issues.load(tx, W1) == issue(W1, "11")
        assert tx.scalars(select(nugget.c.pmid)).all() == ["11"]
        assert tx.scalars(select(issue_article.c.pmid)).all() == ["11"]


def test_a_guid_is_given_once_for_ever(database: Database) -> None:
    with database.write() as tx:
        store(tx, "11")
        issues.publish(tx, issue(W1, "11"), NO_FATES)
    with pytest.raises(IntegrityError), database.write() as tx:
        issues.publish(tx, issue(W2, "11"), NO_FATES)
    with database.read() as tx:
        assert issues.weeks(tx) == [W1]


def test_the_latest_issues_come_first(database: Database) -> None:
    with database.write() as tx:
        assert (issues.recent(tx, 5), issues.weeks(tx)) == ([], [])
        for week in (W2, W1, W3):
            assert issues.publish(tx, issue(week), NO_FATES)
    with database.read() as tx:
        assert [value.week for value in issues.recent(tx, 2)] == [W3, W2]
        assert issues.weeks(tx) == [W1, W2, W3]


def test_two_publishers_at_once_make_one_issue(database: Database) -> None:
    with database.write() as tx:
        store(tx, "11")

    def publish(_: int) -> bool:
        with database.write() as tx:
            return issues.publish(tx, issue(W1, "11"), {"11": (Fate.NUGGET, "")})

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(publish, range(4))) == [False, False, False, True]


def test_every_published_note_is_listed_oldest_issue_first(database: Database) -> None:
    with database.write() as tx:
        store(tx, "11", "12", "13")
        assert issues.notes(tx) == []
        issues.publish(tx, issue(W2, "13"), NO_FATES)
        issues.publish(tx, issue(W1, "12", "11"), NO_FATES)
        assert issues.notes(tx) == [
            issues.Note("12", "sample-12", "Title of 12"),
            issues.Note("11", "sample-11", "Title of 11"),
            issues.Note("13", "sample-13", "Title of 13"),
        ]


def test_rejects_are_listed_by_reason_with_what_one_needs_to_find_them(database: Database) -> None:
    fates = {
        "11": (Fate.NUGGET, "featured"),
        "12": (Fate.EXCLUDED, "retracted"),
        "13": (Fate.MENTION, "no abstract"),
        "14": (Fate.EXCLUDED, "older than 400 days: published 2020"),
        "15": (Fate.EXCLUDED, "older than 400 days: published 2020"),
    }
    with database.write() as tx:
        store(tx, *fates)
        issues.publish(tx, issue(W1, "11", also=("13",)), fates)
        rejects = issues.rejects(tx, W1)
        assert issues.rejects(tx, W2) == []
    assert [(reject.pmid, reject.reason) for reject in rejects] == [
        ("14", "older than 400 days: published 2020"),
        ("15", "older than 400 days: published 2020"),
        ("12", "retracted"),
    ]
    assert rejects[0] == Reject("14", "Title of 14", rejects[0].reason, "J Samples", 2025, "10.5555/14")


def test_when_notes_were_written_and_where_a_paper_was_told(database: Database) -> None:
    with database.write() as tx:
        assert issues.first_published(tx) is None
        store(tx, "11", "12")
        first, second = issue(W1, "11", also=("12",)), replace(issue(W2, "12"), published=MONDAY + timedelta(days=300))
        issues.publish(tx, first, NO_FATES)
        issues.publish(tx, second, NO_FATES)
        waited = {
            "week": str(W2),
            "composed": MONDAY,
            "state": "approved",
            "payload": "",
            "fates": "",
            "edits": "",
            "note": "",
        }
        tx.execute(draft.insert().values(waited))
        assert issues.composed(tx) == {W1: first.published, W2: MONDAY}
        assert issues.first_published(tx) == first.published
        assert (issues.telling(tx, "11"), issues.telling(tx, "12"), issues.telling(tx, "13")) == ([W1], [W2], [])
