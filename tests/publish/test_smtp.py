"""Handing mail to a real SMTP server that accepts, refuses and breaks off."""

from __future__ import annotations

import shutil
import smtplib
import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from litwatch.errors import DeliveryError, StoreUnavailable
from litwatch.publish.message import issue_message
from litwatch.publish.smtp import MESSAGES_PER_CONNECTION, Relay, SmtpTransport
from tests.absent import absent
from tests.publish.sample import DELIVERY, ISSUE
from tests.publish.smtpserver import DROP, OK, Mailbox, login_of, server_context, serving
from tests.publish.test_message import MAILING

SENDER, READER = "bounces@litwatch.example", "reader@example.org"


def message(body: bytes = b"body\r\n", number: int = 1) -> bytes:
    return b"Message-ID: <%d@litwatch.example>\r\nSubject: test\r\n\r\n%s" % (number, body)


def nothing() -> None:
    """An `on_closing` for tests that do not look at it."""


def relay(mailbox: Mailbox, **more: Any) -> Relay:
    return Relay("127.0.0.1", mailbox.port, local_hostname="client.example", timeout=10, closing_timeout=10, **more)


BODIES = [
    b"body\r\n",
    b".\r\n",
    b"..\r\n",
    b"a\r\n.\r\n..\r\n...\r\n.b\r\n",
    b"\r\n.\r\n\r\n",
    b". \r\n",
    b"a\r\n.\r\nMAIL FROM:<evil@evil.example>\r\n",
    b"x" * 990 + b"\r\n",
    b"line\r\n" * 5_000,
]


@pytest.mark.parametrize("body", BODIES)
def test_what_arrives_is_byte_for_byte_what_was_sent(body: bytes) -> None:
    with serving(Mailbox()) as mailbox:
        transport = SmtpTransport(relay(mailbox))
        assert transport.send(SENDER, READER, message(body), nothing) == OK
        transport.close()
    assert mailbox.accepted == [(SENDER, READER, message(body))]


def test_a_real_issue_arrives_whole() -> None:
    mail = issue_message(ISSUE, DELIVERY, MAILING)
    with serving(Mailbox()) as mailbox:
        transport = SmtpTransport(relay(mailbox))
        transport.send(SENDER, READER, mail, nothing)
        transport.close()
    assert mailbox.accepted[0][2] == mail


@pytest.mark.parametrize("bad", [message(b"a\n.\r\n"), message(b"\r.\r\n"), message(b"\n.\r\n"), message(b"no end")])
def test_bare_line_ends_never_leave(bad: bytes) -> None:
    with serving(Mailbox()) as mailbox:
        with pytest.raises(DeliveryError) as caught:
            SmtpTransport(relay(mailbox)).send(SENDER, READER, bad, nothing)
        assert mailbox.connections == 0
    assert caught.value.permanent
    assert caught.value.refused == "message"


@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize(
    ("step", "answer", "permanent", "refused", "closings"),
    [
        ("mail", "451 4.3.0 later", False, "relay", 0),
        ("mail", "550 5.7.1 we do not know this sender", True, "relay", 0),
        ("rcpt", "450 4.2.0 greylisted", False, "recipient", 0),
        ("rcpt", "550 5.1.1 no such user", True, "recipient", 0),
        ("rcpt", "554 5.7.1 relay access denied", True, "relay", 0),
        ("rcpt", "421 4.7.0 too many", False, "relay", 0),
        ("dot", "451 4.3.0 later", False, "message", 1),
        ("dot", "554 5.7.1 looks like spam", True, "message", 1),
        ("dot", "421 4.3.2 closing", False, "relay", 1),
    ],
)
def test_a_refusal_says_whom_it_concerns(
    step: str, answer: str, permanent: bool, refused: str, closings: int, pipelining: bool
) -> None:
    closing: list[int] = []
    answers: Callable[[int], str] = lambda number: answer if number == 0 else "250 OK"  # noqa: E731
    with serving(replace(Mailbox(pipelining=pipelining), **{step: answers})) as mailbox:  # type: ignore[arg-type]
        transport = SmtpTransport(relay(mailbox))
        with pytest.raises(DeliveryError) as caught:
            transport.send(SENDER, READER, message(), lambda: closing.append(1))
        assert (caught.value.permanent, caught.value.refused) == (permanent, refused)
        assert caught.value.code == int(answer[:3])
        assert caught.value.message.endswith(answer)
        assert len(closing) == closings
        assert transport.send(SENDER, READER, message(number=2), nothing).startswith("250")
        transport.close()
    assert mailbox.ids() == ["<2@litwatch.example>"]
    assert mailbox.connections == (2 if answer.startswith("421") else 1)


