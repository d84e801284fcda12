"""What a new reading of an article changes against an earlier one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from litwatch.domain.study import Outcome, Study

_APART = frozenset({"pmid", "extractor", "outcomes"})
"""Fields of a study that are no finding of their own."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of the study that came out differently: its design, stance, counts …"""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RowChange:
    """A ledger row that came out differently, and in which fields."""

    old: Outcome
    new: Outcome
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two readings; empty tuples where nothing does."""

    study: tuple[FieldChange, ...] = ()
    added: tuple[Outcome, ...] = ()
    removed: tuple[Outcome, ...] = ()
    changed: tuple[RowChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.study or self.added or self.removed or self.changed)


def difference(old: Study | None, new: Study) -> Difference:
    """What `new` changes. Without an earlier reading every row is added, and no field of the study has changed."""
    if old is None:
        return Difference(added=new.outcomes)
    changes = tuple(
        FieldChange(part.name, before, after)
        for part in fields(Study)
        if part.name not in _APART and (before := getattr(old, part.name)) != (after := getattr(new, part.name))
    )
    paired, removed, added = _paired(old.outcomes, new.outcomes)
    changed = tuple(RowChange(one, two, _differing(one, two)) for one, two in paired if one != two)
    return Difference(changes, added, removed, changed)


def _differing(old: Outcome, new: Outcome) -> tuple[str, ...]:
    return tuple(part.name for part in fields(Outcome) if getattr(old, part.name) != getattr(new, part.name))


def _paired(
    old: Sequence[Outcome], new: Sequence[Outcome]
) -> tuple[list[tuple[Outcome, Outcome]], tuple[Outcome, ...], tuple[Outcome, ...]]:
    """Rows of the same outcome side by side, in the new order; then what only the old, and only the new reading has.

    A row goes with its equal, else with one of the same name, comparison, time point and subgroup, else with one of the
    same name, else with one whose name is read from the same sentence and holds the same concept.
    """
    partner: dict[int, int] = {}
    for key in (_whole, _place, _name, _concept):
        waiting: defaultdict[Hashable, list[int]] = defaultdict(list)
        taken = set(partner.values())
        for at, row in enumerate(old):
            if at not in taken and (value := key(row)) is not None:
                waiting[value].append(at)
        for at, row in enumerate(new):
            if at not in partner and (places := waiting.get(key(row))):
                partner[at] = places.pop(0)
    left = set(partner.values())
    pairs = [(old[partner[at]], new[at]) for at in sorted(partner)]
    removed = tuple(row for at, row in enumerate(old) if at not in left)
    return pairs, removed, tuple(row for at, row in enumerate(new) if at not in partner)


def _whole(row: Outcome) -> Hashable:
    return row


def _place(row: Outcome) -> Hashable:
    return row.name.casefold(), row.comparison, row.timepoint, row.subgroup


def _name(row: Outcome) -> Hashable:
    return row.name.casefold()


def _concept(row: Outcome) -> Hashable:
    return (row.concept, row.evidence) if row.concept else None
