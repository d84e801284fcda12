"""Notices are stored once for each event, wait for their issue, and are told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from litwatch.domain.calendar import Week
from litwatch.domain.notice import Notice, NoticeKind
from litwatch.domain.prose import Provenance, Sentence
from litwatch.store import issues, notices
from litwatch.store.database import Database
from litwatch.store.notices import NoticeState
from tests.store.samples import issue, store

WEEK = Week(2025, 12)
TEXT = (Sentence("The paper was retracted.", Provenance.DERIVED, basis="RetractionIn"),)


@pytest.fixture
def retraction(database: Database, now: datetime) -> Notice:
    with database.write() as tx:
        store(tx, "1")
    return Notice("tag:x,2026:notice/1", NoticeKind.RETRACTION, "1", "pmid-1", "Pain", now, TEXT)


def test_an_event_is_noticed_once(database: Database, retraction: Notice) -> None:
    with database.write() as tx:
        assert notices.add(tx, retraction, source="2", state=NoticeState.ACCEPTED)
        assert not notices.add(tx, replace(retraction, guid="other"), source="2", state=NoticeState.ACCEPTED)
        assert notices.about(tx, "1") == [retraction]


def test_a_notice_waits_for_one_issue(database: Database, retraction: Notice, now: datetime) -> None:
    with database.write() as tx:
        notices.add(tx, retraction, source="2", state=NoticeState.ACCEPTED)
        assert notices.untold(tx, until=now - timedelta(seconds=1)) == []
        assert notices.untold(tx, until=now) == [retraction]
        issues.publish(tx, issue(WEEK), {})
        notices.told_in(tx, WEEK, [retraction.guid])
        assert notices.untold(tx, until=now) == []
        assert notices.about(tx, "1") == [retraction]


def test_a_proposal_waits_for_the_editor(database: Database, retraction: Notice, now: datetime) -> None:
    with database.write() as tx:
        notices.add(tx, retraction, source="2", state=NoticeState.PROPOSED)
        assert (notices.untold(tx, until=now), notices.about(tx, "1")) == ([], [])
        assert notices.listing(tx, NoticeState.PROPOSED) == [retraction]
        assert notices.settle(tx, retraction.guid, NoticeState.DISMISSED, now=now) == retraction
        assert notices.settle(tx, retraction.guid, NoticeState.ACCEPTED, now=now) is None
        assert notices.untold(tx, until=now) == []


def test_an_accepted_proposal_counts_from_then(database: Database, retraction: Notice, now: datetime) -> None:
    later = now + timedelta(days=3)
    with database.write() as tx:
        notices.add(tx, retraction, source="2", state=NoticeState.PROPOSED)
        accepted = notices.settle(tx, retraction.guid, NoticeState.ACCEPTED, now=later)
        assert accepted == replace(retraction, made=later)
        assert notices.listing(tx, NoticeState.ACCEPTED) == [accepted]
        assert notices.untold(tx, until=now) == []
        assert notices.untold(tx, until=later) == [accepted]


def test_known_events_and_what_goes_by_mail(database: Database, retraction: Notice, now: datetime) -> None:
    final = replace(retraction, guid="tag:x,2026:final", kind=NoticeKind.FINAL)
    update = replace(retraction, guid="tag:x,2026:update", kind=NoticeKind.UPDATE)
    with database.write() as tx:
        notices.add(tx, retraction, source="a", state=NoticeState.ACCEPTED)
        notices.add(tx, final, source="b", state=NoticeState.ACCEPTED)
        notices.add(tx, update, source="c", state=NoticeState.PROPOSED)
        assert sorted(source for source, _ in notices.known(tx, "1")) == ["a", "b", "c"]
        assert notices.mailable(tx, since=now) == [retraction]
        assert notices.mailable(tx, since=now + timedelta(seconds=1)) == []
        assert notices.untold(tx, until=now) == [retraction], "a final citation is no news"
        assert notices.load(tx, final.guid) == final
        assert notices.load(tx, "tag:x,2026:none") is None
