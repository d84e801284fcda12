"""Which feeds the WebSub hub has still to be told of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, select, update

from litwatch.store.schema import hub_ping
from litwatch.store.sql import insert

FIRST_WAIT = timedelta(seconds=20)
"""After a failure, less than a tick of the daemon; twice as long after each further one."""
LONGEST_WAIT = timedelta(hours=1)


def note(tx: Connection, etags: Mapping[str, str], *, now: datetime) -> None:
    """Writes down what each feed's bytes are now, as any text that changes when they do."""
    known = {row.feed: row.etag for row in tx.execute(select(hub_ping.c.feed, hub_ping.c.etag))}
    for feed, etag in sorted(etags.items()):
        if known.get(feed) != etag:
            row = insert(tx, hub_ping).values(feed=feed, etag=etag, failures=0, at=now)
            changed = {"etag": etag, "failures": 0, "at": now}
            tx.execute(row.on_conflict_do_update(index_elements=[hub_ping.c.feed], set_=changed))


def owed(tx: Connection, *, now: datetime) -> list[tuple[str, str]]:
    """(feed, etag) of what the hub was not told of, and whose time to be tried again has come; by name."""
    news = and_(hub_ping.c.told.is_distinct_from(hub_ping.c.etag), hub_ping.c.at <= now)
    rows = tx.execute(select(hub_ping).where(news).order_by(hub_ping.c.feed))
    return [(row.feed, row.etag) for row in rows if row.at + _wait(row.failures) <= now]


def told(tx: Connection, feed: str, etag: str, *, now: datetime) -> None:
    """The hub has taken it. Should the feed have changed meanwhile, it is owed again."""
    tx.execute(update(hub_ping).where(hub_ping.c.feed == feed).values(told=etag, failures=0, at=now))


def failed(tx: Connection, feeds: Iterable[str], *, now: datetime) -> None:
    """The hub did not take any of these."""
    these = hub_ping.c.feed.in_(list(feeds))
    tx.execute(update(hub_ping).where(these).values(failures=hub_ping.c.failures + 1, at=now))


def _wait(failures: int) -> timedelta:
    return min(FIRST_WAIT * 2 ** min(failures - 1, 10), LONGEST_WAIT) if failures else timedelta()
