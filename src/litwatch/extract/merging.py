"""Rows without repetitions: between outranks within, results outrank the conclusion."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from litwatch.domain.study import Comparison, Direction, Effect, Outcome
from litwatch.extract.clauses import Clause
from litwatch.extract.cues import words_of
from litwatch.extract.items import Item
from litwatch.extract.verdicts import Verdict
from litwatch.extract.why import Stage, Step

_RANK = {Comparison.BETWEEN: 2, Comparison.ASSOCIATION: 2, Comparison.WITHIN: 1}


class Left(StrEnum):
    """Why a row is left out; the value is how it is told."""

    CONCLUDED = "the conclusion repeats what the results tell"
    OUTRANKED = "within a group, and a row of the same outcome tells it between groups"
    REPEATED = "another row of the same outcome tells as much"
    SCALE = "names only the scale of another row"


@dataclass(slots=True)
class Row:
    """An outcome with what decides between repetitions, and where and how it came about."""

    outcome: Outcome
    key: tuple[str, ...]
    concluded: bool
    item: Item
    steps: tuple[Step, ...]
    left: Left | None = None

    def because(self, stage: Stage, clause: Clause, outcome: Outcome) -> Row:
        """The row as another clause turns it."""
        verdict = Verdict(outcome.direction, outcome.change, outcome.comparison)
        return replace(self, outcome=outcome, steps=(*self.steps, Step(stage, verdict, clause)))


def merged(rows: list[Row]) -> list[Row]:
    """Between outranks within, results outrank the conclusion; of two rows that say the same the one that says more stays."""
    kept: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if row.concluded and _already_told(row, rows):
            row.left = Left.CONCLUDED
        else:
            _add(kept.setdefault(row.key, []), row)
    found = [row for row in rows if row.left is None]
    for row in found:
        if _only_the_scale(row, found):
            row.left = Left.SCALE
    return [row for row in found if row.left is None]


def _add(alike: list[Row], row: Row) -> None:
    """Add a row to those of the same outcome, time point and subgroup, unless they tell it already."""
    if alike and _rank(alike[0]) != _rank(row):
        outranked = alike[:] if _rank(row) > _rank(alike[0]) else [row]
        for each in outranked:
            each.left = Left.OUTRANKED
        if row.left is None:
            alike[:] = [row]
        return
    at = next((index for index, old in enumerate(alike) if not _differ(old, row)), None)
    if at is None:
        alike.append(row)
    elif _weight(row) > _weight(alike[at]):
        alike[at].left, alike[at] = Left.REPEATED, row
    else:
        row.left = Left.REPEATED


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
    """Whether two rows of one name tell different things: another statistic or another verdict.

    A row that tells no way repeats one that does, unless it prints something of its own.
    """
    if _statistics_differ(one.outcome.effect, other.outcome.effect):
        return True
    if (other.concluded and not one.concluded) or one.outcome.direction is other.outcome.direction:
        return False
    return all(
        row.outcome.effect is not None or row.outcome.direction is not Direction.REPORTED for row in (one, other)
    )


def _rank(row: Row) -> int:
    return _RANK[row.outcome.comparison]


def _weight(row: Row) -> tuple[bool, bool]:
    """How much a row says: its estimate first, then whether it tells a way."""
    effect = row.outcome.effect
    return effect is not None and effect.value is not None, row.outcome.direction is not Direction.REPORTED


def _statistics_differ(left: Effect | None, right: Effect | None) -> bool:
    """Whether both print an estimate, or both a p-value, and not the same one."""
    if left is None or right is None:
        return False
    return any(
        one is not None and other is not None and one != other
        for one, other in ((left.value, right.value), (left.p, right.p))
    )
