"""A check that dies, wherever it dies, loses nothing and tells nothing twice: at every call, and at every SQL statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from sqlalchemy import Engine, event

from litwatch.domain.article import Correction, Journal
from litwatch.domain.notice import NoticeKind
from litwatch.service.correct import correct
from litwatch.store import citations, rechecks
from litwatch.store.database import Database
from tests.compose.papers import AUTHORITY, trial
from tests.service.newsroom import START, Newsroom, started
from tests.service.post import Post

TRIAL, NOTICE = "99000101", "99000901"
RETRACTED = replace(
    trial(TRIAL),
    corrections=(Correction("RetractionIn", NOTICE, "J Fict Stud. 2025 Mar 27. doi: 10.5555/fictional.99000901"),),
    publication_types=("Retracted Publication",),
)
LEASE = timedelta(hours=2)
"""Whatever the dead had leased is free again."""


class KilledError(BaseException):
    """The process dies."""


@dataclass(eq=False)
class Fuse:
    """Burns down step by step, and kills at the last."""

    steps: int

    def __call__(self, *_: Any) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise KilledError


@contextmanager
def calls(room: Newsroom, fuse: Fuse) -> Iterator[None]:
    """`fuse` burns with each record, each look at the clock, each Message-ID."""
    room.step = fuse
    try:
        yield
    finally:
        room.step = lambda: None


@contextmanager
def statements(room: Newsroom, fuse: Fuse) -> Iterator[None]:
    """`fuse` burns with each SQL statement, before it, and with each transaction, before it is committed."""
    del room
    watched = ("before_cursor_execute", "commit")
    for name in watched:
        event.listen(Engine, name, fuse)
    try:
        yield
    finally:
        for name in watched:
            event.remove(Engine, name, fuse)


Burning = Callable[[Newsroom, Fuse], Any]


def survives(room: Newsroom, burning: Burning, action: Callable[[], object]) -> int:
    """Kills `action` at its first step, its second, …, until it lives to its end; how often it was killed."""
    for kills in range(1000):
        try:
            with burning(room, Fuse(kills)):
                action()
        except KilledError:
            room.now += LEASE
        else:
            return kills
    raise AssertionError("it never ends")


@pytest.fixture
def published(database: Database) -> Iterator[Newsroom]:
    """A trial ahead of print was told to anna and berta."""
    room = started(database)
    room.subscribe("anna")
    room.subscribe("berta")
    room.put(trial(TRIAL, publication_status="aheadofprint", journal=Journal(abbreviation="J Fict Stud")))
    room.poll()
    room.publish()
    room.deliver()
    room.pass_days(7)
    yield room
    room.server.close()


@pytest.mark.parametrize(("burning", "least"), [(calls, 5), (statements, 30)])
def test_killed_anywhere_it_loses_and_repeats_nothing(published: Newsroom, burning: Burning, least: int) -> None:
    published.put(RETRACTED)
    kills = survives(published, burning, published.recheck)
    assert kills >= least, "calls: at its start, with a batch, a record, and each Message-ID"
    retraction, final = sorted(published.about(TRIAL), key=lambda notice: notice.kind is NoticeKind.FINAL)
    assert (retraction.kind, final.kind) == (NoticeKind.RETRACTION, NoticeKind.FINAL)
    with published.database.read() as tx:
        (receipt,) = rechecks.receipts(tx, since=START, until=published.now)
        history = citations.history(tx, TRIAL)
    assert receipt.notices == 1, "notices, mails and receipt are one transaction"
    assert [dated.citation.ahead_of_print for dated in history] == [True, False]
    assert {history[1].seen, retraction.made, final.made} == {receipt.started}
    published.deliver()
    published.recheck()
    published.deliver()
    assert published.told("Retracted") == ["anna", "berta"]


def test_a_sender_that_dies_sends_no_second_notice(published: Newsroom) -> None:
    """A message is only sent again if its sender died between the receiver's answer and the note of it."""
    published.put(RETRACTED)
    published.recheck()
    published.post = Post()
    survives(published, calls, published.deliver)
    published.deliver()
    assert set(published.told("Retracted")) == {"anna", "berta"}
    ids = [message_from_bytes(message)["Message-ID"] for _, message in published.post.accepted]
    assert len(set(ids)) == 2, "a second copy is the same message"


def test_an_editors_correction_killed_at_any_statement_is_told_once(published: Newsroom) -> None:
    def corrected() -> None:
        correct(
            TRIAL,
            "It was 10 weeks.",
            database=published.database,
            now=published.now,
            authority=AUTHORITY,
            message_id=published.message_id,
        )

    assert survives(published, statements, corrected) >= 8
    published.deliver()
    assert [notice.kind for notice in published.about(TRIAL)] == [NoticeKind.CORRECTION]
    assert published.told("Correction to our note") == ["anna", "berta"]
