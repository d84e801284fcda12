"""Words with their offsets, and the phrases found in them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.extract.words import Phrases, plain, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("IL6, IL-6", ["il", "6", ",", "il", "6"]),
        ("The patient's pain", ["the", "patient's", "pain"]),
        ("1,670 of 3.5%", ["1,670", "of", "3.5", "%"]),
        ("Schrödinger's β-2", ["schrödinger's", "β", "2"]),
        ("İç 5", ["İç", "5"]),  # in lower case "İ" would be two characters, and every offset after it wrong
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert split_words(text).words == words


@given(st.text(alphabet="aZß'é5.,; (İ-", max_size=40))
@settings(max_examples=200, deadline=None)
def test_offsets_are_those_of_the_text(text: str) -> None:
    split = split_words(text)
    for word, start, end in zip(split.words, split.starts, split.ends, strict=True):
        assert [low for low in map(str.lower, text[start:end]) if len(low) == 1] == [at for at in word if at != "İ"]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("no significant difference in pain", [(0, 3, "long"), (4, 5, "pain")]),
        ("no difference", [(0, 1, "short")]),
        ("gait", []),
        ("pain no", [(0, 1, "pain"), (1, 2, "short")]),
    ],
)
def test_phrases_are_found_leftmost_and_longest(text: str, hits: list[tuple[int, int, str]]) -> None:
    phrases = Phrases([("no", "short"), ("no significant difference", "long"), ("pain", "pain")])
    assert list(phrases.find(split_words(plain(text)).words)) == hits
