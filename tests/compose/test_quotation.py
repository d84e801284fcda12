from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.compose.quotation import quote_claim, quote_words, quotes


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
    ("text", "words", "quoted"),
    [
        ("Walking helps.", 25, "Walking helps."),
        ("Walking may help the hip and the knee of most people.", 8, "Walking may help the hip and the knee…"),
        # How it begins and what it says.
        ("In adults with pain of the hip or the knee and a body mass index over thirty, walking eased pain and "
         "improved how far people could walk.", 14,
         "In adults with pain of the hip… walking eased pain and improved how far…"),
        ("The addition of daily walks to the usual care of old people, despite bad weather, is well tolerated "
         "and may ease pain.", 14,
         "The addition of daily walks to the usual… is well tolerated and may ease…"),
        # Of a list before the verb no part is left out: "pain did not change" is another sentence.
        ("In adults who have a long history of hip trouble, strength of the leg, pain at night, pain in the "
         "morning and the range of motion did not change.", 14,
         "In adults who have a long history of hip trouble, strength of the leg…"),
        ("Daily walks in the hills of the north, strength training with bands and a diet of beans are feasible "
         "in adults.", 12,
         "Daily walks in the hills of the north…"),
        # Not so much of the point that it could be its opposite.
        ("In adults with pain of the hip or the knee, any benefit of the daily walk did not last.", 13,
         "In adults with pain of the hip or the knee…"),
        # A turn is quoted as ever.
        ("In adults with hip pain for more than a year, walking three times a week eased pain, but not stiffness.",
         13, "In adults with hip pain for more than a year… but not stiffness."),
    ],
)  # fmt: skip
def test_quote_claim(text: str, words: int, quoted: str) -> None:
    told = quote_claim(text, words)
    assert told == quoted
    assert quotes(text, told)
    assert len(told.split()) <= words


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
    [
        "pain",
        "fell",
        "but",
        "not",
        "CRP,",
        "although",
        "it",
        "In",
        "is",
        "improved",
        "adults,",
        "(n=40)",
        "(of",
        "12.",
        "however,",
        "the",
        "…",
        "a.",
    ]
)


@given(st.lists(WORDS, min_size=10, max_size=60).map(" ".join), st.integers(12, 30))
@settings(max_examples=200, deadline=None)
def test_every_quotation_is_short_and_verbatim(text: str, words: int) -> None:
    for quoted in (quote_words(text, words), quote_claim(text, words)):
        assert len(quoted.split()) <= words
        if "…" not in text:
            assert quotes(text, quoted)
