"""The verb correct: an editor's own correction of a published note, told to those who received it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from litwatch.compose.correction_notices import Told, editors_correction
from litwatch.domain.notice import Notice
from litwatch.domain.text import clean_text
from litwatch.errors import UsageError
from litwatch.service.told import MessageId, queue_owed, receivers, told_papers
from litwatch.store import notices
from litwatch.store.database import Connection, Database
from litwatch.store.notices import NoticeState

LONGEST = 2_000
"""Characters of a correction: it is a notice, not an article."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A correction. `new` is False if the same one was made before; `people`: how many it newly goes to by mail."""

    notice: Notice
    new: bool
    people: int


def correct(
    nugget: str,
    text: str,
    *,
    database: Database,
    now: datetime,
    authority: str,
    message_id: MessageId,
    dry_run: bool = False,
) -> Corrected:
    """Correct the note with that slug or PMID in the editor's words. With `dry_run` nothing is stored.

    UsageError if there is no such note, or the words are none or too many.
    """
    words = clean_text(text)
    if not words:
        raise UsageError("a correction needs words: --note is empty")
    if len(words) > LONGEST:
        raise UsageError(f"a correction may have {LONGEST:,} characters, this one has {len(words):,}")
    with database.read() as tx:
        source, notice = editors_correction(words, _note(tx, nugget), made=now, authority=authority)
        if dry_run:
            made_before = notices.load(tx, notice.guid) is not None
            return Corrected(notice, not made_before, _how_many(tx, notice))
    with database.write() as tx:
        new = notices.add(tx, notice, source=source, state=NoticeState.ACCEPTED)
        people = _how_many(tx, notice)
        queue_owed(tx, now=now, message_id=message_id)
        return Corrected(notice, new, people)


def _how_many(tx: Connection, notice: Notice) -> int:
    return sum(len(people) for _, people in receivers(tx, notice))


def _note(tx: Connection, name: str) -> Told:
    notes = [paper for paper in told_papers(tx).values() if paper.slug]
    wanted = name.strip()
    found = next((note for note in notes if wanted in (note.slug, note.pmid)), None)
    if found is None:
        raise UsageError(f"no note was published with the slug or PMID {wanted!r}")
    return found
