"""Tallies: what all studies told so far say about one question, with the studies behind every count."""

from __future__ import annotations

import re
from dataclasses import dataclass

from litwatch.domain.calendar import Week
from litwatch.domain.study import Comparison, Design, Direction

ANY_EXERCISE = "exercise"
"""As the exercise of a question: exercise of any kind."""

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_GREEK = {"α": "alpha", "β": "beta", "γ": "gamma", "κ": "kappa"}


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """Exercise × outcome, of all people or of those with one condition."""

    exercise: str
    """A kind of exercise as the reading names it, or ANY_EXERCISE."""
    outcome: str
    """The lexicon's name."""
    condition: str = ""
    """As `compose/conditions.py` names it; "" for whatever people have."""

    def __str__(self) -> str:
        return f"{self.exercise} × {self.outcome}" + (f" in {self.condition}" if self.condition else "")

    @property
    def slug(self) -> str:
        """The permanent part of its page's file name: small letters, digits and hyphens."""
        parts = (self.exercise, self.outcome, self.condition)
        return "_".join(_plain(part) for part in parts if part)


def _plain(text: str) -> str:
    spelled = "".join(_GREEK.get(letter, letter) for letter in text.casefold())
    return _NOT_PLAIN.sub("-", spelled).strip("-")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many studies say what. `unclear`: mixed results, and results given without a direction."""

    better: int = 0
    unchanged: int = 0
    worse: int = 0
    unclear: int = 0

    @property
    def total(self) -> int:
        return self.better + self.unchanged + self.worse + self.unclear

    def __str__(self) -> str:
        """As words: "5 better, 4 no clear change"."""
        told = (
            (self.better, "better"),
            (self.unchanged, "no clear change"),
            (self.worse, "worse"),
            (self.unclear, "unclear"),
        )
        return ", ".join(f"{number} {words}" for number, words in told if number) or "none"


@dataclass(frozen=True, slots=True)
class TalliedStudy:
    """One study behind a tally, with what it says on the question."""

    pmid: str
    title: str
    design: Design
    size: str
    """Design and size as told elsewhere: "Meta-analysis, 20 trials, n=1,670"."""
    people: int | None
    direction: Direction
    comparison: Comparison
    week: Week
    """Of the issue that told it."""
    slug: str = ""
    """Of its note; "" for a study that was only listed."""


@dataclass(frozen=True, slots=True)
class Tally:
    """The standing count on one question. Never show `counts` without what stands beside it."""

    question: Question
    counts: Counts
    by_design: tuple[tuple[str, Counts], ...]
    """The strongest design first."""
    by_size: tuple[tuple[str, Counts], ...]
    """The largest first; "size not stated" last."""
    studies: tuple[TalliedStudy, ...]
    """The strongest design first, then the largest."""
    summary: str
    """The counts in one line with designs and sizes beside them."""
