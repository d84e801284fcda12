"""The parts of a parsed query. Each node prints itself in PubMed's own syntax and compares without its position."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

Unit = Literal["day", "month", "year"]

AUTHOR_TAGS = frozenset({"au", "fau", "1au", "lastau"})

# A word that the lexer reads back as one word: no delimiter in it, no history number, no range of numbers.
_BARE = re.compile(r"""(?!#|[\d/]*:[\d/]*\Z)[^\s"()\[\]]+\Z""")


@dataclass(frozen=True, slots=True)
class Term:
    """Words to find in a field. `text` is lower case with single spaces; `tag` is PubMed's short tag, "" for none."""

    text: str
    tag: str = ""
    exact: bool = False
    """Written in quotes where that matters to PubMed: without a tag (no term mapping), for authors (whole name)."""
    explode: bool = True
    """False for `:noexp`. Always True for fields without a hierarchy."""
    near: int | None = None
    """The N of a proximity search `:~N`: at most N other words between the words, in any order."""
    position: int = field(default=0, compare=False)

    def __str__(self) -> str:
        modifier = "" if self.near is None else f":~{self.near}"
        tag = f"[{self.tag}{modifier}{'' if self.explode else ':noexp'}]" if self.tag else ""
        return f'"{self.text}"{tag}' if self._needs_quotes() else f"{self.text}{tag}"

    def _needs_quotes(self) -> bool:
        if self.exact or self.near is not None:
            return True
        if self.tag in AUTHOR_TAGS:
            return False  # quotes would ask for exactly this name
        if not _BARE.match(self.text):
            return True
        return self.text in ("and", "or", "not") or (not self.tag and self.text == "hasabstract")


@dataclass(frozen=True, slots=True)
class Day:
    """A year, a month or a day of a query: `2024`, `2024/03`, `2024/03/15`."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def first(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def __str__(self) -> str:
        return "/".join([f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part])


@dataclass(frozen=True, slots=True)
class DateRange:
    """A date of the record lies between two days (both included, each possibly a whole month or year)."""

    tag: str
    start: Day
    end: Day
    position: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.start}[{self.tag}]" if self.start == self.end else f"{self.start}:{self.end}[{self.tag}]"


@dataclass(frozen=True, slots=True)
class LastDays:
    """A relative date such as `"last 60 days"[crdt]`: from so long ago on, without an upper end."""

    tag: str
    amount: int
    unit: Unit
    position: int = field(default=0, compare=False)

    def range(self, today: date) -> DateRange:
        """The same as fixed dates, seen from `today`."""
        if self.unit == "day":
            start = today - timedelta(days=min(self.amount, today.toordinal() - 1))
        else:
            months = today.year * 12 + today.month - 1 - self.amount * (12 if self.unit == "year" else 1)
            year, month = max(months // 12, 1), months % 12 + 1
            start = date(year, month, min(today.day, monthrange(year, month)[1]))
        return DateRange(self.tag, Day(start.year, start.month, start.day), Day(3000), self.position)

    def __str__(self) -> str:
        return f'"last {self.amount} {self.unit}{"" if self.amount == 1 else "s"}"[{self.tag}]'


@dataclass(frozen=True, slots=True)
class HasAbstract:
    """The record has an abstract."""

    position: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return "hasabstract"


@dataclass(frozen=True, slots=True)
class And:
    """All of `parts` (two or more, none of them an `And`)."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " AND ".join(map(_operand, self.parts))


@dataclass(frozen=True, slots=True)
class Or:
    """Any of `parts` (two or more, none of them an `Or`)."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(map(_operand, self.parts))


@dataclass(frozen=True, slots=True)
class Not:
    """`keep` without `drop`."""

    keep: Node
    drop: Node

    def __str__(self) -> str:
        keep = str(self.keep) if isinstance(self.keep, Not) else _operand(self.keep)
        return f"{keep} NOT {_operand(self.drop)}"


Leaf = Term | DateRange | LastDays | HasAbstract
Node = Leaf | And | Or | Not


def _operand(node: Node) -> str:
    """In parentheses if it is not a leaf: PubMed has no precedence, and a reader should not need to know."""
    return f"({node})" if isinstance(node, And | Or | Not) else str(node)


def all_of(*parts: Node) -> Node:
    """`And` of `parts`, flattened; a single part as it is."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, And) else (part,))]
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(*parts: Node) -> Node:
    """`Or` of `parts`, flattened; a single part as it is."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Or) else (part,))]
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def leaves(node: Node, *, wanted: bool = True) -> Iterator[tuple[Leaf, bool]]:
    """Every leaf below `node` from left to right, with True if it is asked for and False if it must be absent."""
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from leaves(part, wanted=wanted)
    elif isinstance(node, Not):
        yield from leaves(node.keep, wanted=wanted)
        yield from leaves(node.drop, wanted=not wanted)
    else:
        yield node, wanted


def depth(node: Node) -> int:
    """How many operators stand one inside another. Not recursive, since it guards what is."""
    deepest, waiting = 0, [(node, 0)]
    while waiting:
        inner, level = waiting.pop()
        deepest = max(deepest, level)
        if isinstance(inner, And | Or):
            waiting += [(part, level + 1) for part in inner.parts]
        elif isinstance(inner, Not):
            waiting += [(inner.keep, level + 1), (inner.drop, level + 1)]
    return deepest
