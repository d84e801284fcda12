"""`litwatch run`: does what is due at once, and stops cleanly."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from structlog.testing import capture_logs

from litwatch.app import App, prepare_database
from litwatch.config import load
from litwatch.daemon import ANSWER_SECONDS, LOOK_EVERY, Daemon
from litwatch.domain.digest import Signature
from litwatch.domain.subscriber import Choices
from litwatch.errors import LitwatchError, StoreUnavailable
from litwatch.pubmed.server import Corpus, EUtilsServer
from litwatch.store import pauses
from tests.publish.returned import not_delivered
from tests.publish.served import serving


class Calendar:
    """A clock that is set by hand."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def server(root: Path) -> Iterator[EUtilsServer]:
    with EUtilsServer(Corpus.load([root / "src/litwatch/sample/records.xml"])) as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, server: EUtilsServer) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(
        f"""
        [pubmed]
        email = "ops@example.org"
        base_url = "{server.base_url}"
        lookback_days = 730
        poll_every_hours = 6
        [issue]
        weekday = "friday"
        at = 07:00:00
        max_age_days = 3660
        [site]
        base_url = "https://news.example/"
        authority = "news.example,2026"
        [mail]
        transport = "folder"
        sender = "litwatch@news.example"
        unsubscribe = "leave@news.example"
        [topics.exercise-pain]
        title = "Exercise and pain"
        query = "exercise[tiab] AND pain[tiab]"
        """,
        encoding="utf-8",
    )
    prepare_database(load(path, {}).database.url)
    return path


def test_ticks_do_what_is_due_and_no_more(config: Path, server: EUtilsServer) -> None:
    clock = Calendar(datetime(2025, 3, 20, 12, 0, tzinfo=UTC))  # a Thursday
    with closing(App(load(config, {}), clock=clock, paced=False)) as app:
        app.roster.add("reader@example.org")
        daemon = Daemon(app)
        daemon.tick()
        first = app.issues()
        assert [str(issue.week) for issue in first] == ["2025-W11"], "last Friday's issue was due"
        asked = len(server.requests)
        daemon.tick()
        assert len(server.requests) == asked, "nothing to poll yet"
        assert app.issues() == first
        clock.now += timedelta(hours=7)
        daemon.tick()
        assert len(server.requests) > asked
        clock.now = datetime(2025, 3, 21, 7, 0, 1, tzinfo=UTC)
        daemon.tick()
        assert [str(issue.week) for issue in app.issues()] == ["2025-W12", "2025-W11"]
        assert app.status().due is None
    assert len(list((config.parent / "mail").glob("*.eml"))) == 2
    assert (config.parent / "public/issues/2025-W12.html").exists()


def test_a_week_off_is_caught_up_with_one_issue(config: Path) -> None:
    clock = Calendar(datetime(2025, 2, 21, 12, 0, tzinfo=UTC))
    with closing(App(load(config, {}), clock=clock, paced=False)) as app:
        Daemon(app).tick()
        clock.now += timedelta(weeks=5)
        Daemon(app).tick()
        weeks = [str(issue.week) for issue in app.issues()]
        assert weeks == ["2025-W13", "2025-W08"]
        told = [nugget.pmid for issue in app.issues() for nugget in issue.nuggets]
        assert len(told) == len(set(told))
        (check,) = app.issues()[0].receipt.rechecks
        assert (check.started, check.failed) == (clock.now, None), "before the issue that was due"
        assert check.checked == check.wanted > 0
        assert app.issues()[1].receipt.rechecks == ()


