"""p-values and I²: the parts of a statistic that tell of a test, and whether they test the effect or heterogeneity."""

from __future__ import annotations

import re
from dataclasses import replace

from litwatch.domain.study import Effect, Measure
from litwatch.extract.numbers import Statistic
from litwatch.extract.tokens import Cursor, grammar

_CLOSING = re.compile(r"[)\]]{1,2}[,;]? ?")
_PARTED = re.compile(r"[,;:]? ?[^\d()\[\];]{1,60}?[,;]? ?")
_FOR_ALL = re.compile(r"\b(?:all|both|each)\b")
_P = frozenset({"p", "ps", "pvalue", "pvalues", "p's", "ptrend"})
_OPERATORS = frozenset({"<", ">", "≤", "≥", "<=", ">="})
_SPELT = {"<=": "≤", ">=": "≥"}


class TestRules(Cursor):
    """The statistics found so far, and the rules that add to them what a test says."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.found: list[Statistic] = []
        self.last_i2 = -99

    def p_value(self, at: int) -> int | None:
        """A p-value, or several that share their "P"; the token after it, or None."""
        if self.low(at) not in _P:
            return None
        first, end, heterogeneity, spelt = at, at + 1, False, ""
        for _ in range(5):
            low = self.low(end)
            heterogeneity |= low in grammar("heterogeneity")
            spelt = {"less": "<", "below": "<", "greater": ">", "above": ">"}.get(low, spelt)
            if low not in ("-", "=", ":") and self.kind(end) != "word":
                break
            end += 1
        operator, at = self._operator(end, spelt)
        if self.kind(at) != "num" or self.value(at) > 1:
            return None
        counts = not (heterogeneity or self._tests_heterogeneity(first))
        if counts:
            self._add_p(operator + self._number(at), first, at + 1)
        return self._further(at + 1, operator) if counts else at + 1

    def _number(self, at: int) -> str:
        return self.text[self.start(at) : self.end(at)].replace(",", ".")

    def _operator(self, at: int, spelt: str) -> tuple[str, int]:
        """The sign before a p-value, as one character or "", and the token after it."""
        operator, low = spelt, self.low(at)
        if low in _OPERATORS:
            operator, at = _SPELT.get(low, low), at + 1
        if self.low(at) == "or" and self.low(at + 1) == "=":  # "P < or = .001"
            operator, at = {"<": "≤", ">": "≥"}.get(operator, operator), at + 1
        if operator == "<" and self.low(at) == "/":  # "P</=.04"
            operator, at = "≤", at + 1
        return operator, at + (self.low(at) == "=")

    def _further(self, at: int, operator: str) -> int:
        """More p-values after the first, as in "P = 0.017, 0.002 and 0.04"; the token after them."""
        while True:
            step = at
            while self.low(step) in (",", "and", "&") and step < at + 2:
                step += 1
            number = self.texts[step] if step > at and self.kind(step) == "num" else ""
            if not number.startswith(("0.", ".")) or self.low(step + 1) not in (")", "]", ",", ";", "and", ""):
                return at
            self._add(Statistic(self.start(step), self.end(step), Effect(Measure.OTHER, p=operator + number)))
            at = step + 1

    def i_squared(self, at: int) -> int | None:
        if not (self.low(at) == "i" and self.low(at + 1) in ("2", "^")):
            return None
        end = self.skip(at + 2, "=:,(^2", grammar("link") | {"statistic", "2", "value", "index", "≥", ">", "<"}, 4)
        if self.kind(end) != "num":
            return None
        value, stop = self.value(end), end + 1
        stop += self.low(stop) == "%"
        self.last_i2 = stop
        last = self.found[-1] if self.found else None
        gap = self.text[last.end : self.start(at)] if last else ""
        close = re.fullmatch(r"[\s;,()\[\]]{0,6}", gap) is not None
        if last and last.effect.ci and (close or self._near(last, at)):
            self.found[-1] = replace(last, end=self.end(stop - 1), effect=replace(last.effect, i2=value))
        return stop

    # putting together

    def _add(self, statistic: Statistic) -> None:
        self.found.append(statistic)

    def _near(self, last: Statistic, at: int) -> bool:
        """Whether token `at` still belongs to the statistic before it: few characters, no closing of its bracket."""
        between = self.text[last.end : self.start(at)]
        if _FOR_ALL.search(between):
            return False
        if last.effect.ci and _CLOSING.fullmatch(between):  # "(0.2 to 1.0), P = 0.03"
            return True
        if len(between) > 30 or re.search(r"[)\]].*[,;]|\. ", between):
            return False
        return all(word.lower() in grammar("unit") for word in re.findall(r"[^\W\d_]{4,}", between))

    def _parted(self, last: Statistic, at: int) -> bool:
        """Whether only words stand between a measured value and token `at`: "difference -1.0, exercise first, 95% CI"."""
        measured = last.effect.value is not None and last.effect.measure is not Measure.OTHER
        between = self.text[last.end : self.start(at)]
        return measured and between[:1] == "," and between.rstrip()[-1:] == "," and bool(_PARTED.fullmatch(between))

    def _tests_heterogeneity(self, at: int) -> bool:
        if 0 <= at - self.last_i2 <= 4:
            return True
        return any(self.low(step) in grammar("heterogeneity") for step in range(max(0, at - 6), at))

    def _add_p(self, p: str, first: int, end: int) -> None:
        last = self.found[-1] if self.found else None
        if (
            last
            and last.effect.p is None
            and (last.effect.value is not None or last.effect.ci)
            and self._near(last, first)
        ):
            self.found[-1] = replace(last, end=self.end(end - 1), effect=replace(last.effect, p=p))
            return
        self._add(Statistic(self.start(first), self.end(end - 1), Effect(Measure.OTHER, p=p)))
