"""MAIL, RCPT and DATA in one go (RFC 2920), to a server that answers by a script."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from litwatch.errors import DeliveryError
from litwatch.publish.smtp import Relay, SmtpTransport

SENDER, READER = "bounces@litwatch.example", "reader@example.org"
MESSAGE = b"Subject: test\r\n\r\nbody\r\n"
GOOD = {"MAIL": "250 OK", "RCPT": "250 OK", "DATA": "354 go on", ".": "250 taken", "RSET": "250 OK", "QUIT": "221 bye"}
CLOSE = "close"
GROUP = [f"MAIL FROM:<{SENDER}>", f"RCPT TO:<{READER}>", "DATA"]


@contextmanager
def server(answers: Mapping[str, str], extensions: str = "PIPELINING") -> Iterator[tuple[int, Future[list[str]]]]:
    """Its port, and what one client says to it, line by line.

    With PIPELINING it answers nothing to MAIL and RCPT before it has DATA: who waits for it waits in vain. An answer
    may be several, with a line end between; CLOSE among them ends the connection.
    """
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as beside:
        yield listening.getsockname()[1], beside.submit(_served, listening, answers, extensions)


def _served(listening: socket.socket, answers: Mapping[str, str], extensions: str) -> list[str]:
    said: list[str] = []
    listening.settimeout(10)
    connection, _ = listening.accept()
    with connection, connection.makefile("rwb") as lines:
        connection.settimeout(10)

        def answer(text: str) -> bool:
            told, closes, _ = text.partition(CLOSE)
            lines.write("".join(f"{line}\r\n" for line in told.split("\n") if line).encode())
            lines.flush()
            return not closes

        answer("220 here")
        waiting = ""
        data = False
        while line := lines.readline().decode().removesuffix("\r\n"):
            verb = line[:4].upper()
            if verb == "EHLO":
                answer(f"250-here\n250 {extensions}")
                continue
            if data and line != ".":
                lines.readline()  # the empty line after our one header
                said += [line, lines.readline().decode().removesuffix("\r\n")]
                continue
            said.append(line)
            known = answers.get(verb, "500 what?")
            if verb in ("MAIL", "RCPT") and extensions == "PIPELINING":
                waiting += known + "\n"
                continue
            if not answer(waiting + known):
                break
            waiting = ""
            data = verb == "DATA" and known.startswith("354")
    return said


def sent(port: int) -> str:
    transport = SmtpTransport(Relay("127.0.0.1", port, local_hostname="client.example", timeout=5, closing_timeout=5))
    try:
        return transport.send(SENDER, READER, MESSAGE, lambda: None)
    finally:
        transport.close()


@pytest.mark.parametrize("extensions", ["PIPELINING", "HELP"])
def test_who_says_so_is_asked_in_one_go(extensions: str) -> None:
    with server(GOOD, extensions) as (port, said):
        assert sent(port) == "250 taken"
    assert said.result() == [*GROUP, "Subject: test", "body", ".", "quit"]


def test_who_does_not_say_so_is_not_asked_for_data_after_a_refusal() -> None:
    with (
        server(GOOD | {"RCPT": "550 5.1.1 nobody"}, "HELP") as (port, said),
        pytest.raises(DeliveryError, match=r"RCPT: 550 5\.1\.1 nobody"),
    ):
        sent(port)
    assert said.result() == [*GROUP[:2], "rset", "quit"]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"MAIL": "451 later", "RCPT": "503 MAIL first", "DATA": "503 RCPT first"}, "MAIL: 451 later"),
        ({"RCPT": "550 5.1.1 nobody", "DATA": "554 no valid recipients"}, "RCPT: 550 5.1.1 nobody"),
        ({"RCPT": "550-5.1.1 no\n550 body", "DATA": "554 no valid recipients"}, "RCPT: 550 5.1.1 no body"),
        ({"DATA": "451 4.3.0 no room"}, "DATA: 451 4.3.0 no room"),
    ],
)
def test_the_first_refusal_counts_and_every_answer_is_read(answers: dict[str, str], expected: str) -> None:
    with server(GOOD | answers) as (port, said), pytest.raises(DeliveryError) as caught:
        sent(port)
    assert caught.value.message == expected
    assert said.result() == [*GROUP, "rset", "quit"]


def test_a_server_that_wants_data_for_nobody_gets_none() -> None:
    """RFC 2920, 3.1: DATA may be accepted though the recipient was not."""
    with (
        server(GOOD | {"RCPT": "550 5.1.1 nobody", ".": "554 no valid recipients"}) as (port, said),
        pytest.raises(DeliveryError, match=r"RCPT: 550 5\.1\.1 nobody"),
    ):
        sent(port)
    assert said.result() == [*GROUP, ".", "rset", "quit"]


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"MAIL": f"550 5.7.1 go away\n{CLOSE}"}, "MAIL: 550 5.7.1 go away"),
        ({"RCPT": f"550 5.1.1 nobody\n{CLOSE}"}, "RCPT: 550 5.1.1 nobody"),
        ({"RCPT": "550 5.1.1 nobody", ".": CLOSE}, "RCPT: 550 5.1.1 nobody"),
        ({"RCPT": "550 5.1.1 nobody", "DATA": "hello?"}, "RCPT: 550 5.1.1 nobody"),
        ({"MAIL": "451 later", "RCPT": "421 closing", "DATA": "250 OK"}, "MAIL: 451 later"),
        ({"RCPT": "421 closing", "DATA": "250 OK"}, "RCPT: 421 closing"),
    ],
)
def test_a_refusal_stands_though_the_session_is_over(answers: dict[str, str], expected: str) -> None:
    """And nothing more is said in it: an answer would be taken for that to a later command."""
    with server(GOOD | answers) as (port, said), pytest.raises(DeliveryError) as caught:
        sent(port)
    assert caught.value.message == expected
    assert caught.value.code == int(expected.split()[1])
    assert said.result()[: len(GROUP) + 1] in (GROUP, [*GROUP, "."])


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_after_an_answer_that_is_none_nothing_more_is_said(step: str) -> None:
    """Which answer belongs to which command is not known any more."""
    with (
        server(GOOD | {step: "hello"}) as (port, said),
        pytest.raises(DeliveryError, match=f"unreadable answer to {step}") as caught,
    ):
        sent(port)
    assert (caught.value.refused, caught.value.permanent) == ("relay", False)
    assert said.result() == GROUP


def test_a_sender_with_a_line_end_writes_no_command() -> None:
    transport = SmtpTransport(Relay("127.0.0.1", 1, timeout=5))
    evil = f"{SENDER}>\r\nRSET\r\nMAIL FROM:<evil@evil.example"
    with pytest.raises(DeliveryError, match="envelope sender") as caught:
        transport.send(evil, READER, MESSAGE, lambda: None)
    assert caught.value.refused == "relay"
