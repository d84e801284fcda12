"""`litwatch run`: a clock that ticks, and at each tick asks the database what is due.

APScheduler only ticks. Whether a poll, an issue or a delivery is due is a question to the database, so a restart
repeats and loses nothing, and a week's sleep is caught up with one poll and one issue.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from litwatch import wiring
from litwatch.app import App
from litwatch.domain.calendar import system_clock
from litwatch.errors import InputError, LitwatchError, MailboxError, Stopped
from litwatch.service.draft import Waiting
from litwatch.service.hub import Announced
from litwatch.stopping import Stopping

TICK_SECONDS = 30.0
ANSWER_SECONDS = 2.0
"""Somebody who subscribes looks into their mail at once."""
LOOK_EVERY = timedelta(minutes=5)
"""For mail that came back."""
log = structlog.get_logger(__name__)


class Daemon:
    """Runs `app` until told to stop. One tick at a time; a tick that takes longer than the interval delays the next.

    `stopping` is what the waits of `app` are cut short by.
    """

    def __init__(self, app: App, stopping: Stopping | None = None, *, tick_seconds: float = TICK_SECONDS) -> None:
        self._app = app
        self._stopping = stopping or Stopping()
        self._tick_seconds = tick_seconds
        self._site_is_current = False
        self._warned: datetime | None = None
        self._watched = False
        self._looked: datetime | None = None

    def stop(self) -> None:
        """Ask for the end: the message or batch in hand is finished, nothing new is begun, nobody is waited for."""
        self._stopping.ask()

    def run(self, begun: Callable[[], None] = lambda: None) -> None:
        """Tick until `stop`, SIGTERM or SIGINT; returns when all work has ended. Call it in the main thread.

        `begun` is called when nothing that can fail is left to open, the port for instance.
        """
        previous = {number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
        # A tick that comes late counts all the same, however late: the database says what is due.
        scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(1), "hub": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )
        scheduler.add_job(self._guarded_tick, "interval", seconds=self._tick_seconds, next_run_time=system_clock())
        if self._app.settings.web.hub:
            # In a thread of its own: a hub that does not answer delays nothing.
            scheduler.add_job(self._guarded_announcement, "interval", seconds=self._tick_seconds, executor="hub")
        try:
            with self._serving():
                begun()
                scheduler.start()
                try:
                    self._answer_until_stopped()
                finally:
                    scheduler.shutdown(wait=True)
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    @contextmanager
    def _serving(self) -> Iterator[None]:
        """The web server beside the work, if that is not a process of its own. It answers until the work has ended."""
        web = self._app.settings.web
        if not (web.enabled and web.served_by == "run"):
            yield
            return
        from litwatch.web.server import Server  # heavy, and not needed by who does not serve

        server = Server(self._app, host=web.host, port=web.port)
        server.start()
        log.info("serving", address=server.address)
        try:
            yield
        finally:
            server.stop()

    def tick(self) -> None:
        """Do what is due: polls, the check of what was published, then the issue, then the mail."""
        topics = self._app.poll_is_due()
        if topics:
            self._app.poll(topics, stop=self._stopping.is_asked)
            self._site_is_current = False
        elif not self._watched:
            # A crash between polling and watching heals itself.
            self._app.evidence.watch()
        self._watched = True
        if self._stopping.is_asked():
            return
        if self._app.recheck_is_due():
            self._app.recheck(stop=self._stopping.is_asked)
            # Also without a notice: a citation may have healed.
            self._site_is_current = False
        if self._stopping.is_asked():
            return
        done = self._app.publish_due()
        if isinstance(done, Waiting):
            self._tell_waiting(done)
        elif done and done.new:
            log.info("issue published", week=str(done.issue.week), nuggets=len(done.issue.nuggets))
            self._site_is_current = False
        if not self._site_is_current:
            # Also at the first tick: a crash between publishing and writing heals itself.
            self._app.write_site()
            self._site_is_current = True
        self._take_returned()
        self._app.deliver(stop=self._stopping.is_asked)

    def _take_returned(self) -> None:
        """Look every few minutes for mail that came back. A mailbox that is away keeps nothing else from being done."""
        mailbox, now = wiring.bounce_mailbox(self._app.settings), self._app.clock()
        if mailbox is None or (self._looked and now - self._looked < LOOK_EVERY):
            return
        self._looked = now
        try:
            found = self._app.bounces.collect(mailbox, stop=self._stopping.is_asked)
        except (MailboxError, InputError) as error:
            log.warning("the mailbox of bounces cannot be read", reason=str(error))
            return
        if found.read - found.other:
            counts = {name: getattr(found, name) for name in ("hard", "soft", "complaint", "left", "suppressed")}
            log.info("mail came back", **counts)
        if found.policy:
            log.warning("our mail was refused for policy; see litwatch status", mails=found.policy)

    def _tell_waiting(self, waiting: Waiting) -> None:
        """Log a new draft, and once a day one that has waited too long."""
        week, now = str(waiting.draft.week), self._app.clock()
        if waiting.new:
            log.info("draft composed", week=week, waits_until=waiting.until.isoformat())
        elif waiting.overdue and (self._warned is None or now - self._warned >= timedelta(days=1)):
            log.warning("draft waits for its editor", week=week, since=waiting.draft.composed.isoformat())
            self._warned = now

    def announce(self) -> None:
        """Tell the WebSub hub of changed feeds."""
        announcer = wiring.announcer(self._app.settings, self._app.database, self._app.clock)
        announced = announcer.announce(self._stopping.is_asked) if announcer else Announced()
        if announced.told:
            log.info("hub told", feeds=announced.told)
        if announced.failed:
            log.warning("hub not told, which is tried again", reason=announced.failed)

    def _guarded_tick(self) -> None:
        self._guarded(self.tick, "tick")

    def _guarded_announcement(self) -> None:
        self._guarded(self.announce, "telling the hub")

    def _answer_until_stopped(self) -> None:
        """Answer people within seconds, beside the ticks: these may poll, or mail an issue, for a long time.

        By asking the database, so that it makes no difference which process the web server is in.
        """
        seconds = ANSWER_SECONDS
        while not self._stopping.wait(seconds):
            seconds = ANSWER_SECONDS if self._guarded(self.answer, "answering") else self._tick_seconds

    def answer(self) -> None:
        """Send the mails that somebody waits for."""
        self._app.postroom.answer(stop=self._stopping.is_asked)

    def _guarded(self, work: Callable[[], None], name: str) -> bool:
        """Work that fails is logged, and the next tick tries again; whether it did not."""
        if self._stopping.is_asked():
            return True
        try:
            work()
        except Stopped:
            log.info(f"{name} broken off: the end was asked for")
        except LitwatchError as error:
            log.error(f"{name} failed", reason=str(error))
        except Exception:
            log.exception(f"{name} failed unexpectedly")
        else:
            return True
        return False

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        """The first signal asks, a second one of the kind ends the process at once; the outbox makes that safe."""
        del frame
        self.stop()
        signal.signal(number, signal.SIG_DFL)
