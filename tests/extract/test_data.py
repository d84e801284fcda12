"""The data files: well formed, and without entries that hide one another."""

from __future__ import annotations

import pytest

from litwatch.extract.cues import cue_phrases
from litwatch.extract.lexicon import concept_phrases, head_polarity
from litwatch.extract.numerals import value_of
from litwatch.extract.words import Phrases, plain, split_words


@pytest.mark.parametrize("text", ["IL-6", "IL6", "IL 6", "il‐6", "interleukin 6", "interleukin-6"])
def test_all_writings_of_a_name_are_found(text: str) -> None:
    hit = concept_phrases().first(split_words(plain(text)).words)
    assert hit is not None
    assert hit.payload.name == "interleukin-6"


def test_the_longest_phrase_wins_and_hits_do_not_overlap() -> None:
    phrases = Phrases([("a b", 1), ("a", 2), ("b c", 3)])
    assert [(hit.start, hit.end, hit.payload) for hit in phrases.find(["a", "b", "c", "a"])] == [(0, 2, 1), (3, 4, 2)]


def test_cues_are_read() -> None:
    assert cue_phrases().first(["improved"]) is not None


@pytest.mark.parametrize(
    ("name", "better"),
    [
        ("hip abductor strength", "higher"),
        ("incidence of injuries", "lower"),
        ("colour", None),
        ("fear of falling", "lower"),
    ],
)
def test_the_head_of_a_name_tells_its_good_direction(name: str, better: str | None) -> None:
    assert head_polarity(name.split()) == better


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,670", 1670), ("Forty-two", 42), ("one hundred and five", 105), ("two thousand three hundred", 2300), ("6", 6)],
)
def test_numbers_in_words(text: str, value: int) -> None:
    assert value_of(text) == value


def test_plain_keeps_every_offset() -> None:
    text = "−0·47 VO₂max I² ≤ “x” — İ\u2009y"
    assert len(plain(text)) == len(text)
    assert plain("−0·47 VO₂max I²") == "-0.47 VO2max I2"
