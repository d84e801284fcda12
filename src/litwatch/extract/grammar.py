"""A grammar of statistics: estimates, confidence intervals, p-values and I², in every usual notation.

    estimate  = [measure link] signed [unit] {interval | p | i2}
    interval  = [number "%"] ("CI" | "CrI" | "confidence interval" …) link bounds
    bounds    = ["(" | "["] signed [unit] ("to" | "-" | "," | ";" | "and") signed
    p         = "P" ["value"] ["for" word] ("=" | "<" | ">" | "≤" | "≥") number
    i2        = "I" "2" link number ["%"]

Text is read once, left to right, over tokens. A P that follows I² belongs to the test for heterogeneity, never to the
effect ("WMD -0.78; 95% CI -1.08 to -0.47; I2=55.9%; P=.021"; Cochrane Handbook 10.10.2 on what I² and its P test).
"""

from __future__ import annotations

import re
from dataclasses import replace

from litwatch.domain.study import Effect, Measure
from litwatch.extract.measures import Name, beginnings, measure_names
from litwatch.extract.numbers import RATIOS, Statistic
from litwatch.extract.tokens import Cursor, grammar

# Without one of these no statistic can be there; most sentences are done with this test. Looking for the parts first
# takes a tenth of the time that the expression takes.
_PARTS = (*"=<>≤≥", "CI", "CrI", "onfidence", "redible", "alue", "ifference", "atio", "OR", "RR", "HR", "MD")
_STATISTIC = re.compile(
    r"[=<>≤≥]|\b(?:CIs?|CrI|[Cc]onfidence|[Cc]redible|[Pp] ?[Vv]alues?|[Dd]ifferences?|[Rr]atio|OR|RR|HR|S?MD|WMD)\b"
)
# A sentence with more is a table; the rest of it is not read, so that no text takes long.
_MOST_STATISTICS = 40
_CLOSING = re.compile(r"[)\]]{1,2}[,;]? ?")
_INTERVALS = frozenset({"CI", "CIs", "CrI", "confidence", "Confidence"})
_LEVELS = (80.0, 90.0, 95.0, 97.5, 98.0, 99.0)
_REACH = 8


def statistics(text: str) -> tuple[Statistic, ...]:
    """Every statistic printed in a sentence (plain text, see `words.plain`), in order."""
    if any(map(text.__contains__, _PARTS)) and _STATISTIC.search(text) is not None:
        return _Parser(text).run()
    return ()


