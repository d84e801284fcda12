"""Which numbers a text states, in every way that it can be read, and how one of them is printed.

A number in a note is allowed only if its sentence states it. Abstracts write −0.49 with five kinds of dash, 0·49 with
a middle dot, 1,670 and 1 670, ranges as 0.12-0.45, and twenty as a word; all of these have to be read as what they
mean. Where a mark is ambiguous (a hyphen between two numbers) both readings stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

MINUS = "−"
_DASHES = "-‐‑‒–—−﹣－"
_RUN = re.compile(r"[0-9][0-9.,·∙⋅]*[0-9]|[.·∙⋅]?[0-9]+")
_MIDDLE_DOTS = str.maketrans("·∙⋅", "...")
_PLAIN = re.compile(r"\d*\.\d+\Z|\d+\Z")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z")
_DECIMAL_COMMA = re.compile(r"\d+,\d+\Z")
_SPACED_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d.,]*\d)")


class Reading(NamedTuple):
    """One way to read a number in a text: its value, and how a note prints it (normal minus and decimal point)."""

    value: Decimal
    printed: str


def readings(text: str) -> Iterator[Reading]:
    """Every number in `text`, in order, each in all ways that it can be read."""
    for run in _RUN.finditer(text):
        positive, negative = _signs(text, run.start())
        for digits in _values(run.group().translate(_MIDDLE_DOTS)):
            value = Decimal(digits.replace(",", ""))
            if positive:
                yield Reading(value, digits)
            if negative:
                yield Reading(-value, MINUS + digits)
    for spaced in _SPACED_THOUSANDS.finditer(text):
        digits = spaced.group().replace(" ", ",")
        yield Reading(Decimal(digits.replace(",", "")), digits)


@lru_cache(maxsize=512)
def values(text: str) -> frozenset[Decimal]:
    """All values that the digits of `text` can mean."""
    return frozenset(reading.value for reading in readings(text))


def states(text: str, value: float) -> bool:
    """Whether `text` states `value`, in digits or, for whole numbers, in words."""
    exact = as_decimal(value)
    return exact in values(text) or exact in spelled(text)


def as_printed(value: float, text: str) -> str | None:
    """`value` with the digits that `text` gives it ("0.50", "−1.2", "1,670"); None if `text` does not state it."""
    exact = as_decimal(value)
    return next((reading.printed for reading in readings(text) if reading.value == exact), None)


def as_decimal(value: float) -> Decimal:
    """The shortest decimal that means the float, as a person would have written it."""
    return Decimal(repr(value))


def _signs(text: str, start: int) -> tuple[bool, bool]:
    """(can be positive, can be negative) for the number that starts at `start`."""
    before = text[max(0, start - 6) : start].rstrip("£$€")  # "−£125"
    if before[-1:] == " " and before[-2:-1] and before[-2] in _DASHES:
        return True, True
    if not before or before[-1] not in _DASHES:
        return True, False
    earlier = before[:-1]
    # "0.12-0.45" is a range and "IL-6" a name, but "0.12 -0.45" and "CI-0.45" may be negative: both readings stand.
    return earlier[-1:].isalnum() or earlier.rstrip()[-1:].isdigit() or earlier[-1:] in tuple("%)]"), True


def _values(run: str) -> Iterator[str]:
    """A run of digits, points and commas as printed numbers: thousands, a decimal comma, or a list without spaces."""
    if _PLAIN.match(run):
        yield "0" + run if run.startswith(".") else run
        return
    if _THOUSANDS.match(run):
        yield run
        return
    if _DECIMAL_COMMA.match(run):
        yield run.replace(",", ".")
    for piece in run.split(","):
        if _PLAIN.match(piece):
            yield "0" + piece if piece.startswith(".") else piece


_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: number for number, word in enumerate(_SMALL_WORDS.split())}
_SMALL |= {word: 10 * tens for tens, word in enumerate(_TENS_WORDS.split(), start=2)}
_SCALES = {"hundred": 100, "thousand": 1000}
_WORD = re.compile(r"[a-z]+")


@lru_cache(maxsize=512)
def spelled(text: str) -> frozenset[Decimal]:
    """All whole numbers below a million that `text` spells out: "forty-two", "one hundred and twenty patients"."""
    found: set[Decimal] = set()
    total = current = 0
    counting = False
    for word in [*_WORD.findall(text.lower()), ""]:
        if word in _SMALL:
            if counting and not _continues(current, _SMALL[word]):
                found.add(Decimal(total + current))
                total = current = 0
            current += _SMALL[word]
            counting = True
        elif word in _SCALES and counting:
            current = max(current, 1) * _SCALES[word]
            if word == "thousand":
                total, current = total + current, 0
        elif counting and word != "and":
            found.add(Decimal(total + current))
            total = current = 0
            counting = False
    return frozenset(found)


def _continues(current: int, word: int) -> bool:
    """Whether a small number may follow what was read: "twenty" + "two", "hundred (and)" + "twenty"."""
    if current % 100 == 0:
        return current > 0 or word > 0
    return current % 10 == 0 and current % 100 >= 20 and 0 < word < 10
