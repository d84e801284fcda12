"""How many people were invited, randomised and analysed: three numbers that must not be taken for each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litwatch.compose.size import NOT_HUMAN, stands_alone
from litwatch.domain.article import Article
from litwatch.domain.prose import Provenance, Sentence
from litwatch.domain.study import Count, CountKind, Study

# A number is told only where the abstract's sentence has a word for what it counts. In the order in which people go
# through a study: (what is counted, the words for it, how it is told of the first number, of a later one).
_STAGES = (
    (CountKind.INVITED, re.compile(r"\binvited", re.I), "people invited", "were invited"),
    (CountKind.INVITED, re.compile(r"\b(?:approached|contacted)", re.I), "people approached", "were approached"),
    (CountKind.INVITED, re.compile(r"\b(?:screened|assessed for)", re.I), "people screened", "were screened"),
    (CountKind.INVITED, re.compile(r"\beligible", re.I), "people eligible", "were eligible"),
    (CountKind.ENROLLED, re.compile(r"\b(?:enroll?ed|recruited)", re.I), "people enrolled", "were enrolled"),
    (CountKind.RANDOMISED, re.compile(r"\brandom", re.I), "people randomised", "were randomised"),
    (CountKind.ANALYSED, re.compile(r"\banaly[sz]ed", re.I), "people analysed", "were analysed"),
    (CountKind.ANALYSED, re.compile(r"\bcompleted", re.I), "people completing it", "completed it"),
    (CountKind.ANALYSED, re.compile(r"\breturned", re.I), "people answering", "answered"),
)


_FEWEST = 2
"""A number of one is no number of people."""


def told_counts(article: Article, study: Study) -> tuple[Sentence, ...]:
    """The numbers from the first stage to the last, if the abstract gives two or more that differ; else nothing.

    People can only be lost on the way, and hardly more than a third of those that a study begins with: a number that
    is not like that is more often one of an arm, and none is told. Of two numbers of one kind the larger counts, the
    smaller being a part of it (an arm, the women).
    """
    stages = list(_stages(article, study))
    values = [value for _, value, _, _ in stages]
    if study.design in NOT_HUMAN or len(values) < 2 or sorted(set(values), reverse=True) != values:
        return ()
    begun = [value for kind, value, _, _ in stages if kind is not CountKind.INVITED]
    if 3 * begun[-1] < 2 * begun[0] or begun[-1] < _FEWEST:
        return ()
    (_, first, told, _), *later = stages
    rest = " and ".join(f"{value:,} {words}" for _, value, _, words in later)
    return (Sentence(f"Of {first:,} {told}, {rest}.", Provenance.EXTRACTED, basis="counts"),)


def _stages(article: Article, study: Study) -> Iterator[tuple[CountKind, int, str, str]]:
    """(kind, number, how it is told of the first stage, of a later one)."""
    kinds: set[CountKind] = set()
    for kind, words, first, later in _STAGES:
        found = [entry for entry in study.counts if entry.kind is kind]
        largest = max(found, key=lambda entry: entry.value, default=None)
        if kind not in kinds and largest and _is_about(largest, words) and stands_alone(article, largest.value):
            kinds.add(kind)
            yield kind, largest.value, first, later


def _is_about(entry: Count, words: re.Pattern[str]) -> bool:
    return words.search(entry.evidence.text) is not None
