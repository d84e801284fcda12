"""What a clause without outcomes does to the rows of the clause before it."""

from __future__ import annotations

from dataclasses import replace

from litwatch.domain.study import Change, Comparison, Direction, Effect
from litwatch.extract.clauses import Clause
from litwatch.extract.cues import Sense, words_of
from litwatch.extract.merging import Row
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
    """The row, taken back; with what the clause that takes it back prints, if the row has no estimate of its own."""
    effect = row.outcome.effect or _printed(row, clause, sentence)
    return replace(
        row,
        outcome=replace(row.outcome, direction=Direction.NO_DIFFERENCE, change=Change.NO_DIFFERENCE, effect=effect),
    )


def _printed(row: Row, clause: Clause, sentence: Sentence) -> Effect | None:
    """The effect of the clause's first statistic, if that is not significant and stands in the row's own evidence."""
    evidence = row.outcome.evidence
    if (evidence.section, evidence.start) != (sentence.section, sentence.start):
        return None
    first = clause.statistics[0] if clause.statistics else None
    return first.effect if first is not None and not first.significant else None


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
    """A change within groups that, the clause says, did not differ between them; any other row stays."""
    if row.outcome.comparison is not Comparison.WITHIN or row.outcome.direction is Direction.REPORTED:
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
