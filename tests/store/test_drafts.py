"""A draft comes back equal, one per week, and waits until it is approved, skipped or overtaken."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from litwatch.domain.calendar import Week
from litwatch.domain.edits import Add, DraftState, Drop, Foreword, Move, Override, Words
from litwatch.store import drafts, issues
from litwatch.store.database import Database
from litwatch.store.drafts import Draft
from litwatch.store.schema import Fate
from tests.store.samples import issue, store

W12, W13 = Week(2025, 12), Week(2025, 13)


@pytest.fixture
def draft(now: datetime) -> Draft:
    edits = (
        Add("11", "Ada"),
        Drop("12", "no", "Ada"),
        Move("11", 2, "Ada"),
        Override("11", 3, "small", "Ada"),
        Words("11", "One.\n\nTwo.", "Ada"),
        Foreword("Hello.", "Ada"),
    )
    fates = {"11": (Fate.NUGGET, "added"), "12": (Fate.MENTION, "dropped: no"), "13": (Fate.EXCLUDED, "too old")}
    return Draft(issue(W12, "11", also=("12",)), fates, now, edits)


def test_a_draft_comes_back_equal_with_its_edits(database: Database, draft: Draft) -> None:
    with database.write() as tx:
        drafts.save(tx, draft)
    with database.write() as tx:
        assert drafts.load(tx, W12) == drafts.load(tx, W12, lock=True) == drafts.waiting(tx) == draft
        assert drafts.load(tx, W13) is None


def test_a_week_has_one_draft(database: Database, draft: Draft, now: datetime) -> None:
    changed = replace(draft, issue=issue(W12), fates={}, edits=(), note="n")
    with database.write() as tx:
        drafts.save(tx, draft)
        drafts.save(tx, changed)
        assert drafts.load(tx, W12) == changed


@pytest.mark.parametrize("state", [DraftState.APPROVED, DraftState.SKIPPED])
def test_a_settled_draft_does_not_wait(database: Database, draft: Draft, state: DraftState) -> None:
    with database.write() as tx:
        drafts.save(tx, replace(draft, state=state, note="because"))
        assert drafts.waiting(tx) is None
        assert drafts.skipped(tx) == ([W12] if state is DraftState.SKIPPED else [])
        settled = drafts.load(tx, W12)
        assert settled is not None and (settled.state, settled.note) == (state, "because")


def test_the_oldest_waits_and_none_whose_week_has_an_issue(database: Database, draft: Draft) -> None:
    later = replace(draft, issue=issue(W13), fates={}, edits=())
    with database.write() as tx:
        drafts.save(tx, later)
        drafts.save(tx, draft)
        assert drafts.waiting(tx) == draft
        store(tx, "11", "12")
        issues.publish(tx, issue(W12, "11"), {})
        assert drafts.waiting(tx) == later
