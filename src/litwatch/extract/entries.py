"""The statistics of one outcome as entries: one for each row, with the time point and the subgroup that it is of."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from litwatch.domain.study import Effect, Measure
from litwatch.extract.cues import words_of
from litwatch.extract.numbers import Statistic
from litwatch.extract.times import series, times_in

_MOST = 8
_AHEAD = 40
"""How far before an outcome's first statistic its time may stand."""
_CLEAR = re.compile(r"(?:[^.;:]|\.(?=\d)){0,120}")
_BRACKETED = re.compile(r"[^.;:()]{0,12}\((?:[^.:()]|\.(?=\d)){0,80}")
"""What a bracket that ends with an estimate's p-value may hold before it: "by 3% (from 1574 to 1623 m; P = 0.03)"."""
_OF_ALL = re.compile(r"\b(?:all|both|each)\b[^;()]{0,12}$")
_AGAINST = re.compile(r"[^.;:,()]{0,12}[)\]]?[^.;:,()]{0,20}\b(?:vs\.?|versus|compared (?:with|to))\s[^.;:,()]{0,30}")
_JOINING = re.compile(r"[^.;:,()]{0,12}[)\]]?[^.;:,()]{0,50}\band\s[^.;:,()]{0,30}")
_OF_GROUPS = re.compile(
    r"[^.;:,()]{0,12}[)\]]?[^.;:,()]{0,20}\b(?P<of>for|in|with|among|on) [^.;:,()]{1,40} and [^.;:,()]{0,30}"
)
_RESPECTIVELY = re.compile(r"[^.;]{0,80}\brespectively\b")
_ADJUSTED = re.compile(r"[^()\[\]\d]{0,20}\b(?:un)?adjusted\b[^()\[\]\d]*", re.IGNORECASE)
_TIMES = re.compile(r"(?:\band|,|&) (?:\d+|\w+)[ -](?:hours|days|weeks|months|years)\b")
_OWN_VALUES = (Measure.OTHER, Measure.PERCENT)


class Entry(NamedTuple):
    """What is printed for one row: the statistic, and its own time point and subgroup where it has them."""

    statistic: Statistic | None = None
    time: str | None = None
    subgroup: str | None = None


NOTHING = (Entry(),)


def entries_of(raw: str, own: list[Statistic], begin: int, limit: int) -> tuple[Entry, ...]:
    """The entries of an outcome that ends at `begin`, from the statistics printed for it; `limit` ends its stretch.

    Statistics of one thing are joined: an estimate and the p-value printed after it. Of several, each of another time or
    subgroup is an entry; of those that nothing tells apart only estimates of one measure are, as a p-value or the same
    result on another scale ("SMD …, equivalent to 6 points") adds nothing to the first.
    """
    joined = _joined(raw, _without_arms(raw, own[:_MOST]), limit)
    if len(joined) < 2:
        return tuple(Entry(statistic, _own_time(raw, statistic, begin)) for statistic in joined) or NOTHING
    times = _in_turn(raw, joined, begin, limit) or _each(raw, joined, begin, limit)
    groups = _subgroups(raw, joined, min(begin, joined[0].start), limit)
    made: list[Entry] = []
    for statistic, time, group in zip(joined, times, groups, strict=True):
        entry = Entry(statistic, time, group)
        last = made[-1].statistic if made else None
        if last is None or (_apart(entry, made) and not _ADJUSTED.fullmatch(raw, last.end, statistic.start)):
            made.append(entry)
        elif entry[1:] in ((None, None), made[-1][1:]) and _retells(last, statistic):
            made[-1] = made[-1]._replace(statistic=statistic)
    return tuple(made)


def _retells(first: Statistic, second: Statistic) -> bool:
    """Whether a share only tells in words what an estimate with its interval says: "46% lower (HR 0.54, 95% CI …)"."""
    share = first.effect.measure is Measure.PERCENT and first.effect.ci is None
    return share and second.effect.ci is not None and second.effect.measure is not Measure.OTHER


def _in_turn(raw: str, joined: list[Statistic], begin: int, limit: int) -> list[str | None]:
    """The times of statistics that share one phrase with as many: "at 6 and 12 weeks (P = 0.03 and P = 0.01)"."""
    if joined[0].start < begin:
        return []
    phrases = times_in(raw, begin, max(limit, joined[-1].end))
    several = [times for times in phrases if len(times.points) > 1]
    if len(several) != 1 or len(several[0].points) != len(joined):
        return []
    apart = several[0].end <= joined[0].start or several[0].start >= joined[-1].end
    return list(several[0].points) if apart else []


def _each(raw: str, joined: list[Statistic], begin: int, limit: int) -> list[str | None]:
    """The time printed with each statistic, before or after it."""
    ahead = [(statistic.start, statistic.end) for statistic in joined if statistic.start < begin]
    after = [(statistic.start, statistic.end) for statistic in joined if statistic.start >= begin]
    times = series(raw, ahead, max(0, ahead[0][0] - _AHEAD), ahead[-1][1]) if ahead else []
    return times + (series(raw, after, begin, max(limit, after[-1][1])) if after else [])


def _own_time(raw: str, statistic: Statistic, begin: int) -> str | None:
    """The time that stands with a statistic in its brackets: "(12 months: MD -1.0 …)"."""
    opened = max(raw.rfind("(", begin, statistic.start), raw.rfind("[", begin, statistic.start))
    if opened < 0 or ")" in raw[opened : statistic.start]:
        return None
    return series(raw, [(statistic.start, statistic.end)], opened, statistic.start)[0]


