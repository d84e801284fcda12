"""How well findings agree with gold findings: accuracies of single fields, F1 of ledger rows (docs/findings.md).

Both sides are the contract's objects. Two outcomes name the same thing if the telling words of one of their names or
aliases agree by half or more (Dice coefficient). Rows are paired one to one, best names first; ties go to the pair whose
direction, estimate, time point or subgroup agree. All F1 are over all rows of all records together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from litwatch.extract.resources import word_set

Findings = Mapping[str, Any]
"""One article's findings as JSON; an outcome likewise."""
Figures = dict[str, float | int | None]
"""By name; None where there was nothing to measure."""

FIELDS = ("design", "n_participants", "n_studies", "stance")
LEDGER = ("outcome", "direction", "effect", "linked_effect", "p")
COMPATIBLE = 0.5
_WORD = re.compile(r"[a-z0-9α-ω]+")
_ENDINGS = (("ies", "y"), ("es", ""), ("s", ""))
Pair = tuple[Findings, Findings]
Estimate = tuple[float | None, float | None, float | None]


@dataclass
class _Share:
    """Right ones among those that count."""

    right: int = 0
    total: int = 0

    def add(self, right: bool) -> None:
        self.right += right
        self.total += 1

    @property
    def value(self) -> float | None:
        return self.right / self.total if self.total else None


@dataclass
class _Overlap:
    """What both sides have, and what each has."""

    both: int = 0
    gold: int = 0
    found: int = 0

    def add(self, both: int, gold: int, found: int) -> None:
        self.both += both
        self.gold += gold
        self.found += found

    def figures(self, name: str) -> Figures:
        precision = self.both / self.found if self.found else 0.0
        recall = self.both / self.gold if self.gold else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return {
            f"{name}_f1": f1,
            f"{name}_precision": precision,
            f"{name}_recall": recall,
            f"{name}_gold": self.gold,
        }


@dataclass
class Tally:
    """Figures over the records added so far."""

    records: int = 0
    answered: int = 0
    fields: dict[str, _Share] = field(default_factory=lambda: {name: _Share() for name in FIELDS})
    ledger: dict[str, _Overlap] = field(default_factory=lambda: {name: _Overlap() for name in LEDGER})
    grounded: _Share = field(default_factory=_Share)

    def add(self, gold: Findings, found: Findings | None) -> None:
        """Count one record; `found` is None where nothing could be read."""
        self.records += 1
        self.answered += found is not None
        for name, share in self.fields.items():
            want = gold.get(name)
            got = found.get(name) if found is not None else None
            if name != "n_studies" or want is not None or got is not None:
                share.add(found is not None and want == got)
        rows, own = gold.get("outcomes") or [], (found or {}).get("outcomes") or []
        self._add_rows(rows, own)
        texts = [part.get("text", "") for part in gold.get("abstract") or []]
        if texts:
            self._add_quotations(own, [*texts, gold.get("title", "")])

    def _add_rows(self, gold: Sequence[Findings], found: Sequence[Findings]) -> None:
        sizes = len(gold), len(found)
        paired = pairs(gold, found)
        self.ledger["outcome"].add(len(paired), *sizes)
        self.ledger["direction"].add(len(pairs(gold, found, same_direction=True)), *sizes)
        wanted, printed = _all(gold, estimate), _all(found, estimate)
        sizes = wanted.total(), printed.total()
        self.ledger["effect"].add((wanted & printed).total(), *sizes)
        self.ledger["linked_effect"].add(_agreeing(paired, estimate), *sizes)
        self.ledger["p"].add(_agreeing(paired, p_value), _all(gold, p_value).total(), _all(found, p_value).total())

    def _add_quotations(self, found: Sequence[Findings], texts: list[str]) -> None:
        for outcome in found:
            quotation = (outcome.get("evidence") or {}).get("text") or ""
            self.grounded.add(bool(quotation) and any(quotation in text for text in texts))

    def figures(self) -> Figures:
        result: Figures = {"records": self.records, "answered": self.answered}
        result.update((name, share.value) for name, share in self.fields.items())
        for name, overlap in self.ledger.items():
            result.update(overlap.figures(name))
        result["grounded"] = self.grounded.value
        return result


