"""What an article's own words stand for: the long forms of its abbreviations, and what each lettered group received."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from litwatch.extract.resources import word_set
from litwatch.extract.words import plain, split_words, stem

GROUP = re.compile(r"\b(?:groups?|arms?)[ -]([A-Z]{1,3}\d?|[1-6]|I{1,3}|IV)\b", re.IGNORECASE)
"""A group by its letter or number."""
_SHORT = re.compile(r"\(([A-Za-z][\w+/-]{0,9}|\d?[A-Z][\w +/-]{1,10})(?:\)|[,;:] ?[nN] ?=)")
_TELLS = re.compile(r"\s?(?:\(|:|,? (?:received|who|with|was|were|had|underwent)|=|\[|-)")
_TOLD = re.compile(r"[;.\])]|\b(?:group|arm)")
_TELLS_BEFORE = re.compile(r"[;,.()]|\b(?:group|arm|or|and)\b")
_LONGEST_FORM = 8
_REACH = 90
_OPENING = 30


@lru_cache(maxsize=20_000)
def terms(text: str) -> tuple[str, ...]:
    """The telling words of a text as stems, in order."""
    empty = word_set("judgement", "empty")
    return tuple(stem(word) for word in split_words(plain(text)).words if word[0].isalnum() and word not in empty)


def short_forms(text: str) -> dict[str, tuple[str, ...]]:
    """The terms of each abbreviation that a text (plain) brings in brackets, and those of its long form.

    The method is that of Schwartz and Hearst (Pacific Symposium on Biocomputing 2003, 451-462).
    """
    found: dict[str, tuple[str, ...]] = {}
    for match in _SHORT.finditer(text):
        letters = [char for char in match[1].lower() if char.isalnum()]
        before = text[max(0, match.start() - _REACH) : match.start()].lower()
        start = long_form(before, letters)
        if start is not None:
            long = terms(before[start:])
            short = " ".join(terms(match[1])) or match[1].lower()
            if 0 < len(long) <= _LONGEST_FORM and short not in long:
                found[short] = long
    return found


def long_form(before: str, letters: list[str]) -> int | None:
    """Where the long form begins: it holds the short one's letters in order, the first at the start of a word."""
    at = len(before) - 1
    for place, letter in reversed(list(enumerate(letters))):
        while at >= 0 and (before[at] != letter or (place == 0 and at > 0 and before[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
        at -= 1
    return at + 1


def stretches(text: str) -> Iterator[tuple[str, str]]:
    """Each lettered group of a sentence (plain) with what is said of it: after it, if the sentence begins with one.

    "In group A, 5 ml saline was given", "25 mg fentanyl to group F and 25 mg clonidine to group C".
    """
    found = list(GROUP.finditer(text))
    if not found:
        return
    edges = [0, *(edge for match in found for edge in match.span()), len(text)]
    ahead = found[0].start() <= _OPENING and not text[: found[0].start()].endswith(" to ")
    for at, match in enumerate(found):
        start = 2 * at + (2 if ahead else 0)
        yield match[1].lower(), text[edges[start] : edges[start + 1]]


def lettered_groups(text: str) -> dict[str, Counter[str]]:
    """By the letter or number of each group in a text (plain): the terms that tell what it received."""
    found: dict[str, Counter[str]] = {}
    for match in GROUP.finditer(text):
        near: list[str] = []
        after = text[match.end() : match.end() + _REACH]
        if _TELLS.match(after):
            near += terms(_TOLD.split(after.lstrip(" (:=,[-"))[0])
        if text[match.start() - 1 : match.start()] in ("(", "["):
            before = text[max(0, match.start() - _REACH) : match.start() - 1]
            near += terms(_TELLS_BEFORE.split(before)[-1])
        if near:
            found.setdefault(match[1].lower(), Counter()).update(near)
    return found
