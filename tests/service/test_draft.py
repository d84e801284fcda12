"""An issue that waits for its editor: what it holds is what is published, once, and nothing before its time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from html import unescape
from typing import Literal

import pytest

from litwatch.domain.article import Article
from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue, Nugget, Rating, Signature
from litwatch.domain.edits import Add, Amend, Drop, Edit, Foreword, Move, Override, Words
from litwatch.domain.notice import Notice, NoticeKind
from litwatch.domain.prose import Part
from litwatch.domain.study import Direction
from litwatch.domain.subscriber import Delivery, DeliveryState, Subscriber, SubscriberStatus
from litwatch.errors import LitwatchError, StoreUnavailable, UsageError
from litwatch.publish.archive import Archive
from litwatch.publish.mailing import Mailing
from litwatch.publish.message import issue_message
from litwatch.publish.pages import issue_page, note_page
from litwatch.publish.plaintext import issue_text
from litwatch.publish.publication import Publication
from litwatch.service.draft import Desk, Waiting
from litwatch.service.issue import MessageId, Published
from litwatch.store import articles, drafts, issues, notices, outbox, shown, studies
from litwatch.store.database import Database
from litwatch.store.notices import NoticeState
from tests.compose.papers import spine, trial
from tests.publish.rules import made
from tests.service import test_issue
from tests.service.test_issue import FRIDAY, FRIDAYS, WEEK, own_id

SPINE, FIRST, SECOND = "38921661", "99000101", "99000102"
HOUR = timedelta(hours=1)
ADA = "Ada Moss"


@dataclass
class Office:
    """A database with papers, a clock that is set by hand, and the desk where an editor works."""

    database: Database
    now: datetime = FRIDAY
    fallback: Literal["pause", "unsigned"] = "pause"
    message_id: MessageId = own_id
    mailroom: test_issue.Desk = field(init=False)

    def __post_init__(self) -> None:
        self.mailroom = test_issue.Desk(self.database)

    @property
    def desk(self) -> Desk:
        return Desk(
            press=self.mailroom.press(nuggets=2, message_id=self.message_id),
            clock=lambda: self.now,
            timetable=FRIDAYS,
            max_lateness=48 * HOUR,
            review="editor",
            fallback=self.fallback,
        )

    def receive(self, *papers: Article) -> None:
        self.mailroom.receive(*papers, seen=self.now)

    def draft(self) -> Waiting:
        done = self.desk.attend()
        assert isinstance(done, Waiting)
        return done

    def weeks(self) -> list[Week]:
        with self.database.read() as tx:
            return issues.weeks(tx)

    def open_papers(self) -> list[str]:
        with self.database.read() as tx:
            return [candidate.pmid for candidate in articles.candidates(tx, until=self.now)]


@pytest.fixture
def office(database: Database) -> Office:
    """On Friday three papers have come in, of which two are featured: the review and the later trial."""
    office = Office(database)
    office.mailroom.poll(FRIDAY - HOUR)
    office.mailroom.subscribe("reader@example.org")
    office.receive(spine()[0], trial(FIRST), trial(SECOND))
    return office


def nuggets(issue: Issue) -> list[str]:
    return [nugget.pmid for nugget in issue.nuggets]


def note(issue: Issue, pmid: str) -> Nugget:
    return next(nugget for nugget in issue.nuggets if nugget.pmid == pmid)


def own(nugget: Nugget) -> tuple[str, Rating | None]:
    """What the editor may have said of it."""
    return " ".join(part.text for part in nugget.paragraphs if part.part is Part.EDITOR), nugget.rating


def renderings(issue: Issue) -> tuple[str, bytes, bytes]:
    publication = Publication("litwatch", "d", "https://litwatch.example/")
    person = Subscriber(1, "reader@example.org", (), SubscriberStatus.ACTIVE, "token", FRIDAY)
    delivery = Delivery(1, str(issue.week), person, DeliveryState.SENDING, "<1@litwatch.example>", FRIDAY, 1, None)
    mailing = Mailing(publication, "litwatch@litwatch.example", "litwatch", None, None)
    return (
        issue_text(issue, publication, address="reader@example.org", leave=None),
        issue_page(issue, publication),
        issue_message(issue, delivery, mailing),
    )


def test_a_due_issue_is_composed_and_waits(office: Office) -> None:
    office.now = FRIDAY - timedelta(seconds=1)
    first = office.draft()
    assert first.draft.week == WEEK.previous(), "last Friday's issue was due"
    assert not nuggets(first.draft.issue), "nothing had come in"
    office.desk.skip(WEEK.previous(), because="nothing in it")
    assert office.desk.attend() is None
    office.now = FRIDAY
    waiting = office.draft()
    assert (waiting.new, waiting.draft.week, nuggets(waiting.draft.issue)) == (True, WEEK, [SPINE, SECOND])
    again = office.draft()
    assert (again.new, again.overdue, again.draft) == (False, False, waiting.draft)
    assert office.weeks() == []
    assert office.open_papers() == [SPINE, FIRST, SECOND]
    assert office.mailroom.addressees() == []


def test_nothing_is_drafted_before_pubmed_was_asked_with_success(database: Database) -> None:
    office = Office(database)
    office.mailroom.poll(FRIDAY - HOUR, failed="no answer")
    assert office.desk.attend() is None
    with pytest.raises(LitwatchError, match="nothing has been polled yet"):
        office.desk.compose(WEEK)


EDITS: Sequence[Edit] = (
    Foreword("Two papers this week.\n\nBoth are small.", ADA),
    Words(SPINE, "I would not\nchange my practice. Would you?", ADA),
    Override(SPINE, 2, "the trials differ", ADA),
    Drop(SECOND, "I know the authors", ADA),
    Add(FIRST, ADA),
    Move(FIRST, 1, ADA),
)


def test_what_the_draft_shows_is_what_approving_publishes(office: Office) -> None:
    office.draft()
    office.now += 20 * HOUR
    draft = office.desk.edit(WEEK, EDITS)
    shown = office.desk.as_approved(office.desk.load(), by=ADA)
    published = office.desk.approve(WEEK, by=ADA)
    assert renderings(published.issue) == renderings(shown)
    assert published == Published(shown, new=True, queued=1)
    assert published.issue.signature is Signature.EDITOR
    assert published.issue.published == office.now
    with office.database.read() as tx:
        assert issues.load(tx, WEEK) == published.issue
    assert office.mailroom.addressees() == ["reader@example.org"]
    assert office.open_papers() == []
    assert draft.fates[SECOND] == (issues.Fate.MENTION, "dropped by the editor, Ada Moss: I know the authors")
    assert draft.fates[FIRST] == (issues.Fate.NUGGET, "added by the editor, Ada Moss")


def test_whoever_signs_is_named_on_page_feed_and_mail(office: Office) -> None:
    draft = office.draft().draft
    assert "An editor has read and approved this issue." in renderings(draft.issue)[0], "nobody has signed it yet"
    published = office.desk.approve(WEEK, by="Ada <b>Moss</b>").issue
    text, page, mail = renderings(published)
    publication = Publication("litwatch", "d", "https://litwatch.example/")
    feed = unescape(made(Archive((published,)), publication)["feed.xml"].decode())
    note = note_page(published, published.nuggets[0], publication)
    html_part = message_from_bytes(mail, policy=default).get_body(("html",))
    assert html_part is not None
    assert "The editor, Ada <b>Moss</b>, has read and approved this issue." in " ".join(text.split())
    for whole in (page.decode(), note.decode(), feed, html_part.get_content()):
        assert "The editor, Ada &lt;b&gt;Moss&lt;/b&gt;, has read and approved" in " ".join(whole.split())


def test_the_rendered_draft_says_whose_words_are_whose(office: Office) -> None:
    office.draft()
    text, page, _ = renderings(office.desk.edit(WEEK, EDITS).issue)
    assert page.count(b"I would not change my practice. Would you?") == 1
    assert "The editor’s words (Ada Moss)</h3>".encode() in page
    assert "An editor has read and approved this issue." in text
    assert "From the editor\n  Two papers this week.\n\n  Both are small.\n" in text
    assert "★★☆☆☆ 2 of 5, set by the editor (Ada Moss): the trials differ; by the" in text
    assert text.count("I would not change my practice. Would you?") == 1, "under their name, and nowhere else"


def test_recomposing_takes_in_new_papers_and_keeps_the_editors_changes(office: Office) -> None:
    office.draft()
    before = office.desk.edit(WEEK, EDITS)
    office.now += HOUR
    office.receive(trial("99000103"))
    again = office.desk.compose()
    assert (again.unfit, again.draft.composed) == ((), office.now)
    after = again.draft.issue
    assert nuggets(after) == [FIRST, SPINE, "99000103"]
    assert after.foreword == before.issue.foreword == "Two papers this week.\n\nBoth are small."
    assert own(note(after, SPINE)) == own(note(before.issue, SPINE))
    assert own(note(after, SPINE))[0] == "I would not change my practice. Would you?"
    assert after.receipt.considered == 4
    plain = office.desk.compose(afresh=True).draft
    assert (nuggets(plain.issue), plain.issue.foreword, plain.edits) == ([SPINE, "99000103"], "", ())


def test_words_on_a_note_that_goes_wait_for_its_return(office: Office) -> None:
    office.draft()
    said = note(office.desk.edit(WEEK, [Words(SPINE, "Mine.", ADA)]).issue, SPINE)
    dropped = office.desk.edit(WEEK, [Drop(SPINE, "doubtful", ADA)])
    assert nuggets(dropped.issue) == [SECOND]
    assert office.desk.compose().unfit == ("words: 38921661 is listed under 'Also new': add it first",)
    assert own(note(office.desk.edit(WEEK, [Add(SPINE, ADA)]).issue, SPINE)) == own(said) == ("Mine.", said.rating)


def test_a_row_is_corrected_and_the_note_says_so_everywhere(office: Office) -> None:
    office.draft()
    read = office.desk.rows(WEEK, SECOND)
    assert [row.name for row in read] == ["pain", "CRP", "dizziness", "stiffness"]
    turned = Amend(SECOND, read[0], Direction.NO_DIFFERENCE, "that is the other trial", ADA)
    left_out = Amend(SECOND, read[1], None, "not measured here", ADA)
    draft = office.desk.edit(WEEK, [turned, left_out, Words(SECOND, "Mine.", ADA)])
    assert office.desk.load() == draft
    assert draft.edits[:2] == (turned, left_out)
    assert office.desk.rows(WEEK, SECOND) == read
    again = office.desk.compose()
    assert (again.unfit, note(again.draft.issue, SECOND)) == ((), note(draft.issue, SECOND))
    published = office.desk.approve(WEEK, by=ADA).issue
    with office.database.read() as tx:
        assert studies.load(tx, [SECOND])[SECOND].outcomes == read, "the reading stays as it was"
        assert list(shown.amended(tx)) == [SECOND]
    text, page, mail = renderings(published)
    about = Publication("litwatch", "d", "https://litwatch.example/")
    feed = made(Archive((published,)), about)["nuggets.xml"].decode()
    html_part = message_from_bytes(mail, policy=default).get_body(("html",))
    assert html_part is not None
    for whole in (text, page.decode(), html_part.get_content(), feed):
        told = " ".join(unescape(unescape(whole)).split())
        assert "Corrected by the editor in the outcomes of this note" in told
        assert (
            "pain: told as no clear change by Ada Moss. The program had read “better” from the sentence “Pain fell"
            in told
        )
        assert (
            "CRP: left out by Ada Moss. The program had read “no clear change” from the sentence “CRP did not differ (p = "
            "0.45).” Why it was changed: not measured here." in told
        )
        assert "1 no clear change, 1 worse, 1 mixed or unclear, 1 left out by the editor" in told


def test_changes_are_made_together_or_not_at_all(office: Office) -> None:
    draft = office.draft().draft
    with pytest.raises(UsageError):
        office.desk.edit(WEEK, [Foreword("Hello.", ADA), Words("1", "On nothing.", ADA)])
    assert office.desk.load() == draft


def test_two_editors_at_once_both_keep_their_changes(office: Office) -> None:
    office.draft()
    changes: list[Edit] = [Words(SPINE, "One.", ADA), Words(SECOND, "Two.", "Ben"), Foreword("Three.", "Cy")]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda edit: office.desk.edit(WEEK, [edit]), changes))
    draft = office.desk.load()
    assert len(draft.edits) == 3
    assert [note(draft.issue, pmid).paragraphs[-1].text for pmid in (SPINE, SECOND)] == ["One.", "Two."]


def test_two_approvals_at_once_publish_once(office: Office) -> None:
    office.draft()
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda name: office.desk.approve(WEEK, by=name), ["Ada", "Ben", "Cy", "Di"]))
    assert sorted(published.new for published in done) == [False, False, False, True]
    assert len({published.issue.editor for published in done}) == 1
    assert office.mailroom.addressees() == ["reader@example.org"]


def test_an_approval_that_fails_leaves_everything_as_it_was(office: Office) -> None:
    draft = office.draft().draft

    def no_id(week: Week, person: Subscriber) -> str:
        raise StoreUnavailable("write", "the disk is full")

    office.message_id = no_id
    with pytest.raises(StoreUnavailable):
        office.desk.approve(WEEK, by=ADA)
    assert office.desk.load() == draft
    assert office.weeks() == []
    office.message_id = own_id
    assert office.desk.approve(WEEK, by=ADA).queued == 1


@pytest.mark.parametrize("fallback", ["pause", "unsigned"])
def test_it_is_never_published_before_its_time(office: Office, fallback: Literal["pause", "unsigned"]) -> None:
    office.fallback = fallback
    office.draft()
    office.now += 48 * HOUR - timedelta(seconds=1)
    assert not office.draft().overdue
    assert office.weeks() == []


def test_after_its_time_it_goes_on_waiting(office: Office) -> None:
    office.draft()
    office.now += timedelta(days=20)
    waiting = office.draft()
    assert (waiting.overdue, waiting.draft.week, waiting.until) == (True, WEEK, FRIDAY + 48 * HOUR)
    assert office.weeks() == [], "and the next weeks wait with it"
    assert office.desk.approve(WEEK, by=ADA).new


def test_after_its_time_it_is_published_unsigned(office: Office) -> None:
    office.fallback = "unsigned"
    office.draft()
    edited = office.desk.edit(WEEK, EDITS)
    office.now += 48 * HOUR
    published = office.desk.attend()
    assert isinstance(published, Published)
    assert (published.new, published.queued) == (True, 1)
    assert (published.issue.signature, published.issue.editor) == (Signature.UNSIGNED, "")
    assert published.issue.nuggets == edited.issue.nuggets
    assert "Unsigned: this issue waited for its editor" in renderings(published.issue)[0]
    assert office.desk.attend() is None


def test_a_draft_that_was_composed_late_has_its_full_time(office: Office) -> None:
    office.fallback = "unsigned"
    office.now += timedelta(days=4)
    until = office.draft().until
    assert until == office.now + 48 * HOUR
    office.now = until - timedelta(seconds=1)
    assert not office.draft().overdue


def test_a_skipped_weeks_papers_are_told_in_the_next(office: Office) -> None:
    office.draft()
    skipped = office.desk.skip(WEEK, because="the editor is ill")
    assert (skipped.state.value, skipped.note) == ("skipped", "the editor is ill")
    office.now += timedelta(days=6)
    assert office.desk.attend() is None
    with pytest.raises(LitwatchError, match=r"2025-W12 was skipped \(the editor is ill\)"):
        office.desk.approve(WEEK, by=ADA)
    office.now += timedelta(days=1)
    waiting = office.draft()
    assert (waiting.draft.week, nuggets(waiting.draft.issue)) == (WEEK.next(), [SPINE, SECOND])
    assert office.mailroom.addressees() == []


def test_a_skipped_week_can_be_taken_up_again(office: Office) -> None:
    office.draft()
    office.desk.edit(WEEK, [Foreword("Hello.", ADA)])
    office.desk.skip(WEEK, because="by mistake")
    assert office.desk.compose(WEEK).draft.issue.foreword == "Hello."
    assert office.desk.approve(WEEK, by=ADA).new


def test_what_comes_in_while_it_waits_belongs_to_the_next_issue(office: Office) -> None:
    office.draft()
    office.now += 2 * HOUR
    office.mailroom.poll(office.now - HOUR)
    office.receive(trial("99000103"))
    signed = office.desk.approve(WEEK, by=ADA).issue
    assert [poll.started for poll in signed.receipt.polls] == [FRIDAY - HOUR]
    office.now = FRIDAY + timedelta(days=7)
    later = office.draft().draft.issue
    assert nuggets(later) == ["99000103"]
    assert [poll.started for poll in later.receipt.polls] == [FRIDAY + HOUR]


def test_a_quiet_week_waits_too(database: Database) -> None:
    office = Office(database)
    office.mailroom.poll(FRIDAY - HOUR)
    assert office.draft().draft.issue.title == "A quiet week: nothing new"
    assert office.desk.approve(WEEK, by=ADA).issue.summary == (
        "PubMed was asked 1 time about 1 topic; 0 new papers came in."
    )


def retract(office: Office) -> None:
    office.mailroom.papers[SPINE] = replace(spine()[0], publication_types=("Retracted Publication",))


def withdraw(office: Office) -> None:
    with office.database.write() as tx:
        articles.mark_deleted(tx, [SPINE], seen=office.now)


def garble(office: Office) -> None:
    del office.mailroom.papers[SPINE]


@pytest.mark.parametrize(
    ("event", "why"), [(retract, "was retracted"), (withdraw, "withdrawn by PubMed"), (garble, "cannot be read")]
)
class TestWhatHasChangedSince:
    """A draft that must not be published as it stands is not; composed anew it is sound again."""

    def test_it_cannot_be_approved(self, office: Office, event: object, why: str) -> None:
        office.draft()
        office.desk.edit(WEEK, [Words(SPINE, "Mine.", ADA), Words(SECOND, "Mine, too.", ADA)])
        assert callable(event)
        event(office)
        with pytest.raises(LitwatchError, match=f"38921661 {why}.*litwatch issue draft 2025-W12"):
            office.desk.approve(WEEK, by=ADA)
        again = office.desk.compose()
        assert again.unfit == ("words: the draft of 2025-W12 has no nugget on 38921661",)
        published = office.desk.approve(WEEK, by=ADA).issue
        assert nuggets(published) == [SECOND, FIRST]
        assert note(published, SECOND).paragraphs[-1].text == "Mine, too."

    def test_unsigned_it_is_composed_anew(self, office: Office, event: object, why: str) -> None:
        office.fallback = "unsigned"
        office.draft()
        assert callable(event)
        event(office)
        office.now += 48 * HOUR
        published = office.desk.attend()
        assert isinstance(published, Published)
        assert nuggets(published.issue) == [SECOND, FIRST]
        assert published.issue.signature is Signature.UNSIGNED


def test_papers_that_another_issue_told_are_not_told_again(office: Office) -> None:
    """The operator has gone over to `review = "auto"` while a draft waited."""
    office.draft()
    office.now += timedelta(days=7)
    assert replace(office.desk, review="auto").publish(WEEK.next()).new
    with pytest.raises(LitwatchError, match="told in another issue"):
        office.desk.approve(WEEK, by=ADA)
    with pytest.raises(LitwatchError, match="2025-W12 is before the last issue, 2025-W13"):
        office.desk.compose(WEEK)
    office.desk.skip(WEEK, because="told in 2025-W13")


def test_a_notice_in_a_draft_is_told_when_it_is_signed_and_not_before(office: Office) -> None:
    notice = Notice("tag:x,2026:notice/1", NoticeKind.RETRACTION, SPINE, "pmid-38921661", "Pain", FRIDAY, ())
    with office.database.write() as tx:
        notices.add(tx, notice, source="2", state=NoticeState.ACCEPTED)
    draft = office.draft().draft
    draft = replace(draft, issue=replace(draft.issue, notices=(notice,)))
    with office.database.write() as tx:
        drafts.save(tx, draft)
        assert notices.untold(tx, until=FRIDAY) == [notice]
    office.desk.approve(WEEK, by=ADA)
    with office.database.write() as tx:
        assert notices.untold(tx, until=FRIDAY) == []
        drafts.save(tx, replace(draft, issue=replace(draft.issue, week=WEEK.next()), fates={}))
    with pytest.raises(LitwatchError, match="a notice in it was dismissed or told in another issue"):
        office.desk.approve(WEEK.next(), by=ADA)


def test_without_a_draft_there_is_nothing_to_do(office: Office) -> None:
    desk = office.desk
    for refused in (
        lambda: desk.load(WEEK),
        lambda: desk.edit(WEEK, []),
        lambda: desk.approve(WEEK, by=ADA),
        lambda: desk.skip(WEEK, because="x"),
    ):
        with pytest.raises(LitwatchError, match="there is no draft of 2025-W12; litwatch issue draft 2025-W12"):
            refused()
    with pytest.raises(LitwatchError, match="no draft waits for an editor"):
        desk.load()


def test_not_every_week_can_have_a_draft(office: Office) -> None:
    with pytest.raises(LitwatchError, match="2025-W13 has not begun"):
        office.desk.compose(WEEK.next())
    with pytest.raises(LitwatchError, match=r"issue\.review is 'auto'"):
        replace(office.desk, review="auto").compose(WEEK)
    office.desk.compose(WEEK)
    with pytest.raises(LitwatchError, match="the draft of 2025-W12 waits for its editor: approve or skip it first"):
        office.desk.compose(WEEK.previous())


def test_a_published_week_stays_as_it_is(office: Office) -> None:
    office.draft()
    issue = office.desk.approve(WEEK, by=ADA).issue
    assert office.desk.approve(WEEK, by="Ben") == Published(issue, new=False)
    for refused in (
        lambda: office.desk.compose(WEEK),
        lambda: office.desk.load(WEEK),
        lambda: office.desk.edit(WEEK, EDITS),
        lambda: office.desk.skip(WEEK, because="x"),
    ):
        with pytest.raises(LitwatchError, match="2025-W12 is published already, and stays as it is"):
            refused()


def test_mail_goes_to_those_who_are_there_when_it_is_signed(office: Office) -> None:
    office.draft()
    office.mailroom.subscribe("late@example.org")
    office.desk.approve(WEEK, by=ADA)
    with office.database.read() as tx:
        assert outbox.counts(tx, WEEK)[DeliveryState.QUEUED] == 2
        assert drafts.waiting(tx) is None


def test_the_fifty_third_week_is_drafted_and_followed_by_the_first(database: Database) -> None:
    office = Office(database, now=datetime(2027, 1, 1, 7, tzinfo=UTC))
    office.mailroom.poll(office.now - HOUR)
    assert office.draft().draft.week == Week(2026, 53)
    assert office.desk.approve(Week(2026, 53), by=ADA).issue.receipt.considered == 0
    assert office.desk.attend() is None
    office.now += timedelta(days=7)
    assert office.draft().draft.week == Week(2027, 1)


def test_the_receipt_adds_up_to_what_is_stored_whatever_the_editor_does(office: Office) -> None:
    office.receive(replace(trial("99000103"), publication_types=("Retracted Publication",)))
    office.draft()
    office.desk.edit(WEEK, EDITS)
    receipt = office.desk.approve(WEEK, by=ADA).issue.receipt
    assert (receipt.considered, receipt.nuggets, receipt.mentioned) == (4, 2, 1)
    assert receipt.excluded == (("retracted", 1),)
    with office.database.read() as tx:
        assert [reject.pmid for reject in issues.rejects(tx, WEEK)] == ["99000103"]
        assert sorted(each.pmid for each in shown.shown(tx)) == [SPINE, FIRST, SECOND]
