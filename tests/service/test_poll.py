from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from litwatch.domain.article import Article
from litwatch.domain.study import Study
from litwatch.errors import StoreError
from litwatch.pubmed.query import parse
from litwatch.service.poll import poll
from litwatch.store import articles, missing, studies
from tests.pubmed.eutils import Fields, fetched, unreadable, xml
from tests.service.world import QUERY, World, read_study

TODAY = date(2025, 3, 21)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World.create(tmp_path)
    yield world
    world.database.close()


def windows(world: World, field: str = "crdt") -> list[str]:
    """The date ranges of the searches so far, e.g. "2025/01/20…3000"."""
    terms = [fields["term"] for fields in world.server.asked("esearch") if f"[{field}]" in fields["term"]]
    return ["…".join(term.split('"')[1::2]) for term in terms]


def test_first_poll(world: World) -> None:
    for pmid, days in (("1", 61), ("2", 60), ("3", 1), ("4", 0)):
        world.server.add(pmid, ago(days))
    receipt = world.poll()
    assert world.stored() == {"2", "3", "4"}
    assert world.linked() == {"2": ("pain",), "3": ("pain",), "4": ("pain",)}
    assert receipt.failed is None
    assert (receipt.topic, receipt.query, receipt.started) == ("pain", QUERY, world.now)
    assert (receipt.found, receipt.new, receipt.revised, receipt.missing, receipt.unreadable) == (3, 3, 0, 0, 0)
    assert receipt.window == (ago(60), TODAY)
    assert receipt.complete_to == ago(1)
    assert world.receipts() == [receipt]
    assert windows(world) == ["2025/01/20…2025/02/19", "2025/02/20…3000"]


def test_studies_are_stored_with_their_articles(world: World) -> None:
    world.server.add("1", ago(1))
    world.poll()
    with world.database.read() as tx:
        (study,) = studies.load(tx, ["1"]).values()
        (stored,) = articles.load(tx, ["1"])
    assert study.extractor == "A study"
    assert stored.raw == xml("1").strip()
    assert stored.first_seen == world.now


def test_a_quiet_window_is_no_failure(world: World) -> None:
    receipt = world.poll()
    assert (receipt.found, receipt.new, receipt.failed) == (0, 0, None)
    assert receipt.complete_to == ago(1)
    assert world.server.asked("efetch") == []


def test_the_next_poll_asks_from_14_days_before_the_cursor_and_fetches_only_what_is_unknown(world: World) -> None:
    world.server.add("1", ago(3))
    world.poll()
    world.pass_days(2)
    world.server.add("2", ago(3))  # findable only now
    world.server.add("3", world.today)
    world.server.requests.clear()
    receipt = world.poll()
    # complete to 20 March, so from the 21st on is unknown: 14 days before that, and open at the end
    assert windows(world) == ["2025/03/07…3000"]
    assert [fields["id"] for fields in world.server.asked("efetch")] == ["3,2", "1"]  # 1: revised within the overlap
    assert (receipt.found, receipt.new, receipt.revised) == (3, 2, 0)
    assert receipt.complete_to == TODAY + timedelta(days=1)


def test_the_day_is_the_day_in_new_york(world: World) -> None:
    world.now = datetime(2025, 3, 22, 3, 59, tzinfo=UTC)  # 23:59 on the 21st in New York
    receipt = world.poll()
    assert receipt.window is not None
    assert receipt.window[1] == TODAY
    world.now = datetime(2025, 3, 22, 4, 0, tzinfo=UTC)
    receipt = world.poll()
    assert receipt.window is not None
    assert receipt.window[1] == TODAY + timedelta(days=1)


def test_a_failed_search_moves_no_cursor_and_says_why(world: World) -> None:
    world.server.fault = lambda operation, fields, number: httpx.Response(
        200, text='{"esearchresult":{"ERROR":"Search Backend failed: Database is not supported: pubmed"}}'
    )
    receipt = world.poll()
    assert receipt.failed is not None
    assert "Database is not supported" in receipt.failed
    assert "\n" not in receipt.failed
    assert (receipt.found, receipt.complete_to) == (0, None)
    assert world.cursor().complete_to is None
    assert world.receipts() == [receipt]


def test_a_failed_fetch_keeps_the_batches_before_it_and_the_windows_before_that(world: World) -> None:
    for pmid in range(1, 11):
        world.server.add(str(pmid), ago(50))
    for pmid in range(1001, 1301):
        world.server.add(str(pmid), ago(5))

    def fault(operation: str, fields: Fields, number: int) -> httpx.Response | None:
        return httpx.Response(502) if operation == "efetch" and "1001" in fields["id"].split(",") else None

    world.server.fault = fault
    receipt = world.poll()
    assert receipt.failed is not None
    assert (receipt.found, receipt.new) == (310, 210)  # ids go out newest first: 1300…1101 came, 1100…1001 did not
    assert receipt.complete_to == world.cursor().complete_to == date(2025, 2, 19)
    world.server.fault = None
    receipt = world.poll()
    assert (receipt.new, receipt.failed, receipt.complete_to) == (100, None, ago(1))
    assert world.stored() == set(world.server.entries)