class _Parser(Cursor):
    """One sentence's tokens and a cursor; `run` gives the statistics."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.found: list[Statistic] = []
        self.intervals_named = not _INTERVALS.isdisjoint(self.texts)
        self.last_i2 = -99
        self.label: tuple[Measure, int, int] | None = None
        """Measure last named, its first token, and the token after it."""

    def run(self) -> tuple[Statistic, ...]:
        names, lows = measure_names(), self.lows
        begins = beginnings()
        free = 0
        for at in [
            at
            for at, low in enumerate(lows)
            if low in begins or "0" <= low < ":" or low in "+-." or self.texts[at] in begins
        ]:
            if at < free:
                continue
            if len(self.found) >= _MOST_STATISTICS:
                break
            named = lows[at] in names or self.texts[at] in names
            free = (
                (self.p_value(at) if lows[at][0] == "p" else self.i_squared(at) if lows[at] == "i" else None)
                or self.interval(at)
                or (self.estimate(at) if named else None)
                or self.bare(at)
                or at + 1
            )
        return tuple(self.found)

    # rules: each returns the token after what it read, or None

    def p_value(self, at: int) -> int | None:
        if self.low(at) not in ("p", "ps", "pvalue", "pvalues", "p's"):
            return None
        first, heterogeneity = at, False
        at += 1
        for _ in range(5):
            low = self.low(at)
            heterogeneity |= low in grammar("heterogeneity")
            if low in ("value", "values", "s", "-", "for", "of", "=", "was", "were", ":") or self.kind(at) == "word":
                at += 1
            else:
                break
        if self.kind(at) != "num" and self.low(at) not in ("<", ">", "≤", "≥", "<=", ">="):
            return None
        operator = {"<=": "≤", ">=": "≥"}.get(self.low(at), self.low(at)) if self.kind(at) == "sym" else ""
        at += bool(operator)
        if self.low(at) == "or" and self.low(at + 1) == "=":  # "P < or = .001"
            operator, at = {"<": "≤", ">": "≥"}.get(operator, operator), at + 1
        at += self.low(at) == "="
        if self.kind(at) != "num" or self.value(at) > 1:
            return None
        if not (heterogeneity or self._tests_heterogeneity(first)):
            number = self.text[self.start(at) : self.end(at)].replace(",", ".")
            self._add_p(operator + number, first, at + 1)
        return at + 1

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

    def interval(self, at: int) -> int | None:
        """An interval, with the estimate before it if there is one."""
        start, level = at, 95.0
        if self.kind(at) == "num" and self.low(at + 1) == "%" and self.value(at) in _LEVELS:
            level, at = self.value(at), at + 2
            at += self.low(at) == "-"
        named = self.interval_name(at)
        if named is None:
            return None
        if self.low(named) in ("(", "["):  # "confidence interval (CI)"
            named = self.interval_name(named + 1) or named
        at = self.skip(named, "=:,;([)]", grammar("link"), 4)
        bounds = self.bounds(at)
        if bounds is None:
            return None
        ci, end = bounds
        self._add_interval(ci, level, start, end)
        return end

    def estimate(self, at: int) -> int | None:
        """A measure's name and the value after it."""
        named = self._measure(at)
        if named is None:
            return None
        measure, end = self._abbreviated(*named)
        self.label = (measure, at, end)
        value_at = self.skip(self._named_in_brackets(end), "=:,([", grammar("link") | {"s"}, 3)
        read = self.signed(value_at)
        if read is None or (self.low(read[1]) == "%" and self.interval_name(read[1] + 1)):
            return end
        needs_sign = len(self.texts[at]) <= 2 and end == at + 1 and measure not in (Measure.MD, *RATIOS)
        if needs_sign and self.low(end) not in ("=", ":"):
            return end
        value, stop = read
        effect = Effect(measure, value)
        self._add(Statistic(self.start(at), self.end(stop - 1), effect))
        return self._bare_bounds(stop)

    def _abbreviated(self, measure: Measure, at: int) -> tuple[Measure, int]:
        """A measure and the token after its abbreviation, where that follows: "mean difference (MD) -1.2"."""
        if self.low(at) in ("(", "[") and (short := self._measure(at + 1)) and self.low(short[1]) in (")", "]"):
            return short[0], short[1] + 1
        return measure, at

    def _named_in_brackets(self, at: int) -> int:
        """The token after "(95% CI)", where a measure is printed as "mean difference (95% CI) -1.8 (-3.5 to -0.1)"."""
        for step in range(at, min(at + 6, self.size)):
            if self.low(step) in (")", "]") and self.intervals_named:
                named = self.low(at) in ("(", "[") and any(self.interval_name(i) for i in range(at, step))
                return step + 1 if named else at
        return at

    def bare(self, at: int) -> int | None:
        """A value and an interval, both without names, in a sentence that names its intervals once."""
        if not (self.intervals_named or (self.found and self.found[-1].effect.ci)):
            return None
        read = self.signed(at)
        if read is None:
            return None
        if self.low(at - 1) in ("(", "[") and self.low(read[1]) in (",", ";"):
            return self._triple(at, *read)
        opening = self.skip(read[1], "%", grammar("unit"), 3)
        if self.low(opening) not in ("(", "[") or self.bounds(opening + 1) is None:
            return None
        count = len(self.found)
        measure = self.label[0] if self.label else Measure.OTHER
        self._add(Statistic(self.start(at), self.end(read[1] - 1), Effect(measure, read[0])))
        end = self._bare_bounds(read[1])
        if end == read[1]:
            del self.found[count:]
            return None
        return end

    def _triple(self, at: int, value: float, comma: int) -> int | None:
        """A bracket that holds a value and its interval: "CRP (2.07, 1.48-2.90)"."""
        bounds = self.bounds(comma + 1)
        if bounds is None or self.low(bounds[1]) not in (")", "]", ";"):
            return None
        (low, high), end = bounds
        if not low <= value <= high or not self.found:
            return None
        measure = self.found[-1].effect.measure
        self._add(Statistic(self.start(at), self.end(end - 1), Effect(measure, value, (low, high))))
        return end

    def _bare_bounds(self, at: int) -> int:
        """An interval without its name right after a value: "-2.0 (-3.8 to -0.2)"."""
        opening = self.skip(at, "%", grammar("unit"), 3)
        if self.low(opening) in ("(", "["):
            bounds = self.bounds(opening + 1)
            if bounds and self.low(self.skip(bounds[1], "%", grammar("unit"), 3)) in (")", "]", ";", ","):
                last = self.found[-1]
                (low, high), end = bounds
                if last.effect.value is not None and low <= last.effect.value <= high:
                    effect = replace(last.effect, ci=(low, high))
                    self.found[-1] = replace(last, effect=effect, end=self.end(end - 1))
                    return end
        return at

    def _measure(self, at: int) -> tuple[Measure, int] | None:
        names = (*measure_names().get(self.texts[at], ()), *measure_names().get(self.lows[at], ()))
        for name in names:
            if (end := self._spelt(name, at)) is not None:
                return name.measure, end
        return None

    def _spelt(self, name: Name, at: int) -> int | None:
        """The token after a measure's name, if it stands at `at`; dashes within do not matter."""
        tokens = self.texts if name.exact else self.lows
        for place, word in enumerate(name.words):
            while place and at < self.size and tokens[at] == "-":
                at += 1
            if at >= self.size or tokens[at] != word:
                return None
            at += 1
        return at

    # putting together

    def _add(self, statistic: Statistic) -> None:
        self.found.append(statistic)

    def _near(self, last: Statistic, at: int) -> bool:
        """Whether token `at` still belongs to the statistic before it: few characters, no closing of its bracket."""
        between = self.text[last.end : self.start(at)]
        if last.effect.ci and _CLOSING.fullmatch(between):  # "(0.2 to 1.0), P = 0.03"
            return True
        if len(between) > 30 or re.search(r"[)\]].*[,;]|\. ", between):
            return False
        return all(word.lower() in grammar("unit") for word in re.findall(r"[^\W\d_]{4,}", between))

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

    def _add_interval(self, ci: tuple[float, float], level: float, first: int, end: int) -> None:
        stop = self.end(end - 1)
        last = self.found[-1] if self.found else None
        if last and last.effect.ci is None and self._near(last, first):
            self.found[-1] = replace(last, end=stop, effect=replace(last.effect, ci=ci, ci_level=level))
            return
        start, value = self._value_before(first)
        measure = self._label_before(start)
        self._add(Statistic(self.start(start), stop, Effect(measure, value, ci, level)))

    def _value_before(self, first: int) -> tuple[int, float | None]:
        """A number that stands right before an interval ("5.2 points (95% CI …)"), and the token it begins at."""
        at = first - 1
        while at > first - 5 and (self.low(at) in ("(", "[", ",", ";", ":", "%") or self.low(at) in grammar("unit")):
            at -= 1
        if at < 0 or self.kind(at) != "num":
            return first, None
        signed = self.low(at - 1) == "-" and self.kind(at - 2) not in ("num",)
        value = -self.value(at) if signed else self.value(at)
        return at - signed, value

    def _label_before(self, at: int) -> Measure:
        if self.label and 0 <= at - self.label[2] <= _REACH:
            return self.label[0]
        if any(self.low(step) in ("difference", "differences") for step in range(max(0, at - 6), at)):
            return Measure.MD
        return Measure.OTHER
