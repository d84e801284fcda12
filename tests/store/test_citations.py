"""A note's citation keeps its history; checks keep their receipts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from litwatch.domain.citation import Citation, DatedCitation
from litwatch.domain.run import RecheckReceipt
from litwatch.store import citations, rechecks
from litwatch.store.database import Database
from tests.store.samples import store

AHEAD = Citation("1", "Pain.", ("Doe J",), "J Samples", ahead_of_print=True)
FINAL = replace(AHEAD, volume="3", pages="1-9", ahead_of_print=False)


def test_a_citation_is_written_down_when_it_changes(database: Database, now: datetime) -> None:
    later, latest = now + timedelta(days=1), now + timedelta(days=2)
    with database.write() as tx:
        store(tx, "1", "2")
        citations.keep_first(tx, "1", AHEAD, seen=now)
        citations.keep_first(tx, "2", replace(AHEAD, pmid="2"), seen=now)
        assert not citations.keep(tx, "1", AHEAD, seen=later)
        assert citations.healed(tx) == {}
        assert citations.keep(tx, "1", FINAL, seen=latest)
        citations.keep_first(tx, "1", AHEAD, seen=latest + timedelta(days=1))
        history = (DatedCitation(now, AHEAD), DatedCitation(latest, FINAL))
        assert citations.history(tx, "1") == history
        assert citations.healed(tx) == {"1": history}
        assert citations.history(tx, "3") == ()


def test_receipts_of_checks(database: Database, now: datetime) -> None:
    good = RecheckReceipt(now, 1.5, wanted=7, checked=6, revised=2, missing=1, notices=1)
    bad = RecheckReceipt(now + timedelta(days=1), 0.5, wanted=7, failed="PubMed efetch: down")
    with database.write() as tx:
        assert rechecks.last(tx) is None
        rechecks.save(tx, good)
        rechecks.save(tx, bad)
        assert (rechecks.last(tx), rechecks.last(tx, complete=True)) == (bad, good)
        assert rechecks.receipts(tx, since=now, until=now + timedelta(days=1)) == [good, bad]
        assert rechecks.receipts(tx, since=now + timedelta(hours=1), until=now + timedelta(days=9)) == [bad]