def test_known_articles_are_linked_without_being_fetched(world: World) -> None:
    world.server.add("1", ago(1))
    world.poll("pain")
    world.server.requests.clear()
    world.server.entries["1"].revised = ago(100)
    receipt = world.poll("exercise")
    assert world.linked() == {"1": ("exercise", "pain")}
    assert world.server.asked("efetch") == []
    assert (receipt.found, receipt.new) == (1, 0)


def test_missing_ids_are_noted_asked_again_when_due_and_count_as_handled(world: World) -> None:
    world.server.add("1", ago(40))
    world.server.add("2", ago(40))
    world.server.fault = lambda operation, fields, number: (
        fetched(xml(pmid) for pmid in fields["id"].split(",") if pmid != "2") if operation == "efetch" else None
    )
    receipt = world.poll()
    assert (receipt.found, receipt.new, receipt.missing, receipt.failed) == (2, 1, 1, None)
    assert receipt.complete_to == ago(1)
    world.server.fault = None
    world.now += timedelta(minutes=59)
    assert world.poll().new == 0  # not due before an hour has passed, and out of the overlap
    world.now += timedelta(minutes=2)
    receipt = world.poll()
    assert (receipt.new, receipt.missing) == (1, 0)
    assert world.linked() == {"1": ("pain",), "2": ("pain",)}
    with world.database.read() as tx:
        assert missing.due(tx, "pain", now=world.now + timedelta(days=100)) == []


def test_an_unreadable_record_is_stored_as_a_failure_and_counted(world: World) -> None:
    world.server.add("1", ago(1), raw=unreadable("1"))
    world.server.add("2", ago(1))
    receipt = world.poll()
    assert (receipt.found, receipt.new, receipt.unreadable, receipt.missing) == (2, 1, 1, 0)
    assert receipt.failed is None
    assert receipt.complete_to == ago(1)
    assert world.stored() == {"2"}


def test_an_article_that_cannot_be_read_into_a_study_is_stored_without_one(world: World) -> None:
    def fails_on_two(article: Article) -> Study:
        if article.pmid == "2":
            raise ZeroDivisionError("a bug in the reader")
        return read_study(article)

    world.read_study = fails_on_two
    for pmid in ("1", "2", "3"):
        world.server.add(pmid, ago(1))
    receipt = world.poll()
    assert (receipt.new, receipt.failed) == (3, None)
    assert set(world.linked()) == {"1", "2", "3"}
    with world.database.read() as tx:
        assert set(studies.load(tx, ["1", "2", "3"])) == {"1", "3"}


def test_a_revision_is_fetched_stored_and_read_again(world: World) -> None:
    world.server.add("1", ago(30))
    world.server.add("2", ago(30))
    world.poll()
    world.pass_days(40)
    world.server.revise("1", world.today, xml("1", "A corrected study"))
    world.server.add("9", ago(500))  # old, revised lately, never stored: no concern of ours
    world.server.revise("9", world.today, xml("9"))
    world.server.requests.clear()
    receipt = world.poll()
    assert (receipt.new, receipt.revised) == (0, 1)
    assert [fields["id"] for fields in world.server.asked("efetch")] == ["1"]
    with world.database.read() as tx:
        (stored,) = articles.load(tx, ["1"])
        (study,) = studies.load(tx, ["1"]).values()
    assert b"A corrected study" in stored.raw
    assert study.extractor == "A corrected study"
    assert world.stored() == {"1", "2"}
    assert world.cursor().revised_to == world.today - timedelta(days=1)
    assert world.poll().revised == 0


def test_an_unchanged_record_is_not_read_again(world: World) -> None:
    read: list[str] = []

    def reading(article: Article) -> Study:
        read.append(article.pmid)
        return read_study(article)

    world.read_study = reading
    world.server.add("1", ago(5))
    world.poll()
    world.pass_days()
    world.server.requests.clear()
    world.poll()
    assert [fields["id"] for fields in world.server.asked("efetch")] == ["1"]
    assert read == ["1"]


def test_a_failure_among_the_revisions_keeps_what_is_new(world: World) -> None:
    world.server.add("1", ago(1))
    world.server.fault = lambda operation, fields, number: (
        httpx.Response(503) if "[lr]" in fields.get("term", "") else None
    )
    receipt = world.poll()
    assert receipt.failed is not None
    assert (receipt.new, receipt.complete_to) == (1, ago(1))
    assert world.cursor().revised_to is None


