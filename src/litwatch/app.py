"""The composition root: settings → everything, wired and closed. The ways in (cli, daemon, demo) use this."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from litwatch import wiring
from litwatch.config import Settings
from litwatch.domain.calendar import Clock, Week, system_clock
from litwatch.domain.digest import Issue
from litwatch.domain.run import PollReceipt
from litwatch.domain.subscriber import Subscriber
from litwatch.errors import LitwatchError
from litwatch.publish.publication import Publication, note_path
from litwatch.pubmed import query
from litwatch.service import site, status
from litwatch.service.catalogue import Catalogue
from litwatch.service.stored import stored_article
from litwatch.service.subscribe import People
from litwatch.stopping import go_on
from litwatch.store import issues, migrate, runs
from litwatch.store.database import Database

if TYPE_CHECKING:  # asking PubMed, reading, composing and mailing are loaded where they are done: the web does none
    from litwatch.pubmed.client import Client
    from litwatch.service.bounces import Bounces
    from litwatch.service.correct import Corrected
    from litwatch.service.deliver import Delivered
    from litwatch.service.draft import Desk, Waiting
    from litwatch.service.ingest import Imported
    from litwatch.service.issue import Published
    from litwatch.service.polish import Polish
    from litwatch.service.postroom import Postroom
    from litwatch.service.proofs import Proofs
    from litwatch.service.recheck import Rechecked
    from litwatch.service.reextract import Reread
    from litwatch.service.roster import Roster
    from litwatch.service.watch import Evidence

Progress = Callable[[int, int], None]


class App:
    """One litwatch, wired by its settings. Opens nothing before it is needed; `close` ends what was opened.

    `clock` tells the present, for a demo any present. `paced=False` switches off the pace towards PubMed: only for
    a server of one's own. `sleep` waits between requests and tries, `check` is asked while somebody else is waited for;
    what they raise (Stopped) ends the wait.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = system_clock,
        paced: bool = True,
        sleep: Callable[[float], None] = time.sleep,
        check: Callable[[], None] = go_on,
    ) -> None:
        self.settings = settings
        self.topics = wiring.topic_queries(settings)
        self.clock = clock
        self._paced = paced
        self._sleep, self._check = sleep, check
        self._opened: list[Callable[[], None]] = []

    def close(self) -> None:
        while self._opened:
            self._opened.pop()()

    @cached_property
    def database(self) -> Database:
        """The database, its schema known to be this program's; SchemaError otherwise."""
        database = Database(self.settings.database.url)
        self._opened.append(database.close)
        migrate.require_current(database)
        return database

    def require_database(self) -> None:
        """Raise SchemaError or StoreUnavailable now rather than at the first use."""
        with self.database.read():
            pass

    @cached_property
    def publication(self) -> Publication:
        return wiring.publication(self.settings)

    @property
    def catalogue(self) -> Catalogue:
        """Everything stored and published, a page at a time: what the API and the export give."""
        return Catalogue(self.database, stored_article, lambda slug: self.publication.url(note_path(slug)))

    def poll(
        self,
        names: Sequence[str] = (),
        *,
        on_progress: Progress | None = None,
        stop: Callable[[], bool] | None = None,
        workers: int = 1,
    ) -> list[PollReceipt]:
        """Poll the topics of these names (default: all), and watch. A topic that fails says so in its receipt.

        `workers` processes read abstracts where there are many at once.
        """
        from litwatch.extract.study import read_study
        from litwatch.service import poll
        from litwatch.service.poll_plan import Reach

        unknown = [name for name in names if name not in self.topics]
        if unknown:
            raise LitwatchError(f"no such topic: {', '.join(unknown)} (topics: {', '.join(self.topics)})")
        chosen = {name: self.topics[name] for name in names or self.topics}
        pubmed = self.settings.pubmed
        receipts = poll.poll(
            chosen,
            client=self._client,
            database=self.database,
            read_study=read_study,
            clock=self.clock,
            reach=Reach(pubmed.lookback_days, pubmed.overlap_days),
            on_progress=on_progress,
            stop=stop,
            workers=workers,
        )
        self.evidence.watch()
        return receipts

    def poll_is_due(self) -> list[str]:
        """The topics whose last poll is older than `poll_every_hours` (a quarter of that if it failed)."""
        every = timedelta(hours=self.settings.pubmed.poll_every_hours)
        now = self.clock()
        with self.database.read() as tx:
            last = {receipt.topic: receipt for receipt in runs.receipts(tx, since=now - every, until=now)}
        return [
            name
            for name in self.topics
            if name not in last or (last[name].failed and now - last[name].started > every / 4)
        ]

    def import_file(self, path: Path, *, on_progress: Progress | None = None) -> Imported:
        """Read a file of records into the database, all of it or nothing; and watch."""
        from litwatch.extract.study import read_study
        from litwatch.service import ingest

        imported = ingest.import_file(
            path,
            database=self.database,
            topics=self.topics,
            read_study=read_study,
            now=self.clock(),
            on_progress=on_progress,
        )
        self.evidence.watch()
        return imported

    def reextract(self, *, apply: bool, on_progress: Progress | None = None) -> Iterator[Reread]:
        """Read every stored article again; with `apply` the new readings take the place of the stored ones."""
        from litwatch.extract.study import read_study
        from litwatch.service import reextract

        return reextract.reextract(
            self.database,
            parse=stored_article,
            read=read_study,
            now=self.clock(),
            apply=apply,
            on_progress=on_progress,
        )

    def publish_issue(self) -> Published:
        """Publish the issue of the present week, unless it is published already.

        LitwatchError if PubMed was never asked with success: an issue that says "nothing new" would be untrue; and
        where an editor has to see it first.
        """
        from litwatch.service.issue import has_searched

        if self.settings.issue.review == "editor":
            raise LitwatchError(
                "issue.review is 'editor': litwatch issue draft, then litwatch issue approve WEEK --by NAME"
            )
        if not has_searched(self.database, self.clock()):
            raise LitwatchError("nothing has been polled yet, so there is nothing to tell; first: litwatch poll")
        self.evidence.watch()  # for the case that the last poll died before it
        week = wiring.timetable(self.settings).week(self.clock())
        return self.desk.publish(week)

    def publish_due(self) -> Published | Waiting | None:
        """Publish the issue that has fallen due, if there is one; where an editor sees it first, let it wait."""
        return self.desk.attend()

    @property
    def desk(self) -> Desk:
        """Where issues are made, and where an editor works on the draft of the next one."""
        return wiring.desk(self.settings, self.database, self.clock, self._message_id, self._polish)

    @property
    def evidence(self) -> Evidence:
        """Updates to published notes, and tallies over them."""
        return wiring.evidence(self.settings, self.database, self.clock)

    @property
    def bounces(self) -> Bounces:
        """What comes back of the mail that was sent, and who gets none."""
        return wiring.bounces(self.settings, self.database, self.clock)

    def write_site(self, directory: Path | None = None) -> list[Path]:
        """Write feeds and pages of everything published to `site.directory` or this; returns the files that changed."""
        announcer = None if directory else wiring.announcer(self.settings, self.database, self.clock)
        folder = directory or self.settings.site.directory
        return site.write(self.database, folder, self.publication, self.evidence.tallies(), announcer)

    @cached_property
    def postroom(self) -> Postroom:
        """Where mail is sent from, and what is held is decided about."""
        return wiring.postroom(self.settings, self.database, self.clock, self._message_id)

    def deliver(self, *, stop: Callable[[], bool] = lambda: False) -> Delivered:
        """Send what waits in the outbox. Nothing is sent, and nothing lost, while `mail.transport` is "none"."""
        return self.postroom.deliver(stop=stop)

    @property
    def proofs(self) -> Proofs:
        """Mail that is looked at before it goes out to everybody."""
        return wiring.proofs(self.settings, self.database, self.clock)

    def recheck(self, *, on_progress: Progress | None = None, stop: Callable[[], bool] = lambda: False) -> Rechecked:
        """Look up again what was published, and tell what has become of it. A failure stands in the receipt."""
        from litwatch.extract.study import read_study
        from litwatch.service import recheck

        return recheck.recheck(
            client=self._client,
            database=self.database,
            parse=stored_article,
            read_study=read_study,
            authority=self.settings.site.authority,
            message_id=self._message_id,
            clock=self.clock,
            on_progress=on_progress,
            stop=stop,
        )

    def recheck_is_due(self) -> bool:
        """Whether the last check of what was published is older than `recheck_every_days`, or than an issue wants it."""
        from litwatch.service import recheck

        now = self.clock()
        with self.database.read() as tx:
            last = max(issues.weeks(tx), default=None)
        week = wiring.timetable(self.settings).due(now, last=last)
        every = timedelta(days=self.settings.pubmed.recheck_every_days)
        return recheck.is_due(self.database, now=now, every=every, issue_is_due=week is not None)

    def correct(self, nugget: str, text: str, *, dry_run: bool = False) -> Corrected:
        """The editor's correction of a published note, told to those who received it."""
        from litwatch.service import correct

        return correct.correct(
            nugget,
            text,
            database=self.database,
            now=self.clock(),
            authority=self.settings.site.authority,
            message_id=self._message_id,
            dry_run=dry_run,
        )

    def issues(self) -> list[Issue]:
        """All published issues, newest first."""
        with self.database.read() as tx:
            return issues.recent(tx, site.EVERYTHING)

    def issue(self, week: Week) -> Issue | None:
        with self.database.read() as tx:
            return issues.load(tx, week)

    @cached_property
    def people(self) -> People | None:
        """Those who subscribe by themselves, and change what they get; None without `site.secret`."""
        return wiring.people(self.settings, self.database, self.clock)

    @property
    def roster(self) -> Roster:
        """The operator's list of subscribers."""
        return wiring.roster(self.settings, self.database, self.clock)

    def topic_states(self) -> tuple[status.TopicState, ...]:
        """Each topic and how far it is polled with its present query."""
        return status.topic_states(self.database, self._titled)

    def status(self) -> status.Status:
        """How things stand at present."""
        return status.status(
            self.database,
            self._titled,
            now=self.clock(),
            timetable=wiring.timetable(self.settings),
            max_lateness=self.settings.issue.max_lateness,
        )

    @property
    def _titled(self) -> dict[str, tuple[str, query.Query]]:
        return {name: (self.settings.topics[name].title, parsed) for name, parsed in self.topics.items()}

    @cached_property
    def _client(self) -> Client:
        client = wiring.client(self.settings, paced=self._paced, sleep=self._sleep, check=self._check)
        self._opened.append(client.close)
        return client

    @cached_property
    def _polish(self) -> Polish | None:
        """The language model; None, and no connection of any kind, without one."""
        if self.settings.writer.kind == "none":
            return None
        from litwatch.service.polish import polisher_for

        polisher = polisher_for(
            self.settings.writer, self.database, clock=self.clock, sleep=self._sleep, check=self._check
        )
        self._opened.append(polisher.close)
        return polisher

    def _message_id(self, week: Week, person: Subscriber) -> str:
        return f"<{week}.{secrets.token_hex(12)}@{self.settings.mail.sender.partition('@')[2]}>"


def prepare_database(url: str, now: datetime | None = None) -> list[str]:
    """Create or upgrade the database at `url`; returns the revisions applied."""
    database = Database(url)
    try:
        return migrate.upgrade(database, now=now or system_clock())
    finally:
        database.close()
