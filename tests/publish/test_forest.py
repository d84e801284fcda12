"""The picture of effects: what is drawn, where, and what is said about the rest."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.domain.difference import MinimalDifference
from litwatch.domain.digest import LedgerLine, Nugget
from litwatch.domain.study import Effect, Measure
from litwatch.publish.forest import Axis, Forest, Mark, alternative, caption, layout, says
from litwatch.publish.scale import linear, logarithmic
from tests.publish.sample import COHORT, PROTOCOL, REVIEW, line


def drawn(*lines: LedgerLine) -> Forest | None:
    return layout(note(*lines))


def note(*lines: LedgerLine) -> Nugget:
    return replace(REVIEW, better=lines, unchanged=(), worse=(), other=())


def effect(measure: Measure, value: float, low: float, high: float, unit: str | None = None) -> LedgerLine:
    return line("pain", "numbers", "quote", effect=Effect(measure, value, (low, high), unit=unit))


def only(*lines: LedgerLine) -> Mark:
    forest = drawn(*lines)
    assert forest
    (mark,) = forest.marks
    return mark


def test_each_measure_and_unit_has_a_panel() -> None:
    forest = layout(REVIEW)
    assert forest
    assert [(panel.title, panel.nothing) for panel in forest.panels] == [
        ("Standardised mean difference", "0: no difference"),
        ("Weighted mean difference, m", "0: no difference"),
        ("Weighted mean difference, mg/L", "0: no difference"),
    ]
    assert [(mark.line.name, mark.way, mark.crosses) for mark in forest.marks] == [
        ("pain", "better", False),
        ("6-minute walk distance", "better", False),
        ("C-reactive protein", "unchanged", True),
    ]


def test_what_is_not_drawn_is_counted() -> None:
    """Abstracts give intervals for what improved: a picture of these alone would look like success."""
    forest = layout(REVIEW)
    assert forest
    assert forest.left_out == (("better", 1), ("no clear change", 2), ("mixed or unclear", 1))
    assert caption(forest) == (
        "3 outcomes with an estimate and its interval. Not drawn, because no interval was found for them in the abstract: "
        "1 better, 2 no clear change, 1 mixed or unclear."
    )


def test_what_has_an_interval_is_not_said_to_have_none() -> None:
    odd = (
        effect(Measure.PERCENT, 30, 20, 40),
        effect(Measure.OTHER, 1, 0, 2),
        effect(Measure.OR, 200, 2, 300),
        effect(Measure.MD, 5, 1, 2),
        line("pain", effect=Effect(Measure.MD, ci=(-2.0, -1.0))),
    )
    forest = drawn(effect(Measure.MD, 1, 0, 2), *odd, line("pain", effect=Effect(Measure.MD, 1.0)))
    assert forest
    assert caption(forest) == (
        "1 outcome with an estimate and its interval. Not drawn, because no interval was found for them in the abstract: "
        "1 better. Not drawn, because their numbers fit no such axis: 5 better."
    )
    unread = drawn(effect(Measure.MD, 1, 0, 2), odd[0])
    assert unread
    assert "no interval" not in caption(unread)


def test_a_ratio_is_drawn_by_how_many_times() -> None:
    forest = layout(COHORT)
    assert forest
    (panel,) = forest.panels
    (axis,) = panel.axes
    assert (panel.title, panel.nothing) == ("Odds ratio", "1: no difference")
    assert [mark.way for mark in axis.marks] == ["better", "worse"]
    half, double = (only(effect(Measure.OR, value, 0.25, 4)) for value in (0.5, 2))
    assert half.at + double.at == pytest.approx(1)


def test_the_points_lie_where_their_values_are() -> None:
    mark = only(effect(Measure.SMD, -0.5, -1.0, 0.0))
    assert mark.low < mark.at < mark.high
    assert mark.at == pytest.approx((mark.low + mark.high) / 2)
    assert mark.crosses, "an interval that ends at no difference includes it"


def test_differences_without_a_unit_are_not_laid_over_one_another() -> None:
    forest = drawn(effect(Measure.MD, -5, -9, -1), replace(effect(Measure.MD, -0.1, -0.2, 0), name="stiffness"))
    assert forest
    (panel,) = forest.panels
    assert [[mark.line.name for mark in axis.marks] for axis in panel.axes] == [["pain"], ["stiffness"]]
    assert panel.title == "Mean difference, units not stated: each outcome on a scale of its own"


@pytest.mark.parametrize(
    "bare",
    [
        line("pain"),
        line("pain", effect=Effect(Measure.MD, -1.0)),
        line("pain", effect=Effect(Measure.MD, ci=(-2.0, -1.0))),
        effect(Measure.OTHER, 1, 0, 2),
        effect(Measure.PERCENT, 30, 20, 40),
        effect(Measure.MD, 5, 1, 2),
        effect(Measure.MD, 1, 1, 1),
        effect(Measure.OR, 0, 0, 2),
        effect(Measure.OR, 1, -1, 2),
        effect(Measure.MD, float("nan"), 1, 2),
        effect(Measure.MD, 1, -1e300, 1e300),
    ],
)
def test_what_cannot_be_drawn_is_not(bare: LedgerLine) -> None:
    assert drawn(bare) is None
    assert layout(PROTOCOL) is None


def test_a_ratio_whose_interval_reaches_nought_ends_in_an_arrow() -> None:
    mark = only(effect(Measure.RR, 0.4, 0, 250))
    assert (mark.low, mark.high) == (0.0, 1.0)
    assert mark.cut_low and mark.cut_high
    plain = only(effect(Measure.RR, 0.4, 0.2, 0.8))
    assert not plain.cut_low and not plain.cut_high


def noticed(value: float) -> Mark:
    row = effect(Measure.MD, 1.5, 0.5, 2.5)
    return only(replace(row, noticeable=MinimalDifference(value, "points", "rowers", "doi:10.5555/x")))


def test_a_band_shows_what_people_do_not_notice() -> None:
    mark = noticed(1.0)
    assert mark.band
    below, above = mark.band
    assert below < mark.low < above < mark.at, "the estimate is more than people notice, the interval begins below that"
    assert says(mark) == (
        "pain: the whole interval is on one side of no difference; people notice 1 point (measured in rowers)"
    )
    assert mark.edges == (below, above), "lines, since grey alone is hardly seen"
    far = noticed(1000.0)
    assert far.band == (0.0, 1.0), "all that is shown is less than people notice"
    assert far.edges == (), "what people notice lies beyond the axis"
    assert says(far).endswith("people notice 1000 points (measured in rowers), more than the axis shows")
    row = effect(Measure.MD, 60, 20, 100, "points")
    both = [replace(row, noticeable=MinimalDifference(value, "points", "rowers", "x")) for value in (50, 1000)]
    forest = drawn(*both)
    assert forest and [len(mark.edges) for mark in forest.marks] == [1, 0], "the axis begins at nought"
    assert far.high - far.low > 0.5


def test_the_whole_picture_in_words() -> None:
    forest = layout(COHORT)
    assert forest
    assert alternative(forest) == (
        "2 outcomes with an estimate and its interval. Odds ratio (1: no difference): "
        "back pain, better, OR 0.82 (95% CI 0.70 to 0.96); shoulder pain, worse, OR 1.31 (95% CI 1.05 to 1.63)."
    )


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (-0.66, 0.0, ["−0.6", "−0.4", "−0.2", "0"]),
        (0.0, 48.4, ["0", "10", "20", "30", "40"]),
        (-1500, 1500, ["−1,000", "0", "1,000"]),
        (-0.03, 0.01, ["−0.03", "−0.02", "−0.01", "0", "0.01"]),
    ],
)
def test_ticks_are_round(low: float, high: float, labels: list[str]) -> None:
    assert [tick.label for tick in linear(low, high).ticks] == labels


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.7, 1.63, ["0.8", "1", "1.2", "1.4", "1.6"]),
        (0.2, 5.0, ["0.2", "0.5", "1", "2", "5"]),
        (0.01, 100.0, ["0.01", "0.1", "1", "10", "100"]),
        (2.0, 8.0, ["1", "2", "5"]),
    ],
)
def test_ticks_of_ratios(low: float, high: float, labels: list[str]) -> None:
    assert [tick.label for tick in logarithmic(low, high).ticks] == labels


numbers = st.floats(-1e12, 1e12, allow_nan=False)


@given(st.lists(st.tuples(st.sampled_from(Measure), numbers, numbers, numbers), min_size=1, max_size=4))
def test_everything_stays_on_its_axis(rows: list[tuple[Measure, float, float, float]]) -> None:
    forest = drawn(*(between(measure, *sorted(numbers)) for measure, *numbers in rows))
    for axis in (axis for panel in (forest.panels if forest else ()) for axis in panel.axes):
        stays(axis)


def between(measure: Measure, low: float, value: float, high: float) -> LedgerLine:
    return effect(measure, value, low, high)


def stays(axis: Axis) -> None:
    assert 0 <= axis.nothing <= 1
    assert 1 <= len(axis.ticks) <= 7
    assert all(before.at < after.at for before, after in pairwise(axis.ticks))
    assert all(0 <= tick.at <= 1 for tick in axis.ticks)
    for mark in axis.marks:
        assert 0 <= mark.low <= mark.at <= mark.high <= 1
        assert not mark.crosses or mark.low <= axis.nothing <= mark.high
