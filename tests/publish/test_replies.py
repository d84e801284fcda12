"""What real servers say when they refuse, and for whom they speak."""

from __future__ import annotations

import pytest

from litwatch.publish.replies import Step, refusal

DEAD = "recipient", True
"""Nobody there: the address is struck off."""
PERSON = "recipient", False
"""This person's mail, this time."""
RELAY = "relay", False
"""Us, or the relay: no recipient's fault."""
MESSAGE = "message", False
"""What we say: everybody's would be refused."""

# As servers in use write them; names and addresses replaced.
REPLIES: list[tuple[Step, str, tuple[str, bool]]] = [
    # Nobody there.
    ("RCPT", "550 5.1.1 <ann@example.org>: Recipient address rejected: User unknown in virtual mailbox table", DEAD),
    (
        "RCPT",
        "550 5.1.1 The email account that you tried to reach does not exist. Please try double-checking the "
        "recipient's email address for typos or unnecessary spaces.  https://support.example/?p=NoSuchUser a1si2 - gsmtp",
        DEAD,
    ),
    (
        "RCPT",
        "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ann@example.org not found by SMTP address lookup",
        DEAD,
    ),
    (
        "RCPT",
        "550 5.4.1 [ann@example.org]: Recipient address rejected: Access denied [X.prod.protection.example]",
        DEAD,
    ),
    ("RCPT", "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).", DEAD),
    ("RCPT", "550 Requested action not taken: mailbox unavailable", DEAD),
    ("end of data", "554 delivery error: dd This user doesn't have a mail.example account (ann@example.org) [0]", DEAD),
    ("RCPT", "550 No Such User Here", DEAD),
    ("RCPT", "501 5.1.3 Bad recipient address syntax", DEAD),
    ("RCPT", "550 5.1.6 Recipient no longer on server: ann@example.org", DEAD),
    ("RCPT", "556 5.1.10 Recipient address has null MX", DEAD),
    ("RCPT", "550 Unrouteable address: no such user ann", DEAD),
    ("RCPT", "511 sorry, no mailbox here by that name (#5.1.1 - chkuser)", DEAD),
    ("RCPT", "550 Invalid Recipient - https://community.example/docs/DOC-1369#550 [AbC]", DEAD),
    ("RCPT", "553 5.3.0 <ann@example.org>... No such user", DEAD),
    ("RCPT", "550 User not found: ann@example.org", DEAD),
    ("RCPT", "550 5.2.1 The email account that you tried to reach is disabled. - gsmtp", DEAD),
    # The person's, but not for ever.
    ("RCPT", "552 5.2.2 The email account that you tried to reach is over quota and inactive. - gsmtp", PERSON),
    ("RCPT", "550 5.2.1 The user you are trying to contact is receiving mail at a rate that - gsmtp", PERSON),
    ("RCPT", "550 5.1.0 Address rejected. ann@example.org", PERSON),
    ("RCPT", "550 5.1.2 <ann@example.org>: Recipient address rejected: Domain not found", PERSON),
    ("RCPT", "550 #5.1.0 Address rejected.", PERSON),
    ("end of data", "552 5.2.2 <ann@example.org>: Quota exceeded (mailbox for user is full)", PERSON),
    ("RCPT", "552 Mailbox full", PERSON),
    ("end of data", "554 ann mailbox is over quota", PERSON),
    ("RCPT", "550 5.4.4 Unable to route: host not found", PERSON),
    ("RCPT", "550 no", PERSON),
    # About us.
    ("RCPT", "554 5.7.1 <ann@example.org>: Relay access denied", RELAY),
    (
        "RCPT",
        "550 5.7.606 Access denied, banned sending IP [192.0.2.1]. To request removal from this list please visit",
        RELAY,
    ),
    ("RCPT", "550 #5.7.1 Your access to submit messages to this e-mail system has been rejected.", RELAY),
    ("RCPT", "554 554 5.7.1 <ann@example.org>: Recipient address rejected: Access denied (state 14).", RELAY),
    ("RCPT", "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", RELAY),
    ("RCPT", "554 Service unavailable; Client host [192.0.2.1] blocked using dnsbl.example; listed by DNSBL", RELAY),
    ("RCPT", "530 5.7.0 Authentication Required. For more information, go to", RELAY),
    ("RCPT", "550 you are not allowed to send mail to <ann@example.org>", RELAY),
    ("RCPT", "550 5.1.8 <litwatch@litwatch.example>: Sender address rejected: Domain not found", RELAY),
    ("RCPT", "550 5.4.5 Daily user sending limit exceeded. For more information on sending limits go to", RELAY),
    ("RCPT", "550 Verification failed for <litwatch@litwatch.example> No Such User Here Sender verify failed", RELAY),
    ("RCPT", "550 Client host rejected: cannot find your hostname, [192.0.2.1]", RELAY),
    ("MAIL", "550 5.1.1 Sender unknown", RELAY),
    ("MAIL", "553 5.7.1 <litwatch@litwatch.example>: Sender address rejected: not owned by user", RELAY),
    # About what we say.
    (
        "end of data",
        "550 5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to "
        "authenticate with either SPF or DKIM.",
        MESSAGE,
    ),
    (
        "end of data",
        "550 5.7.1 This message does not meet our delivery requirements: likely unsolicited mail - gsmtp",
        MESSAGE,
    ),
    ("end of data", "554 5.7.1 Service unavailable; Blocked using spam content filter", MESSAGE),
    ("end of data", "552 5.3.4 Message size exceeds fixed limit", MESSAGE),
    ("end of data", "550 5.6.0 Lone CR or LF in body", MESSAGE),
    ("end of data", "550 High probability of spam", MESSAGE),
    ("end of data", "554 Message rejected under suspicion of SPAM", MESSAGE),
    ("end of data", "554 no", MESSAGE),
    ("DATA", "554 5.5.1 Error: no valid recipients", MESSAGE),
]


