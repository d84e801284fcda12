"""Members of a list that only their place tells."""

from __future__ import annotations

import pytest

from litwatch.extract.listed import listed_after


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("pain or stride variability between groups", ["stride variability"]),
        ("pain, gait symmetry, and stride variability did not differ", ["gait symmetry", "stride variability"]),
        ("pain and women in the trial", []),
        ("pain, measured by diary", []),
        ("pain and returned to work", []),
        ("pain improved", []),
    ],
)
def test_listed_after_a_name(text: str, members: list[str]) -> None:
    assert [text[a:b] for a, b in listed_after(text, 4, len(text))] == members


def test_a_chain_is_closed_by_the_next_name() -> None:
    text = "pain, gait symmetry, sleep"
    assert [text[a:b] for a, b in listed_after(text, 4, text.index("sleep"))] == ["gait symmetry"]
