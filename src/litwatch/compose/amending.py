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
    corrected = corrections(study.outcomes, amended)
    kept: dict[int, Outcome] = {}
    for number, row in enumerate(study.outcomes):
        direction = corrected[number].direction if number in corrected else row.direction
        if direction is not None:
            kept[number] = row if direction is row.direction else _turned(row, direction)
    places = {number: place for place, number in enumerate(kept)}
    nulls = {number for number, row in kept.items() if row.direction is Direction.NO_DIFFERENCE}
    return replace(
        study,
        outcomes=tuple(kept.values()),
        conclusion_check=tuple(_still_so(study.conclusion_check, places, nulls)),
    )


def corrections(rows: Sequence[Outcome], amended: Sequence[AmendedRow]) -> dict[int, AmendedRow]:
    """What an editor says of these rows, by their place.

    A row that was read anew is the one that was amended while it says the same of the same words: a later version may
    know more aliases, or another number. Of several such rows the one with the same numbers is meant.
    """
    found: dict[int, AmendedRow] = {}
    for each in amended:
        places = [place for place, row in enumerate(rows) if _says(row) == _says(each.row)]
        if len(places) > 1:
            places = [place for place in places if same_row(rows[place], each.row)]
        found |= dict.fromkeys(places, each)
    return found


def same_row(one: Outcome, other: Outcome) -> bool:
    """Whether both say the same of the same words, numbers and all."""
    return _says(one) == _says(other) and one.effect == other.effect


def _says(row: Outcome) -> tuple[object, ...]:
    return row.name, row.direction, row.comparison, row.timepoint, row.subgroup, row.evidence.text


def _turned(row: Outcome, direction: Direction) -> Outcome:
    """Which way the measured value went is not known any more, but where it did not differ."""
    change = Change.NO_DIFFERENCE if direction is Direction.NO_DIFFERENCE else None
    return replace(row, direction=direction, change=change)


def _still_so(notes: Iterable[ConclusionNote], places: dict[int, int], nulls: set[int]) -> Iterable[ConclusionNote]:
    for note in notes:
        rows = tuple(places[number] for number in note.rows if number in nulls)
        if rows or note.kind is not ConclusionKind.NULLS_UNMENTIONED:
            yield replace(note, rows=rows)