def test_the_hub_is_told_of_changed_feeds_and_a_dead_one_delays_nothing(config: Path) -> None:
    clock = Calendar(datetime(2025, 3, 21, 12, 0, tzinfo=UTC))
    with serving() as hub, capture_logs() as logs:
        answers, told = [503], []

        def take(body: str) -> int:
            if answers:
                return answers.pop()
            told.append(parse_qs(body)["hub.url"][0])
            return 204

        hub.take = take
        settings = load(config, {"LITWATCH_WEB__HUB": hub.base_url})
        with closing(App(settings, clock=clock, paced=False)) as app:
            app.roster.add("reader@example.org")
            daemon = Daemon(app)
            daemon.tick()
            assert len(list((config.parent / "mail").glob("*.eml"))) == 1
            assert hub.asked == [], "publishing and mailing are done without it"
            daemon.announce()
            assert told == []
            clock.now += timedelta(seconds=30)
            daemon.announce()
            # The four feeds of the whole and the topic's, in three formats.
            assert len(told) == len(set(told)) == 15
            assert "https://news.example/topics/exercise-pain.atom" in told
            daemon.announce()
            assert len(told) == 15
            clock.now += timedelta(weeks=1)
            daemon.tick()
            daemon.announce()
            assert set(told[15:]) == {url for url in told[:15] if "/feed." in url}, "a week without new papers"
    events = [(line["event"], line["log_level"]) for line in logs if "hub" in line["event"]]
    assert events == [
        ("hub not told, which is tried again", "warning"),
        ("hub told", "info"),
        ("hub told", "info"),
    ]
    assert f'href="{hub.base_url}" rel="hub"'.encode() in (config.parent / "public/feed.xml").read_bytes()


def with_editor(config: Path, fallback: str) -> Path:
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("[issue]", f'[issue]\nreview = "editor"\nfallback = "{fallback}"'), encoding="utf-8")
    return config


def asking(app: App, address: str, host: str = "192.0.2.1") -> None:
    assert app.people is not None
    app.people.ask(address, Choices(), host=host, agreed_to="I want it.")


def test_who_asks_is_answered_within_seconds_whatever_the_tick_is_doing(config: Path, tmp_path: Path) -> None:
    """The tick polls a server that does not answer; on a database that another process (`litwatch serve`) writes to."""
    busy, settings = threading.Event(), load(config, {"LITWATCH_SITE__SECRET": "for tests, " * 4})

    class Busy(Daemon):
        def tick(self) -> None:
            busy.wait(30)

    with closing(App(settings)) as app, closing(App(settings)) as elsewhere:
        daemon = Busy(app)

        def subscribe() -> float:
            try:
                time.sleep(0.5)
                began = time.monotonic()
                asking(elsewhere, "reader@example.org")
                while not list((tmp_path / "mail").glob("*.eml")) and time.monotonic() < began + 20:
                    time.sleep(0.05)
                return time.monotonic() - began
            finally:
                busy.set()
                daemon.stop()

        with ThreadPoolExecutor(1) as pool:
            waited = pool.submit(subscribe)
            daemon.run()
    assert waited.result() < ANSWER_SECONDS + 8, "two seconds, and what a busy machine adds"
    (mail,) = (tmp_path / "mail").glob("*.eml")
    assert b"Subject: Please confirm: litwatch by email" in mail.read_bytes()


def test_an_answer_is_no_way_to_send_anything_else_or_more_often(config: Path, tmp_path: Path) -> None:
    clock = Calendar(datetime(2025, 3, 21, 12, 0, tzinfo=UTC))
    settings = load(config, {"LITWATCH_SITE__SECRET": "for tests, " * 4})
    with closing(App(settings, clock=clock, paced=False)) as app:
        app.poll()
        app.roster.add("reader@example.org")
        assert app.publish_due()
        for _ in range(5):
            asking(app, "ann@example.org")
            app.postroom.answer()
        assert len(list((tmp_path / "mail").iterdir())) == 1, (
            "one question a day, and no issue before its pages are written"
        )
        with app.database.write() as tx:
            pauses.begin(tx, pauses.Pause(since=clock.now, until=clock.now + timedelta(hours=1), reason="x", number=1))
        asking(app, "bob@example.net", host="198.51.100.1")
        app.postroom.answer()
        assert len(list((tmp_path / "mail").iterdir())) == 1, "the relay does not take mail at present"
        clock.now += timedelta(hours=1)
        app.postroom.answer()
        assert len(list((tmp_path / "mail").iterdir())) == 2
        Daemon(app).tick()
        assert len(list((tmp_path / "mail").iterdir())) == 3