@pytest.mark.parametrize("accepts", [True, False])
def test_a_connection_lost_after_the_dot_is_an_open_question(accepts: bool) -> None:
    closing: list[int] = []
    with serving(Mailbox(dot=lambda number: DROP if number == 0 else OK, accept_before_drop=accepts)) as mailbox:
        transport = SmtpTransport(relay(mailbox))
        with pytest.raises(DeliveryError, match="connection lost") as caught:
            transport.send(SENDER, READER, message(), lambda: closing.append(1))
        assert closing == [1]
        assert caught.value.code is None
        assert transport.send(SENDER, READER, message(), nothing) == OK
        transport.close()
    assert len(mailbox.accepted) == 1 + accepts
    assert len(set(mailbox.ids())) == 1


def test_nothing_is_accepted_when_closing_cannot_be_recorded() -> None:
    def fail() -> None:
        raise StoreUnavailable("closing", "the disk is full")

    with serving(Mailbox()) as mailbox:
        transport = SmtpTransport(relay(mailbox))
        with pytest.raises(StoreUnavailable):
            transport.send(SENDER, READER, message(), fail)
        assert transport.send(SENDER, READER, message(number=2), nothing) == OK
        transport.close()
    assert mailbox.ids() == ["<2@litwatch.example>"]


def test_at_closing_the_server_has_everything_but_not_accepted_it() -> None:
    seen: list[int] = []
    with serving(Mailbox()) as mailbox:
        transport = SmtpTransport(relay(mailbox))
        transport.send(SENDER, READER, message(), lambda: seen.append(len(mailbox.accepted)))
        transport.close()
    assert seen == [0]
    assert len(mailbox.accepted) == 1


def test_one_connection_carries_a_hundred_messages() -> None:
    with serving(Mailbox()) as mailbox:
        transport = SmtpTransport(relay(mailbox))
        for number in range(MESSAGES_PER_CONNECTION):
            transport.send(SENDER, READER, message(number=number), nothing)
        assert mailbox.connections == 1
        transport.send(SENDER, READER, message(number=-1), nothing)
        assert mailbox.connections == 2
        transport.close()
    assert len(mailbox.accepted) == MESSAGES_PER_CONNECTION + 1


@pytest.mark.parametrize("pipelining", [False, True])
@pytest.mark.parametrize("answer", [DROP, "421 4.7.0 enough for one connection"])
def test_a_server_that_ends_the_session_between_messages_costs_nothing(answer: str, pipelining: bool) -> None:
    """Of the answers to MAIL every eighth ends the session, the way providers limit messages per connection."""
    answers: Callable[[int], str] = lambda number: answer if number % 8 == 7 else "250 OK"  # noqa: E731
    with serving(Mailbox(mail=answers, pipelining=pipelining)) as mailbox:
        transport = SmtpTransport(relay(mailbox))
        for number in range(20):
            transport.send(SENDER, READER, message(number=number), nothing)
        transport.close()
    assert mailbox.ids() == [f"<{number}@litwatch.example>" for number in range(20)]
    assert mailbox.connections == 3


def test_after_the_dot_it_waits_longer_than_for_a_command() -> None:
    """Giving up early would make a second copy (RFC 5321, 4.5.3.2.6: ten minutes)."""
    assert Relay("relay.example").closing_timeout == 600

    def slowly(_: int) -> str:
        time.sleep(1)
        return OK

    with serving(Mailbox(dot=slowly)) as mailbox:
        transport = SmtpTransport(replace(relay(mailbox), timeout=0.5))
        assert transport.send(SENDER, READER, message(), nothing) == OK
        transport.close()


