from __future__ import annotations

import base64

import pytest

from litwatch.domain import bounce
from litwatch.publish.reports import Leaving, NotDelivered, NotWanted, read_report
from tests.publish.returned import (
    ABSENT,
    MESSAGE_ID,
    READ_RECEIPT,
    SPAM,
    TOKEN,
    VERP,
    by_exim,
    by_qmail,
    crlf,
    failed,
    leaving,
    not_delivered,
    not_wanted,
    returned_mail,
)


def read_failure(message: bytes) -> NotDelivered:
    report = read_report(message)
    assert isinstance(report, NotDelivered)
    return report


def test_a_notification_names_who_was_not_reached_why_and_by_which_mail() -> None:
    report = read_failure(not_delivered(to=VERP))
    (failure,) = report.failures
    assert failure.recipients == {"ann@example.org"}
    assert failure.status == "5.1.1"
    assert failure.said == "550 5.1.1 User unknown"
    assert VERP in report.marks.addresses
    assert report.marks.message_ids == (MESSAGE_ID,)
    assert report.marks.tokens == (TOKEN,)


def test_each_failed_recipient_is_told() -> None:
    report = read_failure(
        not_delivered(
            failed("ann@example.org", status="5.2.2", said="smtp; 552 5.2.2 over quota"),
            failed("ben@example.org", action="relayed", status="2.0.0", said="smtp; 250 ok"),
            failed("Cleo@Example.org", said="smtp; 550-5.1.1 No such\r\n 550 5.1.1 user"),
            failed("dora@example.org", action="delayed", status="4.4.1", said="smtp; timed out"),
        )
    )
    assert [(set(failure.recipients), failure.status, failure.said) for failure in report.failures] == [
        ({"ann@example.org"}, "5.2.2", "552 5.2.2 over quota"),
        ({"cleo@example.org"}, "5.1.1", "550-5.1.1 No such 550 5.1.1 user"),
    ]


def test_where_the_address_led_is_told_beside_the_one_written_to() -> None:
    group = ["Original-Recipient: rfc822;list@example.org", *failed("member@example.net")[:1], *failed()[2:]]
    (failure,) = read_failure(not_delivered(group)).failures
    assert failure.recipients == {"list@example.org", "member@example.net"}


@pytest.mark.parametrize(
    "message",
    [
        ABSENT,
        READ_RECEIPT,
        SPAM,
        not_delivered(failed(action="delayed", status="4.4.1")),
        not_delivered(failed(action="delivered", status="2.0.0")),
        not_wanted("not-spam"),
        not_wanted("auth-failure"),
        not_wanted("virus"),
        leaving(f"Re: unsubscribe {TOKEN}"),
        leaving("unsubscribe"),
        leaving("unsubscribe me please, I get far too many mails"),
        b"",
        b"\n",
        b"\r\n\r\n\r\n",
        b"\x00\xff" * 100,
    ],
    ids=range(15),
)
def test_all_other_mail_is_no_report(message: bytes) -> None:
    assert read_report(message) is None


@pytest.mark.parametrize("kind", ["abuse", "Abuse", "fraud"])
def test_a_complaint(kind: str) -> None:
    report = read_report(not_wanted(kind, original_mail_from=VERP))
    assert isinstance(report, NotWanted)
    assert (report.wish, report.said) == ("complaint", f"feedback of type {kind.lower()} by SomeGenerator/1.0")
    assert VERP in report.marks.addresses
    assert (report.marks.message_ids, report.marks.tokens) == ((MESSAGE_ID,), (TOKEN,))


@pytest.mark.parametrize("kind", ["opt-out", "opt-out-list"])
def test_an_opt_out_is_a_wish_to_leave(kind: str) -> None:
    report = read_report(not_wanted(kind))
    assert isinstance(report, NotWanted)
    assert report.wish == "opt-out"


@pytest.mark.parametrize(
    "subject",
    [
        f"unsubscribe {TOKEN}",
        f"  Unsubscribe   {TOKEN} ",
        f"unsubscribe\r\n {TOKEN}",
        f"=?utf-8?B?{base64.b64encode(f'unsubscribe {TOKEN}'.encode()).decode()}?=",
    ],
)
def test_a_request_to_leave(subject: str) -> None:
    report = read_report(leaving(subject))
    assert isinstance(report, Leaving)
    assert report.token == TOKEN


