"""The whole main job over local records: an E-utilities server inside, real HTTP, a database, issues, feed, pages and mail.

The run believes that it is another day: real records are years old, and the guard against stale papers stays on.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from litwatch import config
from litwatch.app import App, prepare_database
from litwatch.domain.calendar import PUBMED_ZONE
from litwatch.domain.digest import Issue
from litwatch.domain.run import PollReceipt
from litwatch.errors import InputError, PublishError
from litwatch.pubmed.server import Corpus, EUtilsServer
from litwatch.service.deliver import Delivered
from litwatch.wiring import topic_queries

SAMPLE = Path(__file__).resolve().parent / "sample" / "records.xml"
"""The fictional records that ship with litwatch."""
LOOKBACK_DAYS = 365
MARK = ".litwatch-demo"
"""A file that tells a folder of an earlier demo from one that holds something else."""
DATABASE = "litwatch.sqlite3"
SAMPLE_WEEKS = 2
READERS = (
    ("everything@reader.example", ()),
    ("pain@reader.example", ("exercise-chronic-pain",)),
    ("inflammation@reader.example", ("exercise-inflammation", "inflammation-chronic-pain")),
)
"""Demo subscribers: address, and topics (none: all)."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What a demo run did, for the summary."""

    as_of: date
    records: int
    unreadable: int
    polls: tuple[PollReceipt, ...]
    issues: tuple[Issue, ...]
    """Oldest first, one a week."""
    delivered: tuple[Delivered, ...]
    site: Path
    mail: Path
    database: Path


class _Calendar:
    """A clock that shows the day it is set to."""

    def __init__(self, day: date) -> None:
        self.day = day

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(12), PUBMED_ZONE).astimezone(UTC)


def demonstrate(
    folder: Path,
    *,
    corpus: Sequence[Path] = (),
    as_of: date | None = None,
    lookback: int = LOOKBACK_DAYS,
    weeks: int | None = None,
    on_progress: Progress | None = None,
) -> Demonstration:
    """Run everything into `folder`, which must be new, empty, or of an earlier demo (that one is replaced).

    `corpus`: PubMed XML files (default: the sample). `as_of`: the day that the run believes in (default: the day after
    the newest record that matches a topic). `weeks`: as many issues in a row, the last one on `as_of` (default: one; of the
    sample two, since its last week brings an update to a note of the week before).
    Raises InputError for files that cannot be used, PublishError for a folder that cannot.
    """
    records = Corpus.load(corpus or (SAMPLE,))
    if not len(records):
        raise InputError(" ".join(map(str, corpus)), "no PubMed record in it")
    last = as_of or _day_after_newest(records)
    folder = folder.absolute()
    _make_room(folder)
    weeks = weeks or (1 if corpus else SAMPLE_WEEKS)
    days = [last - timedelta(weeks=weeks_ago) for weeks_ago in reversed(range(weeks))]
    calendar = _Calendar(days[0])
    with EUtilsServer(records, clock=calendar) as server:
        settings = _settings(folder, server.base_url, lookback)
        prepare_database(settings.database.url, calendar())
        with closing(App(settings, clock=calendar, paced=False)) as app:
            for address, topics in READERS:
                app.roster.add(address, topics=topics)
            polls, issues, delivered = _live(app, calendar, days, on_progress)
    return Demonstration(
        as_of=last,
        records=len(records),
        unreadable=len(records.failures),
        polls=tuple(polls),
        issues=tuple(issues),
        delivered=tuple(delivered),
        site=settings.site.directory,
        mail=settings.mail.folder,
        database=folder / DATABASE,
    )


def _settings(folder: Path, base_url: str, lookback: int) -> config.Settings:
    """The shipped configuration, turned to the local server and into `folder`."""
    return config.load(
        config.template(),
        {
            config.EMAIL_VARIABLE: "demo@litwatch.example",
            "LITWATCH_PUBMED__BASE_URL": base_url,
            "LITWATCH_PUBMED__LOOKBACK_DAYS": str(lookback),
            "LITWATCH_DATABASE__URL": f"sqlite:///{folder / DATABASE}",
            "LITWATCH_SITE__DIRECTORY": str(folder / "site"),
            "LITWATCH_MAIL__TRANSPORT": "folder",
            "LITWATCH_MAIL__FOLDER": str(folder / "mail"),
            "LITWATCH_MAIL__UNSUBSCRIBE": "unsubscribe@litwatch.example",
        },
    )


def _live(
    app: App, calendar: _Calendar, days: Sequence[date], on_progress: Progress | None
) -> tuple[list[PollReceipt], list[Issue], list[Delivered]]:
    """On each of `days`: poll, look up again what was published, publish, deliver."""
    polls: list[PollReceipt] = []
    issues: list[Issue] = []
    delivered: list[Delivered] = []
    for day in days:
        calendar.day = day
        polls += app.poll(on_progress=on_progress)
        if app.recheck_is_due():
            app.recheck()
        issues.append(app.publish_issue().issue)
        app.write_site()
        delivered.append(app.deliver())
    return polls, issues, delivered


def _day_after_newest(records: Corpus) -> date:
    """The day after the newest arrival among the records that match a topic; among all, if none does."""
    topics = topic_queries(config.load(config.template(), {config.EMAIL_VARIABLE: "demo@litwatch.example"}))
    arrivals = records.arrivals
    matching = {pmid for query in topics.values() for pmid in records.search(str(query), today=date.max)}
    days = [day for pmid, day in arrivals.items() if pmid in matching] or list(arrivals.values())
    if not days:
        raise InputError("corpus", "none of its records has a date")
    return max(days) + timedelta(days=1)


def _make_room(folder: Path) -> None:
    try:
        if folder.exists() and any(folder.iterdir()):
            if not (folder / MARK).exists():
                raise PublishError(folder, "is not empty and not of an earlier demo; name another folder with --output")
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARK).write_text("Made by 'litwatch demo', which replaces this folder when it runs again.\n", "utf-8")
    except OSError as error:
        raise PublishError(folder, error.strerror or str(error)) from error
