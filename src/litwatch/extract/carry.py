"""What a clause without outcomes does to the rows of the clause before it."""

from __future__ import annotations

from dataclasses import replace

from litwatch.domain.study import Change, Comparison, Direction, Effect
from litwatch.extract.clauses import Clause
from litwatch.extract.cues import Sense, words_of
from litwatch.extract.merging import Row
from litwatch.extract.numbers import significant_p
from litwatch.extract.sentences import Sentence


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


def without_difference(row: Row, clause: Clause, sentence: Sentence) -> Row:
    """The row, taken back; with what the clause that takes it back prints, if the row has no estimate of its own.

    A significant test of its own was of something else, one group's change for instance, and goes.
    """
    own = row.outcome.effect
    effect = own if own is not None and not significant_p(own.p) else _printed(row, clause, sentence)
    return replace(
        row,
        outcome=replace(row.outcome, direction=Direction.NO_DIFFERENCE, change=Change.NO_DIFFERENCE, effect=effect),
    )


def _printed(row: Row, clause: Clause, sentence: Sentence) -> Effect | None:
    """The effect of the clause's statistic, if it is not significant and stands in the row's own evidence.

    Of several, some may be of one group: which one tests the difference is not certain, and none is taken.
    """
    evidence = row.outcome.evidence
    if (evidence.section, evidence.start) != (sentence.section, sentence.start):
        return None
    only = clause.statistics[0] if len(clause.statistics) == 1 else None
    return only.effect if only is not None and not only.significant else None


def completes(clause: Clause) -> bool:
    """A clause that only prints the test of the one before: "groups did not differ; 5.6 versus 6.4 minutes (P = 0.5)"."""
    return clause.opener in (";", ":") and not clause.names and not clause.cues and len(clause.statistics) == 1


def completed(row: Row, clause: Clause) -> Row:
    """The row with that test, where it has none and the two agree."""
    statistic = clause.statistics[0]
    null = row.outcome.direction is Direction.NO_DIFFERENCE
    if row.outcome.effect is not None or statistic.significant is null:
        return row
    return replace(row, outcome=replace(row.outcome, effect=statistic.effect))


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


def levelled(row: Row, clause: Clause, sentence: Sentence) -> Row:
    """A change that, the clause says, did not differ between groups.

    In the same sentence this decides over any change; a sentence further on only speaks of what changed within groups.
    """
    evidence = row.outcome.evidence
    here = (evidence.section, evidence.start) == (sentence.section, sentence.start)
    if row.outcome.direction is Direction.REPORTED or not (here or row.outcome.comparison is Comparison.WITHIN):
        return row
    return replace(
        row,
        outcome=replace(
            row.outcome,
            direction=Direction.NO_DIFFERENCE,
            change=Change.NO_DIFFERENCE,
            comparison=Comparison.BETWEEN,
            effect=_printed(row, clause, sentence),
        ),
    )
