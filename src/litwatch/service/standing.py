"""What may be done with a draft as things stand: whether its week is open, whether it waits, whether it still holds."""

from __future__ import annotations

from datetime import datetime

from litwatch.compose.rank import is_retracted
from litwatch.domain.article import ParseFailure
from litwatch.domain.calendar import Week
from litwatch.domain.edits import DraftState
from litwatch.errors import LitwatchError
from litwatch.service.issue import Parse
from litwatch.store import articles, drafts, issues, notices, runs
from litwatch.store.database import Connection
from litwatch.store.drafts import Draft


def require_open(tx: Connection, week: Week, *, now: datetime, this: Week) -> None:
    """LitwatchError unless there may be a draft of `week`; `this` is the present week."""
    published = issues.weeks(tx)
    if week in published:
        raise LitwatchError(f"{week} is published already, and stays as it is")
    if published and week < max(published):
        raise LitwatchError(f"{week} is before the last issue, {max(published)}: its papers are told there")
    if week > this:
        raise LitwatchError(f"{week} has not begun")
    draft = drafts.waiting(tx)
    if draft and draft.week != week:
        raise LitwatchError(f"the draft of {draft.week} waits for its editor: approve or skip it first")
    if not runs.any_complete(tx, until=now):
        raise LitwatchError("nothing has been polled yet, so there is nothing to tell; first: litwatch poll")


def open_draft(tx: Connection, week: Week | None, *, lock: bool = False) -> Draft:
    """The draft of `week` that waits, without a week the one that does; LitwatchError if there is none."""
    if week is None:
        draft = drafts.waiting(tx)
        if draft is None:
            raise LitwatchError("no draft waits for an editor; litwatch issue draft composes one")
        return draft
    draft = drafts.load(tx, week, lock=lock)
    if issues.load(tx, week):
        raise LitwatchError(f"{week} is published already, and stays as it is")
    if draft is None:
        raise LitwatchError(f"there is no draft of {week}; litwatch issue draft {week} composes one")
    return require_waiting(draft)


def require_waiting(draft: Draft) -> Draft:
    """The draft; LitwatchError if it was skipped."""
    if draft.state is DraftState.SKIPPED:
        raise LitwatchError(
            f"{draft.week} was skipped ({draft.note}); litwatch issue draft {draft.week} takes it up again"
        )
    return draft


def stale(tx: Connection, parse: Parse, draft: Draft) -> str:
    """What has happened since that forbids to publish the draft as it stands, in words; "" if nothing."""
    undecided = {candidate.pmid for candidate in articles.candidates(tx, until=draft.composed)}
    gone = sorted(set(draft.fates) - undecided)
    if gone:
        return f"{', '.join(gone)} withdrawn by PubMed or told in another issue"
    if not set(notices.untold(tx, until=draft.composed)).issuperset(draft.issue.notices):
        return "a notice in it was dismissed or told in another issue"
    shown = [pmid for pmid, (fate, _) in draft.fates.items() if fate is not issues.Fate.EXCLUDED]
    for record in articles.load(tx, shown):
        article = parse(record)
        if isinstance(article, ParseFailure):
            return f"{record.pmid} cannot be read any more"
        if is_retracted(article):
            return f"{record.pmid} was retracted"
    return ""
