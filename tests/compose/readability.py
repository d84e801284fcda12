"""How hard a text is to read, by the formula of Kincaid, Fishburne, Rogers and Chissom (1975, US Navy report 8-75)."""

from __future__ import annotations

import re
from collections.abc import Sequence

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^aeiouylr]es|[^tdaeiouy]ed|[^aeiouyl]e)\Z")


def grade(sentences: Sequence[str]) -> float:
    """The US school grade: 0.39 × words a sentence + 11.8 × syllables a word − 15.59. A number is a word of one syllable."""
    words = [word for sentence in sentences for word in words_of(sentence)]
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def words_of(text: str) -> list[str]:
    """The words of a text: what stands between spaces and holds a letter or a digit."""
    return [word for word in text.split() if any(letter.isalnum() for letter in word)]


def syllables(word: str) -> int:
    """The groups of vowels of each hyphenated part, without a silent ending; at least one a part."""
    parts = [part for part in re.split(r"[^a-z]+", word.lower()) if part]
    return sum(max(1, len(_VOWELS.findall(_SILENT.sub(lambda end: end.group()[0], part)))) for part in parts) or 1
