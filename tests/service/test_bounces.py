from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from litwatch.domain.subscriber import Choices, DeliveryKind, Said, SubscriberStatus
from litwatch.errors import StoreError, UsageError
from litwatch.publish.mailbox import Letter
from litwatch.publish.replies import refusal
from litwatch.service.bounces import Collected
from litwatch.store import consents, issues, outbox, subscribers
from litwatch.store.database import Database
from litwatch.store.schema import delivery, suppression
from tests.publish.returned import ABSENT, READ_RECEIPT, SPAM, failed, leaving, not_delivered, not_wanted
from tests.publish.smtpserver import OK
from tests.service.post import Post, run
from tests.service.returns import BOUNCES, Pile, Town
from tests.store.samples import issue

ACTIVE, SUPPRESSED, UNSUBSCRIBED = SubscriberStatus.ACTIVE, SubscriberStatus.SUPPRESSED, SubscriberStatus.UNSUBSCRIBED


def built(database: Database) -> Town:
    """Three people, each with a copy of this week's issue."""
    town = Town(database, "ann", "ben", "cleo")
    town.send_issue()
    return town


@pytest.fixture
def town(sqlite_database: Database) -> Town:
    return built(sqlite_database)


@pytest.fixture
def each_town(database: Database) -> Town:
    """On SQLite and on PostgreSQL."""
    return built(database)


def test_a_dead_address_gets_no_more_mail_and_nobody_else_is_touched(town: Town) -> None:
    receipt = town.collect(town.report("ann"))
    assert receipt == Collected(hard=1, suppressed=1)
    assert [town.status(name) for name in ("ann", "ben", "cleo")] == [SUPPRESSED, ACTIVE, ACTIVE]
    assert town.suppressed() == {"ann@example.org": "hard"}
    town.next_week()
    town.send_issue("ben", "cleo")
    assert ("ann", town.week) not in town.sent


def test_every_suppression_says_which_mail_came_back_when_and_what_was_said(each_town: Town) -> None:
    town = each_town
    town.clock.advance(minutes=1)
    town.collect(town.report("ann", said="<ann@example.org>: no such user"))
    found = town.bounces.explain("ann@example.org")
    (one,) = found.suppressions
    assert one.reason == (
        "the issue of 2026-W03 of 2026-01-16 (<2026-W03.ann@litwatch.example>) came back: "
        "5.1.1, there is no such mailbox: “550 5.1.1 <ann@example.org>: no such user”"
    )
    assert one.made == town.clock()
    ((report, mail),) = found.reports
    assert (report.status, report.text, report.at) == ("5.1.1", "550 5.1.1 <ann@example.org>: no such user", one.made)
    assert mail and (mail.week, mail.message_id) == ("2026-W03", "<2026-W03.ann@litwatch.example>")
    assert town.bounces.explain("ben@example.org").reports == ()
    with pytest.raises(UsageError, match="not an email address"):
        town.bounces.explain("ben")


def test_the_mail_is_known_by_its_message_id_where_the_envelope_was_lost(each_town: Town) -> None:
    town = each_town
    receipt = town.collect(not_delivered(failed("ann@example.org"), to=BOUNCES, returned=town.mail("ann")))
    assert receipt == Collected(hard=1, suppressed=1)
    assert town.suppressed() == {"ann@example.org": "hard"}


@pytest.mark.parametrize(
    "forged",
    [
        lambda town: not_delivered(failed("ann@example.org"), to=BOUNCES),
        lambda town: not_delivered(failed("ann@example.org"), to=BOUNCES, returned=[]),
        lambda town: not_delivered(
            failed("ann@example.org"), to=town.sender("ann")[:-20] + "a@litwatch.example", returned=[]
        ),
        lambda town: not_wanted(),
        lambda town: leaving(),
    ],
)
def test_a_report_that_names_no_mail_of_ours_changes_nothing(town: Town, forged: Callable[[Town], bytes]) -> None:
    """Its words could be anybody's, and so could the address in them."""
    assert town.collect(forged(town)) == Collected(strange=1)
    assert town.status("ann") is ACTIVE
    assert (town.suppressed(), town.left) == ({}, [])


