"""Clauses that leave their outcome out: "pain fell at 6 weeks, but not at 6 months", "… but had no effect in men".

What such a clause tells is a result of its own: one row more for each outcome of the clause before it, at another time, in
other people or against another comparator. A clause that tells none of these may turn the rows before it (carry.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from litwatch.domain.study import Direction, Evidence
from litwatch.extract.carry import takes_back
from litwatch.extract.cases import Setting
from litwatch.extract.clauses import Clause
from litwatch.extract.cues import Sense, words_of
from litwatch.extract.lexicon import Polarity
from litwatch.extract.merging import Row
from litwatch.extract.places import Place, Span, people_of, people_span, time_of
from litwatch.extract.scopes import Scope
from litwatch.extract.sentences import Role, Sentence
from litwatch.extract.ungoverned import no_outcome
from litwatch.extract.verdicts import Reading, Verdict, judge, read_scope, same
from litwatch.extract.why import Stage

_NEAR = 4


class Told(NamedTuple):
    """A row, and which way is good for its outcome."""

    row: Row
    good: Polarity | None


def told_elsewhere(clause: Clause, ahead: Clause | None, before: list[Told], setting: Setting) -> list[Row]:
    """A row for each outcome of the clause `ahead`, if a clause without outcomes tells one result, of another place."""
    if not before:
        return []
    span = people_span(clause, commas=not _is_bare(clause))
    if any(not (_within(name.start, span) or no_outcome(clause, name)) for name in clause.names):
        return []
    place = _place(clause, ahead, span, {told.row.outcome.timepoint for told in before})
    if place is None:
        return []
    plain = _plain_verdict(clause)
    reading = _reading(clause, setting) if plain is None else None
    if plain is None and reading is None:
        return []
    if reading and reading.sense is not Sense.SAME and (place.people or setting.before != {Direction.NO_DIFFERENCE}):
        return []
    rows = {row.key: row for row in _rows(clause, before, place, reading or plain or Direction.REPORTED)}
    return list(rows.values())


def referred_to(before: list[Told], sentence: Sentence) -> list[Told]:
    """What the sentence before told, where a sentence opens with it: "This effect was not seen in men"; else nothing."""
    words = sentence.words.words
    first = 2 if words[:1] == ["however"] and words[1:2] == [","] else 0
    noun = next((word for word in words[first + 1 : first + 3] if word in words_of("retold")), None)
    if not before or noun is None or words[first] not in words_of("pointing"):
        return []
    evidence = Evidence(sentence.section, sentence.start, sentence.end, sentence.text)
    concluded = sentence.role is Role.CONCLUSIONS
    return [
        Told(replace(row, outcome=replace(row.outcome, evidence=evidence), concluded=concluded), good)
        for row, good in before
    ]


def set_apart(row: Row, ahead: Clause, elsewhere: list[Row]) -> Row:
    """A row of the clause `ahead` with the people that it names, where the clause after it told of other people."""
    people = people_of(ahead, people_span(ahead))
    here = all(other.outcome.evidence == row.outcome.evidence for other in elsewhere)
    if people is None or row.outcome.subgroup or not (here and any(other.outcome.subgroup for other in elsewhere)):
        return row
    return _placed(row, Place(None, people))


class Excepted(NamedTuple):
    """A clause that opens with a place left out: "at 6 weeks, but | not at 12 weeks, | pain was lower"."""

    rest: Clause
    """What follows the exception."""
    here: Place
    """Where its results hold."""
    there: Place
    """Where they do not."""

    def rows(self, found: list[Told]) -> list[Told]:
        """The rows of the clause where they hold, and none of the difference where they do not."""
        made: list[Told] = []
        for row, good in found:
            made.append(Told(_placed(row, self.here), good))
            if row.outcome.direction is not Direction.NO_DIFFERENCE:
                null = same(row.outcome.comparison)
                outcome = replace(row.outcome, direction=null.direction, change=null.change, effect=None)
                made.append(Told(_placed(row.because(Stage.EXCEPTED, self.rest, outcome), self.there), good))
        return made


def excepted(clause: Clause, ahead: Clause | None) -> Excepted | None:
    """A clause whose exception stands before its outcomes, parted from it; None for any other."""
    if ahead is None or ahead.cues or ahead.words[0] not in words_of("places") or not _is_bare(clause, cued=True):
        return None
    comma = next((at for at, word in enumerate(clause.words) if word == ","), None)
    if comma is None or not any(name.start > comma for name in clause.names):
        return None
    if any(cue.start < comma for cue in clause.cues):
        return None
    here = Place(time_of(ahead, 0, len(ahead.words)), people_of(ahead, people_span(ahead)))
    there = Place(time_of(clause, 0, comma), people_of(clause, people_span(clause, commas=False)))
    if here == there or None in (here.time or here.people, there.time or there.people):
        return None
    return Excepted(clause.after(comma + 1), here, there)


def _within(at: int, span: Span | None) -> bool:
    return span is not None and span[0] <= at < span[1]


def _placed(row: Row, place: Place) -> Row:
    """The row at a place, as far as that is told."""
    time, people = place.time or row.outcome.timepoint, place.people or row.outcome.subgroup
    return replace(
        row, outcome=replace(row.outcome, timepoint=time, subgroup=people), key=(row.key[0], time or "", people or "")
    )


def _plain_verdict(clause: Clause) -> Direction | None:
    """What a clause tells without a cue of its own: that it was not so, or that it was weaker or stronger there."""
    if takes_back(clause) or clause.said("faded") is not None or _is_bare(clause) or _denies_again(clause):
        return Direction.NO_DIFFERENCE
    graded = clause.has(words_of("graded")) and clause.has(words_of("association"))
    return Direction.REPORTED if graded else None


def _denies_again(clause: Clause) -> bool:
    """Whether what was told is denied: "this effect was not seen in men", "there was no prospective association"."""
    if not clause.has(words_of("retold")) or any(
        cue.payload.sense not in (Sense.DIFF, Sense.SAME) for cue in clause.cues
    ):
        return False
    nouns = [at for at, word in enumerate(clause.words) if word in words_of("retold")]
    if any("no" in clause.words[max(0, at - _NEAR) : at] for at in nouns):
        return True
    verbs = (at for at, word in enumerate(clause.words) if word in ("significant", *words_of("found_alike")))
    return any("not" in clause.words[max(nouns[0], at - _NEAR) : at] for at in verbs)


def _is_bare(clause: Clause, *, cued: bool = False) -> bool:
    """Whether a clause is nothing but a denial or an exception and its place; `cued`: or begins so."""
    ahead = clause.words[1:] if clause.words[0] == "not" else clause.words if clause.opener == "except" else []
    while ahead and ahead[0] in words_of("adverb"):
        ahead = ahead[1:]
    return (cued or not clause.cues) and bool(ahead) and ahead[0] in words_of("places")


def _rows(clause: Clause, before: Iterable[Told], place: Place, said: Reading | Direction) -> Iterable[Row]:
    statistic = clause.statistics[0] if len(clause.statistics) == 1 else None
    for row, good in before:
        was = row.outcome
        if isinstance(said, Reading):
            verdict = judge(said, good, statistic)
        elif said is Direction.NO_DIFFERENCE:
            verdict = same(was.comparison)
        else:
            verdict = Verdict(said, None, was.comparison)
        if clause.opener == "except" and isinstance(said, Direction) and was.direction is Direction.NO_DIFFERENCE:
            verdict = Verdict(Direction.REPORTED, None, was.comparison)
        null = verdict is not None and verdict.direction is Direction.NO_DIFFERENCE
        if verdict is None or (null and any(each.significant for each in clause.statistics)):
            continue
        effect = statistic.effect if statistic else None
        outcome = replace(was, direction=verdict.direction, change=verdict.change, effect=effect)
        yield _placed(row.because(Stage.ELSEWHERE, clause, outcome), place)


def _reading(clause: Clause, setting: Setting) -> Reading | None:
    """What the clause's verdicts say; None unless they agree. What is "similar" may be so to the clause before."""
    if clause.opener == "however" or clause.has(words_of("similar")):
        return None
    found = [read_scope(clause, Scope(cue, (), after=False), setting.arms, setting.design) for cue in clause.cues]
    readings = [reading for reading in found if reading is not None]
    agree = len(readings) == len(found) and len({reading.sense for reading in readings}) == 1
    return readings[-1] if agree else None


