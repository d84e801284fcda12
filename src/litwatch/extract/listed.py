"""Members of a list that only its place tells: in "pain, X and Y did not differ", X and Y are outcomes as pain is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from litwatch.extract.cues import cue_phrases, words_of, words_of_any

# What a member's brackets hold (a value, a test, its abbreviation) does not end the list.
_LINK = re.compile(
    r"(?: ?\([^()]{1,60}\))?(?:(?P<comma>,\s+(?!and\b|or\b|nor\b|but\b))|,?\s+(?:and|or|nor)\s+(?:in\s+|the\s+)?)"
)
_WORD = re.compile(r"[^\W_][\w/-]*")
_MOST_WORDS = 4


def listed_after(text: str, end: int, limit: int) -> Iterator[tuple[int, int]]:
    """Spans of the members that follow the name that ends at `end`; none beyond `limit`, where the next name begins.

    A chain of members counts if it is closed: by "and" or "or" before its last one, or by the name at `limit`.
    """
    chain: list[tuple[int, int]] = []
    at = end
    while link := _LINK.match(text, at):
        if link.end() >= limit:
            yield from chain
            return
        span = _member(text, link.end(), limit)
        if span is None:
            return
        chain.append(span)
        at = span[1]
        if link["comma"] is None:
            yield from chain
            return


def _member(text: str, start: int, limit: int) -> tuple[int, int] | None:
    """The words from `start` on up to a mark, a bounding word or a verdict, if they can be a name."""
    words: list[str] = []
    at = end = start
    while match := _WORD.match(text, at, limit):
        word = match.group().lower()
        if word in words_of("bound") or word in words_of("adverb") or cue_phrases().first([word]) is not None:
            break
        if word in ("and", "or", "nor") or (word == "of" and _owners().match(text, at, limit)):
            break
        words.append(word)
        end = match.end()
        at = end + 1 if text[end : end + 1] == " " else end
        if at == end:
            break
    return (start, end) if _may_be_name(words, text[start:end]) else None


@cache
def _owners() -> re.Pattern[str]:
    """Whose a name is ("pain | of the patients"), which is no part of it."""
    persons = "|".join(sorted(words_of("persons") | {"groups", "group"}))
    return re.compile(rf"of (?:(?:the|our|all|these|study|both) )*(?:{persons})\b", re.IGNORECASE)


def _may_be_name(words: list[str], text: str) -> bool:
    if not 1 <= len(words) <= _MOST_WORDS or words[0][0].isdigit():
        return False
    if words[0].endswith(("ed", "ing")) or (len(words) == 1 and len(text) < 5 and text.islower()):
        return False
    if words_of_any("lead_in", "tendency", "adverb").issuperset(words) or words_of("no_member").issuperset(words):
        return False
    return all(words_of(key).isdisjoint(words) for key in ("never", "stranger", "persons"))


def compound_end(text: str, end: int, limit: int) -> int:
    """Where the compound that a name begins ends: over up to two more nouns, if a mark or a bounding word follows."""
    at = end
    for _ in range(3):
        match = _NEXT.match(text, at, limit) if text[at : at + 1] == " " else None
        if match is None:
            return at
        goes_on = _goes_on(match["word"].lower())
        if goes_on is not True:
            return at if goes_on is None else end
        at = match.end()
    return end


@lru_cache(maxsize=20_000)
def _goes_on(word: str) -> bool | None:
    """Whether a word may belong to the compound before it: None if it bounds it, False if there is none before it."""
    if word in words_of("bound") or word in ("and", "or", "nor", "but") or cue_phrases().first([word]) is not None:
        return None
    if any(word in words_of(key) for key in ("stranger", "never", "adverb", "lead_in", "persons", "clause")):
        return False
    return not (word.endswith(("ed", "ly", "ing")) or word[0].isdigit())


_NEXT = re.compile(r" (?P<word>[^\W_][\w/-]*)")
