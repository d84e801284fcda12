"""The index of notes, the same answers on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from litwatch.domain.calendar import Week
from litwatch.domain.search import Ask, Entry, Facet, ask
from litwatch.store import issues, search
from litwatch.store.database import Connection, Database
from litwatch.store.schema import Fate, nugget, search_facet, search_note
from tests.store.samples import issue, store

FIRST, SECOND = Week(2025, 12), Week(2025, 13)


def entry(pmid: str, guid: str, **more: str) -> Entry:
    told = {"headline": "", "body": "", "outcomes": "", "people": ""} | more
    return Entry(guid, facets=frozenset(), **told)


@pytest.fixture
def filled(database: Database) -> Database:
    """Four notes in two issues: 11 and 12 in the first, 13 and 14 in the second."""
    with database.write() as tx:
        store(tx, "11", "12", "13", "14")
        for week, pmids in ((FIRST, ("11", "12")), (SECOND, ("13", "14"))):
            issues.publish(tx, issue(week, *pmids), dict.fromkeys(pmids, (Fate.NUGGET, "")))
        guids = guids_of(tx)
        made = {
            "11": entry("11", guids["11"], headline="Nordic walking for knee pain", people="Müller A"),
            "12": entry("12", guids["12"], headline="Yoga", body="It eased pains of the knee.", outcomes="TNF-α"),
            "13": entry("13", guids["13"], headline="Swimming", outcomes="pain intensity; C-reactive protein"),
            "14": entry("14", guids["14"], headline="Rest", body="Walking was not tried in rats."),
        }
        filed = {
            "11": {(Facet.CONDITION, "knee osteoarthritis"), (Facet.YEAR, "2025")},
            "12": {(Facet.CONDITION, "knee osteoarthritis"), (Facet.CONDITION, "low back pain"), (Facet.YEAR, "2024")},
            "13": {(Facet.YEAR, "2025"), (Facet.VERDICT, "better")},
        }
        search.add(tx, [replace(made[pmid], facets=frozenset(filed.get(pmid, ()))) for pmid in made])
    return database


def guids_of(tx: Connection) -> dict[str, str]:
    return {row.pmid: row.guid for row in tx.execute(select(nugget.c.pmid, nugget.c.guid))}


def found(database: Database, asked: Ask, limit: int = 20, offset: int = 0) -> tuple[list[str], int]:
    with database.read() as tx:
        result = search.find(tx, asked, limit=limit, offset=offset)
    return [slug.removeprefix("sample-") for slug in result.slugs], result.total


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("", ["13", "14", "11", "12"]),  # newest issue first, in its order
        ("walking", ["11", "14"]),  # the headline before the text
        ("walk", ["11", "14"]),  # stems
        ("pain", ["11", "13", "12"]),
        ('"knee pain"', ["11"]),
        ("knee pain", ["11", "12"]),
        ("muller", ["11"]),
        ("MÜLLER", ["11"]),
        ("tnf-alpha", ["12"]),
        ("TNF α", ["12"]),
        ("c-reactive", ["13"]),
        ("reactive c", ["13"]),
        ('"reactive c"', []),
        ("walking -rats", ["11"]),
        ("-pain", ["14"]),
        ("-pain -rats", []),
        ("nothing", []),
        ('"; DROP TABLE search_note; --', []),
        ("NEAR(walking rats)", []),
        ("headline:walking", []),
    ],
)
def test_what_is_found(filled: Database, question: str, expected: list[str]) -> None:
    slugs, total = found(filled, ask(question))
    assert (slugs, total) == (expected, len(expected))


@pytest.mark.parametrize(
    ("facets", "expected"),
    [
        ({Facet.CONDITION: "knee osteoarthritis"}, ["11", "12"]),
        ({Facet.CONDITION: "knee osteoarthritis", Facet.YEAR: "2025"}, ["11"]),
        ({Facet.CONDITION: "low back pain"}, ["12"]),
        ({Facet.VERDICT: "better"}, ["13"]),
        ({Facet.VERDICT: "worse"}, []),
        ({Facet.OUTCOME: "' OR 1=1 --"}, []),
    ],
)
def test_filters(filled: Database, facets: Mapping[Facet, str], expected: list[str]) -> None:
    assert found(filled, ask("", facets)) == (expected, len(expected))


def test_words_and_filters_together(filled: Database) -> None:
    assert found(filled, ask("knee", {Facet.YEAR: "2024"})) == (["12"], 1)


def test_pages(filled: Database) -> None:
    assert found(filled, ask(""), limit=3) == (["13", "14", "11"], 4)
    assert found(filled, ask(""), limit=3, offset=3) == (["12"], 4)
    assert found(filled, ask(""), limit=3, offset=6) == ([], 4)


def test_what_there_is_to_filter_by(filled: Database) -> None:
    with filled.read() as tx:
        told = search.facets(tx)
    assert told[Facet.YEAR] == (("2025", 2), ("2024", 1))
    assert told[Facet.CONDITION] == (("knee osteoarthritis", 2), ("low back pain", 1))
    assert told[Facet.DESIGN] == ()


def test_a_note_indexed_again_is_found_by_its_new_words_only(filled: Database) -> None:
    with filled.write() as tx:
        search.add(tx, [entry("11", guids_of(tx)["11"], headline="Tai chi")])
    assert found(filled, ask("walking"))[0] == ["14"]
    assert found(filled, ask("tai"))[0] == ["11"]
    assert found(filled, ask("", {Facet.CONDITION: "knee osteoarthritis"}))[0] == ["12"]


def test_a_note_that_is_removed_leaves_nothing(filled: Database) -> None:
    with filled.write() as tx:
        search.remove(tx, guids_of(tx).values())
        assert search.unindexed(tx) == [FIRST, SECOND]
        for rows in (select(search_note), select(search_facet), text("SELECT * FROM search_words")):
            assert tx.execute(rows).all() == []


def test_an_issue_without_notes_has_nothing_to_index(filled: Database) -> None:
    with filled.write() as tx:
        issues.publish(tx, issue(Week(2025, 14)), {})
        assert search.unindexed(tx) == []


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(question=st.text(max_size=60), value=st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20))
def test_no_question_fails(filled: Database, question: str, value: str) -> None:
    found(filled, ask(question, {Facet.CONDITION: value} if value else {}))
