"""Whether the numbers told with a row are the row's own, each where it belongs, and each in the row's sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from litwatch.compose.ledger import MEASURES
from litwatch.compose.numbers import MINUS, as_decimal, values
from litwatch.domain.study import Effect, Measure

_NUMBER = rf"({MINUS}?[\d,]*\.?\d+)"
_P_DIGITS = re.compile(r"[<>≤≥=~ ]*(.+)\Z")


def states_effect(text: str, effect: Effect, quote: str) -> bool:
    """Whether `text` ("WMD −0.49 (95% CI −0.65 to −0.32)") says nothing but what `effect` and `quote` say.

    A part may be missing, but none may differ, change places or lack its number in `quote`.
    """
    in_quote = values(quote)
    for pattern, numbers in _shapes(effect):
        found = _compiled(pattern).fullmatch(text)
        if found:
            printed = [Decimal(group.replace(MINUS, "-").replace(",", "")) for group in found.groups()]
            return printed == numbers and in_quote.issuperset(numbers)
    return False


def shows_effect(shown: Effect, effect: Effect, quote: str) -> bool:
    """Whether `shown`, the values that a picture is drawn from, has nothing but what `effect` and `quote` say."""
    told = [number for number in (shown.value, *(shown.ci or ())) if number is not None]
    same = (
        shown.measure is effect.measure and shown.unit == effect.unit,
        shown.value in (None, effect.value),
        shown.ci is None or (shown.ci == effect.ci and shown.ci_level == effect.ci_level),
        shown.p in (None, effect.p),
        shown.i2 is None,
    )
    return all(same) and values(quote).issuperset(map(as_decimal, told))


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled once: the shapes differ by measure and unit, and there are few of either."""
    return re.compile(pattern)


def _shapes(effect: Effect) -> Iterator[tuple[str, list[Decimal]]]:
    """(pattern with a group for each number, the numbers that have to stand there) of all that may be told."""
    estimates = list(_estimate(effect))
    intervals = list(_interval(effect))
    p_values = list(_p_value(effect))
    yield from (*estimates, *intervals, *p_values)
    for estimate, estimated in estimates:
        yield from ((rf"{estimate} \({interval}\)", estimated + bounds) for interval, bounds in intervals)
        yield from ((f"{estimate}, {p_value}", estimated + level) for p_value, level in p_values)


def _estimate(effect: Effect) -> Iterator[tuple[str, list[Decimal]]]:
    if effect.value is not None:
        label = MEASURES.get(effect.measure, effect.measure.value)
        unit = "%" if effect.measure is Measure.PERCENT else f" {effect.unit}" if effect.unit else ""
        yield re.escape(f"{label} " if label else "") + _NUMBER + re.escape(unit), [as_decimal(effect.value)]


def _interval(effect: Effect) -> Iterator[tuple[str, list[Decimal]]]:
    if effect.ci is not None:
        bounds = [as_decimal(bound) for bound in effect.ci]
        yield f"CI {_NUMBER} to {_NUMBER}", bounds
        yield f"{_NUMBER}% CI {_NUMBER} to {_NUMBER}", [as_decimal(effect.ci_level), *bounds]


def _p_value(effect: Effect) -> Iterator[tuple[str, list[Decimal]]]:
    """The p-value is told as written, so it has to agree to the letter; its number has to be in the quote."""
    if effect.p and (digits := _P_DIGITS.match(effect.p)):
        sign = "" if effect.p[0] in "<>≤≥=~" else "="
        numbers = [Decimal(part.replace("·", ".")) for part in re.findall(r"\d*[.·]?\d+", digits.group(1))]
        pattern = re.escape(f"p{sign}{effect.p}")
        # A group around each of its numbers, as in the other shapes.
        yield re.sub(r"(?:\d*(?:\\\.|·))?\d+", lambda number: f"({number.group()})", pattern), numbers
