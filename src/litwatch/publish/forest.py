"""The picture of a note's effects: estimates with their intervals on axes, as positions from 0 (left) to 1 (right).

Pure layout: pages draw it as inline SVG, mails as PNG. Drawn is what the ledger gives as an estimate inside an interval;
what is not drawn is counted beside the picture, so that it cannot look like the whole ledger.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from litwatch.domain.difference import MinimalDifference
from litwatch.domain.digest import LedgerLine, Nugget
from litwatch.domain.study import Comparison, Effect, Measure
from litwatch.publish import phrases
from litwatch.publish.scale import Scale, Tick, linear, logarithmic

_TITLES = {
    Measure.SMD: "Standardised mean difference",
    Measure.MD: "Mean difference",
    Measure.WMD: "Weighted mean difference",
    Measure.MEAN_CHANGE: "Mean change",
    Measure.RD: "Risk difference",
    Measure.R: "Correlation",
    Measure.BETA: "Regression coefficient",
    Measure.OR: "Odds ratio",
    Measure.RR: "Risk ratio",
    Measure.HR: "Hazard ratio",
}
"""The measures that have a value for "no difference", in the order of their panels. The others cannot be drawn."""
_RATIOS = frozenset({Measure.OR, Measure.RR, Measure.HR})
_WITHOUT_UNIT = frozenset({Measure.SMD, Measure.R, Measure.RD, *_RATIOS})
"""Whose values can be compared from outcome to outcome. All others need their unit for that."""
_LARGEST, _NARROWEST = 1e9, 1e-6
_SMALLEST_RATIO, _LARGEST_RATIO = 0.01, 100.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One row: a point at `at` on a line from `low` to `high`."""

    line: LedgerLine
    way: str
    """Key of its group of the ledger: better, unchanged, worse or other."""
    way_label: str
    at: float
    low: float
    high: float
    cut_low: bool
    """The interval goes on beyond the axis: an arrow."""
    cut_high: bool
    crosses: bool
    """Whether the interval contains "no difference"."""
    band: tuple[float, float] | None
    """Where a difference is smaller than people notice; None where that is not known."""
    edges: tuple[float, ...] = ()
    """The ends of the band that lie on the axis: none, where the axis ends before what people notice."""

    @property
    def noticeable(self) -> MinimalDifference | None:
        return self.line.noticeable if self.band else None


