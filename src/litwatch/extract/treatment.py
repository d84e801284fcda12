"""One arm's phrase: where it ends, and whether it reads like something done to people.

A phrase is told only if it is short, without a verb, and with a word that names a treatment ("training", "usual care").
"""

from __future__ import annotations

import re

from litwatch.domain.study import Evidence
from litwatch.extract.quoting import evidence, trimmed
from litwatch.extract.resources import word_set
from litwatch.extract.sentences import Sentence

Span = tuple[int, int]

WORD = re.compile(r"[^\W_][\w'-]*")
_MOST_WORDS = 12
_MARK = re.compile(r"[.;:?!]|[([]| - |--")
_GROUP = re.compile(r"[ -]+(?:group|arm|condition|intervention group|treatment group)s?$", re.IGNORECASE)
# A bracket at the end of a phrase: numbers, "group A", an abbreviation.
_TAIL = re.compile(r" *[(\[](?:[^()\[\]]*[\d=][^()\[\]]*|[^()\[\]]*(?:group|control)[^()\[\]]*|[A-Z]{1,4})[)\]]$")
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


def arm(sentence: Sentence, span: Span) -> Evidence | None:
    """The phrase as evidence, without "group" at its end; None where it does not read like a treatment."""
    start, end = _tidied(sentence.plain, *span)
    group = _GROUP.search(sentence.plain[start:end])
    if group:
        start, end = _tidied(sentence.plain, start, start + group.start())
    text = sentence.plain[start:end]
    return evidence(sentence, start, end) if _is_treatment(text) else None


def _is_treatment(text: str) -> bool:
    words = [word.lower() for word in WORD.findall(text)]
    if not 0 < len(words) <= _MOST_WORDS or words[0] in word_set("contrast", "not_first"):
        return False
    if " ".join(words) in word_set("contrast", "generic") or not word_set("contrast", "nowhere").isdisjoint(words):
        return False
    if words[-1].endswith(("-related", "-induced")) or _APPOSITION.search(text) or not _balanced(text):
        return False
    heads = word_set("contrast", "heads")
    return _is_particular(words) and any(part in heads for word in words for part in (word, *word.split("-")))


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
