"""Rows without repetitions: between outranks within, results outrank the conclusion."""

from __future__ import annotations

from dataclasses import dataclass, replace

from litwatch.domain.study import Comparison, Direction, Outcome
from litwatch.extract.cues import words_of

_RANK = {Comparison.BETWEEN: 2, Comparison.ASSOCIATION: 2, Comparison.WITHIN: 1}


@dataclass(slots=True)
class Row:
    """An outcome with what decides between repetitions."""

    outcome: Outcome
    key: tuple[str, ...]
    concluded: bool


def merged(rows: list[Row]) -> list[Row]:
    """Between outranks within, results outrank the conclusion, a row with its estimate one without."""
    kept: dict[tuple[str, ...], Row] = {}
    for row in rows:
        if row.concluded and _already_told(row, rows):
            continue
        old = kept.get(row.key)
        if old is None:
            kept[row.key] = row
        elif _differ(old, row) and _rank(old) == _rank(row):
            kept[(*row.key, str(len(kept)))] = row
        elif _weight(row) > _weight(old):
            kept[row.key] = replace(row, outcome=row.outcome)
    found = list(kept.values())
    return [row for row in found if not _only_the_scale(row, found)]


def _already_told(row: Row, rows: list[Row]) -> bool:
    """Whether the results have told what a conclusion says: the same outcome, unless at another time point."""
    told = [other for other in rows if not other.concluded]
    if told and row.outcome.concept in words_of("broad"):
        return True
    same = [
        other
        for other in told
        if _same_outcome(row.key[0], other.key[0])
        or (row.outcome.concept is not None and row.outcome.concept == other.outcome.concept)
    ]
    time = row.outcome.timepoint
    return bool(same) and (time is None or any(other.outcome.timepoint in (None, time) for other in same))


def _only_the_scale(row: Row, rows: list[Row]) -> bool:
    """Whether a row names just the scale on which another was measured: "pain on a visual analogue scale (MD …)"."""
    mine = row.outcome
    return (
        mine.effect is not None
        and mine.name.lower() in words_of("bare_scales")
        and any(
            other is not row
            and other.outcome.effect == mine.effect
            and other.outcome.evidence == mine.evidence
            and other.outcome.name.lower() not in words_of("bare_scales")
            for other in rows
        )
    )


def _same_outcome(one: str, other: str) -> bool:
    """Whether the key of one name only narrows or widens the other's: "strength" and "grip strength"."""
    left, right = set(one.split()), set(other.split())
    return left <= right or right <= left


def _differ(one: Row, other: Row) -> bool:
    """Whether two rows of one name tell different things: another estimate, or another verdict in another sentence."""
    if _estimates_differ(one.outcome, other.outcome):
        return True
    apart = one.outcome.evidence != other.outcome.evidence
    ways = {one.outcome.direction, other.outcome.direction}
    return apart and not other.concluded and len(ways) == 2 and Direction.REPORTED not in ways


def _rank(row: Row) -> int:
    return _RANK[row.outcome.comparison]


def _weight(row: Row) -> tuple[int, bool]:
    effect = row.outcome.effect
    return _rank(row), effect is not None and effect.value is not None


def _estimates_differ(one: Outcome, other: Outcome) -> bool:
    left, right = one.effect, other.effect
    if left is None or right is None or left.value is None or right.value is None:
        return False
    return left.value != right.value
