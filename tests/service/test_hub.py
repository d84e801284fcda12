"""Telling the hub: what has changed, until it was taken; a dead hub costs one try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from litwatch.errors import HubError
from litwatch.publish.channels import feed_paths
from litwatch.publish.publication import Publication
from litwatch.service import site
from litwatch.service.hub import Announced, Announcer
from litwatch.store.database import Database

ABOUT = Publication("litwatch", "New studies.", "https://litwatch.example/", hub="https://hub.example/")


@dataclass
class Hub:
    """Remembers what it was told, and fails for the addresses that `fault` says."""

    fault: Callable[[str], HubError | None] = lambda feed: None
    told: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    def __call__(self, feed: str) -> None:
        self.tried.append(feed)
        if error := self.fault(feed):
            raise error
        self.told.append(feed)


@dataclass
class Calendar:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


def test_the_hub_is_told_of_what_has_changed_and_of_nothing_twice(database: Database, now: datetime) -> None:
    hub = Hub()
    announcer = Announcer(database, to=hub, url=ABOUT.url, clock=Calendar(now))
    announcer.note({"feed.xml": "1", "feed.atom": "1"})
    assert announcer.announce() == Announced(2)
    assert hub.told == ["https://litwatch.example/feed.atom", "https://litwatch.example/feed.xml"]
    announcer.note({"feed.xml": "2", "feed.atom": "1"})
    assert announcer.announce() == Announced(1)
    assert hub.told[2:] == ["https://litwatch.example/feed.xml"]
    assert announcer.announce() == Announced()


def test_a_dead_hub_is_tried_once_and_again_at_the_next_tick(database: Database, now: datetime) -> None:
    hub, clock = Hub(lambda feed: HubError("no answer")), Calendar(now)
    announcer = Announcer(database, to=hub, url=ABOUT.url, clock=clock)
    announcer.note({"a.xml": "1", "b.xml": "1", "c.xml": "1"})
    assert announcer.announce() == Announced(0, "no answer")
    assert len(hub.tried) == 1
    assert announcer.announce() == Announced(), "it is left in peace for a moment"
    hub.fault = lambda feed: None
    clock.now += timedelta(seconds=30)
    assert announcer.announce() == Announced(3)


def test_a_feed_that_is_refused_does_not_keep_the_others(database: Database, now: datetime) -> None:
    hub = Hub(lambda feed: HubError("HTTP 403", alive=True) if feed.endswith("/a.xml") else None)
    announcer = Announcer(database, to=hub, url=ABOUT.url, clock=Calendar(now))
    announcer.note({"a.xml": "1", "b.xml": "1"})
    assert announcer.announce() == Announced(1, "HTTP 403")
    assert hub.told == ["https://litwatch.example/b.xml"]


def test_one_who_stops_is_not_kept_waiting(database: Database, now: datetime) -> None:
    hub = Hub()
    announcer = Announcer(database, to=hub, url=ABOUT.url, clock=Calendar(now))
    announcer.note({"a.xml": "1", "b.xml": "1"})
    assert announcer.announce(lambda: bool(hub.told)) == Announced(1)
    assert announcer.announce() == Announced(1)


def test_writing_the_site_owes_the_hub_the_feeds_that_changed(
    database: Database, now: datetime, tmp_path: Path
) -> None:
    hub = Hub()
    announcer = Announcer(database, to=hub, url=ABOUT.url, clock=Calendar(now))
    site.write(database, tmp_path, ABOUT, announcer=announcer)
    assert announcer.announce().told == len(feed_paths(ABOUT)) == 12
    site.write(database, tmp_path, ABOUT, announcer=announcer)
    assert announcer.announce() == Announced(), "nothing has changed"
    (tmp_path / "feed.xml").unlink()
    site.write(database, tmp_path, ABOUT, announcer=announcer)
    assert announcer.announce() == Announced(), "the same bytes as before"
