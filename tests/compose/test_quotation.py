from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.compose.quotation import quote_words, quotes


@pytest.mark.parametrize(
    ("text", "words", "quoted"),
    [
        ("Walking helps.", 25, "Walking helps."),
        ("Walking helps the hip, the knee and the back of most people.", 8, "Walking helps the hip…"),
        ("Walking may help the hip and the knee of most people.", 8, "Walking may help the hip and the knee…"),
        ("Walking in the hills may help the knee of most.", 5, "Walking in the hills…"),
        # What comes before a turn would say something else alone.
        ("Walking eased pain a lot, but not the swelling of any joint or CRP.", 11,
         "Walking eased pain a lot, but not the swelling of any…"),
        (
            "Walking three times a week in the hills with a guide eased pain and stiffness, "
            "although nothing else changed.",
            14,
            "Walking three times a week in the hills… although nothing else changed.",
        ),
        # A concession at the beginning makes its point after the comma.
        ("Although pain fell a little in both groups, the difference was far too small to matter.", 13,
         "Although pain fell a little in both groups, the difference was far too…"),
        ("Pain fell (by one point, or two, on a scale of ten) in all.", 9, "Pain fell (by one point, or two…"),
    ],
)  # fmt: skip
def test_quote_words(text: str, words: int, quoted: str) -> None:
    assert quote_words(text, words) == quoted
    assert quotes(text, quoted)


@pytest.mark.parametrize(
    "quotation",
    [
        "Walking eased the pain.",
        "Walking eased pain",
        "eased pain…",
        "Walking eas…",
        "Walking eased pain… anything else.",
        "Walking… pain… eased…",
        "…",
        "",
    ],
)
def test_not_a_quotation(quotation: str) -> None:
    assert not quotes("Walking eased pain but did not change anything else, which surprised us.", quotation)


WORDS = st.sampled_from(
    ["pain", "fell", "but", "not", "CRP,", "although", "it", "(n=40)", "(of", "12.", "however,", "the", "…", "a."]
)


@given(st.lists(WORDS, min_size=10, max_size=60).map(" ".join), st.integers(12, 30))
@settings(max_examples=200, deadline=None)
def test_every_quotation_is_short_and_verbatim(text: str, words: int) -> None:
    quoted = quote_words(text, words)
    assert len(quoted.split()) <= words
    if "…" not in text:
        assert quotes(text, quoted)
