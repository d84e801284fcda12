from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.compose.numbers import as_printed, readings, spelled, states


@pytest.mark.parametrize(
    ("text", "value", "printed"),
    [
        ("WMD, -0.49; 95% CI", -0.49, "−0.49"),
        ("(−0.49)", -0.49, "−0.49"),
        ("– 0.49", -0.49, "−0.49"),
        ("by −£125 in all", -125, "−125"),
        ("0.12-0.45", 0.45, "0.45"),  # a range
        ("0.12 -0.45", -0.45, "−0.45"),  # a range or a negative bound: both may be meant
        ("0.12 -0.45", 0.45, "0.45"),
        ("MD 1.50", 1.5, "1.50"),
        ("0·65", 0.65, "0.65"),
        ("p=.021", 0.021, "0.021"),
        ("1,670 patients", 1670, "1,670"),
        ("12 345 people", 12345, "12,345"),
        ("0,49 points", 0.49, "0.49"),
        ("(0.1,0.5)", 0.5, "0.5"),
        ("VO2peak rose by 3.16.", 3.16, "3.16"),
        ("IL-6 fell", 6, "6"),
        ("95%CI", 95.0, "95"),
    ],
)
def test_a_number_is_printed_with_the_digits_of_the_text(text: str, value: float, printed: str) -> None:
    assert as_printed(value, text) == printed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("MD -0.49", 0.49),  # the sign is part of the number
        ("MD 0.49", -0.49),
        ("MD 0.495", 0.49),
        ("1,670", 670),
        ("n = 1204", 120),
        ("10.5.3", 5.3),
        ("", 0),
    ],
)
def test_a_number_that_the_text_does_not_state(text: str, value: float) -> None:
    assert as_printed(value, text) is None
    assert not states(text, value)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Twenty-four trials and eight studies", {24, 8}),
        ("one hundred and twenty patients", {120}),
        ("Two thousand three hundred and five", {2305}),
        ("two, three and forty people", {2, 3, 40}),
        ("twenty and thirty", {20, 30}),
        ("a hundred reasons", set()),
        ("none of them", set()),
    ],
)
def test_spelled_numbers(text: str, numbers: set[int]) -> None:
    assert spelled(text) == {Decimal(number) for number in numbers}


@given(st.decimals(-10_000, 10_000, places=2), st.sampled_from("-−–"))
@settings(max_examples=200, deadline=None)
def test_every_number_is_read_back(value: Decimal, minus: str) -> None:
    text = f"the difference was {str(value).replace('-', minus)} points"
    assert value in {reading.value for reading in readings(text)}
    assert as_printed(float(value), text) is not None


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_read(text: str) -> None:
    for reading in readings(text):
        assert reading.value.is_finite()
    spelled(text)