@pytest.mark.parametrize(("step", "reply", "concerns"), REPLIES, ids=[reply[:40] for _, reply, _ in REPLIES])
def test_a_refusal_for_good(step: Step, reply: str, concerns: tuple[str, bool]) -> None:
    code, said = int(reply[:3]), reply[4:]
    error = refusal(step, code, said.encode())
    assert (error.refused, error.dead_address) == concerns
    assert (error.code, error.permanent) == (code, True)
    assert error.message == f"{step}: {' '.join(reply.split())}"


@pytest.mark.parametrize(
    ("step", "reply", "refused"),
    [
        ("RCPT", "450 4.2.0 <ann@example.org>: Recipient address rejected: Greylisted", "recipient"),
        ("RCPT", "451 4.7.1 Please try again later", "relay"),
        ("RCPT", "450 4.7.1 Error: too much mail from 192.0.2.1", "relay"),
        ("RCPT", "451 4.3.0 Temporary lookup failure", "relay"),
        ("RCPT", "452 4.3.1 Insufficient system storage", "relay"),
        ("RCPT", "452 4.5.3 Too many recipients", "relay"),
        ("RCPT", "451 4.5.0 no", "recipient"),
        ("RCPT", "452 4.2.2 The email account that you tried to reach is over quota", "recipient"),
        ("RCPT", "450 4.1.1 user unknown for now", "recipient"),
        ("RCPT", "421 4.7.0 Try again later, closing connection", "relay"),
        ("MAIL", "451 4.3.0 Temporary lookup failure", "relay"),
        ("DATA", "452 4.3.1 Insufficient system storage", "message"),
        ("end of data", "451 4.7.1 Greylisting in action", "message"),
        ("end of data", "421 4.3.2 System not accepting network messages", "relay"),
        ("RCPT", "999 nonsense", "recipient"),
    ],
)
def test_a_refusal_for_now_strikes_nobody_off(step: Step, reply: str, refused: str) -> None:
    error = refusal(step, int(reply[:3]), reply[4:].encode())
    assert (error.permanent, error.dead_address, error.refused) == (False, False, refused)


def test_the_status_is_read_and_the_text_is_one_short_line() -> None:
    long = b"5.1.1 The account\n5.1.1 does not exist\n5.1.1 " + b"x" * 1000 + b"\xff"
    error = refusal("RCPT", 550, long)
    assert error.status == "5.1.1"
    assert error.message.startswith("RCPT: 550 5.1.1 The account 5.1.1 does not exist 5.1.1 xxx")
    assert len(error.message) == len("RCPT: 550 ") + 500
    assert refusal("RCPT", 550, b"").status == ""


def test_what_is_said_in_other_letters_is_kept_as_evidence() -> None:
    error = refusal("RCPT", 550, "Empfänger unbekannt \xff".encode() + b"\xff")
    assert error.message == "RCPT: 550 Empfänger unbekannt ÿ\ufffd"
