"""Which papers are told, and in which order: every decision with its reason in words.

First what a record is decides (retracted, too old, told before, …), then an open score ranks those that may be
featured. There is no randomness and no clock: the same papers give the same order.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from litwatch.compose.ledger import CLEAR
from litwatch.compose.size import NOT_HUMAN, people_counted
from litwatch.compose.words import DESIGNS, count
from litwatch.domain.article import Article, PartialDate
from litwatch.domain.study import Comparison, Design, Study

Place = Literal["nugget", "mention", "excluded"]
"""`nugget`: may be featured; `mention`: one line under "Also new"; `excluded`: not shown, with a reason."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that the next issue may tell; `study` is None if it could not be read."""

    article: Article
    study: Study | None
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """Points with their reasons: `parts` is (what for, points), and their sum decides."""

    parts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        return sum(points for _, points in self.parts)

    def __str__(self) -> str:
        """As words: "62 points: meta-analysis 40, 1,670 people 20, …"."""
        return f"{self.total} points: " + ", ".join(f"{reason} {points}" for reason, points in self.parts)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a paper goes. `reason` is the same for all papers that it applies to; `detail` is about this one."""

    place: Place
    reason: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


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

PEOPLE = ((10_000, 25), (1_000, 20), (300, 15), (100, 10), (40, 6), (1, 2))
"""(at least so many people, points)."""

NO_ABSTRACT = "no abstract"
NOT_IN_PEOPLE = "not in people"
_OWN_RESULTS = "not a study with results of its own"

_NOTICE_TYPES = frozenset(
    {"Published Erratum", "Retraction of Publication", "Retraction Notice", "Expression of Concern"}
)
_NOTICE_LINKS = frozenset({"ErratumFor", "RetractionOf", "ExpressionOfConcernFor"})
_NOTICE_TITLE = re.compile(
    r"\[?(?:(?:author|publisher)(?:'s|’s)? )?(?:correction|corrigendum|erratum|retraction|expression of concern)"
    r"(?: (?:notice|note|to|for|of))*\s*(?::|\.?\Z)",
    re.IGNORECASE,
)
_RETRACTED_TITLE = re.compile(r"\[?(?:retracted(?: article)?|withdrawn)\s*:", re.IGNORECASE)
_CHILDREN = frozenset({"Child", "Adolescent", "Infant", "Child, Preschool", "Infant, Newborn"})
_ADULTS = frozenset({"Adult", "Middle Aged", "Aged", "Aged, 80 and over", "Young Adult"})


def judge(candidate: Candidate, *, today: date, max_age_days: int, told: frozenset[str]) -> Verdict:
    """What a paper is by itself. `told` holds the DOIs (lower case) of papers told in earlier issues."""
    return _exclusion(candidate.article, today, max_age_days, told) or _no_feature(candidate) or _FEATURABLE


_FEATURABLE = Verdict("nugget", "may be featured")


def _exclusion(article: Article, today: date, max_age_days: int, told: frozenset[str]) -> Verdict | None:
    if is_notice(article):
        return Verdict("excluded", "a correction notice")
    if is_retracted(article):
        return Verdict("excluded", "retracted")
    if article.doi and article.doi.lower() in told:
        return Verdict("excluded", "told in an earlier issue", f"DOI {article.doi}")
    appeared = appeared_by(article)
    if appeared and (today - appeared).days > max_age_days:
        return Verdict("excluded", f"older than {max_age_days} days", f"published {appeared.year}")
    return None


def _no_feature(candidate: Candidate) -> Verdict | None:
    article, study = candidate.article, candidate.study
    if not article.abstract.strip():
        return Verdict("mention", NO_ABSTRACT)
    if study is None:
        return Verdict("mention", "could not be read")
    if study.design in NOT_HUMAN or _animals_only(article):
        return Verdict("mention", NOT_IN_PEOPLE)
    if study.design not in FEATURED or article.kind == "book":
        return Verdict("mention", _OWN_RESULTS, DESIGNS[study.design].lower())
    if not any(row.direction in CLEAR for row in study.outcomes):
        return Verdict("mention", "no clear result in the abstract")
    if appeared_by(article) is None:
        return Verdict("mention", "no date of publication")
    if any(link.kind == "ExpressionOfConcernIn" for link in article.corrections):
        return Verdict("mention", "the journal has published an expression of concern")
    return None


def twins(candidates: Iterable[Candidate]) -> dict[str, str]:
    """PMID → PMID of the better record of the same paper (same DOI): the final version, then the later PMID."""
    best: dict[str, Article] = {}
    articles = [candidate.article for candidate in candidates if candidate.article.doi]
    for article in articles:
        doi = (article.doi or "").lower()
        best[doi] = max(best.get(doi, article), article, key=_finality)
    kept = {(article.doi or "").lower(): article.pmid for article in best.values()}
    return {
        article.pmid: kept[(article.doi or "").lower()]
        for article in articles
        if kept[(article.doi or "").lower()] != article.pmid
    }


def score(article: Article, study: Study) -> Score:
    """How much a paper has to say, in points that anyone can add up."""
    parts = [(DESIGNS[study.design].lower(), FEATURED.get(study.design, 0))]
    people = people_counted(article, study)
    if people:
        parts.append((count(people, "person", "people"), next(points for least, points in PEOPLE if people >= least)))
    clear = [row for row in study.outcomes if row.direction in CLEAR]
    with_estimate = sum(row.effect is not None and row.effect.value is not None for row in clear)
    parts.append((count(len(clear), "clear result"), min(10, 2 * len(clear))))
    parts.append((f"{with_estimate:,} with an estimate", min(10, 2 * with_estimate)))
    if study.registry_ids or article.registry_ids:
        parts.append(("registered", 4))
    if clear and all(row.comparison is Comparison.WITHIN for row in clear):
        parts.append(("before against after only", -8))
    if _children_only(article):
        parts.append(("children", -8))
    return Score(tuple(part for part in parts if part[1]))


def best_first(candidates: Sequence[Candidate]) -> list[tuple[Candidate, Score]]:
    """Papers that may be featured with their scores, the best first; of equals the later PMID."""
    scored = [(candidate, score(candidate.article, candidate.study)) for candidate in candidates if candidate.study]
    return sorted(scored, key=lambda pair: (-pair[1].total, -_number(pair[0].article.pmid), pair[0].article.pmid))


def is_retracted(article: Article) -> bool:
    """Whether the record, a link of it or its title says that the paper was retracted or withdrawn."""
    return (
        "Retracted Publication" in article.publication_types
        or any(link.kind in ("RetractionIn", "PartialRetractionIn") for link in article.corrections)
        or bool(_RETRACTED_TITLE.match(article.title))
    )


def is_notice(article: Article) -> bool:
    """Whether the record is itself a retraction notice, an erratum or an expression of concern."""
    return (
        not _NOTICE_TYPES.isdisjoint(article.publication_types)
        or any(link.kind in _NOTICE_LINKS for link in article.corrections)
        or bool(_NOTICE_TITLE.match(article.title))
    )


def appeared_by(article: Article) -> date | None:
    """The day by which the paper had certainly appeared.

    A date known to the month or year counts as its last day, so that no paper is called old that may be young; of
    the electronic and the issue date the earlier one counts.
    """
    days = [day for day in (_latest(article.electronic), _latest(article.published)) if day]
    return min(days) if days else None


def _latest(day: PartialDate | None) -> date | None:
    if day is None or day.year is None:
        return None
    month = day.month or 12
    return date(day.year, month, day.day or monthrange(day.year, month)[1])


def _finality(article: Article) -> tuple[bool, int, str]:
    return article.publication_status != "aheadofprint", _number(article.pmid), article.pmid


def _number(pmid: str) -> int:
    return int(pmid) if pmid.isdecimal() else 0


def _animals_only(article: Article) -> bool:
    headings = {heading.descriptor for heading in article.mesh}
    return "Animals" in headings and "Humans" not in headings


def _children_only(article: Article) -> bool:
    headings = {heading.descriptor for heading in article.mesh}
    return not _CHILDREN.isdisjoint(headings) and _ADULTS.isdisjoint(headings)