def test_what_a_report_says_of_other_addresses_is_of_no_account(town: Town) -> None:
    """A genuine token is Ann's; Ben's address beside it is only a word."""
    groups = [failed("ben@example.org"), failed("ann@example.org", status="5.2.2", said="smtp; 552 5.2.2 full")]
    assert town.collect(not_delivered(*groups, to=town.sender("ann"), returned=[])) == Collected(soft=1)
    assert town.suppressed() == {}


def test_an_address_that_leads_on_to_several_is_judged_by_the_mildest(town: Town) -> None:
    groups = [failed("one@example.net"), failed("two@example.net", status="5.2.2", said="smtp; 552 5.2.2 full")]
    assert town.collect(not_delivered(*groups, to=town.sender("ann"), returned=[])) == Collected(soft=1)
    assert town.collect(not_delivered(groups[0], to=town.sender("ben"), returned=[])) == Collected(hard=1, suppressed=1)
    assert town.suppressed() == {"ben@example.org": "hard"}


def test_a_full_mailbox_is_given_three_issues(town: Town) -> None:
    for expected in ({}, {}, {"ann@example.org": "soft"}):
        town.collect(town.report("ann", "5.2.2", "over quota"))
        assert town.suppressed() == expected
        town.next_week()
        town.send_issue(*(name for name in town.people if town.status(name) is ACTIVE))
    (one,) = town.bounces.suppressions()
    assert one.reason.startswith("3 issues in a row came back; lastly, the issue of 2026-W05 of 2026-01-30")
    assert town.status("ann") is SUPPRESSED
    assert len(town.bounces.explain("ann@example.org").reports) == 3


def test_an_issue_that_arrives_makes_earlier_ones_forgotten(each_town: Town) -> None:
    town = each_town
    weeks = []
    for back in (True, True, False, True, True):
        weeks.append(town.week)
        if back:
            town.collect(town.report("ann", "5.2.2", "over quota"))
        town.next_week()
        town.send_issue()
    assert town.suppressed() == {}
    town.collect(town.report("ann", "5.2.2", "over quota"))
    assert town.suppressed() == {"ann@example.org": "soft"}


def test_a_mailbox_that_was_not_read_for_weeks_counts_the_same(town: Town) -> None:
    reports = []
    for _ in range(3):
        reports.append(town.report("ann", "4.4.1", "timed out"))
        town.next_week()
        town.send_issue()
    # The fourth issue was sent just now: whether it arrives is open.
    assert town.collect(*reports[:2]) == Collected(soft=2)
    assert town.collect(reports[2]) == Collected(soft=1, suppressed=1)


def test_a_refusal_for_policy_is_for_the_operator_and_punishes_nobody(town: Town) -> None:
    for _ in range(5):
        receipt = town.collect(town.report("ann", "5.7.1", "listed at rbl.example.net"))
        assert receipt == Collected(policy=1, refusals=("550 5.7.1 listed at rbl.example.net",))
        town.next_week()
        town.send_issue()
    assert (town.suppressed(), town.status("ann")) == ({}, ACTIVE)


@pytest.mark.parametrize("kind", ["abuse", "fraud"])
@pytest.mark.parametrize("by", ["envelope", "message", "token"])
def test_a_complaint_ends_the_mail_at_once(town: Town, kind: str, by: str) -> None:
    sender = town.sender("ann") if by == "envelope" else BOUNCES
    returned = {"envelope": (), "message": town.mail("ann"), "token": town.mail("nobody", token=town.token("ann"))}[by]
    assert town.collect(not_wanted(kind, original_mail_from=sender, returned=returned)) == Collected(
        complaint=1, suppressed=1
    )
    assert [town.status(name) for name in ("ann", "ben")] == [UNSUBSCRIBED, ACTIVE]
    with town.database.read() as tx:
        (said,) = consents.history(tx, town.people["ann"].id)
    assert (said.what, said.how, said.at) == (Said.LEFT, "complaint", town.clock())
    (one,) = town.bounces.suppressions()
    assert (one.address, one.kind.value) == ("ann@example.org", "complaint")
    assert f"feedback of type {kind}" in one.reason


def test_an_opt_out_unsubscribes_and_no_more(each_town: Town) -> None:
    town = each_town
    assert town.collect(not_wanted("opt-out", original_mail_from=town.sender("ann"), returned=())) == Collected(left=1)
    assert (town.status("ann"), town.suppressed()) == (UNSUBSCRIBED, {})


