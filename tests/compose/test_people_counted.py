"""A number is told as one of people only where the text gives it as a number of its own."""

from __future__ import annotations

import pytest

from litwatch.compose.size import people_counted
from tests.compose.papers import section, trial, trial_study


def counted(text: str, number: int) -> int | None:
    return people_counted(trial(sections=(section(None, text),)), trial_study(trial(), n_participants=number))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("We enrolled adults (NCT01313208).", 1313208),
        ("We enrolled adults (registry #01313208).", 1313208),
        ("Adults negative for HLA-B*5701 took part.", 5701),
        ("Patients received WR 279,396 or a placebo.", 279396),
        ("Of all, 40% improved.", 40),
        ("They took 500/200 mg daily.", 200),
        ("Eighty women with fibromyalgia (ACR 1990) took part.", 1990),
        ("By the 1990 criteria they had fibromyalgia.", 1990),
        ("From 2001 to 2005 people were followed.", 2001),
    ],
)
def test_digits_of_something_else_are_nobody(text: str, number: int) -> None:
    assert counted(text, number) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("We enrolled 1313208 adults.", 1313208),
        ("We enrolled 1,313,208 adults.", 1313208),
        ("We enrolled 12 000 adults.", 12000),
        ("Adults (n=5701) took part.", 5701),
        ("Adults took part (N = 1990).", 1990),
        ("We enrolled 1990 women.", 1990),
        ("We enrolled 2,001.", 2001),
        ("Eighty women took part.", 80),
        ("In all, 40.", 40),
    ],
)
def test_a_number_of_its_own_counts(text: str, number: int) -> None:
    assert counted(text, number) == number