def _apart(entry: Entry, made: list[Entry]) -> bool:
    """Whether an entry is another result than those before it, not the same one told once more."""
    labels = {(other.time, other.subgroup) for other in made}
    if (entry.time, entry.subgroup) not in labels:
        return (None, None) not in labels and (entry.time, entry.subgroup) != (None, None)
    first, own = made[0].statistic, entry.statistic
    if first is None or own is None or own.effect.value is None or first.effect.value is None:
        return False
    alike = (own.effect.ci is None) == (first.effect.ci is None)
    return (
        alike and own.effect.measure in (first.effect.measure, Measure.OTHER) and own.effect.value != first.effect.value
    )


def _without_arms(raw: str, own: list[Statistic]) -> list[Statistic]:
    """Without two values that are the groups' own, not an estimate: "1.9 [0.1 to 3.9] vs 0.6 [0.2 to 1.5] (P = 0.03)"."""
    for first, second in pairwise(own):
        between = raw[first.end : second.start]
        if _is_other_group(raw, first, second):
            return [each for each in own if each is not second]
        if first.is_p or second.is_p or first.effect.measure not in (*_OWN_VALUES, Measure.MD, Measure.MEAN_CHANGE):
            continue
        unnamed = first.effect.measure in _OWN_VALUES and second.effect.measure in _OWN_VALUES
        compared = second.effect.p or any(each.is_p for each in own if each.start > second.start)
        listed = unnamed and compared and _are_listed(raw, first, second)
        if _AGAINST.fullmatch(between) or listed:
            p = [replace(second, effect=Effect(Measure.OTHER, p=second.effect.p))] if second.effect.p else []
            at = own.index(first)
            return [*own[:at], *p, *own[at + 2 :]]
    return own


def _are_listed(raw: str, first: Statistic, second: Statistic) -> bool:
    """Whether two values are told in turn: "2.7 and 2.6, respectively", "2.7 in the yoga group and 2.6 in the other"."""
    between = raw[first.end : second.start]
    if _JOINING.fullmatch(between) and _RESPECTIVELY.match(raw, second.end):
        return True
    groups = None if first.effect.p or second.effect.p else _OF_GROUPS.fullmatch(between)
    return (
        groups is not None
        and re.match(rf"[^.;:,()]{{0,12}}[)\]]?[^.;:,()]{{0,20}}\b{groups['of']}\b", raw[second.end :]) is not None
    )


def _is_other_group(raw: str, first: Statistic, second: Statistic) -> bool:
    """Whether a size of change is the second group's: "by 20% and 5% in the two groups, respectively"."""
    changes = {first.effect.measure, second.effect.measure} <= {Measure.PERCENT, Measure.MEAN_CHANGE}
    bare = first.effect.ci is None and second.effect.ci is None
    in_turn = _RESPECTIVELY.match(raw, second.end)
    joined = _JOINING.fullmatch(raw, first.end, second.start)
    if not (changes and bare and joined and in_turn):
        return False
    return _TIMES.search(raw, max(0, first.start - _AHEAD), in_turn.end()) is None


def _joined(raw: str, own: list[Statistic], limit: int) -> list[Statistic]:
    """With each lone p-value joined to the estimate without one before it, or right after it in the same brackets."""
    made: list[Statistic] = []
    for statistic in own:
        last = made[-1] if made else None
        between = raw[last.end : statistic.start] if last else ""
        bracketed = statistic.is_p and _BRACKETED.fullmatch(between) is not None
        if last is None or not (statistic.start >= limit or bracketed or _CLEAR.fullmatch(between)):
            made.append(statistic)
        elif statistic.is_p and last.effect.p is None and _OF_ALL.search(between):
            made = [_with_p(each, statistic.effect.p) for each in made]
        elif statistic.is_p and last.effect.p is None and not last.is_p:
            made[-1] = _with_p(last, statistic.effect.p)
        elif last.is_p and statistic.effect.p is None and "(" not in between:
            made[-1] = _with_p(statistic, last.effect.p)
        else:
            made.append(statistic)
    return made


def _with_p(statistic: Statistic, p: str | None) -> Statistic:
    """With a p-value, if it has none."""
    return replace(statistic, effect=replace(statistic.effect, p=statistic.effect.p or p))


def _subgroups(raw: str, own: list[Statistic], begin: int, limit: int) -> list[str | None]:
    """The subgroup printed before each statistic, after the one before it; or else the one right after it."""
    ahead: list[str | None] = []
    behind: list[str | None] = []
    at = begin
    for index, statistic in enumerate(own):
        following = own[index + 1].start if index + 1 < len(own) else max(limit, statistic.end)
        before = [match["group"] for match in _subgroup().finditer(raw, at, max(at, statistic.start))]
        after = _subgroup().search(raw, statistic.end, following)
        close = after is not None and after.start() - statistic.end <= 12
        ahead.append(before[-1] if before else None)
        behind.append(after["group"] if after and close else None)
        at = statistic.end
    if ahead[0] is None and None not in behind:  # "1.9 in women and 2.9 in men"
        return behind
    return [first or second for first, second in zip(ahead, behind, strict=True)]


@cache
def _subgroup() -> re.Pattern[str]:
    words = "|".join(sorted(words_of("subgroup")))
    return re.compile(rf"(?:\b(?:in|for|among)\s+(?:the\s+)?|[(;,]\s*|\band\s+)(?P<group>{words})\b", re.IGNORECASE)
