"""Drafts: where they stand, and what an editor changes in them, kept as values for when they are composed anew."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from litwatch.domain.study import Direction, Outcome


class DraftState(StrEnum):
    """Where an issue stands that an editor should see first."""

    WAITING = "waiting"
    APPROVED = "approved"
    SKIPPED = "skipped"


# `kind` tells the edits apart when they are stored. `by` is the editor's name.


@dataclass(frozen=True, slots=True)
class Add:
    """Feature a paper that the draft only lists."""

    pmid: str
    by: str
    kind: Literal["add"] = "add"


@dataclass(frozen=True, slots=True)
class Drop:
    """List a paper in one line instead of featuring it."""

    pmid: str
    reason: str
    by: str
    kind: Literal["drop"] = "drop"


@dataclass(frozen=True, slots=True)
class Move:
    """Put a note at `place`, counted from 1."""

    pmid: str
    place: int
    by: str
    kind: Literal["move"] = "move"


@dataclass(frozen=True, slots=True)
class Override:
    """Give a note another number of stars, 1 to 5."""

    pmid: str
    stars: int
    why: str
    by: str
    kind: Literal["override"] = "override"


@dataclass(frozen=True, slots=True)
class Amend:
    """Tell a ledger row of a note in another direction, or leave it out of the ledger: the note says which and why.

    The direction in which it was read takes an earlier amendment back.
    """

    pmid: str
    row: Outcome
    """As it was read."""
    direction: Direction | None
    """None leaves the row out."""
    why: str
    by: str
    kind: Literal["amend"] = "amend"


@dataclass(frozen=True, slots=True)
class Words:
    """The editor's own paragraphs on a note; an empty line begins a new one, no text takes them away."""

    pmid: str
    text: str
    by: str
    kind: Literal["words"] = "words"


@dataclass(frozen=True, slots=True)
class Foreword:
    """The editor's own words about the week; no text takes them away."""

    text: str
    by: str
    kind: Literal["foreword"] = "foreword"


Edit = Add | Drop | Move | Amend | Override | Words | Foreword


def with_edit(edits: tuple[Edit, ...], edit: Edit) -> tuple[Edit, ...]:
    """`edits` and `edit`, which takes the place of an earlier one about the same thing."""
    return (*(earlier for earlier in edits if _about(earlier) != _about(edit)), edit)


def _about(edit: Edit) -> tuple[str, str, Outcome | None]:
    if isinstance(edit, Foreword):
        return edit.kind, "", None
    if isinstance(edit, Amend):
        return edit.kind, edit.pmid, edit.row
    return "selection" if isinstance(edit, Add | Drop) else edit.kind, edit.pmid, None
