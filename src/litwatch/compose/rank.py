"""Which papers are told, and in which order: every decision with its reason in words.

First what a record is decides (retracted, too old, told before, …), then an open score (`score.py`) ranks those that
may be featured. There is no randomness and no clock: the same papers give the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from litwatch.compose.age import appeared_by
from litwatch.compose.directness import subject_conditions
from litwatch.compose.ledger import CLEAR
from litwatch.compose.score import FEATURED, Score, score
from litwatch.compose.size import NOT_HUMAN
from litwatch.compose.versions import same_paper
from litwatch.compose.words import DESIGNS
from litwatch.domain.article import Article
from litwatch.domain.study import Study
from litwatch.domain.tally import Question

Place = Literal["nugget", "mention", "excluded"]
"""`nugget`: may be featured; `mention`: one line under "Also new"; `excluded`: not shown, with a reason."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that the next issue may tell; `study` is None if it could not be read."""

    article: Article
    study: Study | None
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A paper that may be featured, with what decides on it."""

    candidate: Candidate
    score: Score
    conditions: frozenset[str]
    """What people have, by our names."""

    @property
    def pmid(self) -> str:
        return self.candidate.article.pmid


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a paper goes. `reason` is the same for all papers that it applies to; `detail` is about this one."""

    place: Place
    reason: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason


NO_ABSTRACT = "no abstract"
NOT_IN_PEOPLE = "not in people"
_OWN_RESULTS = "not a study with results of its own"

_NOTICE_TYPES = frozenset(
    {"Published Erratum", "Retraction of Publication", "Retraction Notice", "Expression of Concern"}
)
_NOTICE_LINKS = frozenset({"ErratumFor", "RetractionOf", "PartialRetractionOf", "ExpressionOfConcernFor"})
_RETRACTED = frozenset({"RetractionIn", "PartialRetractionIn", "RetractedandRepublishedIn"})
_NOTICE_TITLE = re.compile(
    r"\[?(?:(?:author|publisher)(?:'s|’s)? )?(?:correction|corrigendum|erratum|retraction|expression of concern)"
    r"(?: (?:notice|note|to|for|of))*\s*(?::|\.?\Z)",
    re.IGNORECASE,
)
_RETRACTED_TITLE = re.compile(r"\[?(?:retracted(?: article)?|withdrawn)\s*:", re.IGNORECASE)


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
    """PMID → PMID of the better record of the same paper: of one DOI the final version, then the later PMID; of a
    preprint the paper that it became.
    """
    every = [candidate.article for candidate in candidates]
    finals = _finals(every)
    best: dict[str, Article] = {}
    articles = [article for article in every if article.doi]
    for article in articles:
        doi = (article.doi or "").lower()
        best[doi] = max(best.get(doi, article), article, key=finality)
    kept = {(article.doi or "").lower(): article.pmid for article in best.values()}
    same = {
        article.pmid: kept[(article.doi or "").lower()]
        for article in articles
        if kept[(article.doi or "").lower()] != article.pmid
    } | finals
    # A record of a preprint goes with the paper, and a preprint with the better record of its paper.
    for _ in range(2):
        same = {pmid: same.get(better, better) for pmid, better in same.items()}
    return same


def _finals(articles: Iterable[Article]) -> dict[str, str]:
    """PMID of a preprint → PMID of the paper that it became; either record may tell it."""
    by_finality = sorted(articles, key=finality)
    preprints = [article for article in by_finality if "Preprint" in article.publication_types]
    papers = [article for article in by_finality if "Preprint" not in article.publication_types]
    return {old.pmid: new.pmid for old in preprints for new in papers if same_paper(old, new)}


def ranking(candidates: Sequence[Candidate], asked: Set[Question] = frozenset()) -> list[Ranked]:
    """Papers that may be featured, the best first. `asked`: the questions of earlier notes."""
    return _best_first(
        Ranked(
            candidate,
            score(candidate.article, candidate.study, candidate.topics, asked=asked),
            subject_conditions(candidate.article.title, candidate.study),
        )
        for candidate in candidates
        if candidate.study
    )


def standing(ranked: Iterable[Ranked], chosen: Sequence[Ranked]) -> list[Ranked]:
    """The order of `ranked` beside the notes `chosen` so far: each one on a condition that a paper is about, too,
    takes points from it (`score.TAKEN`). The scores of `ranked` are those of `ranking`.
    """
    return _best_first(replace(paper, score=paper.score.less_for(_shared(paper, chosen))) for paper in ranked)


def _shared(paper: Ranked, chosen: Sequence[Ranked]) -> tuple[str, ...]:
    """A condition for each of `chosen` that shares one."""
    both = (paper.conditions & other.conditions for other in chosen)
    return tuple(min(shared) for shared in both if shared)


def _best_first(papers: Iterable[Ranked]) -> list[Ranked]:
    """Of equals the later PMID first."""
    return sorted(papers, key=lambda paper: (-paper.score.total, -_number(paper.pmid), paper.pmid))


def is_retracted(article: Article) -> bool:
    """Whether the record, a link of it or its title says that the paper was retracted or withdrawn."""
    return (
        "Retracted Publication" in article.publication_types
        or any(link.kind in _RETRACTED for link in article.corrections)
        or bool(_RETRACTED_TITLE.match(article.title))
    )


def is_notice(article: Article) -> bool:
    """Whether the record is itself a retraction notice, an erratum or an expression of concern."""
    return (
        not _NOTICE_TYPES.isdisjoint(article.publication_types)
        or any(link.kind in _NOTICE_LINKS for link in article.corrections)
        or bool(_NOTICE_TITLE.match(article.title))
    )


def finality(article: Article) -> tuple[bool, int, str]:
    """Of two records of a paper the one with more of this is told: the final version, then the later PMID."""
    return article.publication_status != "aheadofprint", _number(article.pmid), article.pmid


def _number(pmid: str) -> int:
    return int(pmid) if pmid.isdecimal() else 0


def _animals_only(article: Article) -> bool:
    headings = {heading.descriptor for heading in article.mesh}
    return "Animals" in headings and "Humans" not in headings
