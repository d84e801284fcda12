"""Where reports come back to: a Maildir, an mbox, a mailbox over IMAP, single messages. Nothing is ever deleted.

Each tells a message that was acted upon from one that was left alone, for a person who looks in: the first is "seen".
"""

from __future__ import annotations

import imaplib
import mailbox
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from litwatch.errors import InputError, MailboxError
from litwatch.publish.reports import MAX_BYTES

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

_KEYWORD = "litwatch"
"""On a message over IMAP that was looked at and left alone."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message. `place` says where its mailbox has it."""

    place: str
    content: bytes
    """At most MAX_BYTES of it."""


class Mailbox(Protocol):
    """New messages, each of which is set aside when it was read, so that the next look does not meet it."""

    def letters(self) -> Iterator[Letter]:
        """The messages that were not set aside yet. Raises InputError or MailboxError."""
        ...

    def set_aside(self, letter: Letter, *, read: bool) -> None:
        """Take a message out of the way, as read, or as one that still waits for a reader. Raises as `letters`."""
        ...

    def close(self) -> None:
        """Ends the session, if there is one. Never raises."""
        ...


class Messages:
    """Messages that stand nowhere: from files or from standard input. `contents` are (name, reader) pairs."""

    def __init__(self, contents: Iterable[tuple[str, Callable[[], bytes]]]) -> None:
        self._contents = contents

    def letters(self) -> Iterator[Letter]:
        for name, content in self._contents:
            try:
                yield Letter(name, content()[:MAX_BYTES])
            except OSError as error:
                raise InputError(name, error.strerror or str(error)) from error

    def set_aside(self, letter: Letter, *, read: bool) -> None:
        """It stays where it is; reading it again changes nothing."""

    def close(self) -> None:
        """Nothing is open."""


class Maildir:
    """A Maildir of litwatch's own: what is new moves from `new/` to `cur/`, with the flag S if it was acted upon."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def letters(self) -> Iterator[Letter]:
        if not ((self._folder / "new").is_dir() and (self._folder / "cur").is_dir()):
            raise InputError(self._folder, "not a Maildir: it has no folders new and cur")
        for path in sorted((self._folder / "new").iterdir()):
            if path.name.startswith(".") or not path.is_file():
                continue
            try:
                with path.open("rb") as file:
                    content = file.read(MAX_BYTES)
            except FileNotFoundError:
                continue  # another program took it meanwhile
            except OSError as error:
                raise InputError(path, error.strerror or str(error)) from error
            yield Letter(path.name, content)

    def set_aside(self, letter: Letter, *, read: bool) -> None:
        name = letter.place.partition(":")[0]
        try:
            (self._folder / "new" / letter.place).rename(self._folder / "cur" / f"{name}:2,{'S' if read else ''}")
        except FileNotFoundError:
            pass
        except OSError as error:
            raise InputError(self._folder, f"cannot move {letter.place} to cur: {error.strerror or error}") from error

    def close(self) -> None:
        """Nothing is open."""


class Mbox:
    """An mbox file, read from its beginning each time and never written: others deliver into it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def letters(self) -> Iterator[Letter]:
        try:
            with self._path.open("rb") as file:
                start = file.read(5)
            if start and start != b"From ":
                raise InputError(self._path, "not an mbox: it does not begin with “From ”")
            box = mailbox.mbox(str(self._path), factory=None, create=False)
        except (OSError, mailbox.Error) as error:
            raise InputError(self._path, getattr(error, "strerror", None) or str(error)) from error
        try:
            for key in box.keys():  # noqa: SIM118 - no dict: iterating gives messages, parsed
                yield Letter(str(key), box.get_bytes(key)[:MAX_BYTES])
        finally:
            box.close()

    def set_aside(self, letter: Letter, *, read: bool) -> None:
        """It stays where it is; reading it again changes nothing."""

    def close(self) -> None:
        """Closed after reading."""


@dataclass(frozen=True, slots=True)
class ImapAccount:
    """Where and as whom to log in. `context` checks certificates; None makes the system's default one."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    username: str
    password: str
    folder: str = "INBOX"
    context: ssl.SSLContext | None = None
    timeout: float = 30.0
    """Seconds for connecting and for each command."""


class Imap:
    """A folder over IMAP (RFC 3501): unseen messages, marked as seen when they were acted upon."""

    def __init__(self, account: ImapAccount) -> None:
        self._account = account
        self._box: BaseMailBox | None = None

    def letters(self) -> Iterator[Letter]:
        with _as_mailbox_error(self._account):
            box = self._box = _logged_in(self._account)
            uids = box.uids(f"UNSEEN UNKEYWORD {_KEYWORD}")
        for uid in uids:
            with _as_mailbox_error(self._account):
                # PEEK: fetching alone must not mark it as seen.
                _, data = box.client.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MAX_BYTES}>)")
            content = next((item[1] for item in data or () if isinstance(item, tuple)), None)
            if content is not None:
                yield Letter(uid, content)

    def set_aside(self, letter: Letter, *, read: bool) -> None:
        from imap_tools import MailboxFlagError

        assert self._box is not None
        with _as_mailbox_error(self._account):
            if read:
                self._box.flag(letter.place, "\\Seen", True)
                return
            with suppress(MailboxFlagError):  # a server without keywords: it is looked at again the next time
                self._box.flag(letter.place, _KEYWORD, True)

    def close(self) -> None:
        box, self._box = self._box, None
        if box:
            with suppress(Exception):  # whatever a server that is going away says
                box.logout()


def _logged_in(account: ImapAccount) -> BaseMailBox:
    from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted

    if account.security == "none":
        box: BaseMailBox = MailBoxUnencrypted(account.host, account.port, account.timeout)
    else:
        context = account.context or ssl.create_default_context()  # the library's own checks no certificate
        kind = MailBox if account.security == "tls" else MailBoxStartTls
        box = kind(account.host, account.port, account.timeout, ssl_context=context)
    try:
        return box.login(account.username, account.password, account.folder)
    except BaseException:
        with suppress(Exception):
            box.client.shutdown()
        raise


@contextmanager
def _as_mailbox_error(account: ImapAccount) -> Iterator[None]:
    """What goes wrong between us and the server, as one line without a secret."""
    from imap_tools import ImapToolsError

    try:
        yield
    except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
        raise MailboxError(f"imap {account.host}:{account.port}", str(error) or type(error).__name__) from error
