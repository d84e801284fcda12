"""Articles: what is new, what is revised, which bytes are current, and what an issue may tell of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from litwatch.domain.article import Article, HistoryDate, Journal, ParseFailure, PartialDate, Record
from litwatch.domain.calendar import Week
from litwatch.store import articles, issues
from litwatch.store.articles import Candidate, Saved
from litwatch.store.database import Database
from litwatch.store.schema import Fate, article, article_version, parse_failure
from tests.store.samples import MONDAY, issue, record, store

LATER = MONDAY + timedelta(days=1)


def _versions(database: Database, pmid: str) -> int:
    with database.read() as tx:
        statement = select(func.count()).select_from(article_version).where(article_version.c.pmid == pmid)
        return tx.scalar(statement) or 0


def _raw(database: Database, pmid: str) -> bytes:
    with database.read() as tx:
        (stored,) = articles.load(tx, [pmid])
    return stored.raw


def test_a_record_is_new_then_unchanged_then_revised(database: Database) -> None:
    for raw, seen, expected in [
        (b"<one/>", MONDAY, Saved.NEW),
        (b"<one/>", LATER, Saved.UNCHANGED),
        (b"<two/>", LATER, Saved.REVISED),
        (b"<two/>", LATER, Saved.UNCHANGED),
    ]:
        with database.write() as tx:
            assert articles.save(tx, [record("11", raw)], seen=seen) == {"11": expected}
    with database.read() as tx:
        (stored,) = articles.load(tx, ["11"])
    assert (stored.pmid, stored.raw, stored.format, stored.deleted) == ("11", b"<two/>", "xml", None)
    assert stored.first_seen == MONDAY
    assert _versions(database, "11") == 2


def test_a_revision_that_is_taken_back_is_a_revision(database: Database) -> None:
    for raw in (b"<one/>", b"<two/>", b"<one/>"):
        with database.write() as tx:
            saved = articles.save(tx, [record("11", raw)], seen=MONDAY)
    assert saved == {"11": Saved.REVISED}
    assert _raw(database, "11") == b"<one/>"
    assert _versions(database, "11") == 2


@pytest.mark.parametrize(
    ("version", "saved", "current"),
    [(1, Saved.UNCHANGED, b"<v2/>"), (2, Saved.REVISED, b"<other/>"), (3, Saved.REVISED, b"<other/>")],
)
def test_a_lower_version_is_kept_but_never_current(
    database: Database, version: int, saved: Saved, current: bytes
) -> None:
    with database.write() as tx:
        articles.save(tx, [record("11", b"<v2/>", version=2)], seen=MONDAY)
    with database.write() as tx:
        assert articles.save(tx, [record("11", b"<other/>", version=version)], seen=LATER) == {"11": saved}
    assert _raw(database, "11") == current
    assert _versions(database, "11") == 2


@pytest.mark.parametrize(
    ("order", "current"), [((1, 2), b"<v2/>"), ((2, 1), b"<v2/>"), ((1, 1), b"<v1/>"), ((1, 2, 1), b"<v2/>")]
)
def test_one_batch_may_hold_a_record_twice(database: Database, order: tuple[int, ...], current: bytes) -> None:
    batch = [record("11", f"<v{version}/>".encode(), version=version) for version in order]
    with database.write() as tx:
        assert articles.save(tx, batch, seen=MONDAY) == {"11": Saved.NEW}
    assert _raw(database, "11") == current
    assert _versions(database, "11") == len(set(order))


def test_a_batch_mixes_all_three(database: Database) -> None:
    with database.write() as tx:
        articles.save(tx, [record("11"), record("12")], seen=MONDAY)
    with database.write() as tx:
        saved = articles.save(tx, [record("12"), record("11", b"<new/>"), record("13")], seen=LATER)
    assert saved == {"12": Saved.UNCHANGED, "11": Saved.REVISED, "13": Saved.NEW}
    assert (_raw(database, "11"), _raw(database, "13")) == (b"<new/>", b"<PubmedArticle>13</PubmedArticle>")


def test_the_facts_to_ask_about(database: Database) -> None:
    value = Article(
        "99000001",
        "A title",
        version=2,
        doi="10.5555/ABC.1",
        journal=Journal(title="Journal of Samples", abbreviation="J Samples"),
        published=PartialDate(2025, 3),
        electronic=PartialDate(2024, 12, 31),
        history=(HistoryDate("entrez", date(2025, 1, 2)), HistoryDate("pubmed", date(2025, 1, 3))),
    )
    with database.write() as tx:
        articles.save(tx, [Record(value, b"PMID- 99000001", "medline")], seen=MONDAY)
    with database.read() as tx:
        row = tx.execute(select(article)).one()
        (stored,) = articles.load(tx, ["99000001"])
    assert (row.version, row.doi, row.title, row.journal) == (2, "10.5555/abc.1", "A title", "J Samples")
    assert (row.year, row.arrival, row.paper_day) == (2025, date(2025, 1, 3), date(2024, 12, 31))
    assert (row.first_seen, row.changed, row.deleted) == (MONDAY, MONDAY, None)
    assert (stored.format, stored.raw) == ("medline", b"PMID- 99000001")


def test_a_revision_changes_the_facts_but_not_the_first_sight(database: Database) -> None:
    with database.write() as tx:
        articles.save(tx, [record("11", b"<one/>")], seen=MONDAY)
    with database.write() as tx:
        articles.save(tx, [record("11", b"<two/>", doi="10.5555/x", version=3)], seen=LATER)
    with database.read() as tx:
        row = tx.execute(select(article)).one()
    assert (row.doi, row.version, row.first_seen, row.changed) == ("10.5555/x", 3, MONDAY, LATER)


def test_load_keeps_the_order_asked_and_leaves_out_strangers(database: Database) -> None:
    with database.write() as tx:
        store(tx, "11", "12", "13")
    with database.read() as tx:
        assert [stored.pmid for stored in articles.load(tx, ["13", "99", "11", "13"])] == ["13", "11"]
        assert articles.load(tx, []) == []
        assert articles.known(tx, iter(["12", "99"])) == {"12"}
        assert articles.all_pmids(tx) == ["11", "12", "13"]


def test_lists_longer_than_a_query_may_be(database: Database) -> None:
    pmids = [str(number) for number in range(10_000, 11_203)]
    with database.write() as tx:
        assert set(articles.save(tx, [record(pmid) for pmid in pmids], seen=MONDAY)) == set(pmids)
        assert articles.link(tx, "pain", pmids, seen=MONDAY) == 1203
    with database.read() as tx:
        assert [stored.pmid for stored in articles.load(tx, pmids[::-1])] == pmids[::-1]
        assert articles.known(tx, pmids) == set(pmids)


def test_links_are_made_once(database: Database) -> None:
    with database.write() as tx:
        store(tx, "11", "12", "13", topic=None)
        assert articles.link(tx, "pain", ["11", "12", "12"], seen=MONDAY) == 2
        assert articles.link(tx, "pain", ["12", "13"], seen=LATER) == 1
        assert articles.link(tx, "sleep", ["13"], seen=LATER) == 1
        assert articles.link(tx, "sleep", [], seen=LATER) == 0


def test_candidates_are_linked_seen_in_time_not_deleted_and_untold(database: Database) -> None:
    with database.write() as tx:
        store(tx, "16", "11", "12", "13", "14")
        store(tx, "15", topic=None)
        store(tx, "17", seen=LATER)
        articles.link(tx, "arthritis", ["11"], seen=LATER)
        articles.mark_deleted(tx, ["16"], seen=LATER)
        fates = {"12": (Fate.NUGGET, ""), "13": (Fate.MENTION, "rank"), "14": (Fate.EXCLUDED, "no abstract")}
        assert issues.publish(tx, issue(Week(2025, 12), "12", also=("13",)), fates)
    first = Candidate("11", MONDAY, ("arthritis", "pain"), date(2025, 2, 1), "10.5555/11")
    last = Candidate("17", LATER, ("pain",), date(2025, 2, 1), "10.5555/17")
    with database.read() as tx:
        assert articles.candidates(tx, until=MONDAY) == [first]
        assert articles.candidates(tx, until=LATER) == [first, last]


def test_told_dois_are_those_of_nuggets_and_mentions(database: Database) -> None:
    with database.write() as tx:
        store(tx, "11", "12", "13", "14")
        fates = {"11": (Fate.NUGGET, ""), "12": (Fate.MENTION, ""), "13": (Fate.EXCLUDED, "")}
        issues.publish(tx, issue(Week(2025, 12), "11", also=("12",)), fates)
    with database.read() as tx:
        told = articles.told_dois(tx, [f"10.5555/{pmid}" for pmid in ("11", "12", "13", "14", "99")])
    assert told == {"10.5555/11", "10.5555/12"}


def test_dois_are_compared_without_case(database: Database) -> None:
    with database.write() as tx:
        articles.save(tx, [record("11", doi="10.5555/AbC")], seen=MONDAY)
        issues.publish(tx, issue(Week(2025, 12), "11"), {"11": (Fate.NUGGET, "")})
        assert articles.told_dois(tx, ["10.5555/aBc"]) == {"10.5555/abc"}


def test_a_deleted_record_stays_and_comes_back_when_pubmed_has_it_again(database: Database) -> None:
    with database.write() as tx:
        store(tx, "11")
        assert articles.mark_deleted(tx, ["11", "99"], seen=LATER) == 1
        assert articles.mark_deleted(tx, ["11"], seen=LATER + timedelta(days=1)) == 0
    with database.read() as tx:
        (stored,) = articles.load(tx, ["11"])
        assert (stored.deleted, articles.all_pmids(tx)) == (LATER, ["11"])
    with database.write() as tx:
        assert articles.save(tx, [record("11")], seen=LATER) == {"11": Saved.UNCHANGED}
    with database.read() as tx:
        (stored,) = articles.load(tx, ["11"])
        assert stored.deleted is None


def test_a_failure_is_kept_once(database: Database) -> None:
    failure = ParseFailure("no title", index=3, offset=2**31 + 5, pmid="11", raw=b"<broken>")
    unknown = ParseFailure("no PMID", index=4, offset=0)
    with database.write() as tx:
        articles.save_failures(tx, [failure, unknown, failure], seen=MONDAY)
        articles.save_failures(tx, [failure], seen=LATER)
        articles.save_failures(tx, [], seen=LATER)
    with database.read() as tx:
        rows = tx.execute(select(parse_failure).order_by(parse_failure.c.record_index)).all()
    assert [(row.pmid, row.reason, row.byte_offset) for row in rows] == [
        ("11", "no title", 2**31 + 5),
        (None, "no PMID", 0),
    ]
    assert [(row.first_seen, row.last_seen) for row in rows] == [(MONDAY, LATER), (MONDAY, MONDAY)]


def test_times_are_aware_and_in_utc_whatever_zone_they_came_in(database: Database) -> None:
    elsewhere = datetime.fromisoformat("2025-03-17T08:30:00.123456+02:00")
    with database.write() as tx:
        articles.save(tx, [record("11")], seen=elsewhere)
    with database.read() as tx:
        (stored,) = articles.load(tx, ["11"])
    assert stored.first_seen.isoformat() == "2025-03-17T06:30:00.123456+00:00"
    assert stored.first_seen.tzinfo is UTC


def test_a_time_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without a time zone"), database.write() as tx:
        articles.save(tx, [record("11")], seen=datetime(2025, 3, 17))  # noqa: DTZ001
    with database.read() as tx:
        assert articles.all_pmids(tx) == []


def test_a_record_as_it_was_known_at_a_moment(database: Database) -> None:
    with database.write() as tx:
        articles.save(tx, [record("1", b"first")], seen=MONDAY)
        articles.save(tx, [record("1", b"second"), record("2", b"other")], seen=LATER)
        assert articles.as_of(tx, "1", MONDAY - timedelta(seconds=1)) is None
        for moment, raw in ((MONDAY, b"first"), (LATER - timedelta(seconds=1), b"first"), (LATER, b"second")):
            found = articles.as_of(tx, "1", moment)
            assert found is not None
            assert found.raw == raw
        assert articles.as_of(tx, "3", LATER) is None
        assert articles.changed_since(tx, MONDAY) == articles.changed_since(tx, LATER) == ["1", "2"]
        assert articles.changed_since(tx, LATER + timedelta(seconds=1)) == []
