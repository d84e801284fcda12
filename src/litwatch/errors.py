"""Every error that litwatch raises on purpose, in one tree.

    LitwatchError                     one line for the person at the terminal: what, and where
    ├── Stopped                       the end was asked for, and nothing new was begun
    ├── ConfigError                   config.toml or the environment is wrong; carries every problem found
    ├── UsageError                    a command was asked for something that cannot be
    ├── QueryError                    a PubMed query is malformed or unsupported; points at the character
    ├── InputError                    a file that the user named cannot be used; carries its path
    │   └── TruncatedInput            it ends before it should (cut gzip, cut XML)
    ├── PubMedError                   an E-utilities operation did not succeed
    │   ├── PubMedUnavailable         the service is down, slow or answers nonsense: try later
    │   ├── PubMedRejected            PubMed understood and refuses: our request is at fault
    │   └── TooManyResults            a window of a single day is over PubMed's 9,999 limit
    ├── StoreError                    the database cannot do what was asked
    │   ├── StoreUnavailable          cannot be opened, is read-only, full, or the connection is gone
    │   └── SchemaError               the schema is missing, older or newer than this program
    ├── WriterError                   the language model gave no answer; the notes keep their own words
    ├── PublishError                  an issue's files cannot be written
    ├── HubError                      a WebSub hub did not take the news of a changed feed: it is told again
    ├── DeliveryError                 a message could not be handed over
    └── MailboxError                  the mailbox that reports come back to cannot be read

A failed *item* is never an error: it is a value (`ParseFailure`, a `missing` row, a `failed` delivery).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


class LitwatchError(Exception):
    """Base of all errors raised on purpose. `str(error)` is one clear line without a traceback."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in the configuration: the dotted key (or variable name) and what is wrong with it."""

    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.key}: {self.message}"


class Stopped(LitwatchError):
    """The end was asked for, or the time is up: what was under way ends early, in good order."""

    def __init__(self, message: str = "stopped on request") -> None:
        super().__init__(message)


class ConfigError(LitwatchError):
    """The settings cannot be used. `problems` holds all of them, in file order."""

    exit_code = 2

    def __init__(self, problems: tuple[Problem, ...], source: Path | None = None) -> None:
        self.problems = problems
        self.source = source
        where = f"{source}: " if source else ""
        super().__init__(where + "; ".join(str(problem) for problem in problems))


class UsageError(LitwatchError):
    """A command's words do not fit: a week that does not exist, an option that needs another."""

    exit_code = 2


class QueryError(LitwatchError):
    """A PubMed query that cannot be used.

    `position` is the 0-based index of the offending character in `query`; `excerpt` shows it.
    """

    exit_code = 2

    def __init__(self, message: str, query: str, position: int) -> None:
        self.message = message
        self.query = query
        self.position = position
        super().__init__(f"query, character {position + 1}: {message}: {self.excerpt()}")

    def excerpt(self, width: int = 24) -> str:
        """The query around the offending character, which is marked with `»`."""
        start, end = max(0, self.position - width), self.position + width
        before, after = self.query[start : self.position], self.query[self.position : end]
        text = f"{'…' if start else ''}{before}»{after}{'…' if end < len(self.query) else ''}"
        return " ".join(text.split())


class InputError(LitwatchError):
    """A file that the user named cannot be used. `path` says which, `place` where in it."""

    exit_code = 3

    def __init__(self, path: Path | str, message: str, place: str = "") -> None:
        self.path = path
        self.message = message
        self.place = place
        super().__init__(f"{path}{', ' + place if place else ''}: {message}")


class TruncatedInput(InputError):
    """The input ends before it should: a cut gzip stream or XML without its closing tag."""


class PubMedError(LitwatchError):
    """An E-utilities operation did not succeed. `operation` names it ("esearch")."""

    exit_code = 4

    def __init__(self, operation: str, message: str) -> None:
        self.operation = operation
        self.message = message
        super().__init__(f"PubMed {operation}: {message}")


class PubMedUnavailable(PubMedError):
    """The service is down, slow, limiting us, or answered nonsense; later may be better."""


class PubMedRejected(PubMedError):
    """PubMed understood the request and refuses it; asking again will not help."""


class TooManyResults(PubMedError):
    """One day of a topic holds more records than PubMed gives out; the query must be narrower."""


class StoreError(LitwatchError):
    """The database cannot do what was asked. `operation` says what that was."""

    exit_code = 5

    def __init__(self, operation: str, message: str) -> None:
        self.operation = operation
        self.message = message
        super().__init__(f"database, {operation}: {message}")


class StoreUnavailable(StoreError):
    """The database cannot be opened or written (missing folder, read-only, full), or the connection is gone."""


class SchemaError(StoreError):
    """The schema is missing, older or newer than this program; the message names the way out."""


class WriterError(LitwatchError):
    """The language model gave no answer that can be used. Never ends a command: the notes keep their own words.

    `passing`: another note may fare better. `spent`: the server may have worked, so it counts as paid.
    """

    def __init__(self, message: str, *, passing: bool = True, spent: bool = False) -> None:
        self.passing = passing
        self.spent = spent
        super().__init__(message)


class PublishError(LitwatchError):
    """The files of an issue cannot be written. `path` says where."""

    exit_code = 6

    def __init__(self, path: Path | str, message: str) -> None:
        self.path = path
        self.message = message
        super().__init__(f"{path}: {message}")


class HubError(LitwatchError):
    """A WebSub hub did not take the news of a changed feed. Never ends a command: it is told again later.

    `alive`: it answered, and refuses this feed; otherwise it would not take another one either.
    """

    def __init__(self, message: str, *, alive: bool = False) -> None:
        self.alive = alive
        super().__init__(message)


class DeliveryError(LitwatchError):
    """A message could not be handed over. `permanent` tells a refusal from a passing fault.

    `refused` says whom it concerns: this recipient; the message (any recipient's would be refused); or the relay
    itself (no connection, no login, our sender refused), for which no recipient is at fault. `status` is the enhanced
    status code ("5.1.1", RFC 3463), if there was one; `dead_address`: there is nobody at that address.
    """

    exit_code = 7

    def __init__(
        self,
        message: str,
        *,
        code: int | None = None,
        permanent: bool = False,
        refused: Literal["recipient", "message", "relay"] = "recipient",
        status: str = "",
        dead_address: bool = False,
    ) -> None:
        self.message = message
        self.code = code
        self.permanent = permanent
        self.refused = refused
        self.status = status
        self.dead_address = dead_address
        super().__init__(message)


class MailboxError(LitwatchError):
    """The mailbox that reports come back to cannot be read. `place` says which; later may be better."""

    exit_code = 7

    def __init__(self, place: str, message: str) -> None:
        self.place = place
        self.message = message
        super().__init__(f"{place}: {message}")
