"""What a clause without outcomes does to the rows of the clause before it."""

from __future__ import annotations

from dataclasses import replace

from litwatch.domain.study import Change, Comparison, Direction, Effect
from litwatch.extract.clauses import Clause
from litwatch.extract.cues import INVERSE, Sense, words_of
from litwatch.extract.merging import Row
from litwatch.extract.numbers import significant_p
from litwatch.extract.sentences import Sentence
from litwatch.extract.why import Stage

_SHORT = 6
_TURNS = ("but", "although", "though", "however")


def takes_back(clause: Clause) -> bool:
    """A clause such as "but this difference was not significant", which turns the clause before it."""
    words = set(clause.words)
    denied = "no" in words and bool(words & {"difference", "differences"}) and not clause.names
    if clause.opener in _TURNS and denied and (clause.said("between") or _with_control(clause)):
        return True
    if clause.opener in _TURNS and words & {"interval", "intervals"} and words & {"zero", "unity", "null", "one"}:
        return not clause.names
    return _only_denies(clause) or (
        clause.opener in _TURNS
        and bool(words & {"difference", "differences", "this", "these", "it"})
        and "not" in words
        and bool(words & {"significant", "significance"})
        and not clause.names
    )


def _only_denies(clause: Clause) -> bool:
    """Whether a clause is only "but not significantly", "although without reaching significance"."""
    if clause.opener not in _TURNS or clause.names or clause.words[:1] not in (["not"], ["without"], ["non"]):
        return False
    told = any(word.startswith("significan") for word in clause.words)
    return told and not any(word in words_of("times_told") for word in clause.words)


def without_difference(row: Row, clause: Clause, sentence: Sentence) -> Row:
    """The row, taken back; with what the clause that takes it back prints, if the row has no estimate of its own.

    A significant test of its own was of something else, one group's change for instance, and goes.
    """
    own = row.outcome.effect
    effect = own if own is not None and not significant_p(own.p) else _printed(row, clause, sentence)
    between = clause.said("between") or _with_control(clause)
    comparison = Comparison.BETWEEN if between else row.outcome.comparison
    null, none = Direction.NO_DIFFERENCE, Change.NO_DIFFERENCE
    outcome = replace(row.outcome, direction=null, change=none, comparison=comparison, effect=effect)
    return row.because(Stage.TAKEN_BACK, clause, outcome)


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
    return row.because(Stage.COMPLETED, clause, replace(row.outcome, effect=statistic.effect))


def levels(clause: Clause) -> bool:
    """A clause such as "there was no difference between groups", said of what improved in both."""
    if clause.names:
        return False
    if clause.words[:2] == ["not", "between"] or clause.said("alike"):
        return True
    if not (clause.said("between") or _with_control(clause) or _of_gains(clause)):
        return False
    return any(
        cue.payload.sense is Sense.SAME
        or (
            cue.payload.sense is Sense.DIFF
            and not words_of("negation").isdisjoint(clause.words[max(0, cue.start - 4) : cue.start])
        )
        for cue in clause.cues
    )


def _of_gains(clause: Clause) -> bool:
    """Whether a clause only tells that the changes just told were alike: "but the gains were similar"."""
    change = any("noun" in cue.payload.kinds and cue.payload.sense in INVERSE for cue in clause.cues)
    return change and clause.opener in (*_TURNS, ";", "while") and len(clause.words) <= _SHORT


def _with_control(clause: Clause) -> bool:
    """Whether a clause denies a difference from the control: "but did not differ from controls"."""
    leading = words_of("sides") - words_of("among_groups")
    sides = [at for at, word in enumerate(clause.words) if word in leading]
    return any(not words_of("control").isdisjoint(clause.words[at + 1 : at + 4]) for at in sides)


def levelled(row: Row, clause: Clause, sentence: Sentence) -> Row:
    """A change that, the clause says, did not differ between groups.

    In the same sentence this decides over any change; a sentence further on only speaks of what changed within groups.
    """
    evidence = row.outcome.evidence
    here = (evidence.section, evidence.start) == (sentence.section, sentence.start)
    if row.outcome.direction is Direction.REPORTED or not (here or row.outcome.comparison is Comparison.WITHIN):
        return row
    outcome = replace(
        row.outcome,
        direction=Direction.NO_DIFFERENCE,
        change=Change.NO_DIFFERENCE,
        comparison=Comparison.BETWEEN,
        effect=_printed(row, clause, sentence),
    )
    return row.because(Stage.LEVELLED, clause, outcome)
