"""What is asked of the catalogue, in the words of who asks; what the database cannot tell is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from litwatch.compose.questions import condition_names, conditions, exercises
from litwatch.compose.rows import standing
from litwatch.domain.digest import AmendedRow
from litwatch.domain.rows import LedgerRow
from litwatch.domain.study import Design, Direction, Study
from litwatch.domain.tally import ANY_EXERCISE
from litwatch.extract.lexicon import concepts
from litwatch.store.catalogue import Wanted


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; None is anything. Names are taken in any writing that litwatch knows."""

    condition: str | None = None
    exercise: str | None = None
    outcome: str | None = None
    direction: Direction | None = None
    design: Design | None = None
    year: int | None = None
    since: datetime | None = None

    def wanted(self, *, read: bool = False) -> Wanted:
        """What the database can tell of it; `read`: papers with a reading only."""
        return Wanted(
            concept=self._concept,
            direction=self.direction,
            design=self.design,
            exercise=self._kind,
            year=self.year,
            since=self.since,
            read=read or self.condition is not None,
        )

    def take(self, study: Study | None, amended: Sequence[AmendedRow]) -> bool:
        """Whether a paper that the database found is asked for, by its reading and what an editor amended."""
        if not self._takes_people(study):
            return False
        if self.direction is None:
            return True
        rows = standing(study, amended) if study else ()
        return any(self._says(row.concept, direction) for row, direction in rows)

    def take_row(self, row: LedgerRow) -> bool:
        """Whether a row is asked for; all other filters are of its paper."""
        return self._says(row.concept, row.direction)

    def _says(self, concept: str | None, direction: Direction | None) -> bool:
        return self._concept in (None, concept) and self.direction in (None, direction)

    def _takes_people(self, study: Study | None) -> bool:
        if self.condition is not None and (
            study is None or condition_names(self.condition).isdisjoint(conditions(study))
        ):
            return False
        kind = self._kind
        if kind is None:
            return True
        kinds = exercises(study) if study else frozenset()
        return kind in kinds if kind else bool(kinds)

    @property
    def _concept(self) -> str | None:
        return None if self.outcome is None else _names().get(self.outcome.casefold(), self.outcome)

    @property
    def _kind(self) -> str | None:
        """The reading's name for a kind of exercise; "" for any."""
        name = self.exercise.casefold() if self.exercise is not None else None
        return "" if name == ANY_EXERCISE else name


@cache
def _names() -> dict[str, str]:
    """Every name of an outcome, folded → the lexicon's; of two that share one, the first."""
    found: dict[str, str] = {}
    for each in concepts():
        for name in (each.name, *each.aliases):
            found.setdefault(name.casefold(), each.name)
    return found
