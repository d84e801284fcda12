"""Sizes of change that stand without a measure's name.

    by       = verb … "by" [about] size               "fell by 27%", "improved by a mean of 5 points"
    noun     = noun … ("of" | "was" | "=") [about] size   "an improvement of 24.6%", "change score = 15%"
    grade    = size [relative …] (noun | grade)        "a 20% reduction", "11 kg more", "52% less"
    bracket  = "(" size ("," | ";") p                  "(7%; P = 0.013)", "(-76 ml/min, p = 0.002)"
    rate     = percent "per" word                      "0.96% per day … and 0.22% …"
    fold     = number {"-" "," number} "-fold"         "1.8-, 1.9- and 2.5-fold"

A share of people ("27% of the patients", "40% versus 25%") and a threshold ("at least 30%") is no size of change.
"""

from __future__ import annotations

import re
from dataclasses import replace

from litwatch.domain.study import Effect, Measure
from litwatch.extract.numbers import Statistic
from litwatch.extract.tokens import Cursor, grammar

SIZE = re.compile(
    r"\d ?%|per ?cent|[- ]fold|\bby (?:[a-z]+ ){0,4}[-+€$£]?\d|\d[- ][a-z°/]+ (?:[a-z]+ )?(?:higher|lower|less|more|greater|"
    r"longer|shorter|better|worse|reduc|decreas|increas|improv|declin|differ)|[(\[][-+±]\d|\b(?:of|was|were) [-+€$£]?\d"
)
"""Without one of these no size of change is printed."""

_REACH = 40
_MOST = 20
_AFTER_AMOUNT = ("", ".", ",", ";", "(", ")", "and", "in", "points")
_TURN = 14
_AND = frozenset({"and"})
_SERIES = ("for", "from", "in", "after", "per")


def with_changes(text: str, found: tuple[Statistic, ...]) -> tuple[Statistic, ...]:
    """The statistics of a sentence with the sizes of change that hang on no measure's name, in order."""
    sizes = _Sizes(text, found).run()
    if not sizes:
        return found
    taken = {id(size.p) for size in sizes if size.p is not None}
    kept = [statistic for statistic in found if id(statistic) not in taken]
    return tuple(sorted((*kept, *(size.statistic for size in sizes)), key=lambda statistic: statistic.start))


class _Size:
    """A size of change and the p-value that belongs to it."""

    __slots__ = ("p", "statistic")

    def __init__(self, statistic: Statistic, p: Statistic | None) -> None:
        self.statistic = statistic if p is None else _joined(statistic, p)
        self.p = p


def _joined(size: Statistic, p: Statistic) -> Statistic:
    return Statistic(size.start, p.end, replace(size.effect, p=p.effect.p))


