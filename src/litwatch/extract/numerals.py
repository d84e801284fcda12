"""Whole numbers among words, in digits or as English words."""

from __future__ import annotations

import re
from typing import NamedTuple

_UNITS = (
    ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_DECADES = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: value for value, word in enumerate((*_UNITS[0], *_UNITS[1]))}
_TENS = {word: 10 * value for value, word in enumerate(_DECADES, start=2)}
_SCALES = {"hundred": 100, "thousand": 1000}
_ANY = frozenset((*_SMALL, *_TENS, *_SCALES))
NUMBER_WORDS = _ANY
"""The words that numbers are made of."""
_GLUED = re.compile(r"(?:[^\W\d_]\d*|\*|[^\W\d_]{2,} ?#)\Z")
_DATED = re.compile(r"(?<=[^\W\d_] )(?:19|20)\d\d\)")
_WHOLE = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}")
_MOST_WORDS = 8


class Numeral(NamedTuple):
    """Words `first:last` are the number `value`."""

    first: int
    last: int
    value: int


def numerals(words: list[str]) -> list[Numeral]:
    """The whole numbers among words in lower case, as `words.split_words` gives them; decimals and the like left out."""
    found: list[Numeral] = []
    free = 0
    # Only words that begin with a digit lie between "0" and ":".
    for at in [at for at, word in enumerate(words) if "0" <= word < ":" or word in _ANY]:
        word = words[at]
        if at < free:
            continue
        if word not in _ANY:
            if _WHOLE.fullmatch(word) is not None:
                free = at + 1 + _is_parted(words, at)
                found.append(Numeral(at, free, int("".join(words[at:free]).replace(",", ""))))
        else:
            free = _reach(words, at)
            found.append(Numeral(at, free, value_of(" ".join(words[at:free]))))
    return found


def _is_parted(words: list[str], at: int) -> bool:
    """Whether a number's thousands are parted by a space ("48 000")."""
    return len(words[at]) <= 3 and words[at][0] != "0" and words[at + 1 : at + 2] == ["000"]


def _reach(words: list[str], at: int) -> int:
    """The word after a number in words ("one hundred and five")."""
    end = at + 1
    while end < min(len(words), at + _MOST_WORDS):
        if words[end] in _ANY:
            end += 1
        elif words[end] == "and" and words[end - 1] in _SCALES and words[end + 1 : end + 2] and words[end + 1] in _ANY:
            end += 2
        else:
            break
    return end


def value_of(numeral: str) -> int:
    """The value of "1,670", "Forty-two", "one hundred and five"."""
    text = numeral.replace(",", "")
    if text.isdecimal():
        return int(text)
    total = part = 0
    for word in re.findall(r"[a-z]+", numeral.lower()):
        if word in _SCALES:
            part = max(part, 1) * _SCALES[word]
            if word == "thousand":
                total, part = total + part, 0
        else:
            part += _SMALL.get(word, _TENS.get(word, 0))
    return total + part


def is_no_count(text: str, start: int, stop: int) -> bool:
    """Whether what stands around a number makes it a share, a measurement, a range, or part of a name.

    "NCT01313208", "HLA-B*5701" and "(ACR 1990)" are names.
    """
    if (stop < len(text) and text[stop] in "%/±") or text[stop : stop + 2] in (" %", " ±"):
        return True
    if text[max(0, start - 2) : start] in (".-", ":-"):  # "Methods.—Forty women"
        return False
    if text[start].isdigit() and (_GLUED.search(text, max(0, start - 12), start) or _DATED.match(text, start)):
        return True
    return start > 0 and text[start - 1] in "±</>≤≥-+$€£"