@dataclass(frozen=True, slots=True)
class Axis:
    """Rows over one axis."""

    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    nothing: float
    """Where "no difference" lies."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The rows of one measure and unit: over one axis, or without a stated unit over an axis for each outcome."""

    title: str
    """"Mean difference, kg"."""
    nothing: str
    """What the upright line means: "0: no difference"."""
    axes: tuple[Axis, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """How many of everything a picture has, and whether any of its rows has a band."""

    panels: int
    axes: int
    rows: int
    band: bool


@dataclass(frozen=True, slots=True)
class Forest:
    """The picture. Never show it without `left_out` and `unfit`."""

    panels: tuple[Panel, ...]
    outline: Outline
    left_out: tuple[tuple[str, int], ...]
    """(direction in words, how many of its rows have no interval), directions without such rows left out."""
    unfit: tuple[tuple[str, int], ...]
    """The same of rows that have one, but of a kind, or with numbers, that such an axis cannot show."""

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(mark for panel in self.panels for axis in panel.axes for mark in axis.marks)


def outline(nugget: Nugget) -> Outline:
    """What the picture of the note's ledger will have, without the work of laying it out."""
    return _outline(_panels(phrases.ledger(nugget)))


def layout(nugget: Nugget) -> Forest | None:
    """The picture of the note's ledger; None if no row of it has an estimate with an interval."""
    ledger = phrases.ledger(nugget)
    panels = _panels(ledger)
    if not panels:
        return None
    left = [(group, line) for group in ledger for line in group.lines if not _drawable(line)]
    return Forest(
        panels=tuple(_panel(measure, unit, list(axes.values())) for (measure, unit), axes in panels.items()),
        outline=_outline(panels),
        left_out=_by_direction(group for group, line in left if not _has_interval(line)),
        unfit=_by_direction(group for group, line in left if _has_interval(line)),
    )


def caption(forest: Forest) -> str:
    """What the picture shows and what it does not, in one to three sentences."""
    text = f"{phrases.counted(forest.outline.rows, 'outcome')} with an estimate and its interval."
    for reason, groups in (
        ("no interval was found for them in the abstract", forest.left_out),
        ("their numbers fit no such axis", forest.unfit),
    ):
        if groups:
            text += (
                f" Not drawn, because {reason}: {', '.join(f'{number} {direction}' for direction, number in groups)}."
            )
    return text


def says(mark: Mark) -> str:
    """What a row's drawing says, in words: its text alternative."""
    text = (
        "the interval includes no difference" if mark.crosses else "the whole interval is on one side of no difference"
    )
    if mark.noticeable:
        text += f"; people notice {least(mark.noticeable)}{'' if mark.edges else ', more than the axis shows'}"
    return f"{mark.line.name}: {text}"


def least(mid: MinimalDifference) -> str:
    """Where the shaded band ends: "15 points (measured in people with knee osteoarthritis)"."""
    unit = mid.unit.removesuffix("s") if mid.unit == "points" and mid.value == 1 else mid.unit
    return f"{mid.value:g} {unit} (measured in {mid.population})"


def alternative(forest: Forest) -> str:
    """The whole picture in words, for where it is one image."""
    panels = (
        f"{panel.title} ({panel.nothing}): "
        + "; ".join(f"{mark.line.name}, {mark.way_label.lower()}, {mark.line.numbers}" for mark in _of(panel))
        for panel in forest.panels
    )
    return f"{caption(forest)} {'. '.join(panels)}."


@dataclass(frozen=True, slots=True)
class _Row:
    group: phrases.Group
    line: LedgerLine
    effect: Effect


_ORDER = {measure: place for place, measure in enumerate(_TITLES)}


_Panels = dict[tuple[Measure, str], dict[str, list[_Row]]]
"""The rows that can be drawn: by measure and unit, and in these by axis."""


def _outline(panels: _Panels) -> Outline:
    axes = [rows for panel in panels.values() for rows in panel.values()]
    band = any(row.line.noticeable for rows in axes for row in rows)
    return Outline(len(panels), len(axes), sum(map(len, axes)), band)


def _panels(ledger: Iterable[phrases.Group]) -> _Panels:
    each = ((group, line, _drawable(line)) for group in ledger for line in group.lines)
    shown = [_Row(group, line, effect) for group, line, effect in each if effect]
    panels: _Panels = {}
    for row in sorted(shown, key=lambda row: _ORDER[row.effect.measure]):
        shared = row.effect.unit or row.effect.measure in _WITHOUT_UNIT
        axes = panels.setdefault((row.effect.measure, row.effect.unit or ""), {})
        axes.setdefault("" if shared else row.line.name, []).append(row)
    return panels


def _of(panel: Panel) -> Iterator[Mark]:
    return (mark for axis in panel.axes for mark in axis.marks)


def _drawable(line: LedgerLine) -> Effect | None:
    """The row's effect, if it is an estimate inside its interval; a reading that says otherwise may be wrong."""
    effect = line.effect
    if effect is None or effect.measure not in _TITLES or effect.value is None or effect.ci is None:
        return None
    low, high = effect.ci
    usable = all(abs(number) <= _LARGEST for number in (low, effect.value, high)) and low <= effect.value <= high
    ratio_usable = effect.measure not in _RATIOS or (low >= 0 and _SMALLEST_RATIO <= effect.value <= _LARGEST_RATIO)
    return effect if usable and high - low >= _NARROWEST and ratio_usable else None


def _has_interval(line: LedgerLine) -> bool:
    return line.effect is not None and line.effect.ci is not None


def _by_direction(groups: Iterable[phrases.Group]) -> tuple[tuple[str, int], ...]:
    return tuple(Counter(group.direction for group in groups).items())


def _panel(measure: Measure, unit: str, axes: list[list[_Row]]) -> Panel:
    title = _TITLES[measure]
    if unit:
        title += f", {unit}"
    elif measure not in _WITHOUT_UNIT:
        title += ", unit not stated" if len(axes) == 1 else ", units not stated: each outcome on a scale of its own"
    within = all(row.line.comparison == Comparison.WITHIN for rows in axes for row in rows)
    nothing = "no correlation" if measure is Measure.R else "no change" if within else "no difference"
    return Panel(title, f"{int(measure in _RATIOS)}: {nothing}", tuple(_axis(measure, rows) for rows in axes))


def _axis(measure: Measure, rows: list[_Row]) -> Axis:
    ratio = measure in _RATIOS
    intervals = [row.effect.ci for row in rows if row.effect.ci]
    low, high = min(low for low, _ in intervals), max(high for _, high in intervals)
    if ratio:
        scale = logarithmic(max(low, _SMALLEST_RATIO), min(high, _LARGEST_RATIO))
    else:
        scale = linear(*_with_room(min(low, 0.0), max(high, 0.0), rows))
    nothing = 1.0 if ratio else 0.0
    return Axis(tuple(_mark(row, scale, nothing) for row in rows), scale.ticks, scale.at(nothing))


def _with_room(low: float, high: float, rows: Iterable[_Row]) -> tuple[float, float]:
    """The axis also shows what people notice, unless that would make the intervals less than half of it."""
    noticeable = [row.line.noticeable.value for row in rows if row.line.noticeable]
    most = max(noticeable, default=0.0)
    if max(high, most) - min(low, -most) <= 2 * (high - low):
        return min(low, -most), max(high, most)
    return low, high


def _mark(row: _Row, scale: Scale, nothing: float) -> Mark:
    low, high = row.effect.ci or (math.nan, math.nan)
    mid = row.line.noticeable
    ends = (-mid.value, mid.value) if mid else ()
    return Mark(
        line=row.line,
        way=row.group.key,
        way_label=row.group.label,
        at=scale.at(row.effect.value or 0.0),
        low=scale.at(low),
        high=scale.at(high),
        cut_low=low < scale.low,
        cut_high=high > scale.high,
        crosses=low <= nothing <= high,
        band=(scale.at(-mid.value), scale.at(mid.value)) if mid else None,
        edges=tuple(scale.at(end) for end in ends if scale.low <= end <= scale.high),
    )
