"""A finding: an outcome of a clause with what is said of it; and what a clause prints for a name."""

from __future__ import annotations

from typing import NamedTuple

from litwatch.domain.study import Direction
from litwatch.extract.clauses import Clause, Name
from litwatch.extract.items import Item
from litwatch.extract.lexicon import Polarity
from litwatch.extract.numbers import Statistic
from litwatch.extract.verdicts import Verdict, polarity
from litwatch.extract.why import Stage, Step


class Finding(NamedTuple):
    """An outcome of a clause, what is said of it, and the statistic printed for it."""

    item: Item
    verdict: Verdict
    statistic: Statistic | None
    time: str | None = None
    """The time of this statistic, where an outcome has several, each of its own time."""
    subgroup: str | None = None
    """The subgroup of this statistic, likewise."""
    member: tuple[int, int] | None = None
    """Offsets in the sentence of the name to print, where the item is a class whose members stand in brackets."""
    steps: tuple[Step, ...] = ()
    """How it came to its verdict, the last step's."""

    def because(self, step: Step) -> Finding:
        """The finding with the verdict of one step more."""
        return self._replace(verdict=step.verdict, steps=(*self.steps, step))


def first(
    item: Item,
    step: Step,
    statistic: Statistic | None = None,
    time: str | None = None,
    subgroup: str | None = None,
) -> Finding:
    """The finding of the stage that is the first to tell something of an outcome."""
    return Finding(item, step.verdict, statistic, time, subgroup, steps=(step,))


def told(finding: Finding) -> bool:
    """Whether a row says enough without a number: which way, or at least of which known outcome."""
    verdict = finding.verdict
    return verdict.direction is not Direction.REPORTED or verdict.change is not None or finding.item.concept is not None


def consistent(finding: Finding) -> Finding:
    """Without a significant statistic beside "no difference": one of the two belongs to something else."""
    statistic = finding.statistic
    null = finding.verdict.direction is Direction.NO_DIFFERENCE
    if not (null and statistic and statistic.significant):
        return finding
    return finding._replace(statistic=None).because(Step(Stage.STATISTIC_OUT, finding.verdict))


def overlaps(name: Name, taken: list[Item]) -> bool:
    return any(item.first < name.end and name.start < item.last for item in taken)


def item_of(name: Name) -> Item:
    """A name as the item of a scope."""
    return Item(name.start, name.end, name.concept, name.core)


def polarity_of(clause: Clause, name: Name) -> Polarity | None:
    """Which way is good for the person."""
    return polarity(clause, item_of(name))


def statistic_near(clause: Clause, name: Name) -> Statistic | None:
    """The statistic printed for a name: the first after it, if no other name stands between; or the clause's only one."""
    end = clause.ends[name.end - 1]
    later = [clause.starts[other.start] for other in clause.names if other.start >= name.end]
    limit = min(later, default=len(clause.text))
    own = [statistic for statistic in clause.statistics if end <= statistic.start < limit]
    if own:
        return own[0]
    after = [statistic for statistic in clause.statistics if statistic.start >= end]
    return after[0] if len(after) == 1 else None
