"""What becomes of a paper that is not a note of its own, and that a note, an update or a story rests on all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from litwatch.compose.notices import Side
from litwatch.domain.article import Article, Correction
from litwatch.domain.notice import NoticeKind
from litwatch.domain.study import Direction
from litwatch.store import notices, studies
from litwatch.store.database import Database
from litwatch.store.notices import NoticeState
from tests.compose.evidence import finding, side, update
from tests.compose.papers import trial
from tests.service.newsroom import Newsroom, notice_record, started

NOTE, LATER, NOTICE = "99000101", "99000102", "99000901"
BETTER, SAME = Direction.IMPROVED, Direction.NO_DIFFERENCE


@pytest.fixture
def room(database: Database) -> Iterator[Newsroom]:
    room = started(database)
    yield room
    room.server.close()


def told(room: Newsroom, *papers: Article) -> None:
    room.put(*papers)
    room.poll()
    room.publish()
    room.deliver()
    room.pass_days(7)


def sides() -> tuple[Side, Side]:
    return side(NOTE, finding("pain", BETTER)), side(LATER, finding("pain", SAME))


def updated(room: Newsroom, state: NoticeState = NoticeState.ACCEPTED) -> str:
    """A note was told, and a later study gives it an update; the update's guid."""
    told(room, trial(NOTE))
    room.put(trial(LATER))
    room.poll()
    notice = update(*sides())
    assert notice is not None and notice.citation is not None and notice.citation.pmid == LATER
    with room.database.write() as tx:
        notices.add(tx, replace(notice, made=room.now), source=LATER, state=state)
    return notice.guid


def retracted(pmid: str) -> Article:
    return trial(pmid, corrections=(Correction("RetractionIn", NOTICE, "J Fict Stud. 2025 Mar 27"),))


def from_the_other_side(pmid: str) -> Article:
    return notice_record(NOTICE, "RetractionOf", pmid, "Retraction: Nordic walking for hip pain")


@pytest.mark.parametrize("said_by", [retracted, from_the_other_side])
def test_an_update_whose_study_is_retracted_is_taken_back(room: Newsroom, said_by: Callable[[str], Article]) -> None:
    first = updated(room)
    assert [notice.guid for notice in room.publish().notices] == [first]
    room.pass_days(7)
    room.put(said_by(LATER))
    room.poll()
    for _ in range(2):
        room.recheck()
        room.pass_days(1)
    old, new = room.about(NOTE)
    assert (old.guid, new.kind, new.slug) == (first, NoticeKind.UPDATE, f"pmid-{NOTE}")
    assert "The study behind our update of 28 March 2025 to this note (PMID 99000102) has been retracted." in new.text
    assert "Please do not rely on what that update says." in new.text
    assert new.guid != old.guid and new.citation == old.citation
    kinds = [(notice.kind, notice.pmid) for notice in room.publish().notices]
    assert kinds == [(NoticeKind.RETRACTION, LATER), (NoticeKind.UPDATE, NOTE)]


@pytest.mark.parametrize("said_by", [retracted, from_the_other_side])
def test_an_update_that_was_not_told_yet_is_not_told_any_more(
    room: Newsroom, said_by: Callable[[str], Article]
) -> None:
    first = updated(room)
    room.put(said_by(LATER))
    room.poll()
    room.recheck()
    (notice,) = room.publish().notices
    assert (notice.kind, notice.pmid, notice.guid == first) == (NoticeKind.UPDATE, NOTE, False)
    assert room.about(NOTE) == [notice], "who read it on the site or in the feed is told, the update itself is gone"
    assert room.issues()[0].nuggets == (), "and its study gets no note"


def test_a_proposed_update_whose_study_is_retracted_is_dismissed(room: Newsroom) -> None:
    first = updated(room, NoticeState.PROPOSED)
    room.put(retracted(LATER))
    assert room.recheck().receipt.notices == 0
    with room.database.read() as tx:
        assert [notice.guid for notice in notices.listing(tx, NoticeState.DISMISSED)] == [first]
    assert room.about(NOTE) == []


@pytest.mark.parametrize("said_by", [retracted, from_the_other_side])
def test_a_retraction_of_the_journals_version_is_told_to_who_received_the_preprint(
    room: Newsroom, said_by: Callable[[str], Article]
) -> None:
    room.subscribe("anna")
    preprint = trial(NOTE, publication_types=("Preprint",), publication_status="aheadofprint")
    told(room, preprint)
    room.put(replace(preprint, corrections=(Correction("UpdateIn", LATER),)), trial(LATER, doi="10.5555/final"))
    room.recheck()
    room.pass_days(7)
    room.put(said_by(LATER))
    room.poll()
    room.recheck()
    room.deliver()
    assert [notice.kind for notice in room.about(NOTE)] == [NoticeKind.FINAL, NoticeKind.RETRACTION]
    assert room.told("Retracted") == ["anna"]
    room.pass_days(1)
    assert room.recheck().receipt.notices == 0


def test_a_paper_told_beside_another_report_of_its_study_is_looked_up_too(room: Newsroom) -> None:
    lead, beside = trial(NOTE), trial(LATER)
    room.put(lead, beside)
    room.poll()
    with room.database.write() as tx:
        read = studies.load(tx, [NOTE, LATER])
        studies.save(tx, [replace(each, registry_ids=("NCT99000001",)) for each in read.values()], read_at=room.now)
    issue = room.publish()
    (sibling,) = issue.nuggets[0].siblings
    room.pass_days(7)
    room.put(retracted(sibling.pmid))
    assert room.recheck().receipt.wanted == 2
    (notice,) = room.publish().notices
    assert (notice.kind, notice.pmid, notice.slug) == (NoticeKind.RETRACTION, sibling.pmid, "")


def test_a_paper_is_not_told_whose_retraction_came_in_with_it(room: Newsroom) -> None:
    """The paper's own record does not tell of it yet."""
    room.put(trial(NOTE), trial(LATER), from_the_other_side(LATER))
    room.poll()
    assert [nugget.pmid for nugget in room.publish().nuggets] == [NOTE]