def test_a_mail_asking_to_leave_is_handed_on_once(town: Town) -> None:
    mail = leaving(f"unsubscribe {town.token('ann')}")
    assert town.collect(mail, mail) == Collected(left=1, known=1)
    assert town.left == [town.token("ann")]


def test_all_other_mail_is_left_alone_and_counted(town: Town) -> None:
    pile = Pile(ABSENT, READ_RECEIPT, SPAM, not_delivered(failed(action="delayed")), town.report("ann"), not_wanted())
    assert town.bounces.collect(pile) == Collected(other=4, hard=1, strange=1, suppressed=1)
    assert pile.aside == {"0": False, "1": False, "2": False, "3": False, "4": True, "5": False}
    assert pile.closed == 1


def test_the_same_report_counts_once_however_often_it_is_read(town: Town) -> None:
    report = town.report("ann", "5.2.2", "over quota")
    copy = b"Delivered-To: operator@litwatch.example\r\n" + report
    assert town.collect(report, copy, report) == Collected(soft=1, known=2)
    assert len(town.bounces.explain("ann@example.org").reports) == 1
    complaint = not_wanted(original_mail_from=town.sender("ben"), returned=())
    assert town.collect(complaint, complaint) == Collected(complaint=1, known=1, suppressed=1)
    # Lifted is lifted: the old report does not suppress again.
    town.bounces.lift("ben@example.org", because="a misunderstanding")
    assert town.collect(complaint) == Collected(known=1)


def test_a_crash_before_the_mail_was_set_aside_repeats_nothing(each_town: Town) -> None:
    town = each_town

    class Dying(Pile):
        def set_aside(self, letter: Letter, *, read: bool) -> None:
            raise KeyboardInterrupt

    dying = Dying(town.report("ann"), town.report("ben"))
    with pytest.raises(KeyboardInterrupt):
        town.bounces.collect(dying)
    assert dying.closed == 1
    assert town.suppressed() == {"ann@example.org": "hard"}
    again = Pile(*dying.waiting.values())
    assert town.bounces.collect(again) == Collected(known=1, hard=1, suppressed=1)
    assert (again.waiting, again.aside) == ({}, {"0": True, "1": True})


def test_it_can_be_stopped_between_two_mails(town: Town) -> None:
    pile = Pile(town.report("ann"), town.report("ben"))
    asked = iter([False, True])
    assert town.bounces.collect(pile, stop=lambda: next(asked)) == Collected(hard=1, suppressed=1)
    assert list(pile.waiting) == ["1"]


@pytest.mark.parametrize(
    ("code", "said", "permanent", "kind", "suppressed"),
    [
        (550, "5.1.1 no such user", True, "hard", {"ann@example.org": "hard"}),
        (550, "no such user", True, "hard", {"ann@example.org": "hard"}),
        (552, "5.2.2 full", True, "soft", {}),
        (450, "no such user for now", False, "soft", {}),
        (550, "you are listed at rbl.example.net", True, "policy", {}),
    ],
)
def test_who_was_refused_while_it_was_sent_counts_the_same_way(
    town: Town, code: int, said: str, permanent: bool, kind: str, suppressed: dict[str, str]
) -> None:
    error = refusal("RCPT", code, said.encode())
    assert error.permanent is permanent
    with town.database.write() as tx:
        town.bounces.refused(tx, town.delivery("ann"), error)
    assert town.suppressed() == suppressed
    ((report, mail),) = town.bounces.explain("ann@example.org").reports
    assert (report.kind.value, report.text) == (kind, f"RCPT: {code} {said}")
    assert mail and mail.week == str(town.week)


def test_a_refusal_and_the_transaction_that_records_it_stand_or_fall_together(each_town: Town) -> None:
    town = each_town
    with pytest.raises(StoreError), town.database.write() as tx:
        town.bounces.refused(tx, town.delivery("ann"), refusal("RCPT", 550, b"5.1.1 no such user"))
        outbox.hold(tx, town.sent["ann", town.week], reply="it was sent already")
    assert town.suppressed() == {}


