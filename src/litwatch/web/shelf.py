"""The published pages, kept ready: rendered when first asked for, and until something was published or learned.

A request never waits for a new edition but for the very first one: while a thread of its own reads what is new, the
pages are as they were a moment ago. Reading takes one snapshot of the database and locks nobody out of it.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from traceback import extract_tb

import structlog

from litwatch import wiring
from litwatch.app import App
from litwatch.errors import LitwatchError
from litwatch.publish.archive import Archive
from litwatch.publish.channels import link_header
from litwatch.publish.site import Documents, Render, uncounted
from litwatch.service.search import catch_up
from litwatch.service.site import load_archive
from litwatch.store import served
from litwatch.store.served import Served, Stamp
from litwatch.web.sheet import Sheet, sheet, tag

CHECK_SECONDS = 1.0
"""How often, while pages are asked for, the database is asked whether they are still so."""
KEPT_BYTES = 4 * 1024 * 1024
"""Of pages that are kept ready: all feeds take one of them, a page or a picture some kilobytes."""
REST = 10
"""So many times as long as reading took, nothing is read again: a long poll changes something every second."""

log = structlog.get_logger(__name__)


class Sheets:
    """Pages that are ready, by path: those asked for last, as many as `most` bytes hold. Safe to share between threads."""

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._most = most
        self._bytes = 0
        self._kept: OrderedDict[str, Sheet] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, path: str) -> Sheet | None:
        with self._lock:
            found = self._kept.get(path)
            if found is not None:
                self._kept.move_to_end(path)
            return found

    def put(self, path: str, made: Sheet) -> None:
        """Keep a page; what nobody has asked for longest makes room for it."""
        with self._lock:
            before = self._kept.pop(path, None)
            self._bytes += len(made.stored) - (len(before.stored) if before else 0)
            self._kept[path] = made
            while self._bytes > self._most and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= len(gone.stored)


@dataclass(frozen=True)
class Edition:
    """What was published at one moment, and the pages made of it so far."""

    stamp: Stamp
    archive: Archive
    documents: Mapping[str, Render]
    sheets: Sheets = field(default_factory=Sheets)


class Shelf:
    """The pages of `app`. Safe to share between threads."""

    def __init__(
        self, app: App, *, check_seconds: float = CHECK_SECONDS, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        """`elapsed`: seconds since whenever, for the question when to look again."""
        self._app = app
        self._publication = wiring.publication(app.settings, served=True)
        self._check_seconds = check_seconds
        self._elapsed = elapsed
        self._edition: Edition | None = None
        self._next_look = float("-inf")
        self._reading = threading.Lock()
        self._dating = threading.Lock()
        self._known: dict[str, Served] = {}
        self._unkept: dict[str, Served] = {}
        self._opener: threading.Thread | None = None
        self._looker: threading.Thread | None = None

    def at_hand(self, path: str) -> Sheet | None:
        """The page if it is ready. Neither waits nor works; at most it sets a thread to look for something new."""
        edition = self._edition
        if edition is None:
            return None
        self._look()
        return edition.sheets.get(path)

    def find(self, path: str) -> Sheet | None:
        """The page, rendered now if need be; None if there is none. StoreError if what it is made from cannot be read."""
        edition = self.edition()
        made = edition.sheets.get(path)
        if made is None and (render := edition.documents.get(path) or self._uncounted(path, edition)):
            made = self._dated(path, render())
            edition.sheets.put(path, made)
        return made

    def _uncounted(self, path: str, edition: Edition) -> Render | None:
        """What is now at the path of a question that this or another server has shown, and that is not counted now."""
        for _, render in uncounted([path], edition.documents, self._publication):
            with self._app.database.read() as tx:
                return render if served.was_shown(tx, path) else None
        return None

    def edition(self) -> Edition:
        """What is published, as of a moment ago."""
        edition = self._edition
        if edition is None:
            with self._reading:
                edition = self._edition or self._read()
        else:
            self._look()
        return edition

    def refresh(self) -> None:
        """Read what is new, if anything is, make it findable, and keep the dates of pages served since; then return."""
        with self._reading:
            self._read()
        catch_up(self._app.database)

    def open(self) -> None:
        """Begin to `refresh` in a thread of its own. A request that comes before there is anything to show waits."""
        self._opener = threading.Thread(target=self._guarded, args=(self.refresh,), name="litwatch-open", daemon=True)
        self._opener.start()

    def close(self) -> None:
        """Wait for a look that is under way, and keep what is not kept yet."""
        for thread in (self._opener, self._looker):
            if thread is not None:
                thread.join()
        with self._reading:
            self._keep()

    def _look(self) -> None:
        """Refresh behind the requests' back, unless that was done a moment ago or is being done."""
        now = self._elapsed()
        if now < self._next_look or not self._reading.acquire(blocking=False):
            return
        self._next_look = now + self._check_seconds
        try:
            self._looker = threading.Thread(target=self._look_now, name="litwatch-look", daemon=True)
            self._looker.start()
        except BaseException:
            self._reading.release()
            raise

    def _look_now(self) -> None:
        try:
            self._guarded(self._read)
        finally:
            self._reading.release()

    def _guarded(self, work: Callable[[], object]) -> None:
        """In a thread nobody is there to catch an error: it is logged, and the pages stay as they are."""
        try:
            work()
        except LitwatchError as error:
            log.error("the pages stay as they are", reason=str(error))
        except Exception as error:
            places = [f"{frame.name}:{frame.lineno}" for frame in extract_tb(error.__traceback__)]
            log.error("the pages stay as they are", reason=type(error).__name__, at=places[-6:])

    def _read(self) -> Edition:
        """The present edition, read if it is another one. With `_reading` held."""
        self._keep()
        before = self._edition
        with self._app.database.read() as tx:
            # Before the content: what is published in between is then found at the next look.
            stamp = served.stamp(tx)
            known = served.known(tx) if before is None else {}
        if before is not None and before.stamp == stamp:
            return before
        began = self._elapsed()
        archive = load_archive(self._app.database, self._app.evidence.tallies())
        with self._dating:
            self._known |= known
        self._edition = Edition(stamp, archive, Documents(archive, self._publication))
        now = self._elapsed()
        self._next_look = now + max(self._check_seconds, REST * (now - began))
        return self._edition

    def _dated(self, path: str, body: bytes) -> Sheet:
        """The page with the time since when it has this body: never earlier than it was told before."""
        etag = tag(body)
        with self._dating:
            before = self._known.get(path)
            if before is None or before.etag != etag:
                now = self._now()
                changed = now if before is None else max(now, before.changed + timedelta(seconds=1))
                before = self._known[path] = self._unkept[path] = Served(etag, changed)
        return sheet(path, body, before.changed, link_header(path, self._publication))

    def _keep(self) -> None:
        """Store the dates that are new. If that fails they are stored at the next look."""
        with self._dating:
            unkept, self._unkept = self._unkept, {}
        if not unkept:
            return
        try:
            with self._app.database.write() as tx:
                served.keep(tx, unkept)
        except LitwatchError as error:
            with self._dating:
                self._unkept = unkept | self._unkept
            log.error("the dates of pages are not kept", reason=str(error))

    def _now(self) -> datetime:
        return self._app.clock().astimezone(UTC).replace(microsecond=0)
