"""Cursors never move backwards for one query; receipts come back as they were."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from litwatch.domain.run import PollReceipt
from litwatch.store import runs
from litwatch.store.database import Database
from litwatch.store.runs import Cursor
from tests.store.samples import MONDAY

D1, D2, D3 = date(2025, 3, 1), date(2025, 3, 2), date(2025, 3, 3)

# Moves as (query, complete_to, revised_to), and the cursor that query "q" then has.
CASES = [
    ([], Cursor()),
    ([("q", D1, None)], Cursor(D1, None)),
    ([("q", D1, None), ("q", D2, None)], Cursor(D2, None)),
    ([("q", D2, None), ("q", D1, None)], Cursor(D2, None)),
    ([("q", D2, D3), ("q", None, None)], Cursor(D2, D3)),
    ([("q", None, D1), ("q", D2, None)], Cursor(D2, D1)),
    ([("q", D1, D3), ("q", D3, D1)], Cursor(D3, D3)),
    ([("old", D3, D3)], Cursor()),
    ([("old", D3, D3), ("q", D1, None)], Cursor(D1, None)),
    ([("q", D3, D3), ("new", D1, None)], Cursor()),
    ([("q", D3, D3), ("new", D1, None), ("q", D2, None)], Cursor(D2, None)),
]


@pytest.mark.parametrize(("moves", "expected"), CASES)
def test_cursor(database: Database, moves: list[tuple[str, date | None, date | None]], expected: Cursor) -> None:
    with database.write() as tx:
        runs.move_cursor(tx, "other", "q", complete_to=D3, revised_to=D3)
    for query, complete_to, revised_to in moves:
        with database.write() as tx:
            runs.move_cursor(tx, "pain", query, complete_to=complete_to, revised_to=revised_to)
    with database.read() as tx:
        assert runs.cursor(tx, "pain", "q") == expected


def test_receipts_come_back_oldest_first(database: Database) -> None:
    failed = PollReceipt("pain", "q", MONDAY, 0.25, window=None, complete_to=None, failed="PubMed esearch: status 502")
    whole = PollReceipt(
        "pain", "q", MONDAY - timedelta(hours=1), 2.5, (D1, D3), D3, found=9, new=8, revised=7, unreadable=6, missing=5
    )
    with database.write() as tx:
        first = runs.save_receipt(tx, failed)
        assert runs.save_receipt(tx, whole) > first
    with database.read() as tx:
        assert runs.receipts(tx, since=MONDAY - timedelta(hours=1), until=MONDAY) == [whole, failed]
        assert runs.receipts(tx, since=MONDAY, until=MONDAY) == [failed]
        assert runs.receipts(tx, since=MONDAY + timedelta(seconds=1), until=MONDAY + timedelta(days=1)) == []
