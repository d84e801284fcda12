"""The verb reextract: stored articles read again by the reader of today, and what that changes.

Published issues hold their own copy of what they tell, so a new reading changes only issues to come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

import structlog

from litwatch.domain.article import Article, ParseFailure
from litwatch.domain.study import Study
from litwatch.errors import StoreError
from litwatch.extract.differences import Difference, difference
from litwatch.store import articles, studies
from litwatch.store.articles import StoredRecord
from litwatch.store.database import Connection, Database

Parse = Callable[[StoredRecord], Article | ParseFailure]
Read = Callable[[Article], Study]
Progress = Callable[[int, int], None]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reread:
    """A stored article read again."""

    pmid: str
    title: str
    before: str | None
    """The version of the stored reading; None where there is none that can be used."""
    after: str | None
    """The version of the new reading; None where the article cannot be read."""
    difference: Difference
    problem: str | None = None
    """Why the article, or its stored reading, cannot be read."""


def reextract(
    database: Database,
    *,
    parse: Parse,
    read: Read,
    now: datetime,
    apply: bool,
    on_progress: Progress | None = None,
) -> Iterator[Reread]:
    """Read every stored article again, in the order of their PMIDs, one at a time.

    With `apply` each new reading that differs, or is of another version, takes the place of the stored one in a
    transaction of its own; without it the database is not written to. What was done stays done if the caller stops.
    """
    with database.read() as tx:
        pmids = articles.all_pmids(tx)
    for done, pmid in enumerate(pmids, 1):
        # The article is loaded in the transaction that stores its reading: a poll in between cannot be undone by it.
        transaction: AbstractContextManager[Connection] = database.write() if apply else database.read()
        with transaction as tx:
            found = _reread(tx, pmid, parse=parse, read=read, now=now, apply=apply)
        if found is not None:
            yield found
        if on_progress:
            on_progress(done, len(pmids))


def _reread(tx: Connection, pmid: str, *, parse: Parse, read: Read, now: datetime, apply: bool) -> Reread | None:
    record = next(iter(articles.load(tx, [pmid])), None)
    if record is None:
        return None
    old, problem = _stored(tx, pmid)
    before = old.extractor if old else None
    article = parse(record)
    if isinstance(article, ParseFailure):
        return Reread(pmid, "", before, None, Difference(), f"the record cannot be parsed: {article.reason}")
    try:
        new = read(article)
    except Exception as error:
        log.exception("article cannot be read into a study", pmid=pmid)
        return Reread(
            pmid, article.title, before, None, Difference(), f"cannot be read: {type(error).__name__}: {error}"
        )
    found = Reread(pmid, article.title, before, new.extractor, difference(old, new), problem)
    if apply and (old is None or found.difference or before != new.extractor):
        studies.save(tx, [new], read_at=now)
    return found


def _stored(tx: Connection, pmid: str) -> tuple[Study | None, str | None]:
    """The stored reading; one of a version whose values are no longer known counts as none, and is told."""
    try:
        return studies.load(tx, [pmid]).get(pmid), None
    except StoreError as error:
        return None, f"the stored reading cannot be used: {error}"