class _Sizes(Cursor):
    """Reads a sentence's numbers and keeps those that are sizes of change."""

    def __init__(self, text: str, found: tuple[Statistic, ...]) -> None:
        super().__init__(text)
        self.known = found
        self.read: list[_Size] = []
        self.rate = False

    def run(self) -> list[_Size]:
        free = 0
        for at in range(self.size):
            if at < free or self.kind(at) != "num" or len(self.read) >= _MOST:
                continue
            free = self._size(at) or at
        return self.read

    def _size(self, at: int) -> int | None:
        """Keep the number at `at` if it is a size of change; the token after it."""
        if any(known.start <= self.start(at) < known.end for known in self.known):
            return None
        if folds := self._folds(at):
            return folds
        first = at - 1 if self.low(at - 1) in ("-", "+") and self.kind(at - 2) not in ("num", "word") else at
        unit, end = self._unit(at + 1)
        if unit is None:
            return None
        percent = unit is Measure.PERCENT
        if self.low(end) in ("to", "-") and self.kind(end + 1) == "num":
            return None
        if not (
            self._by(first, end, percent=percent)
            or self._noun(first, end, percent=percent)
            or self._graded(at, end, percent=percent)
            or self._in_bracket(first, end, percent=percent)
            or (percent and self._is_rate(first, end))
        ):
            return None
        value = -self.value(at) if first < at and self.low(first) == "-" else self.value(at)
        self._keep(first, end, Effect(unit, value))
        return self._in_turn(end, unit)

    def _in_turn(self, end: int, unit: Measure) -> int:
        """Keep the further sizes of a series, as in "by 20%, 15% and 8%, respectively"; the token after them."""
        found: list[tuple[int, int]] = []
        at = self.skip(end, ",", _AND, 2)
        while at > end and self.kind(at) == "num" and self._unit(at + 1)[0] is unit:
            end = self._unit(at + 1)[1]
            found.append((at, end))
            at = self.skip(end, ",", _AND, 2)
        if found and "respectively" in self.lows[end : end + _TURN]:
            for first, stop in found:
                self._keep(first, stop, Effect(unit, self.value(first)))
        return end

    def _keep(self, first: int, end: int, effect: Effect) -> None:
        statistic = Statistic(self.start(first), self.end(end - 1), effect)
        after = next((known for known in self.known if known.start >= statistic.end), None)
        near = after is not None and _LINK.fullmatch(self.text[statistic.end : after.start])
        only_p = after is not None and after.effect.value is None and after.effect.ci is None
        self.read.append(_Size(statistic, after if near and only_p else None))

    def _unit(self, at: int) -> tuple[Measure | None, int]:
        """What a number measures, and the token after its unit: a percentage, or an amount of a unit."""
        if self.low(at) == "%" or self.low(at) == "percent":
            return Measure.PERCENT, at + 1
        if self.low(at) == "per" and self.low(at + 1) == "cent":
            return Measure.PERCENT, at + 2
        end = at
        spread = 3 if self.lows[end : end + 3] == ["+", "/", "-"] else 1 if self.low(end) == "±" else 0
        if spread and self.kind(end + spread) == "num":
            end += spread + 1
            if self.low(end) == "%":
                return Measure.PERCENT, end + 1
        dashed = self.low(end) == "-" and self.kind(end + 1) == "word"
        end += dashed
        if self.low(end) in grammar("no_size"):
            return None, end
        stop = self.skip(end, "°/²", grammar("unit"), 4)
        if stop == end and dashed:
            return None, end
        return Measure.MEAN_CHANGE, stop

    # the ways in which a size is told

    def _by(self, first: int, end: int, *, percent: bool) -> bool:
        at = self._back(first - 1, grammar("about"))
        if self.low(at) != "by" or self.low(end) == "of" or self._threshold(first):
            return False
        if not percent and end == first + 1 and self.low(end) not in _AFTER_AMOUNT:
            return False
        return any(self.low(step) in grammar("verb") for step in range(max(0, at - _REACH), at))

    def _noun(self, first: int, end: int, *, percent: bool) -> bool:
        at = self._back(first - 1, grammar("about"))
        if at == first - 1 and self.low(at) not in ("of", "was", "were", "=", ":"):
            return False
        if at < first - 1:
            at = next((step for step in range(first - 1, at, -1) if self.low(step) == "of"), at)
        if self.low(at) not in ("of", "was", "were", "=", ":") or self.low(end) == "of" or self._threshold(first):
            return False
        reach = 8 if percent and self.low(at) != "of" else 2 if self.low(at) == "=" else 6
        for step in range(at - 1, max(-1, at - 1 - reach), -1):
            if self.low(step) in grammar("noun"):
                return True
            if self.kind(step) != "word" or self.low(step) in ("was", "were", "by", "and"):
                return False
        return False

    def _graded(self, at: int, end: int, *, percent: bool) -> bool:
        if self._threshold(at) or (not percent and end == at + 1 and not self._decimal_more(at, end)):
            return False
        step = end
        while self.low(step) in grammar("before_grade") and step < end + 2:
            if self.low(step) in grammar("grade"):
                return True
            step += 1
        low = self.low(step)
        if low in grammar("grade"):
            return self.low(step + 1) != "than" or self.kind(step + 2) != "num"
        return low in grammar("noun") and self.low(at - 1) not in ("and", "versus", "vs", "to", "-")

    def _decimal_more(self, at: int, end: int) -> bool:
        return "." in self.texts[at] and self.low(end) in ("additional", "extra", "more", "fewer")

    def _in_bracket(self, first: int, end: int, *, percent: bool) -> bool:
        """Alone with a p-value in brackets; an amount that is no percentage must have a sign."""
        if not percent and self.kind(first) != "sym":
            return False
        before = self.low(first - 1)
        opened = before in ("(", "[") or (
            before in ("and", ",", ";", ":")
            and any(0 <= self.start(first) - known.end <= 6 for known in self.known if known.effect.p)
        )
        closing = end + 2 if self.low(end) == "±" and self.kind(end + 1) == "num" else end
        closing += closing > end and self.low(closing) == "%"
        after = self.start(closing) if closing < self.size else len(self.text)
        lone = [known for known in self.known if known.effect.p and known.effect.value is None]
        tested = any(0 <= known.start - after <= 3 for known in lone)
        return opened and self.low(closing) in (",", ";") and tested

    def _is_rate(self, first: int, end: int) -> bool:
        before = self.low(first - 1)
        if self.low(end) == "per" and (before in ("was", "were", "of", "by") or before in grammar("verb")):
            self.rate = True
            return True
        return self.rate and self.low(first - 1) in (",", "and") and self.low(end) in _SERIES

    def _folds(self, at: int) -> int | None:
        """A number of "fold", and those before it that share the word ("1.8-, 1.9-fold"); the token after them."""
        places, step = [at], at + 1
        while self.low(step) in ("-", ",", "and", "or", "to") or (self.kind(step) == "num" and len(places) < 9):
            if self.kind(step) == "num":
                places.append(step)
            step += 1
        if self.low(step) not in ("fold", "folds") or self._threshold(at):
            return None
        for place in places:
            end = place + 1 if place != places[-1] else step + 1
            self._keep(place, end, Effect(Measure.OTHER, self.value(place)))
        return step + 1

    def _back(self, at: int, words: frozenset[str]) -> int:
        for _ in range(5):
            if self.low(at) not in words or self.low(at) == "":
                break
            at -= 1
        return at

    def _threshold(self, at: int) -> bool:
        return any(self.low(step) in grammar("threshold") for step in range(max(0, at - 4), at))


_LINK = re.compile(r"[%\w°/]{0,6} ?(?:[,;]|\(|[,;]? ?\(?) ?")
