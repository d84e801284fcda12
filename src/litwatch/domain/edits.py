"""Drafts: where they stand, and what an editor changes in them, kept as values for when they are composed anew."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


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


Edit = Add | Drop | Move | Override | Words | Foreword


def with_edit(edits: tuple[Edit, ...], edit: Edit) -> tuple[Edit, ...]:
    """`edits` and `edit`, which takes the place of an earlier one about the same thing."""
    return (*(earlier for earlier in edits if _about(earlier) != _about(edit)), edit)


def _about(edit: Edit) -> tuple[str, str]:
    if isinstance(edit, Foreword):
        return edit.kind, ""
    return "selection" if isinstance(edit, Add | Drop) else edit.kind, edit.pmid
