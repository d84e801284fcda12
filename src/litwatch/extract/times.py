"""The time points that a clause names, and which of them belong to which outcome."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_NUMBER = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|eight|nine|ten|twelve)"
_UNIT = r"(?:weeks?|wks?|months?|mos?|years?|yrs?|days?|hours?|hrs?|h|minutes?|mins?)"
_TERM = r"(?:short|medium|mid|intermediate|long)(?:er)?(?:[ -]?term)?"
_JOIN = r"\s*(?:,\s*(?:and\b|or\b|&)?|\band\b|\bor\b|&)\s*(?:at\s+)?"
# One time, or several that share a unit ("at 6 and 12 months"); or terms ("at short, intermediate and long term").
_TIME = re.compile(
    rf"\b(?:at|after|by|over|until|for|within|during)\s+(?:the\s+)?(?:both\s+)?(?P<times>{_NUMBER}(?:[ -]{_UNIT})?"
    rf"(?:{_JOIN}{_NUMBER}(?:[ -]{_UNIT})?)*)[ -]?(?P<unit>{_UNIT})?\b"
    rf"|\b(?P<one>{_NUMBER}[ -]{_UNIT})[ -](?:follow|post)"
    r"|\b(?:at|by|on|after)\s+(?P<named>(?:weeks?|months?|days?|years?)\s+\d+(?:\s*(?:,|and|or|&)\s*\d+)*)\b"
    r"|\b(?:at|after|from|in|on)\s+(?:the\s+)?(?P<stage>post[ -]?(?:intervention|treatment|test|exercise|training|operative)|"
    r"follow[ -]?up|(?:first|second|final|last|short|long|one|1)[ -](?:term |year )?follow[ -]?up|discharge|"
    r"end of (?:the )?(?:intervention|treatment|study|follow[ -]?up|trial|programme|program|training))\b"
    rf"|\b(?:at|in|over|for)\s+(?:the\s+)?(?P<terms>{_TERM}(?:{_JOIN}{_TERM})*)(?=[\s.,;)]|$)"
    rf"|\b(?:over|during|in)\s+the\s+(?P<span>(?:following|next|subsequent|ensuing)\s+(?:{_NUMBER}[ -])?{_UNIT})\b"
    # What goes together at one time, and what the one tells of the other later, are two results of one study.
    r"|\b(?P<manner>concurrent|contemporaneous|cross-sectional|prospective|longitudinal|lagged)\s+"
    r"(?:associations?|relationships?|correlations?|links?)\b"
    r"|\b(?P<manners>concurrently|cross-sectionally|prospectively|longitudinally)\s+(?:associated|related|linked|correlated)\b"
    r"|(?<=\w )(?P<meanwhile>at the same time(?: points?)?)\b",
    re.IGNORECASE,
)
_WHOLE = ("one", "stage", "span", "manner", "manners", "meanwhile")
# What every phrase of time has one of; looking for these first takes a tenth of the time that the expression takes.
_PARTS = (
    "week",
    "wk",
    "month",
    "year",
    "yr",
    "day",
    "hour",
    "minute",
    "post",
    "follow",
    "term",
    "discharge",
    "end of",
    "same time",
    "concurrent",
    "contemporaneous",
    "sectional",
    "prospective",
    "longitudinal",
    "lagged",
)
_SHORT = re.compile(r"\d[ -]?(?:mos?|hr?s?|mins?)\b")
# Several hours or minutes are the course after one dose or bout: one time point, as written.
_COURSE = re.compile(r"h|min", re.IGNORECASE)
_BARE_UNIT = re.compile(rf"[ -]{_UNIT}$", re.IGNORECASE)


@dataclass(slots=True)
class Times:
    """A phrase of time, `text[start:end]`, and the time points in it."""

    start: int
    end: int
    points: tuple[str, ...]


@lru_cache(maxsize=64)
def times_in(text: str, start: int, end: int) -> tuple[Times, ...]:
    """The phrases of time in `text[start:end]`, in order. Asked for each outcome of a clause, worked out once."""
    low = text[start:end].lower()
    lent = _lent(text, start, end)
    if not any(map(low.__contains__, _PARTS)) and _SHORT.search(low) is None:
        return lent
    found = (Times(match.start(), match.end(), _points(match)) for match in _TIME.finditer(text, start, end))
    return (*(times for times in found if times.points), *lent)


def _lent(text: str, start: int, end: int) -> tuple[Times, ...]:
    """The time whose unit only the exception after it has: "at 6 | but not at 12 weeks"."""
    if not text.startswith("but not ", end + text.startswith(" ", end)):
        return ()
    match = _BEFORE_EXCEPTION.search(text, start)
    return (Times(match.start(), match.end(1), (f"{match[1]} {match[2]}",)),) if match and match.end(1) <= end else ()


def _points(match: re.Match[str]) -> tuple[str, ...]:
    whole = match.lastgroup if match.lastgroup in _WHOLE else None
    if whole:
        return (match[whole],)
    if match["named"]:
        unit, *numbers = re.findall(r"\w+", re.sub(r"\b(?:and|or)\b", " ", match["named"]))
        return (match["named"],) if len(numbers) == 1 else tuple(f"{unit.rstrip('s')} {number}" for number in numbers)
    parts = [part for part in re.split(_JOIN, match["times"] or match["terms"], flags=re.IGNORECASE) if part]
    if match["terms"]:
        if "term" not in match["terms"].lower():
            return ()
        return tuple(part if re.search(r"\bterm", part) else f"{part} term" for part in parts)
    own = _BARE_UNIT.search(parts[-1])
    unit = match["unit"] or (own.group()[1:] if own else None)
    if unit is None:
        return ()
    if len(parts) > 1 and _COURSE.match(unit):
        return (match.string[match.start("times") : match.end("unit" if match["unit"] else "times")],)
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


def series(text: str, statistics: list[tuple[int, int]], end: int, limit: int) -> list[str | None]:
    """The time of each statistic printed for one outcome between `end` and `limit`: the one time printed before it and
    after the statistic before, or else the one right after it; None where there is none or more than one.
    """
    found: list[str | None] = []
    at = end
    for index, (first, last) in enumerate(statistics):
        following = statistics[index + 1][0] if index + 1 < len(statistics) else limit
        before = [times for times in times_in(text, at, first) if len(times.points) == 1]
        after = [times for times in times_in(text, last, following) if len(times.points) == 1]
        label = _LABEL.search(text, at, first)
        labelled = label[1] if label else None if before else _unitless(text, at, first, limit)
        if labelled is not None and not before:
            found.append(labelled)
        else:
            found.append(before[-1].points[0] if before else after[0].points[0] if after else None)
        at = last
    return found


def _unitless(text: str, at: int, first: int, limit: int) -> str | None:
    """The time before a statistic whose unit only the next one has: "at 1 (P = 0.01) and 3 months (P = 0.02)"."""
    bare = _BARE.search(text, at, first)
    unit = _NEXT.search(text, first, limit) if bare else None
    if bare is None or unit is None:
        return None
    return f"{bare[1]} {unit[1].rstrip('s') if bare[1] in ('1', 'one') else unit[1]}"


_BARE = re.compile(rf"\b(?:at|and|after|or)\s+({_NUMBER})\s*[(\[][^()\[\]\d]{{0,40}}$", re.IGNORECASE)
_BEFORE_EXCEPTION = re.compile(
    rf"\b(?:at|after) ({_NUMBER}),? but not (?:at |after )?{_NUMBER}[ -]({_UNIT})\b", re.IGNORECASE
)
_NEXT = re.compile(rf"[)\]],?\s+(?:and|or|,)\s+(?:at\s+)?{_NUMBER}[ -]({_UNIT})\b", re.IGNORECASE)
_LABEL = re.compile(rf"\b({_NUMBER}[ -]{_UNIT}|(?:day|week|month|year) \d+)\b(?=[^.;]{{0,30}}$)", re.IGNORECASE)
