"""The time points that a clause names, and which of them belong to which outcome."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|eight|nine|ten|twelve)"
_UNIT = r"(?:weeks?|wks?|months?|mo|years?|yrs?|days?|hours?|minutes?)"
_TERM = r"(?:short|medium|mid|intermediate|long)(?:er)?(?:[ -]?term)?"
_JOIN = r"\s*(?:,\s*(?:and\b|or\b|&)?|\band\b|\bor\b|&)\s*(?:at\s+)?"
# One time, or several that share a unit ("at 6 and 12 months"); or terms ("at short, intermediate and long term").
_TIME = re.compile(
    rf"\b(?:at|after|by|over|until|for|within|during)\s+(?:the\s+)?(?:both\s+)?(?P<times>{_NUMBER}(?:[ -]{_UNIT})?"
    rf"(?:{_JOIN}{_NUMBER}(?:[ -]{_UNIT})?)*)[ -]?(?P<unit>{_UNIT})?\b"
    rf"|\b(?P<one>{_NUMBER}[ -]{_UNIT})[ -](?:follow|post)"
    rf"|\b(?:at|in|over|for)\s+(?:the\s+)?(?P<terms>{_TERM}(?:{_JOIN}{_TERM})*)(?=[\s.,;)]|$)",
    re.IGNORECASE,
)
_BARE_UNIT = re.compile(rf"[ -]{_UNIT}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Times:
    """A phrase of time, `text[start:end]`, and the time points in it."""

    start: int
    end: int
    points: tuple[str, ...]


def times_in(text: str, start: int, end: int) -> tuple[Times, ...]:
    """The phrases of time in `text[start:end]`, in order."""
    found = (Times(match.start(), match.end(), _points(match)) for match in _TIME.finditer(text, start, end))
    return tuple(times for times in found if times.points)


def _points(match: re.Match[str]) -> tuple[str, ...]:
    if match["one"]:
        return (match["one"],)
    parts = [part for part in re.split(_JOIN, match["times"] or match["terms"], flags=re.IGNORECASE) if part]
    if match["terms"]:
        if "term" not in match["terms"].lower():
            return ()
        return tuple(part if "term" in part else f"{part} term" for part in parts)
    own = _BARE_UNIT.search(parts[-1])
    unit = match["unit"] or (own.group()[1:] if own else None)
    if unit is None:
        return ()
    return tuple(part if _BARE_UNIT.search(part) else f"{part} {unit}" for part in parts)


def points_of(found: tuple[Times, ...], first: int, start: int, end: int) -> tuple[str, ...]:
    """The time points of the outcome at `start:end`, where `first` is the offset of the clause's first outcome.

    A clause that opens with a time ("At 6 weeks pain …") gives each outcome the time before it; any other gives it the
    next time after it, or else the last one before.
    """
    if not found:
        return ()
    before = [times for times in found if times.end <= start]
    after = [times for times in found if times.start >= end]
    opened = found[0].end <= first
    chosen = before[-1:] if opened else after[:1] or before[-1:]
    return chosen[0].points if chosen else ()
