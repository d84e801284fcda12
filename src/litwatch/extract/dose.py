"""How much exercise: sessions a week, minutes a session, weeks of programme, intensity and supervision, as one sentence gives them.

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


_ONE = r"(?:\d+(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|sixteen|twenty|twenty-four|thirty|forty|forty-five|fifty|sixty|ninety)"
_RANGE = rf"(?P<low>{_ONE})(?: ?(?:-|to|or) ?(?P<high>{_ONE}))?"
_NOT_BETWEEN = rf"(?:{_ONE}|min|mins|minutes?|h|hours?|weeks?|months?|to|or|and|of|unsupervised|additional|home|extra|testing|least|more)"
_PER_WEEK = r"(?:(?:per|a|an|each|every|/|in a|in each|of the|of each) ?(?:week|wk)\b|/ ?(?:week|wk|w)\b|weekly\b)"
_TIMES = r"(?:x|×|times?|days?|d|sessions?|training sessions|exercise sessions|classes|workouts|non-?consecutive days|supervised sessions|occasions|training days|supervised exercise sessions|group sessions|yoga sessions|hourly sessions|weekly sessions|alternate days|visits|bouts)"
_SESSION = r"(?:sessions?|class(?:es)?|lessons?|workouts?|bouts?|exercise sessions?|training sessions?|yoga class(?:es)?|group sessions?|trainings?)"
_MINUTES = r"(?:min\.?|mins|minutes?|hours?|hrs?|h)"
_MOMENT = r"(?:[\w-]+ ){0,4}?"
_ACTIVE = r"(?:exercis\w*|training|yoga|pilates|tai chi|taichi|qigong|baduanjin|walking|program(?:me)?s?|intervention|aerobic\w*|resistance|strength\w*|stretching|practi[cs]e|hydrotherapy|rehabilitation|classes|course|regimen|aquatic|physiotherapy|dance|swimming|cycling|workout|plyometric\w*|hiit)"

_FREQUENCY = re.compile(
    rf"\b{_RANGE} ?(?:(?!{_NOT_BETWEEN}\b)[a-z-]+ ){{0,2}}?{_TIMES} ?,? ?{_PER_WEEK}"
    rf"|\b(?P<often>once|twice|thrice)[ -](?:{_PER_WEEK}|weekly\b)"
    rf"|\b(?P<weekly>{_ONE})[ -]times[ -]weekly\b"
    rf"|\b{_RANGE.replace('low', 'low2').replace('high', 'high2')} ?/ ?(?:week|wk)\b"
    rf"|\b(?P<one>weekly) (?:[\w-]+ ){{0,3}}?(?:{_SESSION})\b",
    re.IGNORECASE,
)
_LENGTH_OF_SESSION = re.compile(
    rf"\b{_RANGE}[ -]?(?P<unit>{_MINUTES})\b(?:[ -]?(?:long|duration))?,? ?"
    rf"(?:(?:per|a|each|every|/) ?(?:session|class|day|time|visit|workout|bout|lesson)\b|/ ?(?:session|day|d)\b"
    rf"|(?:[\w-]+ ){{0,4}}?(?:{_SESSION})\b|(?=,? ?(?:and )?(?:\(|for )?(?:(?:on|at) )?(?:{_RANGE.replace('low', 'a').replace('high', 'b')} ?{_TIMES} ?{_PER_WEEK}|(?:once|twice|thrice)[ -](?:a|per|each|weekly)|once|twice|thrice|{_ONE} times weekly|{_ONE} ?/ ?(?:week|wk)|each time)))"
    rf"|\b(?:{_SESSION})(?: (?:of|lasting|lasted|for|was|were|each lasting|that lasted|had a duration of|with a duration of|lasts))+ (?:approximately |about |around |up to )?(?P<low2>{_ONE})(?: ?(?:-|to) ?(?P<high2>{_ONE}))?[ -]?(?P<unit2>{_MINUTES})\b"
    rf"|\b(?:per week|a week|each week|weekly|/week|/wk),? ?\(?(?:for|of|lasting|,|each lasting|with)? ?(?:approximately |about |around |up to )?(?P<low3>{_ONE})(?: ?(?:-|to) ?(?P<high3>{_ONE}))?[ -]?(?P<unit3>{_MINUTES})\b(?! ?(?:of (?:warm|cool|rest)))",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    rf"\b{_RANGE}[ -](?P<unit>weeks?|wks?|months?|mo)[ -](?:long )?(?!(?:follow|post|later|after|before|apart|period of follow))(?:(?!follow|wait|control)[\w-]+ ){{0,4}}?{_ACTIVE}\b"
    rf"|\b(?:for|over|during|lasting|lasted|across|throughout)(?: (?:the|a|about|approximately|a total of|a period of|period of|up to))* (?P<low2>{_ONE})(?: ?(?:-|to) ?(?P<high2>{_ONE}))?[ -](?P<unit2>weeks?|wks?|months?)\b(?! (?:follow|before|after|of follow|prior|post))"
    rf"|\b(?P<low3>{_ONE})(?: ?(?:-|to) ?(?P<high3>{_ONE}))?[ -](?P<unit3>weeks?|wks?|months?) of (?:(?!follow|wait|control)[\w-]+ ){{0,4}}?{_ACTIVE}\b"
    rf"|(?:per|a|each) (?:week|wk),? ?\(?(?P<low4>{_ONE})(?: ?(?:-|to) ?(?P<high4>{_ONE}))?[ -](?P<unit4>weeks?|months?)\b",
    re.IGNORECASE,
)
_OF = r"(?:hr ?max|hrmax|hrpeak|hr ?reserve|hrr|(?:age[- ]predicted )?(?:individual )?(?:estimated )?(?:their )?(?:max(?:imum|imal)?|peak)\.? ?(?:heart rate|hr|oxygen (?:uptake|consumption)|aerobic capacity|capacity|work ?load|power|strength|voluntary contraction|effort|work rate)(?: reserve)?|heart rate (?:reserve|max(?:imum)?)|vo ?2 ?(?:max|peak|reserve)|peak vo ?2|1[ -]?rm|one[ -]repetition max(?:imum)?|1[ -]repetition max(?:imum)?|mvc|maximum heart rate|hr)"
_INTENSITY = re.compile(
    rf"(?<!and )(?<!to )(?<!-)(?<!between )\b\d{{2,3}} ?%? ?(?:(?:-|to) ?\d{{2,3}} ?)?% ?(?:of )?(?:the |a |their )?{_OF}\b"
    r"|\b(?:low|light|moderate|vigorous|high|submaximal)(?:(?:-to-| to |/| or |-)(?:low|light|moderate|vigorous|high))?[- ]intensity\b(?![- ](?:interval|intermittent|laser|ultrasound|focused|statin|level|functional))"
    r"|\bat (?:a )?(?:low|light|moderate|vigorous|high|submaximal)(?:(?:-to-| to )(?:moderate|vigorous|high))? intensity\b"
    r"|\b(?:rpe|rating of perceived exertion|borg(?: scale| rpe)?)(?: (?:of|scale|at|between))*:? ?\d{1,2}(?: ?(?:-|to|and) ?\d{1,2})?\b(?!/)",
    re.IGNORECASE,
)
_SUPERVISED = re.compile(
    r"(?<!non-)(?<!not )(?<!un)\bsupervised\b(?! by)|\bunder (?:the |direct )?supervision\b|\bsupervised by\b",
    re.IGNORECASE,
)
_HOME = re.compile(
    r"\bhome[- ]based\b|\bhome (?:exercise|exercises|training|program(?:me)?|practice)\b|\bexercis\w+ at home\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"(?:[<>≥≤=]|at least|up to|more than|less than|fewer than|minimum of|maximum of|than) ?$", re.IGNORECASE
)
_OFTEN = {"once": 1.0, "twice": 2.0, "thrice": 3.0, "weekly": 1.0}
_NUMBER_IN = re.compile(r"\d+(?:\.\d+)?")


def doses(text: str) -> Iterator[Dose]:
    """Every phrase of `text` (plain, brackets and all) that gives a dose."""
    low = text.lower()
    if "week" in low or "wk" in low:
        yield from _frequencies(text)
    if "min" in low or "hour" in low or "h " in low or "hr" in low:
        yield from _sessions(text)
    if "week" in low or "month" in low or "wk" in low:
        yield from _lengths(text)
    if "intensity" in low or "%" in low or "borg" in low or "rpe" in low or "exertion" in low:
        yield from (Dose(Slot.INTENSITY, *match.span()) for match in _INTENSITY.finditer(text))
    if "superv" in low:
        yield from (Dose(Slot.SUPERVISED, *match.span()) for match in _SUPERVISED.finditer(text))
    if "home" in low:
        yield from (Dose(Slot.HOME, *match.span()) for match in _HOME.finditer(text))


def _frequencies(text: str) -> Iterator[Dose]:
    for match in _FREQUENCY.finditer(text):
        word = (match["often"] or match["one"] or "").lower()
        amounts = (
            (_OFTEN[word], _OFTEN[word])
            if word
            else _amounts(match, ("low", "high"), ("weekly", ""), ("low2", "high2"))
        )
        bounded = _BOUND.search(text, max(0, match.start() - 14), match.start())
        if amounts and not bounded and 1 <= amounts[0] <= amounts[1] <= 14:
            yield Dose(Slot.FREQUENCY, *match.span(), *amounts, Unit.PER_WEEK)


def _sessions(text: str) -> Iterator[Dose]:
    for match in _LENGTH_OF_SESSION.finditer(text):
        unit = next(unit for unit in (match["unit"], match["unit2"], match["unit3"]) if unit).lower()
        amounts = _amounts(match, ("low", "high"), ("low2", "high2"), ("low3", "high3"))
        if amounts:
            times = 60.0 if unit.startswith("h") else 1.0
            low, high = amounts[0] * times, amounts[1] * times
            if 5 <= low <= high <= 240:
                yield Dose(
                    Slot.SESSION,
                    match.start(),
                    match.start() + len(match.group().rstrip(" ,(")),
                    low,
                    high,
                    Unit.MINUTES,
                )


def _lengths(text: str) -> Iterator[Dose]:
    for match in _LENGTH.finditer(text):
        unit = next(match[f"unit{n}"] for n in ("", "2", "3", "4") if match[f"unit{n}"]).lower()
        amounts = _amounts(match, *((f"low{n}", f"high{n}") for n in ("", "2", "3", "4")))
        if amounts and 1 <= amounts[0] <= amounts[1] <= 104:
            yield Dose(Slot.LENGTH, *match.span(), *amounts, Unit.WEEKS if unit.startswith("w") else Unit.MONTHS)


def _amounts(match: re.Match[str], *names: tuple[str, str]) -> tuple[float, float] | None:
    """The numbers of the first pair of groups that matched."""
    for low, high in names:
        if match[low]:
            first = _value(match[low])
            return first, _value(match[high]) if high and match[high] else first
    return None


@cache
def _value(number: str) -> float:
    return float(number) if _NUMBER_IN.fullmatch(number) else float(value_of(number.replace("-", " ")))