def test_what_is_refused_in_a_run_of_deliver_is_counted_there(town: Town) -> None:
    town.next_week()
    with town.database.write() as tx:
        issues.publish(tx, issue(town.week), {})
        entries = [(person.id, town.message_id(name)) for name, person in town.people.items()]
        outbox.enqueue(tx, town.week, entries, now=town.clock())
    answers: list[str | Exception] = [OK, refusal("RCPT", 550, b"5.1.1 nobody of that name"), OK]
    post = Post(lambda number, _: answers[number])
    done = run(town.database, post, town.clock, renderer=lambda *_: b"", on_refused=town.bounces.refused)
    assert (done.sent, done.failed) == (2, 1)
    assert town.suppressed() == {"ben@example.org": "hard"}


def test_a_returned_request_to_confirm_makes_nobody_a_subscriber(town: Town) -> None:
    with town.database.write() as tx:
        person = subscribers.ask(tx, "dora@example.org", Choices(), seed="d" * 22, now=town.clock())
        assert person
        outbox.enqueue_single(tx, person.id, DeliveryKind.CONFIRM, "<confirm.d@litwatch.example>", None, town.clock())
        taken = outbox.claim(tx, now=town.clock(), lease=timedelta(hours=1))
        assert taken
        outbox.sent(tx, taken.id, reply=OK, now=town.clock())
    town.people["dora"], town.sent["dora", town.week] = person, taken.id
    assert town.collect(town.report("dora")) == Collected(hard=1, suppressed=1)
    assert town.bounces.suppressions()[0].reason.startswith("the mail that asks for confirmation of 2026-01-16")
    assert town.bounces.lift("dora@example.org", because="a typing error in their alias")
    assert town.status("dora") is SubscriberStatus.PENDING


def test_what_is_queued_for_a_suppressed_address_is_not_sent(each_town: Town) -> None:
    """Also where only the address is known: not the person who has it."""
    town = each_town
    town.next_week()
    with town.database.write() as tx:
        issues.publish(tx, issue(town.week), {})
        entries = [(person.id, town.message_id(name)) for name, person in town.people.items()]
        outbox.enqueue(tx, town.week, entries, now=town.clock())
        tx.execute(
            suppression.insert().values(address="ben@example.org", kind="operator", reason="-", made=town.clock())
        )
    town.collect(town.report("ann", week=town.week.previous()))
    with town.database.write() as tx:
        taken = outbox.claim(tx, now=town.clock(), lease=timedelta(hours=1))
        assert taken and taken.subscriber.address == "cleo@example.org"
        assert outbox.claim(tx, now=town.clock(), lease=timedelta(hours=1)) is None
        replies = list(tx.scalars(select(delivery.c.reply).where(delivery.c.state == "skipped")))
    assert replies == ["skipped: suppressed", "skipped: suppressed"]


def test_lifting_lets_mail_through_and_starts_counting_anew(each_town: Town) -> None:
    town = each_town
    for _ in range(3):
        town.collect(town.report("ann", "5.2.2", "over quota"))
        town.next_week()
        town.send_issue(*(name for name in town.people if town.status(name) is ACTIVE))
    assert town.bounces.lift("Ann@example.org", because="she has made room")
    assert (town.suppressed(), town.status("ann")) == ({}, ACTIVE)
    (one,) = town.bounces.explain("ann@example.org").suppressions
    assert (one.lifted, one.lifted_because) == (town.clock(), "she has made room")
    assert not town.bounces.lift("ann@example.org", because="again")
    town.next_week()
    town.send_issue()
    town.collect(town.report("ann", "5.2.2", "over quota"))
    assert town.suppressed() == {}


def test_who_complained_has_to_come_back_themselves(town: Town) -> None:
    town.collect(not_wanted(original_mail_from=town.sender("ann"), returned=()))
    assert town.bounces.lift("ann@example.org", because="she wrote that it was a slip")
    assert town.status("ann") is UNSUBSCRIBED


def test_the_operator_can_suppress_any_address(each_town: Town) -> None:
    town = each_town
    assert town.bounces.suppress("Ann@Example.org", because="asked by telephone")
    assert town.bounces.suppress("stranger@example.net", because="asked by letter")
    assert not town.bounces.suppress("ann@example.org", because="once more")
    assert town.suppressed() == {"ann@example.org": "operator", "stranger@example.net": "operator"}
    assert town.status("ann") is SUPPRESSED
    with pytest.raises(UsageError, match="not an email address"):
        town.bounces.suppress("stranger", because="whoever that is")
