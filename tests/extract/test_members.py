"""Lists in brackets, as the members of the class before them."""

from __future__ import annotations

import pytest

from litwatch.extract.asides import Aside, members_of
from litwatch.extract.mentions import Mention


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("IL-6, TNF-α and IL-10", ["IL-6", "TNF-α", "IL-10"]),
        ("walking speed; stride length", ["walking speed", "stride length"]),
        ("WOMAC", []),
        ("P = 0.01, n = 30", []),
        ("exercise group, control group", []),
    ],
)
def test_members(text: str, members: list[str]) -> None:
    aside = Aside(10, 10 + len(text), text, (Mention(10, 12),))
    assert [text[a - 10 : b - 10] for a, b in members_of(aside)] == members


def test_brackets_that_name_no_outcome_have_no_members() -> None:
    assert members_of(Aside(0, 12, "Oslo, Bergen", ())) == []
