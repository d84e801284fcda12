"""Would you notice? An estimate against the smallest difference that people notice in that outcome.

Told only where nothing has to be guessed: a mean difference of one instrument, on the scale that the published minimal
important difference is given in. Where the unit is one of measurement, the row's sentence has to state it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from litwatch.compose.ledger import numbers
from litwatch.compose.numbers import as_printed
from litwatch.compose.telling import Wording, enumerated
from litwatch.domain.difference import MinimalDifference
from litwatch.domain.prose import Provenance, Sentence
from litwatch.domain.study import Comparison, Direction, Effect, Measure, Outcome, Study

POINTS = "points"
"""The unit of a scale of its own, which an abstract need not state."""

QUESTION = "Would you notice?"

_COMPARED = (
    "Enough for people to notice, with the whole interval",
    "Enough for people to notice, but the interval reaches below that",
    "Less than people notice, with the whole interval",
    "Less than people notice, but the interval reaches that far",
)
_MEASURES = frozenset({Measure.MD, Measure.WMD, Measure.MEAN_CHANGE})
_UNIT_SPELLINGS = {
    "m": r"m(?:et(?:er|re)s?)?",
    "s": r"s(?:ec(?:onds?)?)?",
    "kg": r"kg",
    "mm": r"mm",
    "m/s": r"m/s(?:ec)?",
}


def sizes(study: Study, wording: Wording, mids: Mapping[str, MinimalDifference]) -> tuple[Sentence, ...]:
    """Every improvement that can be held against what people notice, by how the two compare; `mids` go by concept."""
    found: dict[str, list[tuple[int, str, str]]] = {}
    for index, row in enumerated(study):
        mid = mids.get(row.concept or "")
        if mid and row.effect and _may_be_told(row) and _comparable(row.effect, mid, row.evidence.text):
            item = f"{wording.brief(row, study.outcomes)} ({_estimate(row)} against {_least(mid)} in {mid.population})"
            found.setdefault(_against(row.effect, mid.value), []).append((index, item, mid.source))
    told = tuple(
        Sentence(
            f"{words}: {'; '.join(item for _, item, _ in found[words])}.",
            Provenance.DERIVED,
            tuple(index for index, _, _ in found[words]),
            "mid " + ", ".join(dict.fromkeys(source for _, _, source in found[words])),
        )
        for words in _COMPARED
        if words in found
    )
    return (Sentence(QUESTION, Provenance.BOILERPLATE), *told) if told else ()


def noticeable(row: Outcome, mids: Mapping[str, MinimalDifference]) -> MinimalDifference | None:
    """What the row's estimate and interval can be held against, whichever way they point; None where that is unknown."""
    mid = mids.get(row.concept or "")
    if mid is None or row.effect is None or row.comparison is Comparison.ASSOCIATION or not _is_the_instrument(row):
        return None
    return mid if _on_its_scale(row.effect, mid, row.evidence.text) else None


def _least(mid: MinimalDifference) -> str:
    unit = "point" if mid.unit == POINTS and mid.value == 1 else mid.unit
    return f"{mid.value:g} {unit}"


def _may_be_told(row: Outcome) -> bool:
    association = row.comparison is Comparison.ASSOCIATION
    return row.direction is Direction.IMPROVED and not association and _is_the_instrument(row)


def _estimate(row: Outcome) -> str:
    return as_printed(row.effect.value, row.evidence.text) or "" if row.effect and row.effect.value is not None else ""


def _is_the_instrument(row: Outcome) -> bool:
    """Whether the row is named as its concept is, not by a wider word for it."""
    concept = (row.concept or "").casefold()
    return concept in (name.casefold() for name in (row.name, *row.aliases))


def _comparable(effect: Effect, mid: MinimalDifference, quote: str) -> bool:
    """Whether it is on the scale of `mid` and its interval is on one side of nothing."""
    low, high = effect.ci or (0, 0)
    return not low <= 0 <= high and _on_its_scale(effect, mid, quote)


def _on_its_scale(effect: Effect, mid: MinimalDifference, quote: str) -> bool:
    if effect.measure not in _MEASURES or effect.value is None or effect.ci is None or not numbers(effect, quote):
        return False
    low, high = effect.ci
    if not low <= effect.value <= high:
        return False
    if mid.unit == POINTS:
        return True
    return (effect.unit or "") == mid.unit or _states_unit(effect.value, mid.unit, quote)


def _states_unit(value: float, unit: str, quote: str) -> bool:
    digits = as_printed(abs(value), quote)
    spelling = _UNIT_SPELLINGS.get(unit, re.escape(unit))
    return digits is not None and re.search(rf"(?<![\d.]){re.escape(digits)} ?{spelling}(?![\w/])", quote) is not None


def _against(effect: Effect, least: float) -> str:
    """Where the estimate and its interval lie, all as sizes."""
    low, high = sorted(abs(bound) for bound in effect.ci or ())
    if high < least:
        return _COMPARED[2]
    if low >= least:
        return _COMPARED[0]
    return _COMPARED[1] if abs(effect.value or 0.0) >= least else _COMPARED[3]
