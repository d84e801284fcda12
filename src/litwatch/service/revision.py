"""The editor's changes, made in a draft with what the database holds about its papers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from litwatch.compose.editing import Edition, Feature, replay, revise
from litwatch.compose.issue import Wanted, feature
from litwatch.compose.rank import Candidate
from litwatch.domain.article import ParseFailure
from litwatch.domain.digest import Nugget, Signature
from litwatch.domain.edits import Add, Amend, Edit, Override, Words, with_edit
from litwatch.service.issue import Composed, Press
from litwatch.store import articles, issues, studies
from litwatch.store.database import Connection
from litwatch.store.drafts import Draft


def edited(tx: Connection, press: Press, draft: Draft, edit: Edit) -> Draft:
    """The draft with this change in it. UsageError for one that makes no sense in it."""
    make = _maker(tx, press)
    fates = {pmid: (place.value, reason) for pmid, (place, reason) in draft.fates.items()}
    edition = revise(Edition(draft.issue, fates), edit, make)
    edits = with_edit(draft.edits, edit)
    if isinstance(edit, Add):
        # What the editor had said about it before dropping it.
        own = [kept for kept in edits if isinstance(kept, Amend | Override | Words) and kept.pmid == edit.pmid]
        edition, _ = replay(edition, own, make)
    return _draft(edition, composed=draft.composed, edits=edits)


def replayed(
    tx: Connection, press: Press, composed: Composed, edits: tuple[Edit, ...], now: datetime
) -> tuple[Draft, tuple[str, ...]]:
    """The draft of what was composed at `now` with the editor's changes in it, and those that do not fit, in words."""
    studies.save(tx, composed.newly_read, read_at=now)
    edition = Edition(replace(composed.issue, signature=Signature.EDITOR), composed.fates)
    edition, unfit = replay(edition, edits, _maker(tx, press))
    return _draft(edition, composed=now, edits=edits), unfit


def _maker(tx: Connection, press: Press) -> Feature:
    """Makes the note about a paper, as its record and its reading are stored now."""

    def make(wanted: Wanted) -> Nugget | tuple[str, ...]:
        mention = wanted.mention
        record = next(iter(articles.load(tx, [mention.pmid])), None)
        article = press.parse(record) if record else None
        if article is None or isinstance(article, ParseFailure):
            return ("its record cannot be read",)
        study = studies.load(tx, [mention.pmid]).get(mention.pmid)
        return feature(Candidate(article, study, mention.topics), wanted, press.rules)

    return make


def _draft(edition: Edition, *, composed: datetime, edits: tuple[Edit, ...]) -> Draft:
    fates = {pmid: (issues.Fate(place), reason) for pmid, (place, reason) in edition.fates.items()}
    return Draft(edition.issue, fates, composed, edits)
