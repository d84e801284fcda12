"""`litwatch deliver`, killed: at any system call, at any moment, or asked to end. Nobody is lost, and a kill doubles one
mail at most, the same to the byte.

A few kills here; with `--kills 200` the whole campaign (make drill).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from litwatch.domain.subscriber import DeliveryState
from litwatch.store import outbox
from litwatch.store.database import Database
from tests.absent import absent
from tests.databases import Cluster
from tests.e2e.installation import Installation, address, publish
from tests.e2e.zygote import Zygote, running
from tests.publish.smtpserver import Mailbox, serving

WHOLE_CAMPAIGN = 200
SQLITE_CALLS = {"pwrite64": (23,), "fdatasync": (5,), "sendto": (11,), "write": ()}
"""The system calls by which a run has its effects, and at how-manieth one it is killed in the small version."""
POSTGRESQL_CALLS = {"sendto": (50,), "recvfrom": (50, 54), "write": ()}
"""There all but what it prints are words to the two servers; before `recvfrom` it is killed without their answer.

In the small version: before the first message's final dot, before the answer to it, before that to our record of it.
"""
SWEPT = 6
SECONDS_TO_END = 35
"""At most, after SIGTERM."""
Record = Callable[[str, object], None]
"""Keeps the figures in the report (--junit-xml)."""


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with running() as started:
        yield started


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with serving(Mailbox(pipelining=True)) as running:
        yield running


class Ledger:
    """What the server took, held against the outbox."""

    def __init__(self, mailbox: Mailbox, people: int) -> None:
        self.mailbox, self.people = mailbox, people
        self.kills = 0
        self._doubled = 0
        """Of this issue."""
        self.doubled = 0
        """Of those before."""
        self._most = 0

    def __str__(self) -> str:
        """What the whole campaign came to."""
        return f"{self.doubled} doubled, at most {self._most} a kill"

    def check(self, installation: Installation, *, finished: bool) -> None:
        """After each run; when `finished`, also that everybody has a copy."""
        copies = Counter(to for _, to, _ in self.mailbox.accepted)
        messages = {message for _, _, message in self.mailbox.accepted}
        assert len(messages) == len(copies), "a second copy is the same bytes: Message-ID and Date as well"
        doubled = copies.total() - len(copies)
        assert doubled <= self.kills
        assert doubled - self._doubled <= 1, "a run doubles only what the one before it had in hand when it was killed"
        self._most, self._doubled = max(self._most, doubled - self._doubled), doubled
        database = Database(installation.url)
        with database.read() as tx:
            states = outbox.counts(tx)
        database.close()
        assert states[DeliveryState.SENT] <= len(copies), "what counts as sent was sent"
        if finished:
            assert states == {DeliveryState.SENT: self.people}
            assert set(copies) == {address(number) for number in range(self.people)}
            self.doubled += doubled
            self.mailbox.accepted.clear()
            self.kills = self._doubled = 0


def _finish(zygote: Zygote, installation: Installation) -> None:
    """The operator starts it again."""
    process = zygote.start(installation.folder, ["deliver", "--take-over"])
    assert process.wait() == 0, (installation.folder / "said").read_text()


def _swept(zygote: Zygote, installation: Installation, call: str, number: int) -> bool:
    """Whether a run was killed at its `number`-th `call`; if not, it has not so many."""
    go = installation.folder / "go"
    go.unlink(missing_ok=True)
    process = zygote.start(installation.folder, ["deliver"], wait_for=go)
    inject = f"inject={call}:signal=KILL:when={number}"
    command = ["strace", "-f", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject, "-p", str(process.pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr
        attached = strace.stderr.readline()
        assert "attached" in attached, attached
        go.touch()
        code = process.wait()
    assert code in (0, -signal.SIGKILL)
    return code != 0


@pytest.mark.parametrize("call", SQLITE_CALLS)
def test_killed_at_a_system_call_on_sqlite(
    call: str,
    zygote: Zygote,
    mailbox: Mailbox,
    sqlite_template: Path,
    tmp_path: Path,
    kills: int,
    record_property: Record,
) -> None:
    """At every `call` of a run of six; in the small version at some of them."""
    path = tmp_path / "litwatch.sqlite3"
    installation = Installation(tmp_path, f"sqlite:///{path}", mailbox.port)
    ledger, refill = Ledger(mailbox, SWEPT), _sqlite_refill(installation, sqlite_template, SWEPT)

    def sound() -> None:
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)

    points = _points(SQLITE_CALLS[call], kills)
    done = _sweep(zygote, installation, refill, ledger, call, points, sound)
    record_property("outcome", f"SQLite, {call}: killed at {done} points, 0 lost, {ledger}")


@pytest.mark.parametrize("call", POSTGRESQL_CALLS)
def test_killed_at_a_system_call_on_postgresql(
    call: str,
    zygote: Zygote,
    mailbox: Mailbox,
    postgresql_cluster: Cluster,
    postgresql_url: str,
    tmp_path: Path,
    kills: int,
    record_property: Record,
) -> None:
    """The same where the database stays up, and goes on with what it was told last."""
    installation = Installation(tmp_path, postgresql_url, mailbox.port)
    ledger, refill = Ledger(mailbox, SWEPT), _postgresql_refill(installation, postgresql_cluster, SWEPT)
    points = _points(POSTGRESQL_CALLS[call], kills)
    done = _sweep(zygote, installation, refill, ledger, call, points)
    record_property("outcome", f"PostgreSQL, {call}: killed at {done} points, 0 lost, {ledger}")


def _points(few: Sequence[int], kills: int) -> Iterable[int]:
    return count(1) if kills >= WHOLE_CAMPAIGN else few


def _sweep(
    zygote: Zygote,
    installation: Installation,
    refill: Iterator[None],
    ledger: Ledger,
    call: str,
    points: Iterable[int],
    sound: Callable[[], None] = lambda: None,
) -> int:
    """A run that is killed at its first, second, … `call`, and the next that takes it up; at how many there were."""
    if not shutil.which("strace"):
        absent("strace")
    installation.configure()
    done = 0
    for number in points:
        next(refill)
        killed = _swept(zygote, installation, call, number)
        ledger.kills += killed
        ledger.check(installation, finished=not killed)
        if not killed:
            break
        done += 1
        sound()
        _finish(zygote, installation)
        ledger.check(installation, finished=True)
    return done


def _campaign(
    zygote: Zygote,
    installation: Installation,
    refill: Iterator[None],
    ledger: Ledger,
    number: int,
    ending: signal.Signals,
) -> str:
    """`number` runs that are ended at random moments, each taken up by the next; a new issue when one is out.

    What came of it, in words.
    """
    chance, left, longest = random.Random(20260116), number, 0.0
    next(refill)
    while left:
        before = len(ledger.mailbox.accepted)
        process = zygote.start(installation.folder, ["deliver", "--take-over"])
        while len(ledger.mailbox.accepted) == before and not process.ended(0.005):
            """Let it begin: a run that is ended before it has sent anything shows little."""
        if not process.ended(chance.uniform(0, 1.5 if number >= WHOLE_CAMPAIGN else 0.3)):
            os.kill(process.pid, ending)
            left -= 1
            ledger.kills += ending == signal.SIGKILL
        asked = time.monotonic()
        code = process.wait()
        longest = max(longest, time.monotonic() - asked)
        assert code in (0, -ending if ending == signal.SIGKILL else 0), (installation.folder / "said").read_text()
        finished = not _waiting(installation)
        ledger.check(installation, finished=finished)
        if finished:
            next(refill)
    _finish(zygote, installation)
    ledger.check(installation, finished=True)
    assert longest <= SECONDS_TO_END
    return f"{number} times, 0 lost, {ledger}, ended within {longest:.2f} s"


def _waiting(installation: Installation) -> bool:
    database = Database(installation.url)
    with database.read() as tx:
        waits = set(outbox.counts(tx)) - {DeliveryState.SENT}
    database.close()
    return bool(waits)


def _people(kills: int) -> int:
    return 500 if kills >= WHOLE_CAMPAIGN else 40


def _sqlite_refill(installation: Installation, template: Path, people: int) -> Iterator[None]:
    while True:
        for path in installation.folder.glob("litwatch.sqlite3*"):
            path.unlink()
        shutil.copy(template, installation.folder / "litwatch.sqlite3")
        database = Database(installation.url)
        publish(database, people)
        database.close()
        yield


def _postgresql_refill(installation: Installation, cluster: Cluster, people: int) -> Iterator[None]:
    while True:
        cluster.empty(installation.url)
        database = Database(installation.url)
        publish(database, people)
        database.close()
        yield


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_ended_at_random_moments_on_sqlite(
    ending: signal.Signals,
    zygote: Zygote,
    mailbox: Mailbox,
    sqlite_template: Path,
    tmp_path: Path,
    kills: int,
    record_property: Record,
) -> None:
    installation = Installation(tmp_path, f"sqlite:///{tmp_path / 'litwatch.sqlite3'}", mailbox.port)
    installation.configure()
    people = _people(kills)
    ledger = Ledger(mailbox, people)
    refill = _sqlite_refill(installation, sqlite_template, people)
    outcome = _campaign(zygote, installation, refill, ledger, kills, ending)
    record_property("outcome", f"SQLite, {ending.name}: {outcome}")
    assert ending == signal.SIGKILL or ledger.doubled == 0


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
def test_ended_at_random_moments_on_postgresql(
    ending: signal.Signals,
    zygote: Zygote,
    mailbox: Mailbox,
    postgresql_cluster: Cluster,
    postgresql_url: str,
    tmp_path: Path,
    kills: int,
    record_property: Record,
) -> None:
    installation = Installation(tmp_path, postgresql_url, mailbox.port)
    installation.configure()
    people = _people(kills)
    ledger = Ledger(mailbox, people)
    refill = _postgresql_refill(installation, postgresql_cluster, people)
    outcome = _campaign(zygote, installation, refill, ledger, kills, ending)
    record_property("outcome", f"PostgreSQL, {ending.name}: {outcome}")
    assert ending == signal.SIGKILL or ledger.doubled == 0
