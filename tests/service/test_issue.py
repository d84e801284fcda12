from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from litwatch.compose.correction_notices import Told, editors_correction
from litwatch.compose.issue import Rules
from litwatch.domain.article import Article, ParseFailure, PartialDate, Record, RegistryId
from litwatch.domain.calendar import Week
from litwatch.domain.run import PollReceipt
from litwatch.domain.study import ExerciseCard, Named, Study
from litwatch.domain.subscriber import DeliveryState, Subscriber
from litwatch.errors import StoreUnavailable
from litwatch.service.issue import MessageId, Press, Published, publish_due, publish_week, recipients
from litwatch.service.schedule import Timetable
from litwatch.store import articles, issues, notices, outbox, runs, studies, subscribers
from litwatch.store.articles import StoredRecord
from litwatch.store.database import Database
from litwatch.store.notices import NoticeState
from tests.compose.papers import AUTHORITY, slice_of, spine, trial, trial_study

FRIDAY = datetime(2025, 3, 21, 7, tzinfo=UTC)
WEEK = Week(2025, 12)
TOLD = Told("99000101", "pmid-99000101", "Nordic walking for hip pain", FRIDAY, FRIDAY)
FRIDAYS = Timetable(5, time(7), ZoneInfo("UTC"))


@dataclass
class Desk:
    """A database with the papers that came in, and what publishing needs. Records hold their PMID as bytes."""

    database: Database
    papers: dict[str, Article] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    while_composing: Callable[[], None] = lambda: None

    def receive(self, *papers: Article, topic: str = "exercise-pain", seen: datetime = FRIDAY) -> None:
        self.papers |= {paper.pmid: paper for paper in papers}
        with self.database.write() as tx:
            articles.save(tx, [Record(paper, paper.pmid.encode()) for paper in papers], seen=seen)
            articles.link(tx, topic, [paper.pmid for paper in papers], seen=seen)

    def parse(self, stored: StoredRecord) -> Article | ParseFailure:
        article = self.papers.get(stored.raw.decode())
        return article or ParseFailure("not a record", 0, 0, stored.pmid)

    def read_study(self, article: Article) -> Study:
        self.read.append(article.pmid)
        self.while_composing()
        if article.pmid == "38921661":
            return spine()[1]
        study = trial_study(trial(article.pmid), registry_ids=tuple(each.number for each in article.registry_ids))
        return yoga(article, study) if article.title.startswith("Yoga") else study

    def publish(self, week: Week = WEEK, now: datetime = FRIDAY) -> Published:
        return publish_week(self.press(), week, now=now)

    def publish_due(self, now: datetime) -> Published | None:
        return publish_due(self.press(), FRIDAYS, now=now)

    def press(self, *, nuggets: int = 7, message_id: MessageId | None = None) -> Press:
        rules = Rules(AUTHORITY, nuggets_per_issue=nuggets)
        return Press(self.database, rules, self.parse, self.read_study, message_id or own_id)

    def subscribe(self, address: str, *topics: str) -> Subscriber:
        with self.database.write() as tx:
            person = subscribers.add(tx, address, topics=topics, seed=f"token of {address}", now=FRIDAY)
        assert person is not None
        return person

    def poll(self, started: datetime, failed: str | None = None) -> None:
        day = date(2025, 3, 20)
        with self.database.write() as tx:
            runs.save_receipt(tx, PollReceipt("exercise-pain", "q", started, 1.0, (day, day), day, failed=failed))

    def addressees(self) -> list[str]:
        found = []
        with self.database.write() as tx:
            while delivery := outbox.claim(tx, now=FRIDAY, lease=timedelta(minutes=1)):
                assert delivery.message_id == own_id(Week.parse(delivery.week), delivery.subscriber)
                found.append(delivery.subscriber.address)
        return sorted(found)


def yoga(article: Article, study: Study) -> Study:
    """The study with a kind of exercise that its title names, and an outcome that the lexicon knows."""
    card = ExerciseCard(types=(Named("yoga", slice_of(article, "Yoga")),))
    return replace(study, exercise=card, outcomes=(replace(study.outcomes[0], concept="pain"), *study.outcomes[1:]))


def own_id(week: Week, person: Subscriber) -> str:
    return f"<{week}.{person.id}@litwatch.example>"


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def pmids(published: Published | None) -> list[str]:
    assert published is not None
    return [nugget.pmid for nugget in published.issue.nuggets]


def test_a_weeks_papers_become_its_issue(desk: Desk) -> None:
    desk.receive(trial("99000101"), spine()[0])
    desk.receive(trial("99000101"), topic="inflammation")
    published = desk.publish()
    assert published.new
    assert pmids(published) == ["38921661", "99000101"]
    assert published.issue.nuggets[1].topics == ("exercise-pain", "inflammation")
    with desk.database.read() as tx:
        assert issues.load(tx, WEEK) == published.issue
        assert articles.candidates(tx, until=FRIDAY) == []
        assert sorted(studies.load(tx, ["38921661", "99000101"])) == ["38921661", "99000101"]


