"""The smallest difference that people notice in an outcome."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MinimalDifference:
    """A published minimal important difference, in `unit` ("points" for a scale of its own), for one instrument."""

    value: float
    unit: str
    population: str
    """The people in whom it was measured; it need not hold for others."""
    source: str
    """Where it was published: `doi:…` or `pmid:…`."""
