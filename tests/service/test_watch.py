"""Living evidence from the record to the issue, on both databases: what newly came in bears on what was published."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from litwatch.compose.correction_notices import Told, correction_notice
from litwatch.compose.corrections import WHOLE, Event
from litwatch.compose.issue import Rules
from litwatch.domain.article import Article, Correction, ParseFailure, Record
from litwatch.domain.calendar import Week
from litwatch.domain.edits import Amend, Edit
from litwatch.domain.notice import Bearing, NoticeKind
from litwatch.domain.run import PollReceipt
from litwatch.domain.study import Direction, Outcome, Study
from litwatch.errors import LitwatchError
from litwatch.extract.study import read_study
from litwatch.service.draft import Desk as EditorsDesk
from litwatch.service.issue import Press, Published, publish_week
from litwatch.service.schedule import Timetable
from litwatch.service.stored import stored_article
from litwatch.service.watch import MOST_OTHERS, Evidence
from litwatch.store import articles, issues, notices, runs, studies
from litwatch.store.articles import StoredRecord
from litwatch.store.database import Database
from litwatch.store.notices import NoticeState
from tests.compose.evidence import EARLY, LATE, finding, sample_records, side
from tests.compose.papers import AUTHORITY

FRIDAY = datetime(2025, 3, 14, 7, tzinfo=UTC)
WEEK = Week(2025, 11)
BETTER, SAME = Direction.IMPROVED, Direction.NO_DIFFERENCE


@dataclass
class Desk:
    """A database, and what watching and publishing need. Papers given by value are their own PMID as bytes."""

    database: Database
    now: datetime = FRIDAY
    week: Week = WEEK
    state: NoticeState = NoticeState.ACCEPTED
    papers: dict[str, Article] = field(default_factory=dict)

    def receive(self, *pmids: str) -> None:
        """Records of the sample come in and are read."""
        records = [sample_records()[pmid] for pmid in pmids]
        self._store(records, [read_study(record.article) for record in records])

    def receive_read(self, article: Article, study: Study) -> None:
        self.papers[article.pmid] = article
        self._store([Record(article, article.pmid.encode())], [study])

    def _store(self, records: list[Record], read: list[Study]) -> None:
        with self.database.write() as tx:
            articles.save(tx, records, seen=self.now)
            articles.link(tx, "exercise", [record.article.pmid for record in records], seen=self.now)
            studies.save(tx, read, read_at=self.now)

    def parse(self, stored: StoredRecord) -> Article | ParseFailure:
        return self.papers.get(stored.pmid) or stored_article(stored)

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.database, AUTHORITY, 400, self.parse, lambda: self.now, self.state)

    @property
    def press(self) -> Press:
        return Press(
            self.database,
            Rules(AUTHORITY),
            self.parse,
            read_study,
            message_id=lambda week, person: f"<{week}.{person.id}@litwatch.example>",
        )

    def publish_edited(self, *edits: Edit) -> None:
        """This week's issue with an editor's changes in it; then a week passes."""
        with self.database.write() as tx:
            runs.save_receipt(tx, PollReceipt("exercise", "q", self.now, 1.0, None, None))
        fridays = Timetable(5, time(7), ZoneInfo("UTC"))
        editor = EditorsDesk(self.press, lambda: self.now, fridays, timedelta(2), review="editor", fallback="pause")
        editor.compose(self.week)
        editor.edit(self.week, edits)
        editor.approve(self.week, by="Ada Moss")
        self.now, self.week = self.now + timedelta(days=7), self.week.next()

    def publish(self) -> Published:
        """This week's issue; then a week passes."""
        published = publish_week(self.press, self.week, now=self.now)
        self.now, self.week = self.now + timedelta(days=7), self.week.next()
        return published


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_a_later_review_is_told_as_an_update_of_the_earlier_note(desk: Desk) -> None:
    """Week 1 tells the review of axial spondyloarthritis; week 2 brings one in which chest expansion improved."""
    desk.receive(EARLY)
    assert desk.evidence.watch() == ()
    first = desk.publish().issue
    assert [nugget.pmid for nugget in first.nuggets] == [EARLY]
    assert first.notices == ()

    desk.receive(LATE)
    (update,) = desk.evidence.watch()
    assert update.kind is NoticeKind.UPDATE
    assert update.guid == f"tag:{AUTHORITY}:notice/update/{EARLY}/{LATE}"
    assert update.headline == first.nuggets[0].headline
    assert update.citation is not None and update.citation.pmid == LATE
    assert {row.outcome: row.bearing for row in update.rows} == {
        "chest expansion": Bearing.CONFLICTS,
        "BASDAI": Bearing.AGREES,
        "ASDAS": Bearing.AGREES,
        "BASFI": Bearing.AGREES,
        "BASMI": Bearing.AGREES,
        "fatigue": Bearing.AGREES,
    }
    assert desk.evidence.watch() == (), "the same study bears on the same note once"

    second = desk.publish().issue
    assert second.notices == (update,)
    assert [nugget.pmid for nugget in second.nuggets] == [LATE]
    assert second.summary.endswith("1 notice on earlier papers.")
    with desk.database.read() as tx:
        assert notices.untold(tx, until=desk.now) == []
        assert notices.about(tx, EARLY) == [update]
        assert issues.load(tx, WEEK) == first, "a note itself never changes"
        assert issues.load(tx, WEEK.next()) == second
    assert desk.evidence.watch() == ()
    third = desk.publish().issue
    assert third.notices == ()