def test_a_published_week_stays_as_it_is(desk: Desk) -> None:
    desk.subscribe("a@example.org")
    desk.receive(trial("99000101"))
    first = desk.publish()
    desk.receive(trial("99000102"))
    assert desk.publish(now=FRIDAY + timedelta(days=1)) == Published(first.issue, new=False)
    assert first.queued == 1
    with desk.database.read() as tx:
        assert outbox.counts(tx)[DeliveryState.QUEUED] == 1


def test_each_paper_is_told_once(desk: Desk) -> None:
    desk.receive(trial("99000101"), replace(trial("99000103"), sections=()))
    desk.publish()
    desk.receive(trial("99000101"), trial("99000102"), seen=FRIDAY + timedelta(days=2))
    later = desk.publish(WEEK.next(), FRIDAY + timedelta(days=7))
    assert pmids(later) == ["99000102"]
    assert later.issue.receipt.considered == 1


def test_a_paper_told_ahead_of_print_is_not_new_when_it_is_final(desk: Desk) -> None:
    desk.receive(trial("99000101", doi="10.5555/X", publication_status="aheadofprint"))
    desk.publish()
    desk.receive(trial("99000201", doi="10.5555/x"))
    later = desk.publish(WEEK.next(), FRIDAY + timedelta(days=7))
    assert later.issue.receipt.excluded == (("told in an earlier issue", 1),)
    assert pmids(later) == []


def test_another_report_of_a_trial_told_before_points_to_its_note(desk: Desk) -> None:
    """The registration is read from the stored study, the note from the issue that told it."""
    number = (RegistryId("ClinicalTrials.gov", "NCT00000001"),)
    desk.receive(trial("99000101", registry_ids=number), trial("99000102"))
    first = desk.publish()
    desk.receive(trial("99000201", registry_ids=number), seen=FRIDAY + timedelta(days=2))
    later = desk.publish(WEEK.next(), FRIDAY + timedelta(days=7))
    assert sorted(pmids(first)) == ["99000101", "99000102"]
    assert pmids(later) == []
    assert [(mention.pmid, mention.earlier) for mention in later.issue.also] == [("99000201", "pmid-99000101")]


def test_what_earlier_notes_asked_is_not_new_any_more(desk: Desk) -> None:
    desk.receive(trial("99000101", title="Yoga for migraine"))
    desk.publish()
    later = FRIDAY + timedelta(days=7)
    desk.receive(trial("99000102", title="Yoga for migraine"), trial("99000103", title="Yoga for lupus"), seen=later)
    told = {nugget.pmid: nugget.why for nugget in desk.publish(WEEK.next(), later).issue.nuggets}
    assert "(+8)" in told["99000103"] and "questions that no earlier note asked (+8)" in told["99000103"]
    assert "no earlier note" not in told["99000102"]


def test_what_is_not_shown_is_kept_with_its_reason(desk: Desk) -> None:
    desk.receive(trial("99000101"), trial("99000102", published=PartialDate(2019)))
    desk.publish()
    with desk.database.read() as tx:
        assert [(reject.pmid, reject.reason) for reject in issues.rejects(tx, WEEK)] == [
            ("99000102", "older than 400 days: published 2019")
        ]


def test_what_comes_in_later_waits(desk: Desk) -> None:
    desk.receive(trial("99000101"), seen=FRIDAY + timedelta(seconds=1))
    assert pmids(desk.publish()) == []


def test_a_study_that_was_read_before_is_not_read_again(desk: Desk) -> None:
    desk.receive(trial("99000101"), trial("99000102"))
    with desk.database.write() as tx:
        studies.save(tx, [trial_study(trial("99000101"), n_participants=None)], read_at=FRIDAY)
    published = desk.publish()
    assert desk.read == ["99000102"]
    assert published.issue.nuggets[1].meta.startswith("Randomised trial: ")


def test_a_stored_record_that_cannot_be_read_stops_nothing(desk: Desk) -> None:
    desk.receive(trial("99000101"), trial("99000102"))
    del desk.papers["99000101"]
    published = desk.publish()
    assert pmids(published) == ["99000102"]
    assert published.issue.receipt.excluded == (("cannot be read", 1),)


def test_the_receipt_has_the_polls_since_the_previous_issue(desk: Desk) -> None:
    desk.poll(FRIDAY - timedelta(days=1))
    desk.poll(FRIDAY)
    assert len(desk.publish().issue.receipt.polls) == 2
    desk.poll(FRIDAY + timedelta(days=1), failed="no answer")
    quiet = desk.publish(WEEK.next(), FRIDAY + timedelta(days=7)).issue
    assert [poll.failed for poll in quiet.receipt.polls] == ["no answer"]
    assert quiet.title == "No news: PubMed could not be searched"