def _place(clause: Clause, ahead: Clause | None, span: Span | None, told: set[str | None]) -> Place | None:
    """Where the clause tells; None if it names no place, or the time told already, or one arm by itself."""
    versus = clause.said("versus") is not None or _is_other_comparator(clause, ahead)
    compares = versus or clause.said("between") is not None
    if clause.has(words_of("given")) or not (compares or words_of("one_arm").isdisjoint(clause.words)):
        return None
    people = people_of(clause, span)
    time = time_of(clause, 0, len(clause.words))
    time = None if time in told else time
    if people is None and takes_back(clause) and None in told:
        return None
    if time is not None or people is not None:
        return Place(time, people)
    return Place(None, None) if _is_bare(clause) and (versus or _is_dose(clause)) else None


def _is_other_comparator(clause: Clause, ahead: Clause | None) -> bool:
    """Whether a bare denial goes on with the comparator: "compared with usual care, but not | with stretching"."""
    versus = ahead.said("versus") if ahead is not None and _is_bare(clause) else None
    return versus is not None and ahead is not None and ahead.words[versus.end - 1] == clause.words[1]


def _is_dose(clause: Clause) -> bool:
    """Whether a bare denial is one of another dose: "not with 100 mg", "not at the low dose"."""
    return clause.words[1] in ("with", "at") and (
        clause.words[2:3] != [] and (clause.words[2][0].isdigit() or clause.has(words_of("doses")))
    )