def test_what_cannot_be_answered_is_tried_again_with_the_tick_and_said_once(config: Path) -> None:
    """Not every two seconds, while the database is away."""

    class Away(Daemon):
        def tick(self) -> None:
            """Nothing is due."""

        def answer(self) -> None:
            threading.Timer(2 * ANSWER_SECONDS, self.stop).start()
            raise StoreUnavailable("read", "away")

    with closing(App(load(config, {}))) as app, capture_logs() as logs:
        Away(app, tick_seconds=60).run()
    assert [(log["event"], log["reason"]) for log in logs] == [("answering failed", "database, read: away")]


def test_who_asks_is_asked_at_the_next_tick_and_forgotten_after_a_week(config: Path, tmp_path: Path) -> None:
    calendar = Calendar(datetime(2025, 3, 19, 12, 0, tzinfo=UTC))
    with closing(App(load(config, {"LITWATCH_SITE__SECRET": "for tests, " * 4}), clock=calendar)) as app:
        asking(app, "reader@example.org")
        Daemon(app).tick()
        (mail,) = (tmp_path / "mail").glob("*.eml")
        assert b"Subject: Please confirm: litwatch by email" in mail.read_bytes()
        calendar.now += timedelta(days=7)
        assert app.roster.listing(active_only=False) != []
        Daemon(app).tick()
        assert app.roster.listing(active_only=False) == []


def test_mail_that_came_back_is_taken_in_every_few_minutes(config: Path, tmp_path: Path) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    config.write_text(
        config.read_text().replace("[mail]", "[mail]\nbounces = 'b@litwatch.example'\nbounce_maildir = 'Maildir'")
    )
    settings = load(config, {"LITWATCH_SITE__SECRET": "x" * 32})
    clock = Calendar(datetime(2025, 3, 21, 8, 0, tzinfo=UTC))
    with closing(App(settings, clock=clock, paced=False)) as app, capture_logs() as logs:
        person = app.roster.add("ann@example.org")
        assert person
        daemon = Daemon(app)
        daemon.tick()
        (mail,) = (tmp_path / "mail").iterdir()
        returned = [*mail.read_text().splitlines()]
        (tmp_path / "Maildir" / "new" / "1").write_bytes(not_delivered(returned=returned))
        clock.now += LOOK_EVERY / 2
        daemon.tick()
        assert app.roster.listing() == [person]
        clock.now += LOOK_EVERY / 2
        daemon.tick()
        assert app.roster.listing() == []
        (tmp_path / "Maildir" / "new").rmdir()
        clock.now += LOOK_EVERY
        daemon.tick()
    told = [log for log in logs if log["event"].startswith(("mail came", "the mailbox"))]
    assert [log["event"] for log in told] == ["mail came back", "the mailbox of bounces cannot be read"]
    assert (told[0]["hard"], told[0]["suppressed"]) == (1, 1)
    assert not [log for log in logs if "@" in str(log)]


def test_an_issue_waits_for_its_editor_with_a_warning_a_day(config: Path) -> None:
    clock = Calendar(datetime(2025, 3, 21, 7, 0, tzinfo=UTC))
    settings = load(with_editor(config, "pause"), {"LITWATCH_PUBMED__POLL_EVERY_HOURS": "168"})
    with closing(App(settings, clock=clock, paced=False)) as app, capture_logs() as logs:
        daemon = Daemon(app)
        for hours in range(0, 97, 8):
            clock.now = datetime(2025, 3, 21, 7, 0, tzinfo=UTC) + timedelta(hours=hours)
            daemon.tick()
        assert app.issues() == []
        waiting = app.status().draft
        assert waiting is not None and (str(waiting.week), waiting.overdue) == ("2025-W12", True)
        told = [(line["event"], line["log_level"]) for line in logs if "draft" in line["event"]]
        assert told == [("draft composed", "info"), *[("draft waits for its editor", "warning")] * 3]
        app.desk.approve(waiting.week, by="Ada Moss")
        daemon.tick()
        assert app.status().draft is None
        assert [str(issue.week) for issue in app.issues()] == ["2025-W12"]


