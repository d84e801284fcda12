"""Issues that wait for their editor, with the editor's changes, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, select

from litwatch.domain.calendar import Week
from litwatch.domain.digest import Issue
from litwatch.domain.edits import DraftState, Edit
from litwatch.store import payload
from litwatch.store.schema import Fate, draft, issue
from litwatch.store.sql import insert

__all__ = ["Draft", "load", "save", "skipped", "waiting"]

_Fates = dict[str, tuple[Fate, str]]
_Edits = tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of a week's issue. Its `issue` has the editor's changes in it already."""

    issue: Issue
    fates: _Fates
    composed: datetime
    """When its papers were taken in. Without an editor at work, the wait begins here."""
    edits: _Edits = ()
    state: DraftState = DraftState.WAITING
    note: str = ""
    """Who approved it, or why it was skipped."""

    @property
    def week(self) -> Week:
        return self.issue.week


def save(tx: Connection, value: Draft) -> None:
    """Stores the draft of its week in the place of an earlier one."""
    columns = {
        "composed": value.composed,
        "state": value.state.value,
        "payload": payload.dump(Issue, value.issue),
        "fates": payload.dump(_Fates, value.fates),
        "edits": payload.dump(_Edits, value.edits),
        "note": value.note,
    }
    statement = insert(tx, draft).values(week=str(value.week), **columns)
    tx.execute(statement.on_conflict_do_update(index_elements=[draft.c.week], set_=columns))


def load(tx: Connection, week: Week, *, lock: bool = False) -> Draft | None:
    """The draft of that week. With `lock`, in a writing transaction, nobody else changes it before the end of that."""
    statement = select(draft).where(draft.c.week == str(week))
    row = tx.execute(statement.with_for_update() if lock else statement).one_or_none()
    return None if row is None else _draft(row)


def waiting(tx: Connection) -> Draft | None:
    """The draft that waits for its editor, the oldest if there are several."""
    published = exists().where(issue.c.week == draft.c.week)
    these = (draft.c.state == DraftState.WAITING.value) & ~published
    row = tx.execute(select(draft).where(these).order_by(draft.c.week).limit(1)).one_or_none()
    return None if row is None else _draft(row)


def skipped(tx: Connection) -> list[Week]:
    """The weeks that the editor has decided to do without an issue, oldest first."""
    statement = select(draft.c.week).where(draft.c.state == DraftState.SKIPPED.value).order_by(draft.c.week)
    return [Week.parse(text) for text in tx.scalars(statement)]


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        issue=payload.load(Issue, row.payload),
        fates=payload.load(_Fates, row.fates),
        composed=row.composed,
        edits=payload.load(_Edits, row.edits),
        state=DraftState(row.state),
        note=row.note,
    )
