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
from litwatch.extract.changes import SIZE, with_changes
from litwatch.extract.measures import beginnings, measure_names, spelt
from litwatch.extract.numbers import RATIOS, Statistic
from litwatch.extract.pvalues import TestRules
from litwatch.extract.tokens import grammar

# Without one of these no statistic can be there; most sentences are done with this test. Looking for the parts first
# takes a tenth of the time that the expression takes.
_PARTS = (
    *("=", "<", ">", "≤", "≥", "(-", "[-", "CI", "CrI", "CL", "onfidence", "redible", "alue", "ifference", "atio"),
    *("OR", "RR", "HR", "MD", "p less", "P less", "p 0", "P 0", "p .", "P .", "AUC", "AURO", "R2", "ICER", "ICC"),
    *("kappa", "rea under", "cost", "% Cl", "-index", "ffect size", "C.I"),
)
_STATISTIC = re.compile(
    r"[=<>≤≥]|[(\[]-\d|\b(?:CIs?|CrI|[Cc]onfidence|[Cc]redible|[Pp] ?[Vv]alues?|[Dd]ifferences?|[Rr]atio|OR|RR|HR|S?MD|WMD|"
    r"[Pp] (?:less|0?\.\d)|AU(?:RO)?C|R2|ICER|ICCs?|kappa|[Aa]rea under|cost|Cl|[Cc]-index|[Ee]ffect size|C\.I)"
)
# A sentence with more is a table; the rest of it is not read, so that no text takes long.
_MOST_STATISTICS = 40
_INTERVALS = frozenset({"CI", "Cl", "CIs", "CrI", "confidence", "Confidence"})
_LEVELS = (80.0, 90.0, 95.0, 97.5, 98.0, 99.0)
_PARALLEL = re.compile(r" (?:for|in|with|on|at|after) [^\d;()]{1,60}?(?:, and|,| and) ")
_MARKS = re.compile(r"[^\W\d_]+|[^\w\s]")
_AFTER_BOUNDS = (")", "]", ";", ",", ".", "p", "")
_AFTER_DIFFERENCE = ("=", ":", "of", "was", "were", "-", "+")
_AFTER_MEMBER = ("", ".", ")", ",", "and", "for", "respectively")
_REACH = 8
_FAR = 40
_MOST_BETWEEN = 80
_PREDICATE = 16


def statistics(text: str) -> tuple[Statistic, ...]:
    """Every statistic printed in a sentence (plain text, see `words.plain`), in order."""
    found: tuple[Statistic, ...] = ()
    if any(map(text.__contains__, _PARTS)) and _STATISTIC.search(text) is not None:
        found = _Parser(text).run()
    return with_changes(text, found) if SIZE.search(text) else found