def test_no_server_is_the_relays_fault() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(DeliveryError, match=rf"127\.0\.0\.1:{port}: ") as caught:
            SmtpTransport(Relay("127.0.0.1", port, timeout=5)).send(SENDER, READER, message(), nothing)
    assert (caught.value.refused, caught.value.permanent, caught.value.code) == ("relay", False, None)


def test_without_the_promised_encryption_nothing_is_sent() -> None:
    with serving(Mailbox()) as mailbox:
        with pytest.raises(DeliveryError, match="STARTTLS") as caught:
            SmtpTransport(relay(mailbox, security="starttls")).send(SENDER, READER, message(), nothing)
        assert caught.value.refused == "relay"
    assert mailbox.accepted == []


def test_a_closed_transport_can_be_closed_again() -> None:
    transport = SmtpTransport(Relay("127.0.0.1", 1))
    transport.close()
    transport.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A self-signed certificate of 127.0.0.1 and its key."""
    if not shutil.which("openssl"):
        absent("openssl, to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    paths = str(folder / "cert.pem"), str(folder / "key.pem")
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    command = ["openssl", "req", "-x509", *curve, "-nodes", "-days", "2", *names, "-out", paths[0], "-keyout", paths[1]]
    subprocess.run(command, check=True, capture_output=True)
    return paths


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_encrypted_and_logged_in(certificate: tuple[str, str], security: str) -> None:
    context = server_context(*certificate)
    options: dict[str, Any] = {"authenticator": login_of(b"litwatch", b"secret")}
    if security == "tls":
        options |= {"ssl_context": context, "auth_require_tls": False}
    else:
        options |= {"tls_context": context, "require_starttls": True}
    trusting = ssl.create_default_context(cafile=certificate[0])
    with serving(Mailbox(), **options) as mailbox:
        right = relay(mailbox, security=security, username="litwatch", password="secret", context=trusting)
        transport = SmtpTransport(right)
        assert transport.send(SENDER, READER, message(), nothing) == OK
        transport.close()
        wrong = relay(mailbox, security=security, username="litwatch", password="guess", context=trusting)
        with pytest.raises(DeliveryError, match="535") as caught:
            SmtpTransport(wrong).send(SENDER, READER, message(), nothing)
        assert caught.value.refused == "relay"
        assert "guess" not in str(caught.value)
    assert len(mailbox.accepted) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_unknown_certificate_is_not_accepted(certificate: tuple[str, str], security: str) -> None:
    key = "ssl_context" if security == "tls" else "tls_context"
    with serving(Mailbox(), **{key: server_context(*certificate)}) as mailbox:
        with pytest.raises(DeliveryError, match="CERTIFICATE_VERIFY_FAILED") as caught:
            SmtpTransport(relay(mailbox, security=security)).send(SENDER, READER, message(), nothing)
        assert caught.value.refused == "relay"
    assert mailbox.accepted == []


def test_smtplib_would_stuff_dots_in_the_same_way() -> None:
    """Our quoting and the standard library's (which its `data()` applies) agree."""
    quote: Callable[[bytes], bytes] = getattr(smtplib, "_quote_periods")  # noqa: B009
    from litwatch.publish.smtp import stuffed

    for body in BODIES:
        assert stuffed(message(body)) == quote(message(body))


@pytest.mark.parametrize(
    ("sender", "more", "said"),
    [
        ("r\u00fcckl\u00e4ufer@litwatch.example", {}, "the envelope sender is not ASCII"),
        (SENDER, {"host": "relay..example"}, "relay..example:\\d+: the host's name is none"),
        (SENDER, {"username": "u", "password": "p\u00e4ssword"}, "user name or password are not ASCII"),
    ],
)
def test_what_cannot_be_written_is_the_relays_fault(sender: str, more: dict[str, Any], said: str) -> None:
    with serving(Mailbox(), authenticator=login_of(b"u", b"pw"), auth_require_tls=False) as mailbox:
        transport = SmtpTransport(replace(relay(mailbox), **more))
        with pytest.raises(DeliveryError, match=said) as caught:
            transport.send(sender, READER, message(), nothing)
        transport.close()
    assert (caught.value.refused, caught.value.permanent) == ("relay", True)
    assert mailbox.accepted == []
    assert "\u00e4" not in caught.value.message
