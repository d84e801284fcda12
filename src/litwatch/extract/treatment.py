"""One arm's phrase: where it ends, and whether it reads like something done to people.

A phrase is told only if it is short, without a verb, and with a word that names a treatment ("training", "usual care",
"adalimumab"), or with a last word that the abstract says people were given.
"""

from __future__ import annotations

import re
from functools import cache

from litwatch.domain.study import Evidence
from litwatch.extract.quoting import evidence, trimmed
from litwatch.extract.resources import load, word_set
from litwatch.extract.sentences import Sentence

Span = tuple[int, int]

WORD = re.compile(r"[^\W_][\w'-]*")
_MOST_WORDS = 12
_SHORT = 3
# A word that ends so is no name of a treatment: "laparoscopic", "individual".
_ADJECTIVES = ("al", "ic", "ive", "ed", "ous", "able", "ary", "ly", "weight")
_MARK = re.compile(r"[;:?!]|\.(?!\d)|[([]| - |--")
_GROUP = re.compile(r"[ -]+(?:group|arm|condition|intervention group|treatment group)s?$", re.IGNORECASE)
# A bracket at the end of a phrase: numbers, "group A", an abbreviation.
_TAIL = re.compile(
    r" *[(\[](?:[^()\[\]]*[\d=][^()\[\]]*|[^()\[\]]*(?:group|control)[^()\[\]]*|[A-Z][A-Z-]{0,9})[)\]]$"
    r"| (?:for |every )?(?:\d+|one|two|three) (?:hours?|h|min|minutes?|days?|weeks?)$"
)
_ABBREVIATION = re.compile(r"[A-Z0-9-]{2,}s?")
_APPOSITION = re.compile(r", an? ")


def phrase_end(text: str, start: int, limit: int, *, joined: bool = True) -> int:
    """Where the phrase that begins at `start` ends: before a word or a mark that it cannot hold.

    With `joined` false "and" and "with" end it, too.
    """
    mark = _MARK.search(text, start, limit)
    limit = mark.start() if mark else limit
    stops = word_set("contrast", "stops")
    for word in WORD.finditer(text, start, limit):
        low = word.group().lower()
        if low in stops or (not joined and low in ("and", "with")):
            return len(text[: word.start()].rstrip())
    return limit


def arm(sentence: Sentence, span: Span, given: frozenset[str]) -> Evidence | None:
    """The phrase as evidence, without "group" at its end; None where it does not read like a treatment.

    `given` are the words of what the abstract says people were given.
    """
    start, end = _tidied(sentence.plain, *span)
    group = _GROUP.search(sentence.plain[start:end])
    if group:
        start, end = _tidied(sentence.plain, start, start + group.start())
    text = sentence.plain[start:end]
    return evidence(sentence, start, end) if _is_treatment(text, given) else None


def _is_treatment(text: str, given: frozenset[str]) -> bool:
    words = [word.lower() for word in WORD.findall(text)]
    if not 0 < len(words) <= _MOST_WORDS or words[0] in word_set("contrast", "not_first"):
        return False
    if " ".join(words) in word_set("contrast", "generic") or not word_set("contrast", "nowhere").isdisjoint(words):
        return False
    if words[-1].endswith(("-related", "-induced")) or _APPOSITION.search(text) or not _balanced(text):
        return False
    if words[-1] in word_set("contrast", "not_last"):
        return False
    if names_treatment(words):
        return _is_particular(words)
    return _is_given(words, given) and text[0].isalpha() and _ABBREVIATION.fullmatch(text) is None


def names_treatment(words: list[str]) -> bool:
    """Whether one of the words, or a hyphenated part of it, is a treatment by itself."""
    heads = word_set("contrast", "heads")
    return any(part in heads or part.endswith(_endings()) for word in words for part in (word, *word.split("-")))


def _is_given(words: list[str], given: frozenset[str]) -> bool:
    """Whether the abstract says that people were given what the last of the words names."""
    last = words[-1].rpartition("-")[2]
    if last not in given or not last.isalpha() or len(last) <= _SHORT or last.endswith(_ADJECTIVES):
        return False
    return last not in word_set("contrast", "not_given")


@cache
def _endings() -> tuple[str, ...]:
    return tuple(load("contrast")["endings"])


def _is_particular(words: list[str]) -> bool:
    """Whether the words say more than "a new intervention"."""
    plain, controls = word_set("contrast", "plain"), word_set("contrast", "controls")
    return not controls.isdisjoint(words) or any(word not in plain and not word[0].isdigit() for word in words)


def _balanced(text: str) -> bool:
    return text.count("(") == text.count(")") and text.count("[") == text.count("]")


def _tidied(text: str, start: int, end: int) -> Span:
    """`start` and `end` without articles, marks, a bracket of numbers or loose words at either end."""
    loose = word_set("contrast", "loose")
    while True:
        start, end = trimmed(text, start, end)
        tail = _TAIL.search(text, start, end)
        last = text[start:end].rpartition(" ")
        if tail:
            end = tail.start()
        elif last[1] and last[2].lower() in loose:
            end -= len(last[2]) + 1
        else:
            return start, end
