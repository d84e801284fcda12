"""How big a study is, in numbers that its abstract states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from litwatch.compose.numbers import as_decimal, spelled, values
from litwatch.compose.words import DESIGNS, count
from litwatch.domain.article import Article
from litwatch.domain.study import CountKind, Design, Study

REVIEWS = frozenset({Design.META_ANALYSIS, Design.SYSTEMATIC_REVIEW})
NOT_HUMAN = frozenset({Design.ANIMAL, Design.IN_VITRO})
# What may stand before and behind a number of its own. They are matched at a place where it stands: a pattern for each
# number would have to be compiled for each record.
_BEGINS = re.compile(r"(?<![\w*#/.,:-])(?<!\b[A-Z]{2} )")
_ENDS = re.compile(r"(?![\w%/]|[.,]\d)")
_TOLD_OF = re.compile(r" (?!(?:criteria|classification|revised|and|or|to|by)\b)[^\W\d_]")
_EQUALS = re.compile(r"\b[nN] ?= ?\Z")
_WORD_ENDS = re.compile(r"\b")
_OF_TRIALS = re.compile(r"\b(?:randomi[sz]ed\b(?: controlled| clinical)* trials|rcts|clinical trials)\b", re.IGNORECASE)


def size(article: Article, study: Study) -> str:
    """Design and size: "Meta-analysis, 20 trials, n=1,670"."""
    parts = [DESIGNS[study.design]]
    if study.design in REVIEWS and study.n_studies is not None and is_stated(article, study.n_studies):
        parts.append(pooled(article, study.n_studies))
    people = people_counted(article, study)
    if people is not None:
        planned = " planned" if study.design is Design.PROTOCOL or planned_only(study) else ""
        parts.append(f"n={people:,}{planned}")
    return ", ".join(parts)


def people_counted(article: Article, study: Study) -> int | None:
    """The study's number of people if the title or the abstract states it; animals are not people."""
    people = study.n_participants
    if people is None or study.design in NOT_HUMAN or not is_stated(article, people):
        return None
    return people if stands_alone(article, people) else None


def stands_alone(article: Article, number: int) -> bool:
    """Whether the text gives `number` as a number of its own, in digits or in words.

    Digits of a registration ("NCT01313208") or of a name ("HLA-B*5701", "WR 279,396") do not count, nor does what
    could be a year unless it is told of something ("women with FM (ACR 1990)" is not, "1990 women" is).
    """
    return _stands_alone(f"{article.title} {article.abstract}", number)


@lru_cache(maxsize=16)
def _stands_alone(text: str, number: int) -> bool:
    grouped = f"{number:,}" if number >= 1000 else str(number)
    for form in dict.fromkeys((str(number), grouped, grouped.replace(",", " "))):
        is_year = 1900 <= number <= 2099 and form == str(number)
        for start in _places(text, form):
            end = start + len(form)
            if _BEGINS.match(text, start) and _ENDS.match(text, end) and (not is_year or _TOLD_OF.match(text, end)):
                return True
            if (
                form in (str(number), grouped)
                and _EQUALS.search(text[max(0, start - 6) : start])
                and _WORD_ENDS.match(text, end)
            ):
                return True
    return as_decimal(number) in spelled(text)


def _places(text: str, form: str) -> Iterator[int]:
    start = text.find(form)
    while start >= 0:
        yield start
        start = text.find(form, start + 1)


def is_stated(article: Article, number: int) -> bool:
    """Whether the title or the abstract states `number`, in digits or in words."""
    return as_decimal(number) in _stated(f"{article.title} {article.abstract}")


@lru_cache(maxsize=16)
def _stated(text: str) -> frozenset[Decimal]:
    """All numbers of a text. Kept for a while, because several are asked for in one record after the other."""
    return values(text) | spelled(text)


def pooled(article: Article, studies: int) -> str:
    """As "20 trials" where the title speaks of trials, else as "20 studies"."""
    return count(studies, "trial") if _OF_TRIALS.search(article.title) else count(studies, "study", "studies")


def planned_only(study: Study) -> bool:
    """Whether the number of people is no more than a plan."""
    kinds = {entry.kind for entry in study.counts if entry.value == study.n_participants}
    return kinds == {CountKind.PLANNED}
