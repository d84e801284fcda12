"""Axes of pictures: from values to positions between 0 and 1, with round numbers along the way."""

from __future__ import annotations

import math
from dataclasses import dataclass

MINUS = "−"
_MARGIN = 0.04
"""So much of an axis stays free at each end."""
_MOST_TICKS = 5
_ROUND = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Tick:
    """A number printed at a position of an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis over the values from `low` to `high`."""

    low: float
    high: float
    log: bool
    values: tuple[float, ...]
    """Of its ticks."""

    def at(self, value: float) -> float:
        """The position of a value; what lies beyond the axis is at its end."""
        value = min(max(value, self.low), self.high)
        if self.log:
            return (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        return (value - self.low) / (self.high - self.low)

    @property
    def ticks(self) -> tuple[Tick, ...]:
        return tuple(Tick(self.at(value), _printed(value)) for value in self.values)


def linear(low: float, high: float) -> Scale:
    """An even axis over `low` < `high`."""
    room = (high - low) * _MARGIN
    return Scale(low - room, high + room, log=False, values=_round_numbers(low, high))


def logarithmic(low: float, high: float) -> Scale:
    """An axis for ratios, over 1 and 0 < `low` < `high`: a half is as far from 1 as a double."""
    low, high = min(low, 1.0), max(high, 1.0)
    room = (high / low) ** _MARGIN
    values = _round_numbers(low, high) if high / low < 4 else _round_ratios(low, high)
    return Scale(low / room, high * room, log=True, values=values)


def _round_numbers(low: float, high: float) -> tuple[float, ...]:
    """Multiples of 1, 2 or 5 times a power of ten, at most `_MOST_TICKS` of them."""
    power = math.floor(math.log10(high - low)) - 1
    steps = (digit * 10.0**exponent for exponent in range(power, power + 3) for digit in _ROUND)
    step = next(step for step in steps if _multiples(low, high, step) <= _MOST_TICKS)
    first = math.ceil(low / step - 1e-9)
    return tuple(round(place * step, 12) for place in range(first, first + _multiples(low, high, step)))


def _multiples(low: float, high: float, step: float) -> int:
    return math.floor(high / step + 1e-9) - math.ceil(low / step - 1e-9) + 1


def _round_ratios(low: float, high: float) -> tuple[float, ...]:
    """0.1, 0.2, 0.5, 1, 2, 5, 10 …; only the powers of ten where that is too many."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    values = [round(digit * 10.0**exponent, 12) for exponent in exponents for digit in _ROUND]
    inside = tuple(value for value in values if low <= value <= high)
    powers = tuple(value for value in inside if math.log10(value).is_integer())
    return inside if len(inside) <= _MOST_TICKS + 2 else powers


def _printed(value: float) -> str:
    return f"{value:,.12g}".replace("-", MINUS)
