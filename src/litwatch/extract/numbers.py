"""A statistic as a sentence prints it, and whether it is significant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from litwatch.domain.study import Effect, Measure

RATIOS = (Measure.OR, Measure.RR, Measure.HR)
"""Measures whose null value is 1, not 0."""


@dataclass(slots=True)
class Statistic:
    """A stretch of text that prints an estimate or a p-value, or only I²."""

    start: int
    end: int
    effect: Effect

    @property
    def is_p(self) -> bool:
        """Whether it is a p-value alone."""
        return self.effect.value is None and self.effect.ci is None

    @property
    def significant(self) -> bool | None:
        """By the p-value where one is given, else by the interval; None where neither tells."""
        by_p = significant_p(self.effect.p)
        if by_p is not None or self.effect.ci is None:
            return by_p
        low, high = sorted(self.effect.ci)
        null = 1.0 if self.effect.measure in RATIOS else 0.0
        return not low <= null <= high


def significant_p(p: str | None) -> bool | None:
    """Whether a printed p-value is below .05: "<0.001" yes, ">.05" no, "<0.1" no."""
    if p is None:
        return None
    value = float(re.sub(r"[^\d.]", "", p.replace(",", ".")) or "1")
    if p[0] in ">≥":
        return False if value >= 0.01 else None
    return value <= 0.05 if p[0] in "<≤" else value < 0.05