def test_a_deletion_is_marked(world: World) -> None:
    world.server.add("1", ago(30))
    world.server.add("2", ago(30))
    world.poll()
    world.pass_days(40)
    world.server.revise("1", world.today, b"<DeleteCitation><PMID Version='1'>1</PMID></DeleteCitation>")
    receipt = world.poll()
    assert (receipt.failed, receipt.missing) == (None, 0)
    with world.database.read() as tx:
        first, second = articles.load(tx, ["1", "2"])
    assert first.deleted == world.now
    assert second.deleted is None
    assert set(world.linked()) == {"2"}


def test_five_weeks_of_downtime_are_caught_up_in_chunks(world: World) -> None:
    world.server.add("1", ago(1))
    world.poll()
    world.pass_days(35)
    for days in range(35):
        world.server.add(str(100 + days), TODAY + timedelta(days=days))
    world.server.requests.clear()
    receipt = world.poll()
    assert windows(world) == ["2025/03/07…2025/04/06", "2025/04/07…3000"]
    assert receipt.new == 35
    assert world.stored() == set(world.server.entries)


def test_a_catch_up_that_fails_goes_on_where_it_stopped(world: World) -> None:
    world.poll()
    world.pass_days(200)
    for days in range(200):
        world.server.add(str(100 + days), TODAY + timedelta(days=days))
    searches = 0

    def fault(operation: str, fields: Fields, number: int) -> httpx.Response | None:
        nonlocal searches
        searches += operation == "esearch"
        return httpx.Response(503) if searches > 3 else None

    world.server.fault = fault
    receipt = world.poll()
    assert receipt.failed is not None
    assert receipt.complete_to == date(2025, 3, 7) + timedelta(days=3 * 31 - 1)
    world.server.fault = None
    world.server.requests.clear()
    assert world.poll().failed is None
    assert windows(world)[0].startswith("2025/05/25")  # 14 days before 8 June, the first day that is not complete
    assert world.stored() == set(world.server.entries)


def test_a_new_query_starts_over(world: World) -> None:
    world.server.add("1", ago(50))
    world.poll()
    world.query = "exercise AND (pain OR ache)"
    world.server.requests.clear()
    receipt = world.poll()
    assert receipt.window == (ago(60), TODAY)
    assert receipt.query == "exercise AND (pain OR ache)"


def test_a_clock_that_went_back_leaves_no_gap(world: World) -> None:
    world.pass_days(400)
    world.poll()
    world.pass_days(-400)
    world.server.add("1", ago(10))
    receipt = world.poll()
    assert receipt.window == (ago(14), TODAY)
    assert receipt.complete_to == ago(1) + timedelta(days=400)  # a cursor never moves back
    assert world.stored() == {"1"}


def test_stop_is_obeyed_between_batches(world: World) -> None:
    for pmid in range(1, 451):
        world.server.add(str(pmid), ago(1))
    asked: list[bool] = []

    def stop() -> bool:
        asked.append(True)
        return bool(world.stored())

    receipt = world.poll(stop=stop)
    assert receipt.failed == "stopped on request; the next poll goes on from here"
    # Asked for the first time with something stored, the second batch is there already and is not thrown away.
    assert (receipt.new, receipt.complete_to) == (400, date(2025, 2, 19))
    assert world.poll().new == 50


def test_an_unexpected_error_is_a_failed_poll(world: World) -> None:
    def fault(operation: str, fields: Fields, number: int) -> httpx.Response | None:
        raise LookupError("a bug\nof ours")

    world.server.fault = fault
    receipt = world.poll()
    assert receipt.failed == "unexpected LookupError: a bug of ours"
    assert world.receipts() == [receipt]


def test_a_database_in_trouble_ends_the_poll(tmp_path: Path) -> None:
    world = World.create(tmp_path, busy_seconds=0.05)
    world.server.add("1", ago(1))
    with closing(sqlite3.connect(tmp_path / "litwatch.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError):
            world.poll()
    assert world.poll().new == 1
    world.database.close()


def test_one_topic_that_fails_does_not_stop_the_others(world: World) -> None:
    world.server.add("1", ago(1))
    world.server.fault = lambda operation, fields, number: (
        httpx.Response(400, text="Mandatory parameter: sense - is omitted")
        if "(bad)" in fields.get("term", "")
        else None
    )
    told: list[tuple[int, int]] = []
    with world.server.client() as client:
        receipts = poll(
            {"first": "bad", "second": QUERY, "third": parse("pain[tiab]")},
            client=client,
            database=world.database,
            read_study=read_study,
            clock=lambda: world.now,
            on_progress=lambda done, total: told.append((done, total)),
        )
    assert [receipt.topic for receipt in receipts] == ["first", "second", "third"]
    assert [receipt.failed is None for receipt in receipts] == [False, True, True]
    assert world.receipts() == [replace(receipt) for receipt in receipts]
    assert world.linked() == {"1": ("second", "third")}
    # second: its one record; third: the same record, revised within the overlap
    assert told == [(1, 1), (2, 2)]
