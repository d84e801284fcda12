"""What a clause without outcomes does to the rows of the clause before it."""

from __future__ import annotations

from dataclasses import replace

from litwatch.domain.study import Change, Comparison, Direction
from litwatch.extract.clauses import Clause
from litwatch.extract.cues import Sense, words_of
from litwatch.extract.merging import Row


def takes_back(clause: Clause) -> bool:
    """A clause such as "but this difference was not significant", which turns the clause before it."""
    words = set(clause.words)
    return (
        clause.opener in ("but", "although", "though", "however")
        and bool(words & {"difference", "differences", "this", "these", "it"})
        and "not" in words
        and bool(words & {"significant", "significance"})
        and not clause.names
    )


def without_difference(row: Row) -> Row:
    """The row, taken back."""
    return replace(row, outcome=replace(row.outcome, direction=Direction.NO_DIFFERENCE, change=Change.NO_DIFFERENCE))


def levels(clause: Clause) -> bool:
    """A clause such as "there was no difference between groups", said of what improved in both."""
    if clause.names or clause.said("between") is None:
        return False
    return any(
        cue.payload.sense is Sense.SAME
        or (
            cue.payload.sense is Sense.DIFF
            and not words_of("negation").isdisjoint(clause.words[max(0, cue.start - 4) : cue.start])
        )
        for cue in clause.cues
    )


def levelled(row: Row) -> Row:
    """A change within groups that did not differ between them; any other row stays."""
    if row.outcome.comparison is not Comparison.WITHIN or row.outcome.direction is Direction.REPORTED:
        return row
    return replace(
        row,
        outcome=replace(
            row.outcome,
            direction=Direction.NO_DIFFERENCE,
            change=Change.NO_DIFFERENCE,
            comparison=Comparison.BETWEEN,
            effect=None,
        ),
    )
