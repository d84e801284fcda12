"""The verb poll: ask PubMed what is new and what was revised in a topic, read it, keep it, and say what was done.

By creation day, in overlapping windows of US Eastern days. The cursor moves only over windows that were completely
fetched; what was fetched before a failure stays. No request is made inside a transaction.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

import structlog

from litwatch.domain.article import Article, Record
from litwatch.domain.calendar import Clock, pubmed_day, system_clock
from litwatch.domain.run import PollReceipt
from litwatch.domain.text import clean_text
from litwatch.errors import LitwatchError, Stopped, StoreError
from litwatch.pubmed.batches import Batch
from litwatch.pubmed.client import Client
from litwatch.pubmed.query import Query
from litwatch.pubmed.windows import Window
from litwatch.service.keep import Kept, keep
from litwatch.service.poll_plan import Reach, closed_by, windows
from litwatch.service.reading import Reader, ReadStudy, Studies
from litwatch.store import articles, missing, runs
from litwatch.store.database import Database

LONGEST = 4 * 3600.0
"""Seconds after which a poll stops between two batches; the next one goes on from there."""

DEFAULT_REACH = Reach()
Progress = Callable[[int, int], None]
log = structlog.get_logger(__name__)


def poll(
    topics: Mapping[str, Query | str],
    *,
    client: Client,
    database: Database,
    read_study: ReadStudy,
    clock: Clock = system_clock,
    monotonic: Callable[[], float] = time.monotonic,
    reach: Reach = DEFAULT_REACH,
    on_progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
    workers: int = 1,
) -> list[PollReceipt]:
    """Poll every topic, one after the other; a topic that fails never stops the others.

    A topic's query is a `Query` or its text, sent as `str(query)` with a window of days added. Each poll fetches what
    is new, was missing and is due, or was revised, and returns and stores a receipt, also when it failed
    (`receipt.failed` says why), except when the database itself is the trouble: StoreError.
    `stop` is asked between topics and batches; True ends the poll in good order, and topics that were not begun have no
    receipt. `on_progress(done, total)` counts records.
    With several `workers` large batches are read by other processes while the next is on its way (see `Reader`).
    """
    progress = _Tally(on_progress) if on_progress else None
    with Reader(read_study, workers) as reader:
        return [
            _Poll(name, str(query), client, database, reader, clock, monotonic, reach, progress, stop).run()
            for name, query in topics.items()
            if not (stop and stop())
        ]


class _Tally:
    """Progress of several fetches as one: each fetch adds its total to those before it."""

    def __init__(self, report: Progress) -> None:
        self._report = report
        self._before = 0

    def __call__(self, done: int, total: int) -> None:
        self._report(self._before + done, self._before + total)
        if done == total:
            self._before += total


@dataclass(slots=True)
class _Poll:
    """One poll of one topic under way. `query` is the text that is sent, without a window."""

    topic: str
    query: str
    client: Client
    database: Database
    reader: Reader
    clock: Clock
    monotonic: Callable[[], float]
    reach: Reach
    progress: Progress | None
    stop: Callable[[], bool] | None
    asked_for: tuple[date, date] | None = None
    complete_to: date | None = None
    found: int = 0
    new: set[str] = field(default_factory=set)
    revised: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    unreadable: int = 0
    began: float = 0.0

    def run(self) -> PollReceipt:
        started, self.began = self.clock(), self.monotonic()
        failed: str | None = None
        try:
            self._poll(pubmed_day(started))
        except StoreError:
            raise
        except Stopped as error:
            failed = f"{error}; the next poll goes on from here"
        except LitwatchError as error:
            failed = clean_text(str(error))
        except Exception as error:
            # As text: a renderer that draws local variables would put the API key into the log.
            log.error("poll failed unexpectedly", topic=self.topic, trace=traceback.format_exc())
            failed = clean_text(f"unexpected {type(error).__name__}: {error}")
        receipt = PollReceipt(
            topic=self.topic,
            query=self.query,
            started=started,
            seconds=self.monotonic() - self.began,
            window=self.asked_for,
            complete_to=self.complete_to,
            found=self.found,
            new=len(self.new),
            revised=len(self.revised),
            unreadable=self.unreadable,
            missing=len(self.missing),
            failed=failed,
        )
        with self.database.write() as tx:
            runs.save_receipt(tx, receipt)
        log.info("polled", topic=self.topic, found=self.found, new=len(self.new), failed=failed)
        return receipt

    def _poll(self, today: date) -> None:
        with self.database.read() as tx:
            cursor = runs.cursor(tx, self.topic, self.query)
        self.complete_to = cursor.complete_to
        plan = windows(cursor.complete_to, today, self.reach)
        self.asked_for = (plan[0].first, plan[-1].last)
        for window in plan:
            self._arrivals(window)
        self._again()
        for window in windows(cursor.revised_to, today, self.reach, "lr"):
            self._revisions(window)

    def _arrivals(self, window: Window) -> None:
        """All that came to PubMed in `window`: unknown records are fetched, known ones only linked."""
        result = self.client.search_window(self.query, window)
        for warning in result.warnings:
            log.warning("PubMed about the query", topic=self.topic, warning=warning)
        self.found += len(result.ids)
        with self.database.read() as tx:
            known = articles.known(tx, result.ids)
        self._fetch([pmid for pmid in result.ids if pmid not in known], "announced but not delivered")
        closed = closed_by(window)
        with self.database.write() as tx:
            articles.link(tx, self.topic, known, seen=self.clock())
            runs.move_cursor(tx, self.topic, self.query, complete_to=closed)
            self.complete_to = runs.cursor(tx, self.topic, self.query).complete_to

    def _again(self) -> None:
        """Ask again for what was missing at earlier polls and is due."""
        with self.database.read() as tx:
            due = missing.due(tx, self.topic, now=self.clock())
        self._fetch([pmid for pmid in due if pmid not in self.missing], "still not delivered")

    def _revisions(self, window: Window) -> None:
        """Fetch again what is stored and was revised in `window`, save what this poll has fetched already."""
        result = self.client.search_window(self.query, window)
        with self.database.read() as tx:
            known = articles.known(tx, result.ids)
        stale = [pmid for pmid in result.ids if pmid in known and pmid not in self.new]
        self._fetch(stale, "revised but not delivered")
        with self.database.write() as tx:
            runs.move_cursor(tx, self.topic, self.query, revised_to=closed_by(window))

    def _fetch(self, pmids: Sequence[str], why_missing: str) -> None:
        """Fetch, read and store `pmids` batch by batch; a batch is stored when the next has come, or failed to."""
        self._check()
        waiting: Callable[[], None] | None = None
        try:
            for batch in self.client.fetch(pmids, self.progress):
                arrived = partial(self._store, batch, self.reader.begin(self._fresh(batch)), why_missing)
                previous, waiting = waiting, arrived
                if previous:
                    previous()
                self._check()
        finally:
            if waiting:
                waiting()

    def _fresh(self, batch: Batch) -> list[Article]:
        """The articles that differ from what is stored."""
        records = [item for item in batch.items if isinstance(item, Record)]
        with self.database.read() as tx:
            stored = {held.pmid: held.raw for held in articles.load(tx, [record.article.pmid for record in records])}
        return [record.article for record in records if stored.get(record.article.pmid) != record.raw]

    def _store(self, batch: Batch, read: Callable[[], Studies], why_missing: str) -> None:
        """One short transaction; the studies are waited for before it begins."""
        studies = read()
        with self.database.write() as tx:
            now = self.clock()
            kept = keep(tx, batch.items, read=partial(_chosen, studies), seen=now)
            articles.link(tx, self.topic, kept.stored, seen=now)
            if batch.missing:
                missing.note(tx, self.topic, batch.missing, now=now, reason=why_missing)
        self._count(kept, batch.missing)

    def _count(self, kept: Kept, missed: Iterable[str]) -> None:
        self.new.update(kept.new)
        self.revised.update(kept.revised)
        self.missing.difference_update(kept.stored)
        self.missing.update(missed)
        self.unreadable += kept.unreadable

    def _check(self) -> None:
        if self.stop is not None and self.stop():
            raise Stopped
        if self.monotonic() - self.began > LONGEST:
            raise Stopped(f"stopped after {LONGEST / 3600:.0f} h")


def _chosen(studies: Studies, wanted: Sequence[Article]) -> Studies:
    return {article.pmid: studies[article.pmid] for article in wanted if article.pmid in studies}
