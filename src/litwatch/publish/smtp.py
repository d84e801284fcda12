"""Handing mail to an SMTP server (RFC 5321), one connection, one message at a time."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from litwatch.errors import DeliveryError
from litwatch.publish.headers import checked_address
from litwatch.publish.replies import SERVICE_CLOSING, refusal, text

MESSAGES_PER_CONNECTION = 100
"""Providers cut connections that carry too many."""
_LINE_START_DOT = re.compile(rb"(?m)^\.")
_BARE_END = re.compile(rb"(?<!\r)\n|\r(?!\n)")


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
        if _BARE_END.search(message) or not message.endswith(b"\r\n"):
            raise DeliveryError("the message has a bare CR or LF", permanent=True, refused="message")
        checked_address(to)
        try:
            connection = self._begun(envelope_from)
            _recipient(connection, to)
            return self._data(connection, message, on_closing)
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

    def _begun(self, envelope_from: str) -> smtplib.SMTP:
        """A connection on which MAIL was accepted. A kept one that the server has closed meanwhile is replaced."""
        if self._carried >= MESSAGES_PER_CONNECTION:
            self.close()
        if self._connection:
            try:
                return self._mail(self._connection, envelope_from)
            except smtplib.SMTPServerDisconnected:
                self._drop()
            except DeliveryError as error:
                if error.code != SERVICE_CLOSING:
                    raise
                self.close()
        self._connection, self._carried = self._connect(), 0
        return self._mail(self._connection, envelope_from)

    def _mail(self, connection: smtplib.SMTP, envelope_from: str) -> smtplib.SMTP:
        self._carried += 1
        try:
            code, reply = connection.mail(envelope_from)
        except ValueError as error:
            # What smtplib cannot write is everybody's.
            raise DeliveryError("the envelope sender is not ASCII", permanent=True, refused="relay") from error
        if code != 250:
            raise refusal("MAIL", code, reply)
        return connection

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
        code, reply = connection.docmd("DATA")
        if code != 354:
            raise refusal("DATA", code, reply)
        connection.send(stuffed(message))
        on_closing()
        assert connection.sock is not None
        connection.sock.settimeout(self._relay.closing_timeout)
        connection.send(b".\r\n")
        code, reply = connection.getreply()
        connection.sock.settimeout(self._relay.timeout)
        if not 200 <= code <= 599:
            raise smtplib.SMTPServerDisconnected(f"an unreadable answer to the message: {code} {text(reply)}")
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
    return _LINE_START_DOT.sub(b"..", message)


def _recipient(connection: smtplib.SMTP, to: str) -> None:
    code, reply = connection.rcpt(to)
    if code not in (250, 251):
        raise refusal("RCPT", code, reply)


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error
        return f"{error.smtp_code} {text(reply if isinstance(reply, bytes) else reply.encode())}"
    return str(error) or type(error).__name__
