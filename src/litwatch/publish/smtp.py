"""Handing mail to an SMTP server (RFC 5321), one connection, one message at a time."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from litwatch.errors import DeliveryError
from litwatch.publish.headers import checked_address
from litwatch.publish.replies import SERVICE_CLOSING, Step, refusal, text

MESSAGES_PER_CONNECTION = 100
"""Providers cut connections that carry too many."""
_Commands = tuple[tuple[Step, bytes], ...]
_GO_ON = 354
_GOOD: dict[Step, tuple[int, ...]] = {"MAIL": (250,), "RCPT": (250, 251), "DATA": (_GO_ON,)}
_DOT = b".\r\n"


@dataclass(frozen=True, slots=True)
class Relay:
    """The server that takes our mail. `context` checks certificates; None makes the system's default one."""

    host: str
    port: int = 25
    security: Literal["none", "starttls", "tls"] = "none"
    username: str | None = None
    password: str | None = None
    context: ssl.SSLContext | None = None
    local_hostname: str | None = None
    timeout: float = 120.0
    """Seconds for connecting and for each command."""
    closing_timeout: float = 600.0
    """Seconds to wait for the reply to the final dot (RFC 5321, 4.5.3.2.6); giving up early makes duplicates."""


class SmtpTransport:
    """`Transport` over smtplib. The connection is opened at the first message and kept for the next ones."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._connection: smtplib.SMTP | None = None
        self._carried = 0

    def send(self, envelope_from: str, to: str, message: bytes, on_closing: Callable[[], None]) -> str:
        if not (message.count(b"\r") == message.count(b"\n") == message.count(b"\r\n")) or message[-2:] != b"\r\n":
            raise DeliveryError("the message has a bare CR or LF", permanent=True, refused="message")
        checked_address(to)
        try:
            return self._data(self._begun(envelope_from, to), message, on_closing)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise DeliveryError(f"connection lost: {error}", refused="relay") from error
        except DeliveryError as error:
            # After an answer the session is usable again once reset; after 421 the server is about to close it.
            self._reset(error.code)
            raise
        except BaseException:
            # Cut off before the final dot: the server must forget what it has.
            self._drop()
            raise

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    def _begun(self, envelope_from: str, to: str) -> smtplib.SMTP:
        """A connection that waits for the data. A kept one that the server has closed meanwhile is replaced."""
        commands = _commands(envelope_from, to)
        if self._carried >= MESSAGES_PER_CONNECTION:
            self.close()
        if self._connection:
            try:
                answer = self._asked(self._connection, commands)
            except smtplib.SMTPServerDisconnected:
                self._drop()
            else:
                if answer[0] != SERVICE_CLOSING:
                    return _accepted(self._connection, commands, answer)
                self.close()
        self._connection, self._carried = self._connect(), 0
        return _accepted(self._connection, commands, self._asked(self._connection, commands))

    def _asked(self, connection: smtplib.SMTP, commands: _Commands) -> tuple[int, bytes]:
        """The answer to the first command. A server that can take them in one go has them all (RFC 2920)."""
        self._carried += 1
        at_once = commands if _pipelining(connection) else commands[:1]
        connection.send(b"".join(line for _, line in at_once))
        return connection.getreply()

    def _connect(self) -> smtplib.SMTP:
        """A connection that has said EHLO, is encrypted and logged in as configured."""
        relay = self._relay
        context = None if relay.security == "none" else relay.context or ssl.create_default_context()
        connection: smtplib.SMTP | None = None
        try:
            connection = self._open(context)
            assert connection.sock is not None
            # The final dot travels alone: without this it waits for the acknowledgement of what went before.
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.ehlo_or_helo_if_needed()
            if relay.security == "starttls":
                connection.starttls(context=context)
                connection.ehlo()
            if relay.username:
                connection.login(relay.username, relay.password or "")
        except (smtplib.SMTPException, OSError) as error:
            if connection:
                connection.close()
            raise DeliveryError(f"{relay.host}:{relay.port}: {_reason(error)}", refused="relay") from error
        except ValueError as error:
            if connection:
                connection.close()
            # Not in the error's own words: they quote characters of the password.
            text = f"{relay.host}:{relay.port}: the host's name is none, or user name or password are not ASCII"
            raise DeliveryError(text, permanent=True, refused="relay") from error
        return connection

    def _open(self, context: ssl.SSLContext | None) -> smtplib.SMTP:
        relay = self._relay
        if relay.security == "tls":
            return smtplib.SMTP_SSL(
                relay.host, relay.port, relay.local_hostname, timeout=relay.timeout, context=context
            )
        return smtplib.SMTP(relay.host, relay.port, relay.local_hostname, timeout=relay.timeout)

    def _data(self, connection: smtplib.SMTP, message: bytes, on_closing: Callable[[], None]) -> str:
        """RFC 5321, 4.1.1.4, with the end of the data as a step of its own."""
        connection.send(stuffed(message))
        on_closing()
        assert connection.sock is not None
        connection.sock.settimeout(self._relay.closing_timeout)
        connection.send(_DOT)
        code, reply = connection.getreply()
        connection.sock.settimeout(self._relay.timeout)
        if not 200 <= code <= 599:
            raise _unreadable("end of data", code, reply)
        if code >= 300:
            raise refusal("end of data", code, reply)
        return f"{code} {text(reply)}"

    def _reset(self, code: int | None) -> None:
        if code == SERVICE_CLOSING or self._connection is None:
            self._drop()
            return
        try:
            self._connection.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _drop(self) -> None:
        """Closes the socket without another word."""
        connection, self._connection = self._connection, None
        if connection:
            with suppress(OSError):
                connection.close()


def stuffed(message: bytes) -> bytes:
    """`message` (CRLF only) with a second dot before each that begins a line (RFC 5321, 4.5.2)."""
    doubled = message.replace(b"\r\n.", b"\r\n..") if b"\r\n." in message else message
    return b"." + doubled if doubled.startswith(b".") else doubled


def _commands(envelope_from: str, to: str) -> _Commands:
    # Not by smtplib's `mail` and `rcpt`: they parse the address again, which takes as long as the answer.
    if not envelope_from.isascii() or "\r" in envelope_from or "\n" in envelope_from:
        # What SMTP cannot write is everybody's.
        raise DeliveryError("the envelope sender is not ASCII", permanent=True, refused="relay")
    return (
        ("MAIL", f"MAIL FROM:<{envelope_from}>\r\n".encode("ascii")),
        ("RCPT", f"RCPT TO:<{to}>\r\n".encode("ascii")),
        ("DATA", b"DATA\r\n"),
    )


def _pipelining(connection: smtplib.SMTP) -> bool:
    return connection.has_extn("pipelining")


def _accepted(connection: smtplib.SMTP, commands: _Commands, answer: tuple[int, bytes]) -> smtplib.SMTP:
    """`connection` once all `commands` are accepted; `answer` is the one to the first. DeliveryError on a refusal."""
    at_once = _pipelining(connection)
    for number, (step, line) in enumerate(commands):
        if number:
            if not at_once:
                connection.send(line)
            answer = connection.getreply()
        code, reply = answer
        if not 200 <= code <= 599:
            raise _unreadable(step, code, reply)
        if code not in _GOOD[step]:
            if at_once:
                _answered_out(connection, commands[number + 1 :], code)
            raise refusal(step, code, reply)
    return connection


def _answered_out(connection: smtplib.SMTP, rest: _Commands, code: int) -> None:
    """Read what is said to the `rest` of what went out with a command that was refused with `code`.

    Or else close: no answer may be taken for that to a later command. Whatever happens, the refusal stands.
    """
    with suppress(smtplib.SMTPException, OSError):
        answers = [connection.getreply()[0] for _ in rest] if code != SERVICE_CLOSING else [code]
        if answers[-1:] == [_GO_ON]:
            # It waits for data though it knows nobody to send them to: there are none (RFC 2920, 3.1).
            connection.send(_DOT)
            answers.append(connection.getreply()[0])
        if all(200 <= each <= 599 for each in answers) and SERVICE_CLOSING not in answers:
            return
    connection.close()


def _unreadable(step: Step, code: int, reply: bytes) -> smtplib.SMTPException:
    return smtplib.SMTPServerDisconnected(f"an unreadable answer to {step}: {code} {text(reply)}")


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return f"{error.smtp_code} {text(reply if isinstance(reply, bytes) else reply.encode())}"
    return str(error) or type(error).__name__