def test_under_an_editor_an_update_waits(desk: Desk) -> None:
    desk.state = NoticeState.PROPOSED
    desk.receive(EARLY)
    desk.publish()
    desk.receive(LATE)
    (update,) = desk.evidence.watch()
    assert desk.evidence.notices(NoticeState.PROPOSED) == [update]
    assert desk.publish().issue.notices == ()
    accepted = desk.evidence.settle(f"{EARLY}/{LATE}", NoticeState.ACCEPTED)
    assert accepted == replace(update, made=desk.now)
    quiet = desk.publish().issue
    assert quiet.notices == (accepted,)
    assert quiet.summary.endswith(" 1 notice on earlier papers.")
    with pytest.raises(LitwatchError, match="no proposed notice is called"):
        desk.evidence.settle(update.guid, NoticeState.DISMISSED)


def test_what_the_editor_dismissed_is_not_told_and_not_proposed_again(desk: Desk) -> None:
    desk.state = NoticeState.PROPOSED
    desk.receive(EARLY)
    desk.publish()
    desk.receive(LATE)
    (update,) = desk.evidence.watch()
    desk.evidence.settle(update.guid, NoticeState.DISMISSED)
    assert desk.evidence.watch() == ()
    assert desk.publish().issue.notices == ()
    assert desk.evidence.notices(NoticeState.DISMISSED) == [update]


def test_a_retracted_study_updates_nothing_and_is_not_updated(desk: Desk) -> None:
    retracted = (Correction("RetractionIn", "99000999"),)
    note, later = side("99000101", finding("pain", BETTER)), side("99000102", finding("pain", SAME))
    desk.receive_read(note.article, note.study)
    desk.publish()
    desk.receive_read(replace(later.article, corrections=retracted), later.study)
    assert desk.evidence.watch() == ()
    sound = side("99000103", finding("pain", SAME))
    desk.receive_read(replace(note.article, corrections=retracted), note.study)
    desk.receive_read(sound.article, sound.study)
    assert desk.evidence.watch() == ()
    desk.receive_read(note.article, note.study)
    assert [update.guid[-8:] for update in desk.evidence.watch()] == ["99000103"]


def test_too_old_a_paper_updates_nothing(desk: Desk) -> None:
    note, later = side("99000101", finding("pain", BETTER)), side("99000102", finding("pain", SAME))
    desk.receive_read(note.article, note.study)
    desk.publish()
    desk.now += timedelta(days=400)
    desk.receive_read(later.article, later.study)
    assert desk.evidence.watch() == ()


def test_a_record_that_cannot_be_read_stops_nothing(desk: Desk) -> None:
    desk.receive(EARLY)
    desk.publish()
    note = side("99000101", finding("chest expansion", SAME), ill=("axial spondyloarthritis",), kind="exercise")
    desk.receive_read(note.article, note.study)
    desk.receive(LATE)
    del desk.papers["99000101"]
    assert [update.guid[-8:] for update in desk.evidence.watch()] == [LATE]


def test_all_conflicts_are_told_but_only_a_few_agreements(desk: Desk) -> None:
    for number in range(6):
        direction = BETTER if number < 4 else SAME
        note = side(f"9900010{number}", finding("pain", direction), n_participants=120 - number)
        desk.receive_read(note.article, note.study)
    assert len(desk.publish().issue.nuggets) == 6
    later = side("99000109", finding("pain", BETTER))
    desk.receive_read(later.article, later.study)
    found = desk.evidence.watch()
    bearings = {update.pmid: update.rows[0].bearing for update in found}
    conflicts = ["99000104", "99000105"]
    assert sorted(pmid for pmid, bearing in bearings.items() if bearing is Bearing.CONFLICTS) == conflicts
    others = sorted(pmid for pmid, bearing in bearings.items() if bearing is Bearing.AGREES)
    assert others == ["99000100", "99000101", "99000102"], "the largest"
    assert len(others) == MOST_OTHERS


