"""How big a study is, in numbers that its abstract states."""

from __future__ import annotations

import re

from litwatch.compose.numbers import as_decimal, spelled, values
from litwatch.compose.words import DESIGNS, count
from litwatch.domain.article import Article
from litwatch.domain.study import CountKind, Design, Study

REVIEWS = frozenset({Design.META_ANALYSIS, Design.SYSTEMATIC_REVIEW})
NOT_HUMAN = frozenset({Design.ANIMAL, Design.IN_VITRO})
_OF_TRIALS = re.compile(r"\b(?:randomi[sz]ed\b(?: controlled| clinical)* trials|rcts|clinical trials)\b", re.IGNORECASE)


def size(article: Article, study: Study) -> str:
    """Design and size: "Meta-analysis, 20 trials, n=1,670"."""
    parts = [DESIGNS[study.design]]
    if study.design in REVIEWS and study.n_studies is not None and is_stated(article, study.n_studies):
        pooled = "trial" if _OF_TRIALS.search(article.title) else "study"
        parts.append(count(study.n_studies, pooled, "trials" if pooled == "trial" else "studies"))
    people = people_counted(article, study)
    if people is not None:
        planned = " planned" if study.design is Design.PROTOCOL or _only_planned(study) else ""
        parts.append(f"n={people:,}{planned}")
    return ", ".join(parts)


def people_counted(article: Article, study: Study) -> int | None:
    """The study's number of people if the title or the abstract states it; animals are not people."""
    people = study.n_participants
    if people is None or study.design in NOT_HUMAN or not is_stated(article, people) or _is_year(article, people):
        return None
    return people


def _is_year(article: Article, number: int) -> bool:
    """Whether the text never tells what could be a year as a number of people: "women with FM (ACR 1990)" does not."""
    told = rf"\bn ?= ?{number}\b|\b{number} (?!(?:criteria|classification|revised|and|or|to|by)\b)[^\W\d_]"
    # Whoever writes a comma means a number.
    pattern = rf"{told}|\b{number:,}\b"
    return 1900 <= number <= 2099 and not re.search(pattern, f"{article.title} {article.abstract}", re.IGNORECASE)


def is_stated(article: Article, number: int) -> bool:
    """Whether the title or the abstract states `number`, in digits or in words."""
    text = f"{article.title} {article.abstract}"
    exact = as_decimal(number)
    return exact in values(text) or exact in spelled(text)


def _only_planned(study: Study) -> bool:
    kinds = {entry.kind for entry in study.counts if entry.value == study.n_participants}
    return kinds == {CountKind.PLANNED}
