"""A reading with the rows that an editor has amended: what a note about it is made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from litwatch.domain.digest import AmendedRow
from litwatch.domain.study import Change, ConclusionKind, ConclusionNote, Direction, Outcome, Study


def amend(study: Study, amended: Sequence[AmendedRow]) -> Study:
    """`study` with these rows told in the editor's direction or left out; a row that it does not have changes nothing.

    The conclusion check keeps what is still so: rows without a clear difference that the conclusion passes over.
    """
    directions = {each.row: each.direction for each in amended}
    kept: dict[int, Outcome] = {}
    for number, row in enumerate(study.outcomes):
        direction = directions.get(row, row.direction)
        if direction is not None:
            kept[number] = row if direction is row.direction else _turned(row, direction)
    places = {number: place for place, number in enumerate(kept)}
    nulls = {number for number, row in kept.items() if row.direction is Direction.NO_DIFFERENCE}
    return replace(
        study,
        outcomes=tuple(kept.values()),
        conclusion_check=tuple(_still_so(study.conclusion_check, places, nulls)),
    )


def _turned(row: Outcome, direction: Direction) -> Outcome:
    """Which way the measured value went is not known any more, but where it did not differ."""
    change = Change.NO_DIFFERENCE if direction is Direction.NO_DIFFERENCE else None
    return replace(row, direction=direction, change=change)


def _still_so(notes: Iterable[ConclusionNote], places: dict[int, int], nulls: set[int]) -> Iterable[ConclusionNote]:
    for note in notes:
        rows = tuple(places[number] for number in note.rows if number in nulls)
        if rows or note.kind is not ConclusionKind.NULLS_UNMENTIONED:
            yield replace(note, rows=rows)
