"""From the lexicon to what notes hold estimates against: the smallest differences that people notice."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from litwatch.domain.difference import MinimalDifference
from litwatch.extract.lexicon import Concept, concepts

_TWO_SCALES = (50, 100)
"""Scales that end here are given in raw points by some, in percent by others."""


@cache
def minimal_differences() -> Mapping[str, MinimalDifference]:
    """Concept → its minimal important difference, for those whose scale an abstract cannot leave open.

    That is: concepts with a unit of measurement, which the abstract then has to state, and instruments with a name of
    their own and one scale in use.
    """
    return {
        concept.name: MinimalDifference(
            concept.mid.value, concept.unit or "points", concept.mid.population, concept.mid.source
        )
        for concept in concepts()
        if concept.mid and (concept.unit or _has_one_scale(concept))
    }


def _has_one_scale(concept: Concept) -> bool:
    # A name without capitals is no instrument's: "pain interference" is measured with several.
    return concept.range is not None and concept.range[1] not in _TWO_SCALES and not concept.name.islower()
