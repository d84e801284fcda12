"""Which questions a study answers: what people have × which exercise × which outcome.

Studies meet in updates and tallies only where these agree: by a condition's own name (`conditions.py` has the writings
of each), by the kinds of exercise that the reading names, and by the lexicon's concept of an outcome. Names of
outcomes are never compared: "function" of a hand and of a lung are two things.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache, lru_cache

from litwatch.compose.conditions import ACTIVE, PASSIVE, QUALIFIERS, WRITINGS
from litwatch.compose.ledger import CLEAR
from litwatch.domain.study import Direction, Outcome, Study

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
# American → British, for the words of conditions.
_SPELLINGS = (("ischemi", "ischaemi"), ("dysmenorrhea", "dysmenorrhoea"), ("generaliz", "generalis"))
_JOINING = frozenset({"and", "or", "with"})
# A writing of one short word ("ra", "ms") says too little in a title.
_SHORTEST_WORD = 5


class Against(StrEnum):
    """What kind of comparator a study has, as far as its abstract says."""

    LITTLE = "little"
    """Usual care, a waiting list, advice, a sham: meant to do little. Also where nothing is said."""
    TREATMENT = "treatment"


def conditions(study: Study) -> frozenset[str]:
    """What the study's people have, each condition by the name that we use; empty where the abstract names none."""
    return frozenset(name for evidence in study.conditions for name in condition_names(evidence.text))


@cache
def condition_names(text: str) -> frozenset[str]:
    """`"chronic nonspecific low back pain and obesity"` → `{"low back pain", "overweight or obesity"}`.

    A part of the text is a known condition only if nothing but qualifiers is said beside it ("pulmonary hypertension"
    is not hypertension); any other is known by its own words.
    """
    return frozenset(name for words in _parts(_words(text)) for name in _names(words))


@lru_cache(maxsize=1024)
def conditions_named(title: str) -> frozenset[str]:
    """The conditions of our table that a title names, whatever is said beside them."""
    words = _words(title)
    found: set[str] = set()
    at = 0
    while at < len(words):
        writing = words[at : at + max(_writing_at(words, at), 1)]
        if len(writing) > 1 or len(writing[0]) >= _SHORTEST_WORD:
            found |= _table().get(writing, frozenset())
        at += len(writing)
    return frozenset(found)


def _parts(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What stands between "and", "or" and "with", but for writings that have such a word within."""
    part: list[str] = []
    at = 0
    while at < len(words):
        length = _writing_at(words, at)
        if not length and words[at] in _JOINING:
            yield tuple(part)
            part = []
        else:
            part += words[at : at + (length or 1)]
        at += length or 1
    yield tuple(part)


def _names(words: tuple[str, ...]) -> frozenset[str]:
    found: set[str] = set()
    others: list[str] = []
    at = 0
    while at < len(words):
        length = _writing_at(words, at)
        found |= _table().get(words[at : at + length], frozenset())
        others += () if length else words[at : at + 1]
        at += length or 1
    if found and QUALIFIERS.issuperset(others):
        return frozenset(found)
    own = " ".join(word for word in words if word not in QUALIFIERS)
    return frozenset({own} if own else ())


def _writing_at(words: tuple[str, ...], at: int) -> int:
    """The number of words of the longest writing that begins there; 0 if none does."""
    most = min(len(words) - at, _longest())
    return next((size for size in range(most, 0, -1) if words[at : at + size] in _table()), 0)


def exercises(study: Study) -> frozenset[str]:
    """The kinds of exercise that are tested, by the reading's own names; "exercise" for none in particular."""
    return frozenset(kind.name for kind in study.exercise.types) if study.exercise else frozenset()


def against(study: Study) -> Against:
    """Whether the comparator is meant to do little, or is a treatment of its own (then "no difference" is no null)."""
    if study.comparator is None:
        return Against.LITTLE
    text = " ".join(_words(study.comparator.text))
    for phrase in PASSIVE:
        text = re.sub(rf"\b{phrase}\b", " ", text)
    return Against.LITTLE if ACTIVE.isdisjoint(text.split()) else Against.TREATMENT


def by_concept(study: Study) -> Mapping[str, tuple[Outcome, ...]]:
    """The rows that the lexicon knows, by concept, in the order of the abstract."""
    rows: dict[str, list[Outcome]] = {}
    for row in study.outcomes:
        if row.concept:
            rows.setdefault(row.concept, []).append(row)
    return {concept: tuple(members) for concept, members in rows.items()}


def common_direction(rows: tuple[Outcome, ...]) -> Direction:
    """What the rows say together: a clear direction only if none says another, MIXED if they differ."""
    said = {row.direction for row in rows}
    clear = said.intersection(CLEAR)
    if Direction.MIXED in said or len(clear) > 1:
        return Direction.MIXED
    return next(iter(clear), Direction.REPORTED)


def _words(text: str) -> tuple[str, ...]:
    folded = text.casefold().replace("’", "'")
    for american, british in _SPELLINGS:
        folded = folded.replace(american, british)
    return tuple("osteoarthritis" if word == "oa" else word for word in _WORD.findall(folded))


@cache
def _longest() -> int:
    return max(map(len, _table()))


@cache
def _table() -> Mapping[tuple[str, ...], frozenset[str]]:
    """The words of each writing → the conditions that it means."""
    found: dict[tuple[str, ...], set[str]] = {}
    for name, others in WRITINGS.items():
        for writing in (name, *others.split(";")):
            if words := _words(writing):
                found.setdefault(words, set()).add(name)
    return {words: frozenset(names) for words, names in found.items()}
