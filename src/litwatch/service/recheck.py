"""The verb recheck: ask PubMed again for everything that was published, and tell what has become of it.

Two steps, each safe to repeat: the records are fetched and stored batch by batch; then what is stored is compared with
what was told, and notices, citations, mails and the receipt are one transaction. A crash between loses nothing.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from litwatch.compose.correction_notices import Told
from litwatch.domain.calendar import Clock
from litwatch.domain.run import RecheckReceipt
from litwatch.domain.text import clean_text
from litwatch.errors import LitwatchError, Stopped, StoreError
from litwatch.pubmed.client import Client
from litwatch.service.corrections import Parse, find, linked_records, store
from litwatch.service.keep import keep
from litwatch.service.reading import ReadStudy, read_all
from litwatch.service.told import MessageId, queue_owed, told_papers
from litwatch.store import issues, notices, rechecks
from litwatch.store.database import Database

LISTED_FOR = timedelta(days=366)
"""So long a paper that was only listed in one line is asked for; later the revisions that polls find must do."""
BEFORE_ISSUE = timedelta(days=1)
"""An issue that falls due wants a check that is no older."""
RETRY = timedelta(hours=1)
"""After a check that failed."""

Progress = Callable[[int, int], None]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Rechecked:
    """What a check found. `queued` counts the mails that it set on their way."""

    receipt: RecheckReceipt
    queued: int = 0


def is_due(database: Database, *, now: datetime, every: timedelta, issue_is_due: bool) -> bool:
    """Whether what was published should be looked up again: every so often, and before an issue; the database tells.

    A paper's first check is the one that its note was written from.
    """
    with database.read() as tx:
        latest, complete = rechecks.last(tx), rechecks.last(tx, complete=True)
        if latest and latest.failed and now - latest.started < RETRY:
            return False
        known = complete.started if complete else issues.first_published(tx)
    return known is not None and now - known >= (min(every, BEFORE_ISSUE) if issue_is_due else every)


def recheck(
    *,
    client: Client,
    database: Database,
    parse: Parse,
    read_study: ReadStudy,
    authority: str,
    message_id: MessageId,
    clock: Clock,
    monotonic: Callable[[], float] = time.monotonic,
    on_progress: Progress | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> Rechecked:
    """Look up again what was published; always leaves a receipt, also when PubMed failed (`receipt.failed`).

    What is learned from the records that did come, or that a poll has brought, is told all the same. Raises StoreError.
    """
    return _Recheck(
        client, database, parse, read_study, authority, message_id, clock, monotonic, on_progress, stop
    ).run()


@dataclass(slots=True)
class _Recheck:
    client: Client
    database: Database
    parse: Parse
    read_study: ReadStudy
    authority: str
    message_id: MessageId
    clock: Clock
    monotonic: Callable[[], float]
    progress: Progress | None
    stop: Callable[[], bool]
    checked: set[str] = field(default_factory=set)
    revised: set[str] = field(default_factory=set)

    def run(self) -> Rechecked:
        started, began = self.clock(), self.monotonic()
        with self.database.read() as tx:
            told = told_papers(tx)
            cited = {notice.citation.pmid for notice in notices.citing(tx) if notice.citation}
        wanted = sorted({*_wanted(told.values(), started), *cited})
        failed = self._asked(wanted)
        found = find(told, database=self.database, parse=self.parse, made=started, authority=self.authority)
        with self.database.write() as tx:
            made = store(tx, found, seen=started)
            queued = queue_owed(tx, now=self.clock(), message_id=self.message_id)
            receipt = RecheckReceipt(
                started=started,
                seconds=self.monotonic() - began,
                wanted=len(wanted),
                checked=len(self.checked),
                revised=len(self.revised),
                missing=len(wanted) - len(self.checked),
                notices=made,
                failed=failed,
            )
            rechecks.save(tx, receipt)
        log.info("rechecked", wanted=len(wanted), checked=len(self.checked), notices=made, failed=failed)
        return Rechecked(receipt, queued)

    def _asked(self, wanted: Sequence[str]) -> str | None:
        """Fetch and store; why that did not complete, in one line, or None."""
        try:
            self._fetch(wanted, count=True)
            # The journals' own notices, so that they can be cited whole. To be without one is no failure of the check.
            self._fetch(linked_records(self.database, wanted, self.parse), count=False)
        except StoreError:
            raise
        except LitwatchError as error:
            return clean_text(str(error))
        except Exception as error:
            # As text: a renderer that draws local variables would put the API key into the log.
            log.error("recheck failed unexpectedly", trace=traceback.format_exc())
            return clean_text(f"unexpected {type(error).__name__}: {error}")
        return None

    def _fetch(self, pmids: Sequence[str], *, count: bool) -> None:
        for batch in self.client.fetch(pmids, self.progress):
            with self.database.write() as tx:
                kept = keep(tx, batch.items, read=partial(read_all, self.read_study), seen=self.clock())
            if count:
                self.checked.update(kept.stored)
                self.revised.update(kept.revised)
            if self.stop():
                raise Stopped


def _wanted(told: Iterable[Told], now: datetime) -> Iterator[str]:
    """The PMIDs to ask for: of every note, and of what was listed within the last year."""
    return (paper.pmid for paper in told if paper.slug or now - paper.published < LISTED_FOR)
