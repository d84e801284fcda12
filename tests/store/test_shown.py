"""What was told and listed can be found again, by paper and by outcome."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from litwatch.domain.calendar import Week
from litwatch.store import issues, shown, studies
from litwatch.store.database import Database
from litwatch.store.issues import Fate
from litwatch.store.shown import Shown
from tests.store.samples import issue, nugget, outcome, store, study

WEEK = Week(2025, 12)


def test_what_was_told_or_listed_is_shown_once(database: Database, now: datetime) -> None:
    with database.write() as tx:
        store(tx, "1", "2", "3", "4")
        fates = {"1": (Fate.NUGGET, "best"), "2": (Fate.MENTION, "next"), "3": (Fate.EXCLUDED, "old")}
        issues.publish(tx, issue(WEEK, "1", also=("2",)), fates)
        issues.publish(tx, issue(WEEK.next(), "4"), {"4": (Fate.NUGGET, "best")})
    with database.read() as tx:
        assert shown.shown(tx) == [
            Shown("1", WEEK, "sample-1"),
            Shown("2", WEEK, ""),
            Shown("4", WEEK.next(), "sample-4"),
        ]
        assert shown.nuggets(tx, ["4", "2"]) == {"4": nugget("4")}
        assert shown.nuggets(tx, []) == {}


def test_notes_are_found_by_the_concepts_of_their_rows(database: Database, now: datetime) -> None:
    with database.write() as tx:
        store(tx, "1", "2", "3")
        rows = {"1": ("pain", "fatigue"), "2": ("fatigue",), "3": ("pain",)}
        for pmid, concepts in rows.items():
            made = tuple(replace(outcome("as written"), concept=concept) for concept in concepts)
            studies.save(tx, [replace(study(pmid), outcomes=made)], read_at=now)
        issues.publish(tx, issue(WEEK, "1", "2"), {})
    with database.read() as tx:
        assert shown.notes_with(tx, ["pain"]) == ["1"], "3 is no note"
        assert shown.notes_with(tx, ["fatigue", "pain"]) == ["1", "2"]
        assert shown.notes_with(tx, ["as written"]) == []