class _Parser(TestRules):
    """One sentence's tokens and a cursor; `run` gives the statistics."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.intervals_named = not _INTERVALS.isdisjoint(self.texts)
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

    def interval(self, at: int) -> int | None:
        """An interval, with the estimate before it if there is one."""
        start, level = at, 95.0
        if self.kind(at) == "num" and self.low(at + 1) == "%" and self.value(at) in _LEVELS:
            level, at = self.value(at), at + 2
            at += self.low(at) in ("-", "posterior", "bootstrap", "bootstrapped", "bca")
        named = self.interval_name(at)
        if named is None:
            return None
        if self.low(named) in ("(", "["):  # "confidence interval (CI)", "confidence interval [95% CI]"
            inner = named + 3 if self.low(named + 2) == "%" else named + 1
            named = self.interval_name(inner) or named
        if self.kind(named) == "num" and self.low(named + 1) == "%" and self.value(named) in _LEVELS:  # "CI95%"
            level, named = self.value(named), named + 2
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
        read, first = self.signed(value_at), at
        if read is None:
            first = self._predicate(end)
            read = self.signed(first)
        if read is None or (self.low(read[1]) == "%" and self.interval_name(read[1] + 1)) or self._ranges(read[1]):
            return end
        needs_sign = len(self.texts[at]) <= 2 and end == at + 1 and measure not in (Measure.MD, *RATIOS)
        if needs_sign and self.low(end) not in ("=", ":"):
            return end
        if measure in RATIOS and self.low(read[1]) == "%":  # "RR" and "PR" are rates of response, too
            self.label = None
            return end
        if self._is_no_value(at, end, read[1]):
            return end
        value, stop = read
        effect = Effect(measure, value)
        self._add(Statistic(self.start(first), self.end(stop - 1), effect))
        return self._bare_bounds(stop)

    def _is_no_value(self, at: int, end: int, stop: int) -> bool:
        """Whether a number after a measure's name is a time, a group's own value, or stands after a bare "difference"."""
        if self.low(at) in ("difference", "differences") and self.low(end) not in _AFTER_DIFFERENCE:
            return True
        stop += self.low(stop) == "%"
        if self.low(stop) in grammar("time"):  # "SMD at 12 weeks", but "MD = 1.2 days"
            return not any(self.low(step) in _AFTER_DIFFERENCE for step in range(end, stop - 1))
        return self.low(stop) in ("vs", "versus")

    def _predicate(self, at: int) -> int:
        """The token after the verb of a measure whose name goes on: "the hazard ratio for return to work was 0.74"."""
        for step in range(at, min(at + _PREDICATE, self.size)):
            if self.low(step) in ("was", "were", "="):
                return step + 1
            if self.kind(step) == "num":  # "the hazard ratio for IL6 at 12 weeks was"
                passed = self.start(step) == self.end(step - 1) or self.low(step + 1) in grammar("time")
            else:
                passed = self.kind(step) == "word" or self.low(step) == "-"
            if not passed:
                break
        return self.size

    def _ranges(self, at: int) -> bool:
        """Whether a value is only one end of a range: "r = 0.26-0.28"."""
        return self.low(at) in ("-", "to") and self.kind(at + 1) == "num" and self.low(at + 2) != "%"

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
        read = self.signed(at)
        if read is None:
            return None
        if not (self.intervals_named or (self.found and self.found[-1].effect.ci) or self._spans_zero(read[1])):
            return self._further_value(at, *read)
        comma = self.skip(read[1], "%", grammar("unit"), 3)
        if self.low(at - 1) in ("(", "[") and self.low(comma) in (",", ";"):
            return self._triple(at, read[0], comma)
        opening = self.skip(read[1], "%", grammar("unit"), 3)
        if self.low(opening) not in ("(", "[") or self.bounds(opening + 1) is None:
            return self._further_value(at, *read)
        count = len(self.found)
        measure = self.label[0] if self.label else Measure.OTHER
        self._add(Statistic(self.start(at), self.end(read[1] - 1), Effect(measure, read[0])))
        end = self._bare_bounds(read[1])
        if end == read[1]:
            del self.found[count:]
            return None
        return end

    def _spans_zero(self, at: int) -> bool:
        """Whether bounds of which the lower is negative stand in brackets at `at`: an interval, if it has no name."""
        opening = self.skip(at, "%", grammar("unit"), 3)
        bounds = self.bounds(opening + 1) if self.low(opening) in ("(", "[") else None
        return bounds is not None and bounds[0][0] < 0 < bounds[0][1] and self.low(bounds[1]) in (")", "]")

    def _further_value(self, at: int, value: float, end: int) -> int | None:
        """One more value of the measure just read: "R2 of 0.34 for pain, 0.18 for sleep", "AUC were 0.72 and 0.73"."""
        last = self.found[-1] if self.found else None
        if last is None or last.effect.value is None or last.effect.ci or not self.label:
            return None
        if self.start(at) - last.end > _MOST_BETWEEN:
            return None
        between = self.text[last.end : self.start(at)]
        after = self.skip(end, "%", grammar("unit"), 4)
        decimal = "." in self.text[last.start : last.end] and "." in self.text[self.start(at) : self.end(end - 1)]
        if last.effect.measure is not self.label[0] or last.effect.p or not decimal:
            return None
        parallel = _PARALLEL.fullmatch(between) and self.low(end) == between.split()[0]
        marks = _MARKS.findall(between.lower())
        joined = all(mark in (",", "and") or mark in grammar("unit") for mark in marks)
        adjacent = joined and self.low(after) in _AFTER_MEMBER
        if not (parallel or adjacent):
            return None
        self._add(Statistic(self.start(at), self.end(end - 1), Effect(self.label[0], value)))
        return end

    def _triple(self, at: int, value: float, comma: int) -> int | None:
        """A bracket that holds a value and its interval: "CRP (2.07, 1.48-2.90)"."""
        bounds = self.bounds(comma + 1)
        if bounds is None or self.low(bounds[1]) not in (")", "]", ";"):
            return None
        (low, high), end = bounds
        if not low <= value <= high or not self.found or self.low(at + 1) in grammar("time"):  # an age
            return None
        measure = self.found[-1].effect.measure
        self._add(Statistic(self.start(at), self.end(end - 1), Effect(measure, value, (low, high))))
        return end

    def _bare_bounds(self, at: int) -> int:
        """An interval without its name right after a value: "-2.0 (-3.8 to -0.2)"."""
        opening = self.skip(at, "%", grammar("unit"), 3)
        if self.low(opening) in ("(", "[", ",", ";"):
            bounds = self.bounds(opening + 1)
            if bounds and self.low(self.skip(bounds[1], "%", grammar("unit"), 3)) in _AFTER_BOUNDS:
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
            if (end := spelt(name, self.texts if name.exact else self.lows, at)) is not None:
                return name.measure, end
        return None

    # putting together

    def _add_interval(self, ci: tuple[float, float], level: float, first: int, end: int) -> None:
        stop = self.end(end - 1)
        last = self.found[-1] if self.found else None
        if last and last.effect.ci is None and (self._near(last, first) or self._parted(last, first)):
            self.found[-1] = replace(last, end=stop, effect=replace(last.effect, ci=ci, ci_level=level))
            return
        start, value = self._value_before(first)
        if value is not None and not (ci[0] <= value <= ci[1] or ci[0] <= -value <= ci[1]):
            start, value = first, None
        measure = self._label_before(start)
        if measure is Measure.OTHER and value is not None and self.low(self._number_end(start)) == "%":
            measure = Measure.PERCENT
        self._add(Statistic(self.start(start), stop, Effect(measure, value, ci, level)))

    def _number_end(self, at: int) -> int:
        read = self.signed(at)
        return read[1] if read else at

    def _value_before(self, first: int) -> tuple[int, float | None]:
        """A number that stands right before an interval ("5.2 points (95% CI …)"), and the token it begins at."""
        at = first - 1
        while at > first - 5 and (self.low(at) in ("(", "[", ",", ";", ":", "%") or self.low(at) in grammar("unit")):
            at -= 1
        if self.kind(at) == "word" and self.kind(at - 1) == "num" and self.low(at + 1) in ("(", "["):
            at -= self.low(at) not in grammar("counted")  # a unit of no list: "12.4 microsiemens (95% CI …)"
        if self.low(at) in (")", "]"):  # "£188 [US$277], 95% CI …"
            at = next((step - 1 for step in range(at - 1, at - 7, -1) if self._converted(step) == at + 1), at)
        if at < 0 or self.kind(at) != "num":
            return first, None
        while self.kind(at - 1) == "num" and self._grouped(1.0, at - 1)[1] > at:
            at -= 1
        value = self._grouped(1.0, at)[0]
        before = at - 1 if self.low(at - 1) in grammar("currency") else at
        if self.low(before - 1) == "-" and self.kind(before - 2) != "num":
            return before - 1, -value
        return at, value

    def _first_since(self, at: int) -> bool:
        """Whether the verb of the measure last named stands before token `at`, and no other value between them."""
        if self.label is None or self.low(at - 1) not in ("was", "were", "of", "=") or at - self.label[2] > _FAR:
            return False
        return not self.found or self.found[-1].end <= self.start(self.label[1])

    def _label_before(self, at: int) -> Measure:
        if self.label and 0 <= at - self.label[2] <= _REACH:
            return self.label[0]
        if self.label and (self.low(at - 1) in ("and", ",") or self._first_since(at)):
            return self.label[0]
        if any(self.low(step) in ("difference", "differences") for step in range(max(0, at - 6), at)):
            return Measure.MD
        return Measure.OTHER