def evaluated(rows: Iterable[tuple[Findings, Findings | None]]) -> Figures:
    """The figures of (gold, found) records."""
    tally = Tally()
    for gold, found in rows:
        tally.add(gold, found)
    return tally.figures()


def _all(outcomes: Sequence[Findings], value: Callable[[Findings], Any]) -> Counter[Any]:
    return Counter(found for outcome in outcomes if (found := value(outcome)) is not None)


def _agreeing(paired: list[Pair], value: Callable[[Findings], Any]) -> int:
    return sum((want := value(left)) is not None and want == value(right) for left, right in paired)


def telling(name: str) -> frozenset[str]:
    """The words of a name that tell outcomes apart, in the singular; all of them if none does."""
    words = _WORD.findall(name.lower().replace("-", " "))
    kept = [word for word in words if word not in word_set("evaluation", "empty")]
    return frozenset(map(_singular, kept or words))


def _singular(word: str) -> str:
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word.removesuffix(ending) + instead
    return word


def likeness(left: Findings, right: Findings) -> float:
    """How well two outcomes name the same thing, 0 to 1."""
    mine, theirs = ([telling(name) for name in _names(outcome)] for outcome in (left, right))
    shares = [2 * len(one & two) / (len(one) + len(two)) for one in mine for two in theirs if one and two]
    return max(shares, default=0.0)


def _names(outcome: Findings) -> list[str]:
    return [name for name in (outcome.get("name"), *(outcome.get("aliases") or ())) if name]


def estimate(outcome: Findings) -> Estimate | None:
    """Value and interval without their signs, whose conventions differ; None if the outcome has neither."""
    effect = outcome.get("effect") or {}
    if effect.get("value") is None and not effect.get("ci"):
        return None
    bounds = [_size(bound) for bound in effect.get("ci") or (None, None)]
    low, high = sorted(bounds, key=lambda bound: (bound is None, bound))
    return _size(effect.get("value")), low, high


def _size(value: Any) -> float | None:
    return None if value is None else round(abs(float(value)), 6)


def p_value(outcome: Findings) -> str | None:
    """A p-value in one way of writing: "P ≤ .05" is "<0.05"; None without one."""
    printed = (outcome.get("effect") or {}).get("p")
    if printed is None:
        return None
    text = re.sub(r"\s", "", str(printed)).lower().lstrip("p=")
    text = re.sub("≤|<=|⩽", "<", text)
    return re.sub(r"(?<![0-9])\.", "0.", text) or None


def pairs(gold: Sequence[Findings], found: Sequence[Findings], *, same_direction: bool = False) -> list[Pair]:
    """Compatible outcomes paired one to one, greedily."""
    ranked = sorted(
        (-fit, row, column)
        for row, left in enumerate(gold)
        for column, right in enumerate(found)
        if (fit := _fit(left, right, same_direction=same_direction))
    )
    rows: set[int] = set()
    columns: set[int] = set()
    paired: list[Pair] = []
    for _, row, column in ranked:
        if row not in rows and column not in columns:
            rows.add(row)
            columns.add(column)
            paired.append((gold[row], found[column]))
    return paired


def _fit(left: Findings, right: Findings, *, same_direction: bool) -> float:
    """How well two outcomes go together; 0 if they do not."""
    alike = likeness(left, right)
    agree = bool(left.get("direction") == right.get("direction"))
    if alike < COMPATIBLE or (same_direction and not agree):
        return 0.0
    # Added up in the order in which the contract's scorer does: rounding decides between pairs that are equally good.
    bonus = 0.3 * agree
    bonus += 0.2 * (estimate(left) is not None and estimate(left) == estimate(right))
    for key in ("timepoint", "subgroup"):
        bonus += 0.1 * bool(left.get(key) == right.get(key))
    return alike + bonus