def test_an_issue_that_waited_in_vain_is_published_unsigned(config: Path) -> None:
    clock = Calendar(datetime(2025, 3, 21, 7, 0, tzinfo=UTC))
    with closing(App(load(with_editor(config, "unsigned"), {}), clock=clock, paced=False)) as app:
        app.roster.add("reader@example.org")
        daemon = Daemon(app)
        daemon.tick()
        clock.now += timedelta(hours=47)
        daemon.tick()
        assert app.issues() == []
        clock.now += timedelta(hours=1)
        daemon.tick()
        assert [issue.signature for issue in app.issues()] == [Signature.UNSIGNED]
    assert (config.parent / "public/issues/2025-W12.html").exists()
    assert len(list((config.parent / "mail").glob("*.eml"))) == 1


@contextmanager
def away(how: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """An address where PubMed cannot be reached, and a wait until it was asked: it refuses, or takes and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(60)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        if how == "refuses":
            listening.close()
            yield address, lambda: None
            return
        taken: list[socket.socket] = []
        try:
            yield address, lambda: taken.append(listening.accept()[0])
        finally:
            for connection in taken:
                connection.close()


SECONDS_TO_END = 35.0
"""At most, after SIGTERM."""


@pytest.mark.parametrize("how", ["refuses", "is silent"])
def test_stops_at_once_while_pubmed_is_away(config: Path, how: str) -> None:
    """Between two tries, or in the middle of one, with more topics to come."""
    topics = "".join(f'[topics.more-{n}]\ntitle = "More"\nquery = "pain[tiab]"\n' for n in range(4))
    config.write_text(config.read_text(encoding="utf-8") + topics, encoding="utf-8")
    with (
        away(how) as (address, asked),
        subprocess.Popen(
            [sys.executable, "-c", "import sys; from litwatch.cli import main; sys.exit(main(['run']))"],
            cwd=config.parent,
            env={**os.environ, "LITWATCH_PUBMED__BASE_URL": address},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        try:
            assert process.stderr
            while how == "refuses" and "try again" not in (told := process.stderr.readline()):
                assert told, "it has ended by itself"
            asked()
            process.send_signal(signal.SIGTERM)
            began = time.monotonic()
            _, err = process.communicate(timeout=2 * SECONDS_TO_END)
            assert time.monotonic() - began < SECONDS_TO_END
        finally:
            process.kill()
    assert process.returncode == 0, err
    assert "Traceback" not in err
    with closing(sqlite3.connect(config.parent / "litwatch.sqlite3")) as database:
        receipts = database.execute("select topic, failed from run").fetchall()
    assert receipts == [("exercise-pain", "stopped on request; the next poll goes on from here")]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_stops_cleanly_on_a_signal(config: Path, sign: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", "import sys; from litwatch.cli import main; sys.exit(main(['run']))"],
        cwd=config.parent,
        env={**os.environ, "LITWATCH_PUBMED__REQUESTS_PER_SECOND": "3"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    page = config.parent / "public" / "index.html"
    deadline = time.monotonic() + 60
    while not page.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(sign)
    out, err = process.communicate(timeout=35)
    assert process.returncode == 0, err
    assert "litwatch has stopped" in out
    assert "Traceback" not in err
    with closing(sqlite3.connect(config.parent / "litwatch.sqlite3")) as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
        assert database.execute("select count(*) from issue").fetchone() == (1,)


def test_the_port_is_left_to_who_serves(config: Path) -> None:
    """`litwatch serve` as a process of its own: forms are open and mails have links, and `run` takes no port.

    Who cannot have the port does not say that it runs.
    """
    begun: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environ = {
            "LITWATCH_WEB__ENABLED": "true",
            "LITWATCH_WEB__PORT": str(taken.getsockname()[1]),
            "LITWATCH_SITE__SECRET": "s" * 32,
        }
        for by in ("serve", "run"):
            with closing(App(load(config, environ | {"LITWATCH_WEB__SERVED_BY": by}), paced=False)) as app:
                daemon = Daemon(app)
                daemon.stop()
                if by == "serve":
                    daemon.run(begun=lambda: begun.append("serve"))
                else:
                    with pytest.raises(LitwatchError, match="Address already in use"):
                        daemon.run(begun=lambda: begun.append("run"))
    assert begun == ["serve"]
