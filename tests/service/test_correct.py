"""An editor's correction is told like any other: once, to those who received the note."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from litwatch.domain.notice import NoticeKind
from litwatch.domain.prose import Provenance
from litwatch.errors import UsageError
from litwatch.service.correct import LONGEST, Corrected, correct
from litwatch.store.database import Database
from tests.compose.papers import AUTHORITY, trial
from tests.service.newsroom import Newsroom, started

TRIAL = "99000101"


@pytest.fixture
def room(database: Database) -> Iterator[Newsroom]:
    room = started(database)
    room.subscribe("anna")
    room.subscribe("carl", "inflammation")
    room.put(trial(TRIAL), trial("99000105", sections=()))
    room.poll()
    room.publish()
    room.deliver()
    room.pass_days(7)
    yield room
    room.server.close()


def corrected(room: Newsroom, nugget: str, text: str, *, dry_run: bool = False) -> Corrected:
    return correct(
        nugget,
        text,
        database=room.database,
        now=room.now,
        authority=AUTHORITY,
        message_id=room.message_id,
        dry_run=dry_run,
    )


@pytest.mark.parametrize("name", [TRIAL, f"pmid-{TRIAL}"])
def test_a_correction_is_told_once_to_who_received_the_note(room: Newsroom, name: str) -> None:
    first = corrected(room, name, "  The note said 12 weeks;\nit was 10. ")
    assert (first.new, first.people) == (True, 1)
    assert first.notice.kind is NoticeKind.CORRECTION
    (sentence,) = first.notice.sentences
    assert (sentence.text, sentence.provenance) == ("The note said 12 weeks; it was 10.", Provenance.EDITOR)
    room.pass_days(1)
    again = corrected(room, name, "The note said 12 weeks; it was 10.")
    assert (again.new, again.people, again.notice.guid) == (False, 0, first.notice.guid)
    room.deliver()
    assert room.told("Correction to our note: Nordic walking") == ["anna"]
    assert room.about(TRIAL) == [first.notice] == list(room.publish().notices)


def test_a_dry_run_tells_how_many_and_changes_nothing(room: Newsroom) -> None:
    shown = corrected(room, TRIAL, "It was 10 weeks.", dry_run=True)
    assert (shown.new, shown.people) == (True, 1)
    room.deliver()
    assert (room.about(TRIAL), room.told("Correction")) == ([], [])
    corrected(room, TRIAL, "It was 10 weeks.")
    assert corrected(room, TRIAL, "It was 10 weeks.", dry_run=True).new is False


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("99000999", "Wrong.", "no note was published with the slug or PMID '99000999'"),
        ("99000105", "Wrong.", "no note was published"),  # listed in one line: there is no note to correct
        ("", "Wrong.", "no note was published"),
        (TRIAL, " \n ", "--note is empty"),
        (TRIAL, "x" * (LONGEST + 1), "2,000 characters, this one has 2,001"),
    ],
)
def test_what_cannot_be_corrected(room: Newsroom, name: str, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("(", r"\(")):
        corrected(room, name, text)
    assert room.about(TRIAL) == []