def test_the_tally_counts_what_was_told_or_listed(desk: Desk) -> None:
    desk.receive(EARLY)
    desk.publish()
    assert desk.evidence.tallies() == (), "one study is no tally"
    desk.receive(LATE)
    desk.receive("99000044")
    assert desk.evidence.tallies() == (), "not told yet"
    desk.publish()
    tallies = {str(tally.question): tally for tally in desk.evidence.tallies()}
    fatigue = tallies["exercise × fatigue in axial spondyloarthritis"]
    assert (fatigue.counts.better, fatigue.counts.total) == (2, 2)
    assert [(study.pmid, study.slug) for study in fatigue.studies] == [(LATE, f"pmid-{LATE}"), (EARLY, f"pmid-{EARLY}")]
    chest = desk.evidence.tally("exercise x chest expansion")
    assert (chest.counts.better, chest.counts.unchanged) == (1, 1)
    assert chest == tallies["exercise × chest expansion"]
    assert desk.evidence.tally("exercise x CRP").counts.total == 1
    with pytest.raises(LitwatchError, match="no such outcome: 'luck'"):
        desk.evidence.tally("exercise x luck")


def test_a_paper_whose_retraction_was_told_counts_for_nothing(desk: Desk) -> None:
    """Also before its own record says so: the journal's notice may be all that PubMed has."""
    desk.receive(EARLY)
    desk.publish()
    retraction = Event(NoticeKind.RETRACTION, WHOLE, Correction("RetractionIn", "99000999"))
    told = Told(EARLY, f"pmid-{EARLY}", "Exercise", desk.now, desk.now)
    notice = correction_notice(retraction, told, record=None, rewritten=False, made=desk.now, authority=AUTHORITY)
    desk.receive(LATE)
    with desk.database.write() as tx:
        notices.add(tx, notice, source=WHOLE, state=NoticeState.ACCEPTED)
    assert desk.evidence.watch() == ()
    desk.publish()
    assert [study.pmid for study in desk.evidence.tally("exercise x fatigue").studies] == [LATE]


def test_a_row_that_an_editor_has_corrected_counts_as_the_note_tells_it(desk: Desk) -> None:
    desk.receive(EARLY)
    with desk.database.read() as tx:
        rows = {row.concept: row for row in studies.load(tx, [EARLY])[EARLY].outcomes}
    why = ("the abstract says so", "Ada Moss")
    chest, fatigue = rows["chest expansion"], rows["fatigue"]
    desk.publish_edited(Amend(EARLY, chest, BETTER, *why), Amend(EARLY, fatigue, None, *why))
    desk.receive(LATE)
    (update,) = desk.evidence.watch()
    bearings = {row.outcome: (row.before, row.bearing) for row in update.rows}
    assert bearings["chest expansion"] == (BETTER, Bearing.AGREES)
    assert "fatigue" not in bearings
    desk.publish()
    told = desk.evidence.tally("exercise x chest expansion").counts
    assert (told.better, told.unchanged) == (2, 0)
    assert desk.evidence.tally("exercise x fatigue").counts.total == 1
    with desk.database.write() as tx:
        save_read(tx, chest, replace(chest, aliases=("chest",)), desk.now)
    assert desk.evidence.tally("exercise x chest expansion").counts == told, "the same row, with more known of it"
    with desk.database.write() as tx:
        save_read(tx, chest, replace(chest, direction=Direction.WORSENED), desk.now)
    assert desk.evidence.tally("exercise x chest expansion").counts.total == 1, "read otherwise now: it does not count"


def save_read(tx: Connection, row: Outcome, now: Outcome, read_at: datetime) -> None:
    """The early study read anew, with `now` in the place of the row with that concept."""
    study = studies.load(tx, [EARLY])[EARLY]
    read = tuple(now if each.concept == row.concept else each for each in study.outcomes)
    studies.save(tx, [replace(study, outcomes=read)], read_at=read_at)


def test_a_withdrawn_record_does_not_count(desk: Desk) -> None:
    desk.receive(EARLY, LATE)
    desk.publish()
    assert desk.evidence.tally("exercise x fatigue").counts.total == 2
    with desk.database.write() as tx:
        articles.mark_deleted(tx, [LATE], seen=desk.now)
    assert desk.evidence.tally("exercise x fatigue").counts.total == 1
