"""The reading grade of notes is only as good as its formula."""

from __future__ import annotations

import pytest

from tests.compose.readability import grade, syllables


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("pain", 1),
        ("better", 2),
        ("improved", 2),
        ("walking", 2),
        ("people", 2),
        ("reported", 3),
        ("comparison", 4),
        ("the", 1),
        ("trials", 1),
        ("6-minute", 2),
        ("−0.49", 1),
    ],
)
def test_syllables(word: str, number: int) -> None:
    assert syllables(word) == number


def test_grade() -> None:
    # 6 words and 7 syllables in one sentence: 0.39 × 6 + 11.8 × 7 / 6 − 15.59.
    assert grade(["The cat sat on the table."]) == pytest.approx(0.5167, abs=1e-4)
    assert grade(["The cat sat.", "It sat on the table."]) < grade(["The cat sat and it sat on the table."])
    assert grade([]) == 0.0
