"""How much a paper has to say to readers of these topics, in points that anyone can add up.

The key is open (docs/nuggets.md) and made of tables: each part of a score names what was counted and its points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, replace

from litwatch.compose.caveats import FEW_PARTICIPANTS
from litwatch.compose.directness import (
    is_about_exercise,
    is_about_inflammation,
    is_about_pain,
    questions_of,
)
from litwatch.compose.ledger import CLEAR, only_within
from litwatch.compose.size import people_counted
from litwatch.compose.words import DESIGNS, count, in_words
from litwatch.domain.article import Article
from litwatch.domain.study import Design, Study
from litwatch.domain.tally import Question

FEATURED = {
    Design.META_ANALYSIS: 40,
    Design.RANDOMIZED_TRIAL: 35,
    Design.SYSTEMATIC_REVIEW: 30,
    Design.COHORT: 22,
    Design.NONRANDOMIZED_TRIAL: 18,
    Design.CASE_CONTROL: 14,
    Design.CROSS_SECTIONAL: 10,
}
"""Points of the designs that a note can be made of; the others are listed in one line."""

PEOPLE = ((10_000, 25), (1_000, 20), (300, 15), (100, 10), (FEW_PARTICIPANTS, 4), (0, -6))
"""(at least so many people, points)."""

SIZE_UNKNOWN = -2

CLEAR_RESULT, ESTIMATE, MOST_RESULTS = 2, 2, 10
"""Points of a clear result, of one with an estimate, and the most that each kind can give."""

DIRECT = (
    ("exercise is what was studied", is_about_exercise, 8),
    ("pain was measured or is what people have", is_about_pain, 6),
    ("inflammation was measured or is what people have", is_about_inflammation, 6),
)
"""(what the ledger or the title tells, by which rule, points)."""

INDIRECT = -15
"""If none of the three holds: what the query found is a word."""

SEVERAL_TOPICS = 3
NEW_QUESTIONS = 8
"""Points if no earlier note asked any of the paper's questions; of some of them the share, rounded down."""
REGISTERED = 4
WITHIN_ONLY = -8
CHILDREN = -8
TAKEN = -10
"""For each note of the issue that is on the same condition already."""

_YOUNG = frozenset({"Child", "Adolescent", "Infant", "Child, Preschool", "Infant, Newborn"})
_ADULTS = frozenset({"Adult", "Middle Aged", "Aged", "Aged, 80 and over", "Young Adult"})
_YOUNG_WORDS = re.compile(
    r"\b(?:child(?:ren)?|adolescents?|infants?|neonates?|girls|boys|teenagers?|youths?|p(?:a)?ediatric|schoolchildren"
    r"|pre-?schoolers|toddlers|juvenile)\b",
    re.IGNORECASE,
)
_ADULT_WORDS = re.compile(r"\b(?:adults?|women|men|elderly|seniors|older|workers|mothers|parents)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Score:
    """Points with their reasons: `parts` is (what for, points), and their sum decides."""

    parts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        return sum(points for _, points in self.parts)

    def __str__(self) -> str:
        """As words: "62 points: meta-analysis (+40), 1,670 people (+20), …, children (−8)"."""
        return f"{count(self.total, 'point')}: {', '.join(f'{what} ({signed(points)})' for what, points in self.parts)}"

    def less_for(self, taken: tuple[str, ...]) -> Score:
        """The score in an issue that has notes on the same conditions already; `taken` names one for each of them."""
        if not taken:
            return self
        more = "another note" if len(taken) == 1 else count(len(taken), "note")
        part = (f"{more} on {in_words(taken)} in this issue", TAKEN * len(taken))
        return replace(self, parts=(*self.parts, part))


def signed(points: int) -> str:
    """`8` → "+8", `-8` → "−8"."""
    return f"+{points}" if points >= 0 else f"−{-points}"


def score(article: Article, study: Study, topics: tuple[str, ...] = (), *, asked: Set[Question] | None = None) -> Score:
    """The paper's score. `asked`: the questions of earlier notes; None or empty if there are no earlier notes."""
    parts = (
        (DESIGNS[study.design].lower(), FEATURED.get(study.design, 0)),
        *_size(article, study),
        *_results(study),
        *_directness(article, study),
        (f"found under {len(topics)} topics", SEVERAL_TOPICS if len(topics) > 1 else 0),
        *_novelty(article, study, asked or frozenset()),
        ("registered", REGISTERED if study.registry_ids else 0),
        ("children or adolescents only", CHILDREN if _young_only(article, study) else 0),
    )
    return Score(tuple(part for part in parts if part[1]))


def _size(article: Article, study: Study) -> Iterator[tuple[str, int]]:
    people = people_counted(article, study)
    if people is None:
        yield "how many people is not told", SIZE_UNKNOWN
    else:
        yield count(people, "person", "people"), next(points for least, points in PEOPLE if people >= least)


def _results(study: Study) -> Iterator[tuple[str, int]]:
    clear = [row for row in study.outcomes if row.direction in CLEAR]
    estimates = sum(row.effect is not None and row.effect.value is not None for row in clear)
    yield count(len(clear), "clear result"), min(MOST_RESULTS, CLEAR_RESULT * len(clear))
    yield f"{estimates:,} of them with an estimate", min(MOST_RESULTS, ESTIMATE * estimates)
    if only_within(study):
        yield "compared before and after only", WITHIN_ONLY


def _directness(article: Article, study: Study) -> list[tuple[str, int]]:
    direct = [(what, points) for what, holds, points in DIRECT if holds(article.title, study)]
    return direct or [("neither tests exercise nor has a clear result on pain or inflammation", INDIRECT)]


def _novelty(article: Article, study: Study, asked: Set[Question]) -> Iterator[tuple[str, int]]:
    own = questions_of(article.title, study)
    if own and asked:
        new = len(own - asked)
        told = "questions" if new == len(own) else f"{new} of its {len(own)} questions"
        yield f"{told} that no earlier note asked", NEW_QUESTIONS * new // len(own)


def _young_only(article: Article, study: Study) -> bool:
    """By the headings of the record, or without any, by the words for those who took part and the title."""
    headings = {heading.descriptor for heading in article.mesh}
    if headings:
        return not _YOUNG.isdisjoint(headings) and _ADULTS.isdisjoint(headings)
    words = f"{study.population.text if study.population else ''} {article.title}"
    return bool(_YOUNG_WORDS.search(words)) and not _ADULT_WORDS.search(words)
