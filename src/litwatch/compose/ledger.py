"""A study's rows as readers see them: four lists, and for each row the estimate with the sentence behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from litwatch.compose.numbers import as_printed, states
from litwatch.domain.digest import LedgerLine
from litwatch.domain.study import Comparison, Direction, Effect, Measure, Outcome, Study

MEASURES = {
    Measure.R: "r",
    Measure.BETA: "β",
    Measure.MEAN_CHANGE: "mean change",
    Measure.PERCENT: "",
    Measure.OTHER: "",
}
"""How a measure is printed where not by its own abbreviation."""

CLEAR = {
    Direction.IMPROVED: "better",
    Direction.NO_DIFFERENCE: "no clear change",
    Direction.WORSENED: "worse",
}
"""The directions that say which way it went, in the order in which they are told → what they are called."""
UNCLEAR = "mixed or unclear"
"""What the others are called together."""


def by_direction(rows: Iterable[Outcome]) -> tuple[tuple[str, tuple[Outcome, ...]], ...]:
    """(what it is called, its rows) for each of CLEAR and UNCLEAR, in that order. Every row is in exactly one of them."""
    groups: dict[str, list[Outcome]] = {words: [] for words in (*CLEAR.values(), UNCLEAR)}
    for row in rows:
        groups[CLEAR.get(row.direction, UNCLEAR)].append(row)
    return tuple((words, tuple(members)) for words, members in groups.items())


def only_within(study: Study) -> bool:
    """Whether there are clear rows and all of them are changes from before to after, none a difference from other people."""
    return {row.comparison for row in study.outcomes if row.direction in CLEAR} == {Comparison.WITHIN}


def line(outcome: Outcome) -> LedgerLine:
    """One row as told to readers."""
    quote = outcome.evidence.text
    return LedgerLine(
        name=outcome.name,
        numbers=numbers(outcome.effect, quote) if outcome.effect else "",
        quote=quote,
        comparison=outcome.comparison.value,
        timepoint=outcome.timepoint,
        subgroup=outcome.subgroup,
        effect=stated(outcome.effect, quote) if outcome.effect else None,
    )


def stated(effect: Effect, quote: str) -> Effect | None:
    """Of the effect what `quote` states, as `numbers` prints it; None if that is nothing.

    A level of confidence that it does not state is the one that everybody means, and no heterogeneity is told.
    """
    told = replace(
        effect,
        value=effect.value if _estimate(effect, quote) else None,
        ci=effect.ci if _interval(effect, quote) else None,
        p=effect.p if _p_value(effect.p or "", quote) else None,
        i2=None,
    )
    return None if told.value is None and told.ci is None and told.p is None else told


@lru_cache(maxsize=1024)
def numbers(effect: Effect, quote: str) -> str:
    """The effect as "WMD −0.49 (95% CI −0.65 to −0.32)", each number with the digits of `quote`.

    What `quote` does not state is left out, with everything that makes no sense without it. The p-value is given
    where there is no interval.
    """
    value = _estimate(effect, quote)
    interval = _interval(effect, quote)
    p_value = _p_value(effect.p or "", quote)
    if value and interval:
        return f"{value} ({interval})"
    return ", ".join(part for part in (value, interval or p_value) if part)


def _estimate(effect: Effect, quote: str) -> str:
    printed = None if effect.value is None else as_printed(effect.value, quote)
    if printed is None:
        return ""
    label = MEASURES.get(effect.measure, effect.measure.value)
    unit = "%" if effect.measure is Measure.PERCENT else f" {effect.unit}" if effect.unit else ""
    return f"{label} {printed}{unit}".strip()


def _interval(effect: Effect, quote: str) -> str:
    if effect.ci is None:
        return ""
    low, high = (as_printed(bound, quote) for bound in effect.ci)
    if low is None or high is None:
        return ""
    # The contract's level is 95 unless stated; a level that the sentence does not state is not printed.
    level = f"{effect.ci_level:g}% CI" if states(quote, effect.ci_level) else "CI"
    return f"{level} {low} to {high}"


def _p_value(p: str, quote: str) -> str:
    try:
        stated = states(quote, float(p.lstrip("<>≤≥=~ ").replace("·", ".")))
    except ValueError:
        return ""
    return ("p" if p[0] in "<>≤≥=~" else "p=") + p if stated else ""
