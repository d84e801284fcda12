"""How much exercise one sentence gives: sessions a week, minutes a session, weeks of programme, intensity, supervision.

Each pattern holds the words that make its number that amount and no other ("for 45 minutes" is a session's length only
beside a session or a frequency). Which arm a dose is of, `exercise` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import NamedTuple

from litwatch.domain.study import Unit
from litwatch.extract.numerals import value_of
from litwatch.extract.resources import load


class Slot(Enum):
    """What a phrase gives."""

    FREQUENCY = "frequency"
    SESSION = "session"
    LENGTH = "length"
    INTENSITY = "intensity"
    SUPERVISED = "supervised"
    HOME = "home"


class Dose(NamedTuple):
    """A phrase `start:end` of a text that gives an amount from `low` to `high`; intensity and place have no amount."""

    slot: Slot
    start: int
    end: int
    low: float = 0.0
    high: float = 0.0
    unit: Unit = Unit.WEEKS


_PER_WEEK = r"(?:(?:per|a|an|each|every|/|in a|in each|of the|of each) ?(?:week|wk)\b|/ ?(?:week|wk|w)\b|weekly\b)"
_MINUTES = r"(?P<unit>min\.?|mins|minutes?|hours?|hrs?|h)\b"
_WEEKS = r"(?:consecutive )?(?P<unit>weeks?|wks?|months?|mo)"
_ABOUT = r"(?:approximately |about |around )?"
_DEGREE = r"(?:low|light|moderate|vigorous|high|submaximal)"
_BOUND = re.compile(
    r"(?:[<>≥≤=]|at least|up to|more than|less than|fewer than|minimum of|maximum of|than|between \d+(?: min| minutes)? and) ?$",
    re.IGNORECASE,
)
_BY_WORD = {"once": 1.0, "twice": 2.0, "thrice": 3.0, "weekly": 1.0}
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_SUPERVISED = re.compile(
    r"(?<!non-)(?<!not )\b(?:supervised(?! by)|under (?:the |direct )?supervision|supervised by)\b", re.IGNORECASE
)
_HOME = re.compile(
    r"\bhome[- ](?:based|exercise|exercises|training|program(?:me)?|practice)\b|\bexercis\w+ at home\b", re.IGNORECASE
)
# The share of the abstracts that may hold a dose of each slot: one of these, in lower case.
_MARKS = {
    Slot.FREQUENCY: ("week", "wk"),
    Slot.SESSION: ("min", "hour", "h ", "hr"),
    Slot.LENGTH: ("week", "month", "wk"),
    Slot.INTENSITY: ("intensity", "%", "borg", "rpe", "exertion"),
    Slot.SUPERVISED: ("superv",),
    Slot.HOME: ("home",),
}
_MOST = {Slot.FREQUENCY: (1.0, 14.0), Slot.SESSION: (5.0, 240.0), Slot.LENGTH: (1.0, 104.0)}
"""An amount beyond these is none of exercise."""


def doses(text: str) -> Iterator[Dose]:
    """Every phrase of `text` (plain) that gives a dose."""
    low = text.lower()
    for slot, marks in _MARKS.items():
        if any(mark in low for mark in marks):
            for pattern in _patterns()[slot]:
                for match in pattern.finditer(text):
                    yield from _read(slot, match)


def _read(slot: Slot, match: re.Match[str]) -> Iterator[Dose]:
    start, end = match.start(), match.start() + len(match.group().rstrip(" ,("))
    if slot not in _MOST:
        yield Dose(slot, start, end)
        return
    if _BOUND.search(match.string, max(0, start - 24), start):
        return
    groups = match.groupdict()
    factor, unit = _unit(slot, (groups.get("unit") or "").lower())
    first = _value(groups.get("low") or groups["word"]) * factor
    last = _value(groups["high"]) * factor if groups.get("high") else first
    if _MOST[slot][0] <= first <= last <= _MOST[slot][1]:
        yield Dose(slot, start, end, first, last, unit)


def _unit(slot: Slot, written: str) -> tuple[float, Unit]:
    """The unit, and by what the written number is multiplied to be in it."""
    if slot is Slot.FREQUENCY:
        return 1.0, Unit.PER_WEEK
    if slot is Slot.SESSION:
        return 60.0 if written.startswith("h") else 1.0, Unit.MINUTES
    return 1.0, Unit.WEEKS if written.startswith("w") else Unit.MONTHS


@cache
def _value(number: str) -> float:
    low = number.lower()
    if low in _BY_WORD:
        return _BY_WORD[low]
    return float(low) if _DIGITS.fullmatch(low) else float(value_of(low.replace("-", " ")))


@cache
def _words(key: str) -> str:
    """A list of the data file as one alternative."""
    return f"(?:{'|'.join(load('exercise')['dose'][key])})"


def _amount(joins: str = "-|to|or") -> str:
    """A number or a range of them."""
    one = rf"(?:\d+(?:\.\d+)?|{_words('numbers')})"
    return rf"\b(?P<low>{one})(?: ?(?:{joins}) ?(?P<high>{one}))?"


@cache
def _patterns() -> dict[Slot, tuple[re.Pattern[str], ...]]:
    written = {
        Slot.FREQUENCY: _frequency(),
        Slot.SESSION: _session(),
        Slot.LENGTH: _length(),
        Slot.INTENSITY: _intensity(),
    }
    found = {slot: tuple(re.compile(each, re.IGNORECASE) for each in patterns) for slot, patterns in written.items()}
    return found | {Slot.SUPERVISED: (_SUPERVISED,), Slot.HOME: (_HOME,)}


def _frequency() -> tuple[str, ...]:
    one = rf"(?:\d+(?:\.\d+)?|{_words('numbers')})"
    between = rf"(?:(?!(?:{one}|{_words('not_between')})\b)[a-z-]+ ){{0,2}}?"
    later = rf"(?:[\w-]+ ){{0,3}}?{_words('sessions')}\b"
    return (
        rf"{_amount()} ?{between}{_words('times')} ?,? ?{_PER_WEEK}",
        rf"\b(?P<word>once|twice|thrice)[ -](?:{_PER_WEEK}|weekly\b)",
        rf"{_amount()}[ -]times[ -]weekly\b",
        rf"{_amount()} ?/ ?(?:week|wk)\b",
        rf"{_amount()} weekly {later}",
        rf"(?<![\w-])(?<!twice )(?<!thrice )(?<!times )(?<!\d )(?<!one )(?<!two )(?<!three )(?<!four )(?<!five )"
        rf"(?P<word>weekly) {later}",
    )


def _session() -> tuple[str, ...]:
    one = rf"(?:\d+(?:\.\d+)?|{_words('numbers')})"
    often = (
        rf"(?:{one}(?: ?(?:-|to) ?{one})? ?{_words('times')} ?{_PER_WEEK}|(?:once|twice|thrice)\b|{one} times weekly"
        rf"|{one} ?/ ?(?:week|wk)|each time)"
    )
    amount, session = _amount("-|to|or"), _words("sessions")
    lasting = (
        r"(?: (?:of|lasting|lasted|for|was|were|each lasting|that lasted|had a duration of|with a duration of|lasts))+"
    )
    return (
        rf"{amount}[ -]?{_MINUTES}(?:[ -]?(?:long|duration))?,? ?"
        rf"(?:(?:per|a|each|every|/) ?(?:session|class|day|time|visit|workout|bout|lesson)\b|/ ?(?:session|day|d)\b"
        rf"|(?:[\w-]+ ){{0,4}}?{session}\b|(?=,? ?(?:and )?(?:\(|for )?(?:(?:on|at) )?{often}))",
        rf"\b{session}{lasting} {_ABOUT}{_amount('-|to')}[ -]?{_MINUTES}",
        rf"\b(?:per week|a week|each week|weekly|/week|/wk),? ?\(?(?:for|of|lasting|,|each lasting|with)? ?{_ABOUT}"
        rf"{_amount('-|to')}[ -]?{_MINUTES}(?! ?(?:of (?:warm|cool|rest)))",
    )


def _length() -> tuple[str, ...]:
    programme = rf"(?:(?!follow|wait|control)[\w-]+ ){{0,6}}?{_words('active')}\b"
    range_ = _amount("-|to")
    return (
        rf"{_amount()}[ -]{_WEEKS}[ -](?:long )?(?!follow|post|later|after|before|apart|period of follow){programme}",
        r"\b(?:for|over|during|lasting|lasted|across|throughout)"
        r"(?: (?:the|a|about|approximately|a total of|a period of|period of))* "
        rf"{range_}[ -]{_WEEKS}\b(?! (?:follow|before|after|of follow|prior|post))",
        rf"{range_}[ -]{_WEEKS} of {programme}",
        rf"(?:per|a|each) (?:week|wk),? ?\(?{range_}[ -]{_WEEKS}\b",
    )


def _intensity() -> tuple[str, ...]:
    peak = (
        r"(?:age[- ]predicted |individual |estimated |their )*(?:max(?:imum|imal)?|peak)\.? ?"
        rf"{_words('peaks')}(?: reserve)?"
    )
    return (
        r"(?<!\d and )(?<!\d to )(?<!\d-)(?<!% and )(?<!% to )\b\d{2,3} ?%? ?(?:(?:-|to) ?\d{2,3} ?)?% ?"
        rf"(?:of )?(?:the |a |their )?(?:estimated )?(?:load of )?(?:{_words('maxima')}|{peak})\b",
        rf"(?:\bat (?:an? )?)?\b{_DEGREE}(?:(?:-to-| to |/| or |-){_DEGREE})?[- ]intensity\b"
        r"(?![- ](?:interval|intermittent|laser|ultrasound|focused|statin|level|functional))",
        r"\b(?:rpe|rating of perceived exertion|borg(?: scale| rpe)?)(?: (?:of|scale|at|between))*:? ?"
        r"\d{1,2}(?: ?(?:-|to|and) ?\d{1,2})?\b(?!/)",
    )
