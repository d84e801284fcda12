"""How a finished mail leaves: the protocol, and the one that writes files into a folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Protocol

from litwatch.errors import DeliveryError, PublishError
from litwatch.publish.files import write_atomically

_UNSAFE = re.compile(r"[^A-Za-z0-9._@-]+")


class Transport(Protocol):
    """Hands over one message at a time."""

    def send(self, envelope_from: str, to: str, message: bytes, on_closing: Callable[[], None]) -> str:
        """Hands `message` (7-bit, CRLF) over and returns the receiver's reply.

        `on_closing` is called exactly once, when everything but the last step is done: before it, the message is
        certainly not accepted; after it, only a reply tells. If it raises, the message is abandoned unaccepted and
        the exception passes through.

        Raises DeliveryError: with a `code` when the receiver answered. Without one after `on_closing`, the outcome
        is unknown.
        """
        ...

    def close(self) -> None:
        """Ends the session, if there is one. Never raises."""
        ...


class FolderTransport:
    """Writes each message as one `.eml` file, named after its Message-ID: a second attempt replaces the first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, envelope_from: str, to: str, message: bytes, on_closing: Callable[[], None]) -> str:
        path = self.folder / file_name(message)
        try:
            # Mail is personal: it holds an address and that person's own links.
            write_atomically(path, message, mode=0o600, before_rename=on_closing)
        except PublishError as error:
            raise DeliveryError(str(error), refused="relay") from error
        return f"written to {path.name}"

    def close(self) -> None:
        """Nothing is open between messages."""


def file_name(message: bytes) -> str:
    """A file name from the Message-ID, different for different ids."""
    identity = str(BytesHeaderParser().parsebytes(message).get("Message-ID", "")).strip().strip("<>")
    name = _UNSAFE.sub("_", identity)[:120].lstrip(".")
    if name == identity and name:
        return f"{name}.eml"
    return f"{name or 'mail'}.{hashlib.sha256(identity.encode('utf-8', 'replace')).hexdigest()[:12]}.eml"
