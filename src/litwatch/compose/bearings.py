"""How a later study's results stand to an earlier one's, outcome by outcome, and which of two studies is the stronger.

The rules, for one outcome concept:

- Only results of one kind meet head-on: the same comparison (between groups, before and after, association), time
  point and subgroup as far as told, people with the same conditions, and comparators that are both meant to do little.
  There, the same clear direction **agrees** and two different clear directions **conflict**.
- Everything else **refines**: a result at another time point, in another subgroup, against another comparator or in
  people with other conditions as well; a direction where the earlier study had none; mixed results on either side.
- A later result without a direction says nothing about an earlier one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from litwatch.compose.ledger import CLEAR
from litwatch.compose.questions import Against, against, by_concept, common_direction, conditions, exercises
from litwatch.compose.size import REVIEWS
from litwatch.domain.notice import Bearing, ComparedRow
from litwatch.domain.study import Comparison, Design, Direction, Outcome, Study

COMPARISONS = {
    Comparison.BETWEEN: "between groups",
    Comparison.WITHIN: "before and after",
    Comparison.ASSOCIATION: "as an association",
}

TIERS = {
    Design.META_ANALYSIS: 4,
    Design.SYSTEMATIC_REVIEW: 4,
    Design.RANDOMIZED_TRIAL: 3,
    Design.NONRANDOMIZED_TRIAL: 2,
    Design.COHORT: 2,
    Design.CASE_CONTROL: 1,
    Design.CROSS_SECTIONAL: 1,
}
"""How much a design's result on an effect weighs, a higher number more; designs without results have none (0)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What a result is measured against, when and in whom. Results meet head-on only in the same frame."""

    comparison: Comparison
    timepoint: str
    subgroup: str


class Standing(Enum):
    """What the later study's result weighs against the earlier one's."""

    WEAKER = auto()
    """A weaker design."""
    SMALLER = auto()
    """The same design with fewer than half the people."""
    EVEN = auto()
    STRONGER = auto()
    """A stronger design."""


def shared(earlier: Study, later: Study) -> tuple[frozenset[str], frozenset[str]]:
    """(conditions, kinds of exercise) that both studies are about; they bear on each other only if both have members."""
    return conditions(earlier) & conditions(later), exercises(earlier) & exercises(later)


def head_on(earlier: Study, later: Study) -> bool:
    """Whether results in the same frame may agree or conflict: the same conditions, and comparators meant to do little."""
    little = against(earlier) is Against.LITTLE and against(later) is Against.LITTLE
    return little and conditions(earlier) == conditions(later)


def compare(earlier: Study, later: Study) -> tuple[ComparedRow, ...]:
    """Every outcome concept that both tell: conflicts first, then what agrees, then what refines; as in the earlier."""
    meets = head_on(earlier, later)
    told = by_concept(later)
    rows = dict.fromkeys(
        row
        for concept, before in by_concept(earlier).items()
        for row in _compare_concept(concept, frames(before), frames(told.get(concept, ())), meets)
    )
    order = (Bearing.CONFLICTS, Bearing.AGREES, Bearing.REFINES)
    return tuple(sorted(rows, key=lambda row: order.index(row.bearing)))


def frames(rows: Sequence[Outcome]) -> Mapping[Frame, Direction]:
    """What the rows of one concept say together in each frame, in the order of the abstract."""
    members: dict[Frame, list[Outcome]] = {}
    for row in rows:
        members.setdefault(frame_of(row), []).append(row)
    return {frame: common_direction(tuple(group)) for frame, group in members.items()}


def frame_of(row: Outcome) -> Frame:
    return Frame(row.comparison, _folded(row.timepoint), _folded(row.subgroup))


def standing(earlier: Study, later: Study) -> Standing:
    """What `later` weighs against `earlier`: by design, and in the same design by people.

    A trial with more people than a review has pooled is not called the weaker one.
    """
    difference = TIERS.get(later.design, 0) - TIERS.get(earlier.design, 0)
    before, after = earlier.n_participants, later.n_participants
    if difference == 0:
        return Standing.SMALLER if before and after and 2 * after < before else Standing.EVEN
    weaker, stronger = (later, earlier) if difference < 0 else (earlier, later)
    if weaker.design is Design.RANDOMIZED_TRIAL and stronger.design in REVIEWS:
        people, pooled = weaker.n_participants, stronger.n_participants
        if people and pooled and people > pooled:
            return Standing.EVEN
    return Standing.WEAKER if difference < 0 else Standing.STRONGER


def _compare_concept(
    concept: str, before: Mapping[Frame, Direction], after: Mapping[Frame, Direction], meets: bool
) -> Iterator[ComparedRow]:
    for frame, direction in after.items():
        if direction is Direction.REPORTED:
            continue
        other = frame if frame in before else _closest(frame, before)
        bearing = _bearing(before[other], direction) if meets and other == frame else Bearing.REFINES
        yield ComparedRow(concept, bearing, before[other], direction, _at(other, frame), _at(frame, other))


def _bearing(before: Direction, after: Direction) -> Bearing:
    if before not in CLEAR or after not in CLEAR:
        return Bearing.REFINES
    return Bearing.AGREES if before is after else Bearing.CONFLICTS


def _closest(frame: Frame, others: Mapping[Frame, Direction]) -> Frame:
    """The one that has most in common with `frame`; of equals the first."""
    return max(
        others,
        key=lambda other: (
            other.comparison is frame.comparison,
            other.subgroup == frame.subgroup,
            other.timepoint == frame.timepoint,
        ),
    )


def _at(frame: Frame, other: Frame) -> str:
    """What of `frame` is not the other's, in words."""
    parts = (
        COMPARISONS[frame.comparison] if frame.comparison is not other.comparison else "",
        frame.timepoint if frame.timepoint != other.timepoint else "",
        frame.subgroup if frame.subgroup != other.subgroup else "",
    )
    return ", ".join(part for part in parts if part)


def _folded(text: str | None) -> str:
    return " ".join((text or "").lower().split())
