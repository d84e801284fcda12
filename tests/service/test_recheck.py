"""What is learned of a published paper reaches exactly those who received the note, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from litwatch.domain.article import Article, Correction, Journal
from litwatch.domain.notice import NoticeKind
from litwatch.domain.subscriber import Choices, DeliveryState, Said
from litwatch.errors import DeliveryError
from litwatch.publish.phrases import recheck_summary
from litwatch.pubmed.server.faults import Fault
from litwatch.service.recheck import is_due
from litwatch.store import citations, consents, subscribers
from litwatch.store.database import Database
from tests.compose.papers import trial
from tests.publish.smtpserver import OK
from tests.service.newsroom import TOPIC, Newsroom, notice_record, started
from tests.service.post import Post, run, states

TRIAL, NOTICE = "99000101", "99000901"
RETRACTED = Correction("RetractionIn", NOTICE, "J Fict Stud. 2025 Mar 27. doi: 10.5555/fictional.99000901")
WEEK = timedelta(days=7)


@pytest.fixture
def room(database: Database) -> Iterator[Newsroom]:
    room = started(database)
    yield room
    room.server.close()


@pytest.fixture
def published(room: Newsroom) -> Newsroom:
    """The trial was told to anna (all topics) and berta (its topic), not to carl (another topic)."""
    room.subscribe("anna")
    room.subscribe("berta", TOPIC)
    room.subscribe("carl", "inflammation")
    return told(room, trial(TRIAL))


def told(room: Newsroom, *papers: Article) -> Newsroom:
    room.put(*papers)
    room.poll()
    room.publish()
    room.deliver()
    room.pass_days(7)
    return room


def retracted(**changes: object) -> Article:
    return trial(TRIAL, corrections=(RETRACTED,), publication_types=("Retracted Publication",), **changes)


def test_a_retraction_is_told_to_those_who_received_the_note(published: Newsroom) -> None:
    published.subscribe("dora")
    published.unsubscribe("berta")
    published.put(retracted())
    checked = published.recheck()
    published.deliver()
    assert (checked.receipt.wanted, checked.receipt.checked, checked.receipt.revised) == (1, 1, 1)
    assert (checked.receipt.notices, checked.receipt.failed, checked.queued) == (1, None, 1)
    assert published.told("Retracted: Nordic walking for hip pain") == ["anna"]
    assert published.told("litwatch: ") == ["anna", "berta"], "and the issue itself went out as ever"
    (notice,) = published.about(TRIAL)
    assert notice.kind is NoticeKind.RETRACTION
    assert "This paper has been retracted." in notice.text
    assert "Our note of 21 March 2025" in notice.text
    assert "We learned of it on 28 March 2025." in notice.text
    assert "J Fict Stud. 2025 Mar 27" in notice.text


def test_a_mail_says_what_happened_and_why_it_came(published: Newsroom) -> None:
    published.put(retracted())
    published.recheck()
    published.post = Post()
    published.deliver()
    ((_, message),) = [(to, raw) for to, raw in published.post.accepted if to == "anna@example.org"]
    mail = message_from_bytes(message, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None
        text = " ".join(part.get_content().split())
        for words in (
            "This paper has been retracted.",
            "do not rely on what it says",
            "10.5555/fictional.99000901",
            "https://litwatch.example/notes/pmid-99000101.html",
            "the issue of week 12, 2025, in which litwatch told this paper (PMID 99000101), was sent to you",
            "Sent to: anna@example.org",
        ):
            assert words in text, (kind, words)


def test_nothing_is_told_twice(published: Newsroom) -> None:
    published.put(retracted())
    for _ in range(3):
        published.recheck()
        published.deliver()
        published.pass_days(1)
    published.put(replace(retracted(), keywords=("changed",)))
    assert published.recheck().receipt.notices == 0
    published.deliver()
    assert published.told("Retracted") == ["anna", "berta"]
    assert len(published.about(TRIAL)) == 1


def test_the_next_issue_tells_it_once(published: Newsroom) -> None:
    published.put(retracted())
    published.recheck()
    issue = published.publish()
    published.pass_days(7)
    assert [(notice.kind, notice.pmid) for notice in issue.notices] == [(NoticeKind.RETRACTION, TRIAL)]
    assert issue.summary.endswith(" 1 notice on earlier papers.")
    assert published.publish().notices == ()


def test_a_notice_that_comes_in_a_topic_points_at_the_note(published: Newsroom) -> None:
    published.put(notice_record(NOTICE, "RetractionOf", TRIAL, "Retraction: Nordic walking for hip pain"))
    published.poll()
    published.recheck()
    (notice,) = published.about(TRIAL)
    assert notice.citation is not None
    assert (notice.citation.pmid, notice.citation.title) == (NOTICE, "Retraction: Nordic walking for hip pain")
    published.put(retracted())
    assert published.recheck().receipt.notices == 0, "the same event, seen from the other side"
    published.deliver()
    assert published.told("Retracted") == ["anna", "berta"]


def test_the_journals_notice_is_fetched_to_be_cited_whole(published: Newsroom) -> None:
    published.put(notice_record(NOTICE, "RetractionOf", TRIAL, "Retraction: something about walking"), retracted())
    published.recheck()
    (notice,) = published.about(TRIAL)
    assert notice.citation is not None
    assert notice.citation.title == "Retraction: something about walking"


def test_an_erratum_that_gets_its_pmid_later_is_one_event(published: Newsroom) -> None:
    published.put(trial(TRIAL, corrections=(Correction("ErratumIn", None, "J Fict Stud. 2025 Apr;3(4):77", "Dose"),)))
    assert published.recheck().receipt.notices == 1
    first = Correction("ErratumIn", "99000902", "J Fict Stud. 2025 Apr;3(4):77")
    published.put(trial(TRIAL, corrections=(first,)))
    assert published.recheck().receipt.notices == 0
    published.pass_days(1)
    second = Correction("ErratumIn", "99000903", "J Fict Stud. 2025 May;3(5):99")
    published.put(trial(TRIAL, corrections=(first, second)))
    published.recheck()
    assert [notice.kind for notice in published.about(TRIAL)] == [NoticeKind.ERRATUM] * 2
    assert "PubMed’s remark: “Dose”." in published.about(TRIAL)[0].text


def test_an_erratum_that_the_note_knew_of_is_no_news(room: Newsroom) -> None:
    paper = trial(TRIAL, corrections=(Correction("ErratumIn", "99000902", "J Fict Stud. 2025 Feb;3(2):77"),))
    told(room, paper)
    room.put(replace(paper, keywords=("revised",)))
    assert room.recheck().receipt.revised == 1
    assert room.about(TRIAL) == []


def test_an_erratum_says_whether_the_abstract_changed(published: Newsroom) -> None:
    sections = tuple(replace(part, text=part.text.replace("1.20", "1.10")) for part in trial(TRIAL).sections)
    published.put(trial(TRIAL, sections=sections, corrections=(Correction("ErratumIn", "99000902"),)))
    published.recheck()
    assert "The abstract at PubMed has changed since." in published.about(TRIAL)[0].text


def test_a_concern_and_then_a_retraction_are_two_events(published: Newsroom) -> None:
    concern = Correction("ExpressionOfConcernIn", "99000904", "J Fict Stud. 2025;3:50")
    published.put(trial(TRIAL, corrections=(concern,)))
    published.recheck()
    published.deliver()
    published.pass_days(7)
    published.put(trial(TRIAL, corrections=(concern, RETRACTED)))
    published.recheck()
    published.deliver()
    assert [notice.kind for notice in published.about(TRIAL)] == [NoticeKind.CONCERN, NoticeKind.RETRACTION]
    assert published.told("Expression of concern: ") == published.told("Retracted: ") == ["anna", "berta"]


def test_a_final_citation_heals_without_mail(room: Newsroom) -> None:
    room.subscribe("anna")
    ahead = trial(TRIAL, publication_status="aheadofprint", journal=Journal(abbreviation="J Fict Stud"))
    told(room, ahead)
    room.recheck()
    room.pass_days(1)
    room.put(trial(TRIAL))
    checked = room.recheck()
    room.deliver()
    assert (checked.receipt.notices, checked.queued) == (0, 0), "no news to readers"
    assert [notice.kind for notice in room.about(TRIAL)] == [NoticeKind.FINAL]
    with room.database.read() as tx:
        history = citations.history(tx, TRIAL)
        assert citations.healed(tx) == {TRIAL: history}
    assert [(dated.citation.ahead_of_print, dated.citation.pages) for dated in history] == [
        (True, None),
        (False, "1-9"),
    ]
    assert history[0].citation == room.issues()[0].nuggets[0].citation
    assert room.publish().notices == ()
    assert len(room.mails()) == 1


def test_a_preprint_is_followed_to_its_journal(room: Newsroom) -> None:
    final = trial("99000102", title="Walking and hip pain, as published.", doi="10.5555/final")
    preprint = trial(TRIAL, publication_types=("Preprint",), publication_status="aheadofprint")
    told(room, preprint)
    room.put(replace(preprint, corrections=(Correction("UpdateIn", "99000102"),)), final)
    for _ in range(2):
        room.recheck()
        room.pass_days(1)
    (notice,) = room.about(TRIAL)
    assert notice.citation is not None
    assert (notice.kind, notice.citation.pmid) == (NoticeKind.FINAL, "99000102")
    with room.database.read() as tx:
        assert [dated.citation.pmid for dated in citations.history(tx, TRIAL)] == [TRIAL, "99000102"]


def test_a_paper_in_one_line_is_told_of_in_the_issue_only(room: Newsroom) -> None:
    room.subscribe("anna")
    line = trial("99000105", sections=())
    told(room, line)
    assert [mention.pmid for mention in room.issues()[0].also] == ["99000105"]
    room.put(replace(line, corrections=(RETRACTED, Correction("ErratumIn", "99000902"))))
    assert (room.recheck().queued, len(room.about("99000105"))) == (0, 1)
    (notice,) = room.publish().notices
    assert (notice.kind, notice.slug) == (NoticeKind.RETRACTION, "")
    assert "The line in our issue of 21 March 2025" in notice.text


def test_who_gets_the_issue_late_gets_the_notice_after_it(room: Newsroom) -> None:
    room.subscribe("anna")
    room.post = Post(lambda number, _to: OK if number else DeliveryError("later", code=451, refused="recipient"))
    told(room, trial(TRIAL))
    assert room.mails() == []
    room.now -= WEEK - timedelta(days=2)
    room.put(retracted())
    assert room.recheck().queued == 0, "not sent yet, so nothing to take back"
    room.deliver()
    assert room.told("Retracted") == []
    room.deliver()
    room.deliver()
    assert [subject.partition(":")[0] for _, subject in room.mails()] == ["Retracted", "litwatch"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (DeliveryError("no such person", code=550, permanent=True), DeliveryState.FAILED),
        (DeliveryError("too large", code=552, permanent=True, refused="message"), DeliveryState.HELD),
        (DeliveryError("lost after the dot"), DeliveryState.HELD),
    ],
)
def test_whom_the_issue_did_not_reach_gets_no_notice(
    room: Newsroom, answer: DeliveryError, state: DeliveryState
) -> None:
    """Refused for good, or held because nobody knows: neither is known to have received the note."""
    room.subscribe("anna")
    room.subscribe("berta")
    room.post = Post(lambda _number, to: answer if to.startswith("berta") else OK)
    room.put(trial(TRIAL))
    room.poll()
    room.publish()
    run(room.database, room.post, room.clock)
    room.pass_days(7)
    room.put(retracted())
    assert room.recheck().queued == 1
    run(room.database, room.post, room.clock, ambiguous="hold")
    assert states(room.database) == {DeliveryState.SENT: 2, state: 1}
    room.deliver()
    assert room.told("Retracted") == ["anna"]


def test_a_failed_check_is_a_receipt_and_not_an_all_clear(published: Newsroom) -> None:
    published.put(retracted())
    published.server.set_faults([Fault("500", endpoint="efetch")])
    receipt = published.recheck().receipt
    assert receipt.failed is not None
    assert (receipt.wanted, receipt.checked, receipt.missing, receipt.notices) == (1, 0, 1, 0)
    issue = published.publish()
    assert issue.receipt.rechecks == (receipt,)
    said = recheck_summary(issue.receipt)
    assert "not checked for retractions" in said
    assert "1 check failed, the last on 28 March 2025" in said


def test_what_a_poll_brought_is_told_although_the_check_fails(published: Newsroom) -> None:
    published.put(notice_record(NOTICE, "RetractionOf", TRIAL, "Retraction: Nordic walking for hip pain"))
    published.poll()
    published.server.set_faults([Fault("500", endpoint="efetch")])
    receipt = published.recheck().receipt
    assert (receipt.failed is None, receipt.notices) == (False, 1)


def test_a_record_that_does_not_come_is_counted(published: Newsroom) -> None:
    published.server.corpus.delete(TRIAL)
    receipt = published.recheck().receipt
    assert (receipt.failed, receipt.checked, receipt.missing) == (None, 0, 1)
    assert "1 record could not be had" in recheck_summary(published.publish().receipt)


def test_a_check_is_due_weekly_and_before_an_issue(published: Newsroom) -> None:
    def due(*, issue_is_due: bool = False) -> bool:
        return is_due(published.database, now=published.now, every=WEEK, issue_is_due=issue_is_due)

    assert due(), "a week after the first issue"
    published.recheck()
    assert not due()
    published.now += timedelta(hours=23)
    assert not due(issue_is_due=True)
    published.now += timedelta(hours=1)
    assert due(issue_is_due=True)
    assert not due()
    published.server.set_faults([Fault("500")])
    published.recheck()
    assert not due(issue_is_due=True), "a check that failed is not repeated at once"
    published.now += timedelta(hours=1)
    assert due(issue_is_due=True)


def test_who_has_chosen_other_topics_since_is_told_what_they_were_sent_before(published: Newsroom) -> None:
    """Berta was sent the note, wants other topics from now on, and must still learn that it was retracted."""
    with published.database.write() as tx:
        for person in subscribers.listing(tx):
            if person.address in ("berta@example.org", "anna@example.org"):
                subscribers.choose(tx, person.id, Choices(("inflammation",), 5))
        berta = subscribers.by_address(tx, "berta@example.org")
        assert berta
        consents.record(tx, berta.id, Said.CHANGED, how="web", now=published.now)
    published.put(retracted())
    published.recheck()
    published.post.accepted.clear()
    published.deliver()
    assert [to for to, _ in published.post.accepted] == ["berta@example.org"]


def test_before_the_first_issue_no_check_is_due(room: Newsroom) -> None:
    assert not is_due(room.database, now=room.now, every=WEEK, issue_is_due=True)
