"""What the operator does with the list of subscribers: adding, removing, handing in and out, forgetting."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TextIO

from litwatch.domain.calendar import Clock
from litwatch.domain.subscriber import Choices, Consent, MailFormat, Said, Subscriber, SubscriberStatus
from litwatch.errors import InputError, LitwatchError, UsageError
from litwatch.store import consents, erasing, signups, subscribers
from litwatch.store.database import Connection, Database

COLUMNS = ("address", "topics", "min_stars", "format", "status", "since", "left", "consent")
"""Of an export. `topics` are separated by blanks, none means all; `consent` is the record as JSON. An import needs
`address` and takes all but `since` and `left`; who is not "active" in the file is not added."""


class Imported(StrEnum):
    """What became of one line of an import."""

    NEW = "new"
    ACTIVE = "subscribed already"
    LEFT = "left before"
    """Who has left comes back by themselves or not at all."""
    SUPPRESSED = "suppressed"
    INACTIVE = "not active in the file"


@dataclass(frozen=True, slots=True)
class _Line:
    """One person of an import."""

    choices: Choices
    active: bool
    record: str
    """What the file tells of their consent."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What of a person was there to be deleted, and whether a suppression keeps the address."""

    found: bool
    suppressed: bool


class Roster:
    """The list of subscribers. `topics` are the names there are, `new_seed` makes at least 128 random bits,
    `address_hash` is what the limits of the sign-up know an address by (None: there is no sign-up).
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        topics: Iterable[str],
        new_seed: Callable[[], str],
        address_hash: Callable[[str], str] | None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._topics = tuple(topics)
        self._new_seed = new_seed
        self._address_hash = address_hash

    def add(self, address: str, *, topics: tuple[str, ...] = ()) -> Subscriber | None:
        """Add a subscriber; None if the address is subscribed already. LitwatchError if no mail may go there."""
        if unknown := self._unknown(topics):
            raise LitwatchError(f"no such topic: {', '.join(unknown)} (topics: {', '.join(self._topics)})")
        with self._database.write() as tx:
            if subscribers.is_suppressed(tx, subscribers.normalise(address)):
                raise LitwatchError(f"no mail may go to {address}: litwatch suppressions explain {address}")
            now = self._clock()
            person = subscribers.add(tx, address, topics=topics, seed=self._new_seed(), now=now)
            if person:
                consents.record(tx, person.id, Said.ADDED, how="command line", now=now)
            return person

    def remove(self, address: str) -> bool:
        """Unsubscribe an address; False if it is not subscribed."""
        with self._database.write() as tx:
            now, person = self._clock(), subscribers.by_address(tx, address)
            removed = subscribers.remove(tx, address, now=now)
            if removed and person:
                consents.record(tx, person.id, Said.LEFT, how="command line", now=now)
        return removed

    def listing(self, *, active_only: bool = True) -> list[Subscriber]:
        with self._database.read() as tx:
            return subscribers.listing(tx, active_only=active_only)

    def export(self, file: TextIO, *, active_only: bool) -> int:
        """Write the list as CSV (RFC 4180, with a header) to a file opened with newline=""; how many people."""
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        with self._database.read() as tx:
            people, records = subscribers.listing(tx, active_only=active_only), consents.histories(tx)
        for person in people:
            writer.writerow(_row(person, json.dumps(_record(records.get(person.id, [])), ensure_ascii=False)))
        return len(people)

    def import_(self, lines: Iterable[str], *, name: str, source: str, dry_run: bool = False) -> Counter[Imported]:
        """Add the people of a CSV file, all or none; `source` says where their consent comes from, and is kept.

        `lines` come from a file opened with newline="", `name` is what errors call it. Raises InputError that names
        the line.
        """
        wanted = self._read(lines, name)
        with self._database.read() if dry_run else self._database.write() as tx:
            become = _become(tx, wanted)
            if not dry_run:
                self._add_all(tx, {who: line for who, line in wanted.items() if become[who] is Imported.NEW}, source)
        return Counter(become.values())

    def erase(self, address: str) -> Erased:
        """Delete all that is kept of a person: choices, consent record, mails with the servers' replies, bounces.

        A suppression in force stays, and with it the address: without it, mail could go there again. UsageError while
        a mail to them is on the wire.
        """
        address = subscribers.normalise(address)
        with self._database.write() as tx:
            person = subscribers.by_address(tx, address)
            if person and not erasing.idle(tx, [person.id]):
                raise UsageError("a mail to this address is just being sent; nothing was erased, try again in a while")
            if person:
                erasing.erase(tx, [person.id])
            asked = signups.forget_address(tx, self._address_hash(address)) if self._address_hash else 0
            erased = Erased(found=bool(person or asked), suppressed=erasing.lift_forgotten(tx, address))
        self._database.truncate_log()
        return erased

    def _add_all(self, tx: Connection, people: Mapping[str, _Line], source: str) -> None:
        """In a few statements however many they are: everybody else who wants to write waits meanwhile."""
        now = self._clock()
        added = subscribers.add_all(
            tx, [(who, line.choices, self._new_seed()) for who, line in people.items()], now=now
        )
        told = [(number, "\n".join(filter(None, (source, people[who].record)))) for number, who in added]
        consents.record_all(tx, told, Said.IMPORTED, how="import", now=now)

    def _read(self, lines: Iterable[str], name: str) -> dict[str, _Line]:
        """The people of the file by address; who stands there twice, as they stand last."""
        reader = csv.DictReader(lines, strict=True)
        people: dict[str, _Line] = {}
        try:
            reader.fieldnames = _columns(reader.fieldnames or ())
            for row in reader:
                if None in row:
                    raise UsageError("more cells than columns")
                people[subscribers.normalise(row["address"] or "")] = self._line(row)
        except UsageError as error:
            # What is in a person's line is theirs: a log of this command is not to tell it.
            reason = "not an email address" if str(error).startswith("not an email address") else str(error)
            raise InputError(name, reason, f"line {reader.line_num}") from error
        except csv.Error as error:
            raise InputError(name, str(error), f"line {reader.line_num + 1}") from error
        except UnicodeDecodeError as error:
            raise InputError(name, "not UTF-8", f"after line {reader.line_num}") from error
        return people

    def _line(self, row: Mapping[str, str | None]) -> _Line:
        status = row.get("status") or SubscriberStatus.ACTIVE.value
        if status not in list(SubscriberStatus):
            raise UsageError(f"status: {', '.join(SubscriberStatus)}; not {status[:20]!r}")
        return _Line(self._choices(row), status == SubscriberStatus.ACTIVE, row.get("consent") or "")

    def _choices(self, row: Mapping[str, str | None]) -> Choices:
        topics = tuple((row.get("topics") or "").split())
        if unknown := self._unknown(topics):
            raise UsageError(f"no such topic: {', '.join(unknown)} (topics: {', '.join(self._topics)})")
        stars, form = row.get("min_stars") or "1", row.get("format") or MailFormat.HTML.value
        if stars not in ("1", "2", "3", "4", "5"):
            raise UsageError(f"min_stars: from 1 to 5, not {stars[:20]!r}")
        if form not in list(MailFormat):
            raise UsageError(f"format: html or text, not {form[:20]!r}")
        return Choices(topics, int(stars), MailFormat(form))

    def _unknown(self, topics: Iterable[str]) -> list[str]:
        return [name for name in topics if name not in self._topics]


def _columns(names: Sequence[str]) -> list[str]:
    """The names in the first line, which may be written with capitals and blanks."""
    columns = [name.strip().lower() for name in names]
    if "address" not in columns:
        raise UsageError('the first line has to name the columns, one of them "address", with commas between them')
    if twice := sorted({name for name in columns if name in COLUMNS and columns.count(name) > 1}):
        raise UsageError(f"two columns are named {twice[0]}")
    return columns


def _become(tx: Connection, wanted: Mapping[str, _Line]) -> dict[str, Imported]:
    """What becomes of each, by address."""
    statuses, is_suppressed = subscribers.statuses(tx), subscribers.all_suppressed(tx)

    def become(address: str, line: _Line) -> Imported:
        if not line.active:
            return Imported.INACTIVE
        if is_suppressed(address):
            return Imported.SUPPRESSED
        status = statuses.get(address, SubscriberStatus.PENDING)
        return {SubscriberStatus.PENDING: Imported.NEW, SubscriberStatus.ACTIVE: Imported.ACTIVE}.get(
            status, Imported.LEFT
        )

    return {address: become(address, line) for address, line in wanted.items()}


def _row(person: Subscriber, consent: str) -> dict[str, str]:
    return {
        "address": person.address,
        "topics": " ".join(person.topics),
        "min_stars": str(person.min_stars),
        "format": person.format.value,
        "status": person.status.value,
        "since": _moment(person.created),
        "left": _moment(person.left_at),
        "consent": consent,
    }


def _record(told: Sequence[Consent]) -> list[dict[str, str]]:
    return [{"at": _moment(line.at), "what": line.what.value, "how": line.how, "text": line.text} for line in told]


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
