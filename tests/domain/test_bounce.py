from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from litwatch.domain.bounce import (
    SETTLED,
    SOFT_LIMIT,
    WINDOW,
    BounceKind,
    Outcome,
    exact_status,
    issues_in_a_row,
    verdict,
)

HARD, SOFT, POLICY = BounceKind.HARD, BounceKind.SOFT, BounceKind.POLICY
NOW = datetime(2026, 3, 20, 7, 0, tzinfo=UTC)


# What servers answer, by their kind; addresses and hosts are fictional.
@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (
            "5.1.1",
            "550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown in virtual mailbox table",
            HARD,
        ),
        ("5.1.1", "550-5.1.1 The email account that you tried to reach does not exist.", HARD),
        ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", HARD),
        ("5.1.10", "556 5.1.10 Recipient address has null MX", HARD),
        ("5.1.3", "501 5.1.3 Bad recipient address syntax", HARD),
        ("5.1.6", "551 5.1.6 The recipient has moved", HARD),
        ("5.2.1", "550 5.2.1 The email account that you tried to reach is inactive.", HARD),
        ("5.2.1", "550 5.2.1 The user you are trying to contact is receiving mail too quickly", SOFT),
        ("5.7.17", "550 5.7.17 Mailbox owner has changed", HARD),
        ("5.0.0", "550 5.1.1 unknown or illegal alias: ann@example.org", HARD),
        ("5.0.0", "550 No such user here", HARD),
        ("5.0.0", "550 sorry, no mailbox here by that name (#5.1.1)", HARD),
        ("5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable", HARD),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", HARD),
        ("5.0.0", "554 delivery error: This mailbox is disabled", HARD),
        ("", "550 unknown user", HARD),
        ("5.1.2", "550 5.1.2 Bad destination system address", SOFT),
        (
            "5.4.4",
            "Host or domain name not found. Name service error for name=example.org type=A: Host not found",
            SOFT,
        ),
        ("5.1.0", "550 5.1.0 Address rejected.", SOFT),
        ("5.2.2", "552 5.2.2 The email account that you tried to reach is over quota.", SOFT),
        ("5.0.0", "552 Mailbox size limit exceeded: quota", SOFT),
        ("5.4.6", "mail for example.org loops back to myself", SOFT),
        ("5.3.0", "Command died with status 1", SOFT),
        ("4.4.1", "connect to mx.example.org[192.0.2.5]:25: Connection timed out", SOFT),
        ("4.2.2", "452 4.2.2 Mailbox full", SOFT),
        ("4.1.1", "450 4.1.1 <ann@example.org>: unverified address", SOFT),
        ("", "", SOFT),
        ("5.7.1", "554 5.7.1 Message rejected as spam by content filtering", POLICY),
        ("5.7.1", "550 5.7.1 Client host rejected: listed at rbl.example.net", POLICY),
        ("5.7.26", "550 5.7.26 This mail has been blocked because the sender is unauthenticated.", POLICY),
        ("4.7.0", "421 4.7.0 Our system has detected an unusual rate of unsolicited mail", POLICY),
        ("5.0.0", "554 Denied by policy; see https://example.net/spam", POLICY),
        ("5.0.0", "550 SPF check failed", POLICY),
        ("5.6.0", "554 5.6.0 Message contains a virus", POLICY),
        ("5.3.4", "552 5.3.4 Message size exceeds fixed limit", POLICY),
        ("5.2.3", "552 5.2.3 Message length exceeds administrative limit", POLICY),
        ("5.1.8", "501 5.1.8 Domain of sender address does not exist", POLICY),
        ("5.5.2", "500 5.5.2 Syntax error", POLICY),
        ("5.7.1", "550 5.7.1 No such user!", HARD),
        ("5.7.1", "550 5.7.1 <ann@example.org>: Recipient address rejected: User unknown", HARD),
        ("5.7.1", "550 5.7.1 user unknown; listed at rbl.example.net", POLICY),
        ("5.1.3", "553 sorry, your mail was administratively denied. (#5.7.1)", POLICY),
        ("5.1.1", "550 5.7.1 Message rejected for policy reasons", POLICY),
        (
            "5.0.0",
            "550-Requested action not taken: mailbox unavailable 550 invalid DNS MX or A/AAAA resource record",
            POLICY,
        ),
        ("5.0.0", "550-Requested action not taken: mailbox unavailable 550-Reject due to SPF policy", POLICY),
        ("5.0.0", "550 Message rejected because DKIM public key for user not found", POLICY),
        ("5.0.0", "554 Your account has been suspended", POLICY),
        ("5.2.1", "554 5.2.1 Your account has been disabled", POLICY),
        ("5.0.0", "550 Account suspended for abuse, contact support", POLICY),
        ("5.0.0", "550 user account disabled for sending mail", POLICY),
        ("5.1.1", "550 5.1.1 sender rejected. AUP#1260", POLICY),
        ("5.0.0", "550 user temporarily disabled due to too many connections", SOFT),
        ("5.0.0", "550 Administrative prohibition", POLICY),
        ("5.0.0", "550 Mail content denied.", POLICY),
        ("5.0.0", "550 Ip frequency limited", POLICY),
        ("5.0.0", "550 Message refused", POLICY),
        ("5.0.350", "554 Email rejected due to security policies", POLICY),
    ],
)
def test_what_a_refusal_means(status: str, said: str, kind: BounceKind) -> None:
    found = verdict(status, said)
    assert found.kind is kind
    assert found.why


