"""Tokens of a statistic, and the terminals of its grammar: signed numbers, units, bounds, an interval's name."""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate

from litwatch.extract.resources import load

TOKEN = re.compile(r"\d{1,3}(?:,\d{3})+(?![\d.])|0,\d{2,}|\d+(?:\.\d+)?|\.\d+|[^\W\d_]+(?:'s\b)?|<=|>=|[^\w\s]")
"""A number, a word or a mark."""
# In a group, so that a split gives the tokens with what lies between: their offsets are sums of lengths.
_APART = re.compile(f"({TOKEN.pattern})")


def number_of(text: str) -> float:
    """The value of a number token: "1,670", "0,05", ".5"."""
    return float(text.replace(",", ".") if text.startswith("0,") else text.replace(",", ""))


@cache
def grammar(key: str) -> frozenset[str]:
    return frozenset(load("measures")["grammar"][key])


class Cursor:
    """A sentence's tokens, read by index; an index past either end reads as nothing."""

    def __init__(self, text: str) -> None:
        self.text = text
        pieces = _APART.split(text)
        edges = list(accumulate(map(len, pieces)))
        self.texts = pieces[1::2]
        self.lows = list(map(str.lower, self.texts))
        self.size = len(self.lows)
        self._starts, self._ends = edges[:-1:2], edges[1::2]

    def start(self, at: int) -> int:
        return self._starts[at]

    def end(self, at: int) -> int:
        return self._ends[at]

    def low(self, at: int) -> str:
        return self.lows[at] if 0 <= at < self.size else ""

    def kind(self, at: int) -> str:
        """num, word or sym; "" past the ends."""
        if not 0 <= at < self.size:
            return ""
        text = self.lows[at]
        if text[-1].isdecimal():
            return "num"
        return "word" if text[0].isalpha() else "sym"

    def value(self, at: int) -> float:
        return number_of(self.texts[at])

    def signed(self, at: int) -> tuple[float, int] | None:
        """A number with its sign, and the token after it."""
        sign = 1.0
        if self.low(at) in "+-±" and self.low(at):
            sign = -1.0 if self.low(at) == "-" else 1.0
            at += 1
        money = self._currency(at)
        at = money
        if self.low(at) == "(" and self.kind(at + 1) == "num":
            at += 1
        if self.kind(at) != "num":
            return None
        return self._grouped(sign, at)

    def _currency(self, at: int) -> int:
        """The token after a currency: "€", "US$", "EUR"."""
        if self.low(at) in ("us", "a", "au", "c", "can", "nz") and self.low(at + 1) == "$":
            return at + 2
        return at + 1 if self.low(at) in grammar("currency") and self.kind(at + 1) == "num" else at

    def _grouped(self, sign: float, at: int) -> tuple[float, int]:
        """A number whose thousands a space may part ("€27 487"), which only money and large bounds are printed with."""
        digits, end = self.texts[at], at + 1
        while (
            1 <= len(digits) - 3 * (end - at - 1) <= 3
            and len(self.texts[end : end + 1]) == 1
            and len(self.low(end)) == 3
            and self.low(end).isdecimal()
            and self.text[self.end(end - 1) : self.start(end)] == " "
        ):
            digits, end = digits + self.texts[end], end + 1
        return (sign * float(digits), end) if end > at + 1 else (sign * self.value(at), end)

    def skip(self, at: int, allowed: str, words: frozenset[str], most: int) -> int:
        """The first token from `at` on that is neither one of the marks `allowed` nor one of `words`."""
        for _ in range(most):
            low = self.low(at)
            if not low or not (low in words or (self.kind(at) == "sym" and low in allowed)):
                break
            at += 1
        return at

    def interval_name(self, at: int) -> int | None:
        if self.low(at) in ("ci", "cis", "cri", "cl", "crl", "hdi"):
            return at + 1
        if self.lows[at : at + 4] == ["c", ".", "i", "."]:
            return at + 4
        if self.low(at) in ("confidence", "credible", "credibility", "compatibility"):
            return at + 2 if self.low(at + 1) in ("interval", "intervals", "limits", "limit") else None
        return None

    def bounds(self, at: int) -> tuple[tuple[float, float], int] | None:
        low = self.signed(at)
        if low is None:
            return None
        at = self._converted(self.skip(low[1], "%", grammar("unit"), 3))
        if self.low(at) not in ("to", "-", ",", ";", "through", "till", "and", "/", "~", ":"):
            return None
        high = self.signed(at + 1)
        if high is None or (low[0] > high[0] and not (self.low(at) == "-" and high[0] > 0)):
            if high is None or (abs(low[0]) <= abs(high[0]) and not (low[0] < 0 and high[0] < 0)):
                return None
            return self._rising(low[0], high)
        return (low[0], high[0]), high[1]

    def _converted(self, at: int) -> int:
        """The token after an amount given once more in another currency: "[US$277]"."""
        if self.low(at) not in ("(", "["):
            return at
        close = next((step for step in range(at + 2, at + 7) if self.low(step) in (")", "]")), None)
        money = close is not None and any(self.low(step) in grammar("currency") for step in range(at + 1, close))
        return close + 1 if money and close is not None else at

    def _rising(self, low: float, high: tuple[float, int]) -> tuple[tuple[float, float], int]:
        """Bounds printed from high to low; kept in rising order."""
        return (min(low, high[0]), max(low, high[0])), high[1]
