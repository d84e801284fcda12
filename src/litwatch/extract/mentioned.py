"""Whether a text may speak of an outcome: by its name, an abbreviation, its concept, or the kind of thing it is.

Generous on purpose: who asks wants to say that a conclusion is silent about an outcome.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from litwatch.domain.study import Outcome
from litwatch.extract.details import key_of
from litwatch.extract.lexicon import concept_phrases
from litwatch.extract.resources import load, word_set
from litwatch.extract.words import plain, split_words, stem

_BEGINNING = 5
"""Letters by which "inflammatory" and "inflammation" are one word."""


@cache
def _others() -> re.Pattern[str]:
    return re.compile(load("conclusion")["others"], re.IGNORECASE | re.VERBOSE)


def speaks_of_others(text: str) -> bool:
    """Whether a text sums up outcomes that it does not name ("other outcomes", "some of the secondary measures")."""
    return _others().search(text) is not None


def names_row(text: str, row: Outcome) -> bool:
    """Whether `text` may speak of the outcome of `row`."""
    words = split_words(plain(text)).words
    beginnings = _beginnings(text)
    if row.concept is not None and row.concept in _concepts(text):
        return True
    kinds = load("conclusion")["kinds"].get(row.domain or "", ())
    if any(beginning in beginnings for beginning in kinds):
        return True
    if any(" ".join(split_words(plain(alias)).words) in " ".join(words) for alias in row.aliases if alias):
        return True
    telling = [
        word
        for word in split_words(plain(key_of(row.name))).words
        if len(word) > 2 and word.isalpha() and word not in word_set("conclusion", "empty")
    ]
    return any(word[:_BEGINNING] in beginnings for word in telling)


@lru_cache(maxsize=64)
def _beginnings(text: str) -> frozenset[str]:
    return frozenset(stem(word)[:_BEGINNING] for word in split_words(plain(text)).words)


@lru_cache(maxsize=64)
def _concepts(text: str) -> frozenset[str]:
    return frozenset(hit.payload.name for hit in concept_phrases().find(split_words(plain(text)).words))