@pytest.mark.parametrize(
    ("status", "said", "exact"),
    [
        ("5.1.1", "", "5.1.1"),
        ("5.1.1 (bad mailbox)", "", "5.1.1"),
        ("5.0.0", "550-5.2.2 over quota", "5.2.2"),
        ("5.2.2", "550 5.1.1 another story", "5.1.1"),
        ("5.1.3", "553 sorry, your mail was administratively denied. (#5.7.1)", "5.7.1"),
        ("5.1.1", "550 5.0.0 no", "5.1.1"),
        ("4.4.7", "550 5.1.1 no such user", "4.4.7"),
        ("5.4.300", "421 4.4.1 timed out", "4.4.1"),
        ("", "550 #5.1.0 Address rejected", "5.1.0"),
        ("", "Exim 4.94.2 at mx.example.org, 192.0.2.5, says 5 times no", ""),
        ("nonsense", "", ""),
        ("2.1.5", "", ""),
    ],
)
def test_the_more_exact_code_counts(status: str, said: str, exact: str) -> None:
    assert exact_status(status, said) == exact


def mails(*told: tuple[float, str]) -> list[Outcome]:
    """(days ago, "issue back" …)"""
    return [
        Outcome(NOW - timedelta(days=days), is_issue="issue" in what, bounced="back" in what) for days, what in told
    ]


def test_three_issues_in_a_row_are_too_many() -> None:
    assert issues_in_a_row(mails((14, "issue back"), (7, "issue back"), (0, "issue back")), NOW) == SOFT_LIMIT
    assert issues_in_a_row(mails((0, "issue back"), (14, "issue back"), (7, "issue back")), NOW) == SOFT_LIMIT


def test_a_mail_that_arrived_makes_those_before_it_forgotten() -> None:
    assert issues_in_a_row(mails((21, "issue back"), (14, "issue back"), (7, "issue"), (0, "issue back")), NOW) == 1
    assert issues_in_a_row(mails((21, "issue back"), (14, "issue back"), (10, "notice"), (0, "issue back")), NOW) == 1


def test_a_mail_that_may_still_come_back_tells_nothing() -> None:
    days = SETTLED / timedelta(days=1)
    assert issues_in_a_row(mails((21, "issue back"), (14, "issue back"), (days - 0.1, "issue")), NOW) == 2
    assert issues_in_a_row(mails((21, "issue back"), (14, "issue back"), (days + 0.1, "issue")), NOW) == 0


def test_only_issues_count_and_only_those_of_the_last_two_months() -> None:
    assert (
        issues_in_a_row(mails((3, "notice back"), (2, "notice back"), (1, "notice back"), (0, "issue back")), NOW) == 1
    )
    old = WINDOW / timedelta(days=1) + 0.1
    assert issues_in_a_row(mails((old, "issue back"), (7, "issue back"), (0, "issue back")), NOW) == 2
