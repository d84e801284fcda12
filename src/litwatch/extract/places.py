"""Where a clause tells a result: at which time, in which people ("in women", "among those with fibromyalgia")."""

from __future__ import annotations

from typing import NamedTuple

from litwatch.extract.clauses import Clause
from litwatch.extract.cues import words_of
from litwatch.extract.times import times_in

_MOST_AHEAD = 4
_LONGEST = 8

Span = tuple[int, int]


class Place(NamedTuple):
    """Where a result is told: at another time, in other people; if neither, against another comparator."""

    time: str | None
    people: str | None


def time_of(clause: Clause, start: int, end: int) -> str | None:
    """The one time point that words `start:end` of a clause name; None if none or several."""
    found = times_in(clause.text, clause.starts[start], clause.ends[end - 1])
    points = [point for times in found for point in times.points]
    return points[0] if len(points) == 1 else None


def people_span(clause: Clause, *, start: int = 0, commas: bool = True) -> Span | None:
    """The words for the people of whom a clause speaks from `start` on: "in | men", "among | those with fibromyalgia"."""
    words = clause.words
    for at, word in enumerate(words[:-1], 1):
        if at <= start or word not in words_of("people_in") or not (commas or "," not in words[:at]):
            continue
        ahead = range(at, min(at + _MOST_AHEAD, len(words)))
        person = next((i for i in ahead if words[i] in words_of("persons")), None)
        if person is None or not words_of("everybody").isdisjoint(words[at:person]):
            continue
        first = at + (words[at] == "the")
        stops = (i for i in range(person + 1, len(words)) if words[i] in words_of("ends_people"))
        return first, min(next(stops, len(words)), first + _LONGEST)
    return None


def people_of(clause: Clause, span: Span | None) -> str | None:
    """Those people, as written."""
    if span is None:
        return None
    return " ".join(clause.text[clause.starts[span[0]] : clause.ends[span[1] - 1]].split())
