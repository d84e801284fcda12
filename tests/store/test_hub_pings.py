"""Which feeds the hub has still to be told of, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

from litwatch.store import hub_pings
from litwatch.store.database import Database
from litwatch.store.hub_pings import FIRST_WAIT, LONGEST_WAIT


def test_a_feed_is_owed_until_the_hub_has_taken_its_present_bytes(database: Database, now: datetime) -> None:
    with database.write() as tx:
        hub_pings.note(tx, {"b.xml": "1", "a.xml": "1"}, now=now)
        assert hub_pings.owed(tx, now=now) == [("a.xml", "1"), ("b.xml", "1")]
        hub_pings.told(tx, "a.xml", "1", now=now)
        assert hub_pings.owed(tx, now=now) == [("b.xml", "1")]
        hub_pings.note(tx, {"a.xml": "1", "b.xml": "2"}, now=now)
        assert hub_pings.owed(tx, now=now) == [("b.xml", "2")]
        hub_pings.note(tx, {"a.xml": "2"}, now=now)
        hub_pings.told(tx, "a.xml", "1", now=now)
        assert ("a.xml", "2") in hub_pings.owed(tx, now=now), "it has changed while the hub was told"


def test_a_hub_that_fails_is_asked_less_and_less_but_at_least_every_hour(database: Database, now: datetime) -> None:
    with database.write() as tx:
        hub_pings.note(tx, {"a.xml": "1"}, now=now)
        waits = []
        for _ in range(15):
            hub_pings.failed(tx, ["a.xml"], now=now)
            wait = next(
                seconds for seconds in range(10, 3_700, 10) if hub_pings.owed(tx, now=now + timedelta(seconds=seconds))
            )
            waits.append(timedelta(seconds=wait))
            now += waits[-1]
        assert waits[0] == FIRST_WAIT
        assert waits[:4] == [FIRST_WAIT * 2**number for number in range(4)]
        assert waits[-1] == LONGEST_WAIT
        hub_pings.note(tx, {"a.xml": "2"}, now=now)
        assert hub_pings.owed(tx, now=now) == [("a.xml", "2")], "what is new is worth a try at once"
