"""Numbers as digits or as English words."""

from __future__ import annotations

import re

_UNITS = (
    ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_DECADES = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SMALL = {word: value for value, word in enumerate((*_UNITS[0], *_UNITS[1]))}
_TENS = {word: 10 * value for value, word in enumerate(_DECADES, start=2)}
_SCALES = {"hundred": 100, "thousand": 1000}
_ANY = "|".join(sorted((*_SMALL, *_TENS, *_SCALES), key=len, reverse=True))

NUMERAL = rf"(?>\d{{1,3}}(?:,\d{{3}})+|\d+|(?:{_ANY})\b(?:(?:[ -]|\sand\s)(?:{_ANY})\b){{0,6}})"
"""A regular expression (ignore case) of a whole number in digits or words."""


def value_of(numeral: str) -> int:
    """The value of text that `NUMERAL` matches: "1,670", "Forty-two", "one hundred and five"."""
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