def test_mail_is_queued_for_those_whose_topics_are_told(desk: Desk) -> None:
    desk.subscribe("all@example.org")
    desk.subscribe("pain@example.org", "exercise-pain")
    desk.subscribe("other@example.org", "inflammation-pain")
    with desk.database.write() as tx:
        subscribers.add(tx, "gone@example.org", topics=(), seed="t", now=FRIDAY)
        subscribers.remove(tx, "gone@example.org", now=FRIDAY)
    desk.receive(trial("99000101"))
    assert desk.publish().queued == 2
    assert desk.addressees() == ["all@example.org", "pain@example.org"]


def test_a_mentioned_paper_counts_for_its_topic_and_a_quiet_week_is_told_to_all(desk: Desk) -> None:
    people = [desk.subscribe("all@example.org"), desk.subscribe("pain@example.org", "exercise-pain")]
    desk.receive(replace(trial("99000101"), sections=()))
    assert recipients(desk.publish().issue, people) == people
    desk.receive(replace(trial("99000102"), sections=()), topic="inflammation-pain")
    assert recipients(desk.publish(WEEK.next(), FRIDAY + timedelta(days=7)).issue, people) == people[:1]
    assert recipients(desk.publish(Week(2025, 14), FRIDAY + timedelta(days=14)).issue, people) == people


def test_news_of_an_earlier_paper_counts_for_its_topic(desk: Desk) -> None:
    """Else who follows a topic is not told that a later study contradicts a note on it."""
    everything, pain, inflammation = (
        desk.subscribe(f"{number}@example.org", *topics)
        for number, topics in enumerate(((), ("exercise-pain",), ("inflammation-pain",)))
    )
    desk.receive(trial("99000101"))
    desk.publish()
    later = FRIDAY + timedelta(days=7)
    desk.receive(trial("99000102"), topic="inflammation-pain", seen=later)
    notice = editors_correction("It was 10 weeks.", TOLD, made=later, authority=AUTHORITY)[1]
    with desk.database.write() as tx:
        notices.add(tx, notice, source="a", state=NoticeState.ACCEPTED)
    second = desk.publish(WEEK.next(), later)
    assert (len(second.issue.nuggets), second.issue.notices, second.queued) == (1, (notice,), 3)
    desk.receive(trial("99000103"), topic="inflammation-pain", seen=later)
    assert desk.publish(Week(2025, 14), later + timedelta(days=7)).queued == 2
    assert recipients(second.issue, [everything, pain, inflammation]) == [everything, inflammation]


def test_nothing_is_stored_unless_everything_is(desk: Desk) -> None:
    desk.subscribe("a@example.org")
    desk.receive(trial("99000101"))

    def no_id(week: Week, person: Subscriber) -> str:
        raise StoreUnavailable("write", "the disk is full")

    with pytest.raises(StoreUnavailable):
        publish_week(desk.press(message_id=no_id), WEEK, now=FRIDAY)
    with desk.database.read() as tx:
        assert issues.weeks(tx) == []
        assert studies.load(tx, ["99000101"]) == {}
        assert [candidate.pmid for candidate in articles.candidates(tx, until=FRIDAY)] == ["99000101"]
    assert desk.publish().queued == 1


@pytest.mark.parametrize(("rival_week", "expected"), [(WEEK, "99000101"), (WEEK.previous(), None)])
def test_of_two_that_publish_at_once_one_tells_each_paper(desk: Desk, rival_week: Week, expected: str | None) -> None:
    """While one composes, another process publishes: the same week, or another week with the same papers."""
    desk.receive(trial("99000101"))
    rival = Desk(desk.database, desk.papers)
    rivals: list[Published] = []

    def strike() -> None:
        if not rivals:
            rivals.append(rival.publish(rival_week))

    desk.while_composing = strike
    published = desk.publish()
    assert pmids(rivals[0]) == ["99000101"]
    assert published.new is (rival_week != WEEK)
    assert pmids(published) == ([expected] if expected else [])


def test_an_issue_is_published_when_it_falls_due(desk: Desk) -> None:
    desk.poll(FRIDAY - timedelta(days=1))
    desk.receive(trial("99000101"), seen=FRIDAY - timedelta(days=1))
    first = desk.publish_due(FRIDAY - timedelta(seconds=1))
    assert first is not None and first.issue.week == WEEK.previous()
    assert desk.publish_due(FRIDAY - timedelta(seconds=1)) is None
    second = desk.publish_due(FRIDAY)
    assert second is not None and second.issue.week == WEEK
    assert desk.publish_due(FRIDAY + timedelta(days=3)) is None
    five_weeks_off = desk.publish_due(FRIDAY + timedelta(days=36))
    assert five_weeks_off is not None and str(five_weeks_off.issue.week) == "2025-W17"
    assert desk.publish_due(FRIDAY + timedelta(days=36)) is None
    with desk.database.read() as tx:
        assert len(issues.weeks(tx)) == 3


def test_the_first_issue_waits_for_a_poll_that_succeeded(desk: Desk) -> None:
    assert desk.publish_due(FRIDAY) is None
    desk.poll(FRIDAY - timedelta(minutes=2), failed="no answer")
    assert desk.publish_due(FRIDAY) is None
    desk.poll(FRIDAY - timedelta(minutes=1))
    assert desk.publish_due(FRIDAY) is not None
