"""`litwatch deliver` as an operator uses it: what is held and why, and the decision about it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from litwatch.cli.signals import stoppable
from litwatch.domain.subscriber import DeliveryState
from litwatch.store import outbox
from litwatch.store.database import Database
from tests.cli.conftest import Run
from tests.e2e.installation import Installation, address, publish
from tests.publish.smtpserver import OK, Mailbox, serving

SPAM = "554 5.7.1 Service unavailable; blocked using spam content filter"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with serving(Mailbox()) as running:
        yield running


@pytest.fixture
def post(run: Run, mailbox: Mailbox, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Commands in a folder with an issue in the outbox for six people."""
    Installation(tmp_path, sqlite_url, mailbox.port).configure()
    with closing(Database(sqlite_url)) as database:
        publish(database, 6)
    monkeypatch.chdir(tmp_path)
    return run


def test_what_is_held_is_shown_and_released(post: Run, mailbox: Mailbox) -> None:
    mailbox.dot = lambda number: SPAM if number in (1, 4) else OK
    done = post("deliver")
    assert done.code == 7
    assert "4 sent, 0 deferred, 0 failed, 2 held" in done.out
    assert "litwatch deliver list" in done.out
    held = json.loads(post("deliver", "list", "--json").out)
    assert [(row["state"], row["mail"], row["to"], row["tries"]) for row in held] == [
        ("held", "issue 2026-W03", address(1), 1),
        ("held", "issue 2026-W03", address(4), 1),
    ]
    assert held[0]["reply"] == f"end of data: {SPAM}"
    shown = post("deliver", "list").out
    assert address(1) in shown
    assert "5.7.1" in shown
    first, second = (str(row["id"]) for row in held)
    assert post("deliver", "release", first).out == "1 queued again\n"
    assert post("deliver", "drop", second).out == "1 dropped\n"
    assert post("deliver", "list").out == "nothing\n"
    assert "1 sent" in post("deliver").out
    assert len(mailbox.accepted) == len(set(mailbox.ids())) == 5
    (row,) = json.loads(post("deliver", "list", "--state", "skipped", "--json").out)
    assert (row["to"], row["reply"]) == (address(4), "dropped by the operator")
    for verb in ("release", "drop"):
        missed = post("deliver", verb, first)
        assert missed.code == 1
        assert f"unknown: {first}" in missed.err


def test_what_has_failed_is_queued_again_in_one_go(post: Run, mailbox: Mailbox) -> None:
    mailbox.rcpt = lambda number: OK if number == 5 else "550 5.1.1 User unknown"
    assert "1 sent, 0 deferred, 5 failed" in post("deliver").out
    assert post("deliver", "release", "--all").out == "0 queued again\n"
    assert post("deliver", "release", "--all", "--state", "failed").out == "5 queued again\n"
    mailbox.rcpt = lambda _: OK
    # Who was struck off stays so: to lift that is a decision of its own.
    assert "0 sent" in post("deliver").out
    skipped = json.loads(post("deliver", "list", "--state", "skipped", "--json").out)
    assert [row["reply"] for row in skipped] == ["skipped: suppressed"] * 5


def test_a_pause_is_told_and_can_be_cut_short(post: Run, mailbox: Mailbox) -> None:
    mailbox.dot = lambda _: SPAM
    done = post("deliver", "--json")
    assert done.code == 7
    counts = json.loads(done.out)
    assert (counts["held"], counts["sent"]) == (3, 0)
    assert "3 refusals of our mail in a row: end of data: 554 5.7.1" in counts["stopped"]
    assert "delivery is paused until" in post("status").out
    assert json.loads(post("status", "--json").out)["pause"]["number"] == 1
    mailbox.dot = lambda _: OK
    again = post("deliver")
    assert again.code == 7
    assert "paused until" in again.out
    assert mailbox.accepted == []
    assert "3 sent" in post("deliver", "--now").out
    assert "paused" not in post("status").out
    assert post("deliver", "release", "--all").out == "3 queued again\n"
    assert post("deliver").code == 0
    assert len(set(mailbox.ids())) == 6


def test_what_a_killed_run_left_is_told_and_taken_over(post: Run, sqlite_url: str) -> None:
    from datetime import UTC, datetime, timedelta

    with closing(Database(sqlite_url)) as database, database.write() as tx:
        assert outbox.claim(tx, now=datetime.now(UTC), lease=timedelta(hours=1))
    assert "1 in the hands of another run" in post("deliver").out
    (row,) = json.loads(post("deliver", "list", "--json").out)
    assert row["state"] == DeliveryState.SENDING
    assert row["until"]
    assert "1 sent" in post("deliver", "--take-over").out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["release"], "name the mails by their numbers"),
        (["drop", "1", "--all"], "name the mails by their numbers"),
        (["drop", "999"], "unknown: 999"),
        (["--workers", "2"], "several delivery workers need PostgreSQL"),
    ],
)
def test_bad_words_change_nothing(post: Run, mailbox: Mailbox, arguments: list[str], complaint: str) -> None:
    done = post("deliver", *arguments)
    assert done.code in (1, 2)
    assert complaint in done.err
    assert len(done.err.splitlines()) == 1
    assert mailbox.accepted == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_once_and_what_was_there_before_is_put_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stoppable() as asked:
        assert not asked()
        os.kill(os.getpid(), number)
        assert asked()
        assert signal.getsignal(number) == signal.SIG_DFL
    assert signal.getsignal(number) == before


def test_workers_deliver_on_postgresql(
    run: Run, mailbox: Mailbox, postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Installation(tmp_path, postgresql_url, mailbox.port).configure()
    with closing(Database(postgresql_url)) as database:
        publish(database, 20)
    monkeypatch.chdir(tmp_path)
    assert "20 sent" in run("deliver", "--workers", "3").out
    assert len(set(mailbox.ids())) == len(mailbox.accepted) == 20
