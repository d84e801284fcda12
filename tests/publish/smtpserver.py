"""A real SMTP server on a free loopback port that keeps what it accepts and answers as told."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

OK = "250 taken"
DROP = "drop"
"""Instead of an answer: cut the connection."""


@dataclass
class Mailbox:
    """What the server accepted, and how it answers the n-th (from 0) MAIL, RCPT and end of data."""

    mail: Callable[[int], str] = lambda _: "250 OK"
    rcpt: Callable[[int], str] = lambda _: "250 OK"
    dot: Callable[[int], str] = lambda _: OK
    accept_before_drop: bool = True
    pipelining: bool = False
    """Whether it says that commands may come in one go (RFC 2920)."""
    accepted: list[tuple[str, str, bytes]] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _asked: dict[str, int] = field(default_factory=dict)

    def ids(self) -> list[str]:
        """The Message-ID of each accepted message."""
        found = [re.search(rb"(?m)^Message-ID: (\S+)", message) for _, _, message in self.accepted]
        return [match[1].decode() for match in found if match]

    def answer(self, step: str) -> str:
        number = self._asked.get(step, 0)
        self._asked[step] = number + 1
        return str(getattr(self, step)(number))

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.pipelining else responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answer("mail")
        if answer == DROP:
            _cut(server)
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.answer("rcpt")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.answer("dot")
        if answer.startswith("2") or (answer == DROP and self.accept_before_drop):
            assert isinstance(envelope.content, bytes)
            self.accepted.append((envelope.mail_from or "", envelope.rcpt_tos[0], envelope.content))
        if answer == DROP:
            _cut(server)
        return answer


def _cut(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


@contextmanager
def serving(mailbox: Mailbox, **options: Any) -> Iterator[Mailbox]:
    """The server while the block runs; `mailbox.port` tells where. `options` are aiosmtpd's."""

    class Counting(Controller):
        def factory(self) -> SMTP:
            mailbox.connections += 1
            return SMTP(self.handler, **self.SMTP_kwargs)

        def _trigger_server(self) -> None:
            # aiosmtpd knocks at the port that was asked for; with 0 the system chose another.
            assert isinstance(self.server, asyncio.Server)
            self.port = mailbox.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()  # type: ignore[no-untyped-call]

    controller = Counting(mailbox, hostname="127.0.0.1", port=0, ready_timeout=10, **options)
    controller.start()
    mailbox.connections = 0
    try:
        yield mailbox
    finally:
        controller.stop()


def login_of(name: bytes, password: bytes) -> Callable[..., AuthResult]:
    """An authenticator that knows one account."""

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (name, password)
        return AuthResult(success=right, handled=False)

    return authenticate


def server_context(certificate: str, key: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
