"""How measures of effect are written (data/measures.toml)."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from litwatch.domain.study import Measure
from litwatch.extract.resources import load
from litwatch.extract.tokens import TOKEN


class Name(NamedTuple):
    """How a measure may be written: its words without dashes, and whether only in this case ("OR" is no "or")."""

    words: list[str]
    exact: bool
    measure: Measure


@cache
def measure_names() -> dict[str, list[Name]]:
    """First word, in the given case where that matters and else in lower case → names, the longest first."""
    names: dict[str, list[Name]] = {}
    for key, spellings in load("measures")["measures"].items():
        measure = Measure.SMD if key == "g" else Measure(key)
        for spelling in spellings:
            exact = spelling.isupper() or len(spelling) <= 2
            words = [word for word in TOKEN.findall(spelling if exact else spelling.lower()) if word != "-"]
            names.setdefault(words[0], []).append(Name(words, exact, measure))
    return {first: sorted(found, key=lambda name: -len(name.words)) for first, found in names.items()}


def spelt(name: Name, tokens: list[str], at: int) -> int | None:
    """The token after a measure's name, if it stands at `at`; dashes within do not matter."""
    for place, word in enumerate(name.words):
        while place and at < len(tokens) and tokens[at] == "-":
            at += 1
        if at >= len(tokens) or tokens[at] != word:
            return None
        at += 1
    return at


_TESTS = frozenset(("p", "ps", "pvalue", "pvalues", "p's", "ptrend", "i"))
_INTERVALS = frozenset(
    ("ci", "c", "cis", "cri", "cl", "crl", "hdi", "confidence", "credible", "credibility", "compatibility")
)


@cache
def beginnings() -> frozenset[str]:
    """The words that a statistic can begin with: a measure's first, and those of a p-value, an I² or an interval."""
    return _TESTS.union(_INTERVALS, measure_names())
