"""Clauses that leave their outcome out: "pain fell at 6 weeks, but not at 6 months", "… but had no effect in men".

What such a clause tells is a result of its own: one row more for each outcome of the clause before it, at another time, in
other people or against another comparator. A clause that tells none of these may turn the rows before it (carry.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from litwatch.domain.study import Direction
from litwatch.extract.carry import takes_back
from litwatch.extract.cases import Setting
from litwatch.extract.clauses import Clause
from litwatch.extract.cues import Sense, words_of
from litwatch.extract.lexicon import Polarity
from litwatch.extract.merging import Row
from litwatch.extract.scopes import Scope
from litwatch.extract.times import times_in
from litwatch.extract.ungoverned import no_outcome
from litwatch.extract.verdicts import Reading, Verdict, judge, read_scope, same
from litwatch.extract.why import Stage

_MOST_AHEAD = 4
_LONGEST = 8


class Told(NamedTuple):
    """A row, and which way is good for its outcome."""

    row: Row
    good: Polarity | None


class _Place(NamedTuple):
    """Where a clause tells its result: at another time, in other people; if neither, against another comparator."""

    time: str | None
    people: str | None


def told_elsewhere(clause: Clause, before: list[Told], setting: Setting) -> list[Row]:
    """A row for each outcome of the clause before, if a clause without outcomes tells one result, of another place."""
    if not before or any(not no_outcome(clause, name) for name in clause.names):
        return []
    place = _place(clause, {told.row.outcome.timepoint for told in before})
    reading = _reading(clause, setting) if place is not None and not _is_null(clause) else None
    if place is None or not (reading or _is_null(clause)):
        return []
    if reading and reading.sense is not Sense.SAME and (place.people or setting.before != {Direction.NO_DIFFERENCE}):
        return []
    rows = {row.key: row for row in _rows(clause, before, place, reading)}
    return list(rows.values())


def _is_null(clause: Clause) -> bool:
    """Whether a clause takes back without a verdict of its own: "not at 6 months", "was not maintained in men"."""
    return takes_back(clause) or clause.said("faded") is not None or _is_bare(clause)


def _is_bare(clause: Clause) -> bool:
    """Whether a clause is nothing but a denial or an exception and its place."""
    ahead = clause.words[1:] if clause.words[0] == "not" else clause.words if clause.opener == "except" else []
    while ahead and ahead[0] in words_of("adverb"):
        ahead = ahead[1:]
    return not clause.cues and bool(ahead) and ahead[0] in words_of("places")


def _rows(clause: Clause, before: Iterable[Told], place: _Place, reading: Reading | None) -> Iterable[Row]:
    statistic = clause.statistics[0] if len(clause.statistics) == 1 else None
    for row, good in before:
        was = row.outcome
        verdict = same(was.comparison) if reading is None else judge(reading, good, statistic)
        if clause.opener == "except" and reading is None and was.direction is Direction.NO_DIFFERENCE:
            verdict = Verdict(Direction.REPORTED, None, was.comparison)
        null = verdict is not None and verdict.direction is Direction.NO_DIFFERENCE
        if verdict is None or (null and any(each.significant for each in clause.statistics)):
            continue
        time, people = place.time or was.timepoint, place.people or was.subgroup
        outcome = replace(
            was,
            direction=verdict.direction,
            change=verdict.change,
            effect=statistic.effect if statistic else None,
            timepoint=time,
            subgroup=people,
        )
        told = row.because(Stage.ELSEWHERE, clause, outcome)
        yield replace(told, key=(row.key[0], time or "", people or ""))


def _reading(clause: Clause, setting: Setting) -> Reading | None:
    """What the clause's verdicts say; None unless they agree. What is "similar" may be so to the clause before."""
    if clause.opener == "however" or clause.has(words_of("similar")):
        return None
    found = [read_scope(clause, Scope(cue, (), after=False), setting.arms, setting.design) for cue in clause.cues]
    readings = [reading for reading in found if reading is not None]
    agree = len(readings) == len(found) and len({reading.sense for reading in readings}) == 1
    return readings[-1] if agree else None


def _place(clause: Clause, told: set[str | None]) -> _Place | None:
    """Where the clause tells; None if it names no place, or the time told already, or one arm by itself."""
    versus = clause.said("versus") is not None
    compares = versus or clause.said("between") is not None
    if clause.has(words_of("given")) or not (compares or words_of("one_arm").isdisjoint(clause.words)):
        return None
    people = _people(clause)
    points = [point for times in times_in(clause.text, clause.starts[0], clause.ends[-1]) for point in times.points]
    time = points[0] if len(points) == 1 and points[0] not in told else None
    if people is None and takes_back(clause) and None in told:
        return None
    if time is not None or people is not None:
        return _Place(time, people)
    return _Place(None, None) if _is_bare(clause) and (versus or _is_dose(clause)) else None


def _is_dose(clause: Clause) -> bool:
    """Whether a bare denial is one of another dose: "not with 100 mg", "not at the low dose"."""
    return clause.words[1] in ("with", "at") and (
        clause.words[2:3] != [] and (clause.words[2][0].isdigit() or clause.has(words_of("doses")))
    )


def _people(clause: Clause) -> str | None:
    """The people of whom a clause speaks, as written: "in men", "among those with fibromyalgia"."""
    words = clause.words
    for at, word in enumerate(words[:-1], 1):
        if word not in words_of("people_in") or (_is_bare(clause) and "," in words[:at]):
            continue
        ahead = range(at, min(at + _MOST_AHEAD, len(words)))
        person = next((i for i in ahead if words[i] in words_of("persons")), None)
        if person is None or not words_of("everybody").isdisjoint(words[at:person]):
            continue
        first = at + (words[at] == "the")
        stops = (i for i in range(person + 1, len(words)) if words[i] in words_of("ends_people"))
        last = min(next(stops, len(words)), first + _LONGEST)
        return " ".join(clause.text[clause.starts[first] : clause.ends[last - 1]].split())
    return None
