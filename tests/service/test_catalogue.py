"""The catalogue: pages that lose nothing and give nothing twice, filters, an editor's corrections, and no long readers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from litwatch.domain.article import Article, ParseFailure
from litwatch.domain.calendar import Week
from litwatch.domain.digest import AmendedRow, Issue
from litwatch.domain.notice import Notice, NoticeKind
from litwatch.domain.study import (
    Comparison,
    Count,
    CountKind,
    Design,
    Direction,
    Effect,
    Evidence,
    ExerciseCard,
    Measure,
    Named,
    Outcome,
    Study,
)
from litwatch.service.catalogue import Catalogue, Paper
from litwatch.service.filters import Filters
from litwatch.store import articles, citations, issues, notices, studies
from litwatch.store.articles import StoredRecord
from litwatch.store.catalogue import Place, papers_query
from litwatch.store.database import Database
from litwatch.store.issues import Fate
from litwatch.store.notices import NoticeState
from tests.store import samples
from tests.store.samples import MONDAY

ANYTHING = Filters()


def parse(record: StoredRecord) -> Article | ParseFailure:
    kinds = ("Retracted Publication",) if b"Retracted Publication" in record.raw else ()
    return Article(record.pmid, f"Title of {record.pmid}", publication_types=kinds)


def catalogue(database: Database) -> Catalogue:
    return Catalogue(database, parse, lambda slug: f"https://litwatch.example/notes/{slug}.html")


def row(name: str, direction: Direction = Direction.IMPROVED) -> Outcome:
    return Outcome(name, direction, Comparison.BETWEEN, Evidence(2, 5, 15, f"{name} fell."), concept=name)


def reading(pmid: str, *rows: Outcome, people: str = "knee OA", kind: str = "yoga") -> Study:
    said = Evidence(1, 0, 10, people)
    counts = (Count(CountKind.ANALYSED, 120, Evidence(1, 0, 10, "120 adults")),)
    card = ExerciseCard(types=(Named(kind, said),)) if kind else None
    base = samples.study(pmid)
    return replace(base, outcomes=rows, conditions=(said,) if people else (), exercise=card, counts=counts)


def fill(database: Database, *read: Study, seen: datetime = MONDAY) -> None:
    with database.write() as tx:
        samples.store(tx, *(study.pmid for study in read), seen=seen)
        studies.save(tx, read, read_at=seen)


def publish(database: Database, issue: Issue) -> None:
    with database.write() as tx:
        issues.publish(tx, issue, {nugget.pmid: (Fate.NUGGET, "") for nugget in issue.nuggets})


def walk(made: Catalogue, filters: Filters, limit: int) -> Iterator[list[Paper]]:
    place: Place | None = None
    while True:
        found, place = made.papers(filters, after=place, limit=limit)
        yield found
        if place is None:
            return


def pmids(made: Catalogue, filters: Filters, limit: int = 50) -> list[str]:
    return [paper.place.pmid for page in walk(made, filters, limit) for paper in page]


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_pages_give_each_paper_once_newest_first_whatever_comes_in_meanwhile(database: Database, limit: int) -> None:
    for day in range(3):
        fill(database, *(reading(f"{day}{n}", row("pain")) for n in range(3)), seen=MONDAY + timedelta(days=day))
    found: list[str] = []
    for number, page in enumerate(walk(catalogue(database), ANYTHING, limit)):
        found += [paper.place.pmid for paper in page]
        fill(database, reading(f"9{number}", row("pain")), seen=MONDAY + timedelta(days=9))
    assert found == ["22", "21", "20", "12", "11", "10", "02", "01", "00"]


def test_rows_go_on_in_the_middle_of_a_study(database: Database) -> None:
    fill(database, reading("11", row("pain"), row("fatigue"), row("CRP")), reading("12", row("pain"), row("fatigue")))
    made = catalogue(database)
    for limit in (1, 2, 3, 4, 5, 9):
        found, place = made.rows(ANYTHING, after=None, limit=limit)
        while place:
            more, place = made.rows(ANYTHING, after=place, limit=limit)
            assert len(more) <= limit
            found += more
        assert [(row.pmid, row.row) for row in found] == [("12", 0), ("12", 1), ("11", 0), ("11", 1), ("11", 2)]
    assert list(made.export(ANYTHING)) == found
    assert [row.outcome for row in made.export(Filters(outcome="fatigue"))] == ["fatigue", "fatigue"]


def test_each_filter(database: Database) -> None:
    fill(database, reading("11", row("pain", Direction.NO_DIFFERENCE), row("fatigue")))
    fill(
        database,
        replace(reading("12", row("pain"), people="fibromyalgia", kind="tai chi"), design=Design.COHORT),
        seen=MONDAY + timedelta(days=2),
    )
    fill(database, reading("13", people="", kind=""))
    with database.write() as tx:
        samples.store(tx, "14")  # not read
    made = catalogue(database)
    assert pmids(made, ANYTHING) == ["12", "14", "13", "11"]
    assert pmids(made, Filters(condition="osteoarthritis of the knee")) == ["11"]
    assert pmids(made, Filters(condition="fibromyalgia")) == ["12"]
    assert pmids(made, Filters(exercise="Yoga")) == ["11"]
    assert pmids(made, Filters(exercise="exercise")) == ["12", "11"]
    assert pmids(made, Filters(exercise="yo%")) == []
    assert pmids(made, Filters(outcome="Pain")) == ["12", "11"]
    assert pmids(made, Filters(outcome="pain", direction=Direction.IMPROVED)) == ["12"]
    assert pmids(made, Filters(direction=Direction.IMPROVED)) == ["12", "11"]
    assert pmids(made, Filters(outcome="no such outcome")) == []
    assert pmids(made, Filters(design=Design.COHORT)) == ["12"]
    assert pmids(made, Filters(year=2025)) == ["12", "14", "13", "11"]
    assert pmids(made, Filters(year=2024)) == []
    assert pmids(made, Filters(since=MONDAY + timedelta(days=1))) == ["12"]
    assert pmids(made, Filters(condition="fibromyalgia", exercise="yoga")) == []


def test_pages_of_a_filter_that_finds_little_are_full_in_the_end(database: Database) -> None:
    studies_ = [reading(f"{n:03}", row("pain"), people="fibromyalgia" if n % 7 == 0 else "knee OA") for n in range(60)]
    fill(database, *studies_)
    made = catalogue(database)
    wanted = [f"{n:03}" for n in range(59, -1, -1) if n % 7 == 0]
    for limit in (1, 4, 9, 60):
        assert pmids(made, Filters(condition="fibromyalgia"), limit) == wanted


def test_an_editors_correction_stands_and_can_be_found(database: Database) -> None:
    pain, tired = row("pain"), row("fatigue")
    fill(database, reading("11", pain, tired), reading("12", row("pain")))
    issue = samples.issue(Week(2025, 12), "11")
    amended = (
        AmendedRow(pain, Direction.WORSENED, "it rose", "Ed"),
        AmendedRow(tired, None, "an aim", "Ed"),
    )
    publish(database, replace(issue, nuggets=(replace(issue.nuggets[0], amended=amended),)))
    made = catalogue(database)
    first, second = made.rows(Filters(), after=None, limit=9)[0][1:]
    assert (first.direction, first.read_as, first.correction) == (
        Direction.WORSENED,
        Direction.IMPROVED,
        "it rose (Ed)",
    )
    assert (second.direction, second.read_as, second.correction) == (None, Direction.IMPROVED, "an aim (Ed)")
    assert first.week == "2025-W12" and first.note == "https://litwatch.example/notes/sample-11.html"
    assert pmids(made, Filters(direction=Direction.WORSENED)) == ["11"]
    assert pmids(made, Filters(direction=Direction.IMPROVED)) == ["12"]
    assert [row.pmid for row in made.export(Filters(direction=Direction.WORSENED))] == ["11"]


def test_an_editors_correction_outlasts_a_new_reading_of_its_row(database: Database) -> None:
    pain = row("pain")
    fill(database, reading("11", pain))
    issue = samples.issue(Week(2025, 12), "11")
    amended = (AmendedRow(pain, Direction.NO_DIFFERENCE, "of the other group", "Ed"),)
    publish(database, replace(issue, nuggets=(replace(issue.nuggets[0], amended=amended),)))
    anew = replace(pain, aliases=("knee pain",), evidence=replace(pain.evidence, start=7, end=17))
    with database.write() as tx:
        studies.save(tx, [reading("11", anew)], read_at=MONDAY + timedelta(days=1))
    made = catalogue(database)
    (found,) = made.ledger("11")
    assert (found.direction, found.read_as, found.correction) == (
        Direction.NO_DIFFERENCE,
        Direction.IMPROVED,
        "of the other group (Ed)",
    )
    assert pmids(made, Filters(direction=Direction.NO_DIFFERENCE)) == ["11"]
    assert pmids(made, Filters(direction=Direction.IMPROVED)) == []


def test_no_number_without_its_words(database: Database) -> None:
    without = replace(reading("12", row("pain")), counts=(), n_participants=120)
    fill(database, reading("11", row("pain")), without)
    later, earlier = catalogue(database).export(ANYTHING)
    assert (earlier.n, earlier.n_evidence) == (120, "120 adults")
    assert (later.n, later.n_evidence) == (None, None)


def test_a_measure_is_that_of_an_estimate(database: Database) -> None:
    effects = (
        Effect(Measure.OTHER, p="0.03"),
        Effect(Measure.MD, -1.5),
        Effect(Measure.SMD, ci=(-2.0, -1.0)),
    )
    fill(database, reading("11", *(replace(row("pain"), effect=effect) for effect in effects)))
    found = catalogue(database).ledger("11")
    assert [(row.measure, row.p) for row in found] == [(None, "0.03"), (Measure.MD, None), (Measure.SMD, None)]


def test_what_was_retracted_says_so_and_what_was_withdrawn_is_gone(database: Database) -> None:
    fill(database, *(reading(pmid, row("pain")) for pmid in ("12", "13", "14")))
    made = catalogue(database)
    with database.write() as tx:
        raws = {"13": b"<a>Retracted Publication</a>", "14": b"<a>People were withdrawn from drugs</a>"}
        articles.save(tx, [samples.record(pmid, raw) for pmid, raw in raws.items()], seen=MONDAY)
    assert [(row.pmid, row.retracted) for row in made.export(ANYTHING)] == [("14", False), ("13", True), ("12", False)]
    assert [paper.retracted for paper in made.papers(ANYTHING, after=None, limit=9)[0]] == [False, True, False]
    with database.write() as tx:
        articles.mark_deleted(tx, ["12"], seen=MONDAY)
    assert pmids(made, ANYTHING) == ["14", "13"]
    assert made.paper("12") is None and made.paper("99") is None


def test_notes_and_issues_newest_first(database: Database) -> None:
    for number, week in enumerate((Week(2025, 12), Week(2025, 13), Week(2026, 1))):
        first, second = f"{number}1", f"{number}2"
        fill(database, reading(first, row("pain")), reading(second, row("pain"), people="fibromyalgia"))
        published = datetime(2025, 3, 21, 7, tzinfo=UTC) + timedelta(weeks=number)
        publish(database, replace(samples.issue(week, first, second), published=published))
    made = catalogue(database)
    for limit in (1, 4, 9):
        found, place = made.notes(ANYTHING, after=None, limit=limit)
        while place:
            more, place = made.notes(ANYTHING, after=place, limit=limit)
            found += more
        assert [note.nugget.pmid for note in found] == ["21", "22", "11", "12", "01", "02"]
    found, _ = made.notes(
        Filters(condition="fibromyalgia", since=datetime(2025, 3, 22, tzinfo=UTC)), after=None, limit=9
    )
    assert [note.nugget.pmid for note in found] == ["22", "12"]
    assert made.issues(after=None, limit=2)[1] == Week(2025, 13)
    assert [issue.week for issue in made.issues(after=Week(2025, 13), limit=2)[0]] == [Week(2025, 12)]
    assert [issue.week.year for issue in made.issues(after=None, limit=9, year=2025)[0]] == [2025, 2025]
    note = made.note("sample-12")
    assert note and note.issue.week == Week(2025, 13)
    assert made.note("sample") is None


def told(pmid: str, kind: NoticeKind, made: datetime) -> Notice:
    return Notice(f"tag:litwatch.example,2026:{kind}/{pmid}", kind, pmid, f"sample-{pmid}", "Less pain", made, ())


def test_since_gives_whatever_is_told_otherwise_since_then(database: Database) -> None:
    """Who asks with `since` and replaces what comes has what a whole new copy would have."""
    fill(database, *(reading(pmid, row("pain")) for pmid in ("11", "12", "13", "14", "15")))
    made, monday = catalogue(database), datetime(2025, 3, 24, tzinfo=UTC)
    publish(database, samples.issue(Week(2025, 12), "11", "12", "13"))
    since = Filters(since=monday)

    def notes() -> list[str]:
        return [note.nugget.pmid for note in made.notes(since, after=None, limit=9)[0]]

    assert pmids(made, Filters(since=monday - timedelta(days=3))) == ["13", "12", "11"], "week and note are set"
    assert (pmids(made, since), notes()) == ([], [])
    with database.write() as tx:
        for pmid, state in (("11", NoticeState.ACCEPTED), ("12", NoticeState.PROPOSED)):
            notices.add(tx, told(pmid, NoticeKind.CORRECTION, monday), source="Ed", state=state)
    assert (pmids(made, since), notes()) == (["11"], ["11"]), "what is only proposed is told to nobody"
    assert [each.pmid for each in made.export(since)] == ["11"]
    with database.write() as tx:
        citations.keep(tx, "13", replace(samples.nugget("13").citation, volume="7"), seen=monday)
        articles.link(tx, "sleep", ["14"], seen=monday)
    assert notes() == ["11", "13"]
    assert pmids(made, since) == ["14", "11"]


def test_an_export_that_is_half_read_holds_no_snapshot(sqlite_database: Database) -> None:
    """A slow client must not let SQLite's write-ahead log grow: it is emptied while the export waits."""
    fill(sqlite_database, *(reading(f"{n:03}", row("pain")) for n in range(300)))
    rows = catalogue(sqlite_database).export(ANYTHING)
    assert next(rows).pmid == "299"
    fill(sqlite_database, reading("500", row("pain")))
    assert sqlite_database.path
    with sqlite3.connect(sqlite_database.path) as outside:
        assert outside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() == (0, 0, 0)
    assert [row.pmid for row in rows] == [f"{n:03}" for n in range(298, -1, -1)]


@pytest.mark.parametrize(
    "filters",
    [
        ANYTHING,
        Filters(outcome="pain", direction=Direction.IMPROVED),
        Filters(year=2025),
        Filters(since=MONDAY),
    ],
)
def test_a_page_walks_an_index_and_sorts_nothing(sqlite_database: Database, filters: Filters) -> None:
    query = papers_query(filters.wanted(), after=Place(MONDAY, "12"), limit=50)
    with sqlite_database.read() as tx:
        asked = query.compile(dialect=tx.dialect, compile_kwargs={"literal_binds": True})
        plan = [step.detail for step in tx.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    assert any("ix_article_first_seen_pmid" in step for step in plan), plan
    assert not any("ORDER BY" in step for step in plan), plan