def test_reports_in_plain_words() -> None:
    qmail = read_failure(by_qmail())
    assert [(set(failure.recipients), failure.said) for failure in qmail.failures] == [
        ({"ann@example.org"}, "550 sorry, no mailbox here by that name. (#5.1.1) Giving up on 192.0.2.7.")
    ]
    assert VERP in qmail.marks.addresses
    exim = read_failure(by_exim())
    assert [(set(failure.recipients), failure.said) for failure in exim.failures] == [
        ({"ann@example.org"}, "552 5.2.2 Mailbox full")
    ]
    assert qmail.marks.message_ids == exim.marks.message_ids == (MESSAGE_ID,)
    assert [bounce.verdict("", report.failures[0].said).kind for report in (qmail, exim)] == ["hard", "soft"]
    assert read_report(by_exim(failed_header="nonsense")) is None


def test_a_report_in_only_headers_or_encoded_or_within_another_multipart_is_read() -> None:
    plain = not_delivered()
    headers_only = plain.replace(b"Content-Type: message/rfc822", b"Content-Type: text/rfc822-headers")
    assert read_failure(headers_only).marks.message_ids == (MESSAGE_ID,)
    start, _, rest = plain.partition(b"Content-Type: message/delivery-status\r\n\r\n")
    status, boundary, end = rest.partition(b"\r\n--4AC5B2")
    head = b"Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    encoded = start + head + base64.encodebytes(status).replace(b"\n", b"\r\n") + boundary + end
    assert read_failure(encoded).failures == read_failure(plain).failures
    wrapped = (
        crlf("From: gateway@example.net", f"To: {VERP}", "Content-Type: multipart/mixed; boundary=outer", "", "--outer")
        + plain
        + crlf("", "--outer", "Content-Type: text/plain", "", "Checked by the gateway.", "--outer--")
    )
    assert read_failure(wrapped).failures == read_failure(plain).failures
    assert VERP in read_failure(wrapped).marks.addresses


def test_a_report_cut_off_is_read_as_far_as_it_goes() -> None:
    message = not_delivered()
    cut = message.index(b"Message-ID: <2026-W03")
    report = read_failure(message[:cut])
    assert report.failures == read_failure(message).failures
    assert report.marks.message_ids == ()


def test_copies_of_a_report_that_took_other_ways_are_the_same() -> None:
    message = not_delivered()
    source = read_failure(message).source
    assert read_failure(b"Delivered-To: someone@litwatch.example\r\nReceived: by mda\r\n" + message).source == source
    assert read_failure(message.replace(b"\r\n", b"\n")).source == source
    assert read_failure(message.replace(b"\r\n", b"\n") + b"\n").source == source
    quoted = not_delivered(returned=[*returned_mail(), "From here on"])
    assert read_failure(quoted).source == read_failure(quoted.replace(b"\nFrom here", b"\n>From here")).source
    assert read_failure(not_delivered(message_id="<another@mx.example.org>")).source != source
    assert read_failure(not_delivered(failed(status="5.2.2"))).source != source


def test_odd_bytes_never_reach_what_is_kept() -> None:
    (failure,) = read_failure(not_delivered(failed(said="smtp; 550 5.1.1 caf\x01\ufffe Ünbekannt"))).failures
    assert failure.said.isprintable()
    assert "\ufffe" not in failure.said
    (failure,) = read_failure(not_delivered(failed(said="x; " + "very long " * 1000))).failures
    assert len(failure.said) <= 500


def test_every_address_that_the_report_came_by_is_looked_at() -> None:
    """The system of the mailbox writes its own above that of the one which forwarded it."""
    for name in ("Delivered-To", "X-Original-To"):
        by_two = f"{name}: mailbox@litwatch.example\r\n{name}: {VERP}\r\n".encode()
        assert VERP in read_failure(by_two + not_delivered(to="undisclosed-recipients:;")).marks.addresses


def test_a_comment_in_a_content_type_says_nothing() -> None:
    report = not_delivered().replace(b"message/delivery-status", b"message/delivery-status (RFC 3464)")
    assert read_failure(report).failures[0].status == "5.1.1"
