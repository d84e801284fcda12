"""How many people and studies, each number with the sentence that gives it.

`n_participants` by the contract: people analysed, else randomised, else enrolled; for a review the participants of the
included studies; a protocol's planned number. People merely invited are never the study's size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from litwatch.domain.study import Count, CountKind, Design, Evidence
from litwatch.extract.numerals import NUMERAL, value_of
from litwatch.extract.resources import load
from litwatch.extract.sentences import Role, Sentence

REVIEWS = frozenset({Design.META_ANALYSIS, Design.SYSTEMATIC_REVIEW})
_UNCOUNTED = frozenset(
    {Design.ANIMAL, Design.IN_VITRO, Design.NARRATIVE_REVIEW, Design.GUIDELINE, Design.COMMENTARY, Design.ECONOMIC}
)
_ORDER = (CountKind.ANALYSED, CountKind.RANDOMISED, CountKind.ENROLLED)
_WITH_PEOPLE = re.compile(r" (?:with|involving|including|of) (?:a total of )?\d")
_NEXT_CLAUSE = re.compile(r"[;:.] |, of wh|,? and (?:[a-z]+ ){0,2}\d|, (?:[a-z]+ ){0,3}\d| but |, data")
_MOST = 50_000_000
_NUMERIC = re.compile(r"\d|hundred|teen|ty\b|ty-|eight|nine|seven|twelve|ten\b|six|five|eleven", re.IGNORECASE)
_ESTIMATE = re.compile(r"\b(?:SMD|WMD|MD|CI|RR|OR|p ?[<=])\b")
_ALLOCATION = re.compile(r"randomi|allocat|assign|divided|groups?\b|receive|arms?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Patterns:
    number: re.Pattern[str]
    people: re.Pattern[str]
    """What follows a number of people; `bare`: what follows a number that alone means people."""
    sample: re.Pattern[str]
    studies: re.Pattern[str]
    each: re.Pattern[str]
    bare: re.Pattern[str]
    arm: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    data = load("counts")
    number = rf"(?<![\w.,/±-])(?=[\dotfsenhz])(?P<n>{NUMERAL})(?![\d%.]*%)(?!\.\d)"
    between = r"(?P<between>(?:[ -](?!(?:" + "|".join(data["not_between"]) + r")\b)[a-z][\w'/-]*,?){0,5}?)"
    works = f"(?:{'|'.join(data['studies'])})"
    flags = re.IGNORECASE
    return _Patterns(
        re.compile(number, flags),
        re.compile(rf"{between} (?P<who>{'|'.join(data['people'])})\b", flags),
        re.compile(
            r"\b(?:n ?= ?|(?:total|sample|cohort|population)(?: sample| size)? "
            r"(?:of|consists of|comprises|comprised|included) )"
            rf"(?P<n>{NUMERAL})\b(?![.,]\d)(?! ?%)(?!(?: [\w-]+){{0,4}} {works}\b)",
            flags,
        ),
        re.compile(rf"{number}{between} (?P<who>{'|'.join(data['studies'])})\b", flags),
        re.compile(
            r"\b(?P<k>two|three|four|2|3|4)\b[^.;]{0,40}\bgroups?\b[^.;]{0,25}"
            r"\b(?:each (?:containing|of|with|including|comprising)|n ?= ?) ?(?P<n>\d+)",
            flags,
        ),
        re.compile(
            r"(?: of (?:them|whom|these|those))?(?: \([^()]{1,20}\))? "
            r"(?:(?:were|was) (?=randomi|recruited|enrol|included|analy|followed)"
            r"|(?=returned|completed|responded|answered|participated))",
            flags,
        ),
        re.compile(r"\bn ?= ?(?P<n>\d{1,3}(?:,\d{3})+|\d+)", flags),
    )


def participants(sentences: tuple[Sentence, ...], design: Design) -> tuple[Count, ...]:
    """Every count of people, in order of appearance."""
    if design in _UNCOUNTED:
        return ()
    found: list[Count] = []
    for sentence in sentences:
        if sentence.role in (Role.BACKGROUND, Role.OTHER, Role.CONCLUSIONS) or not _NUMERIC.search(sentence.plain):
            continue
        if design in REVIEWS and _ESTIMATE.search(sentence.plain):
            continue
        found.extend(_sentence_counts(sentence, design))
    return tuple(found)


def _sentence_counts(sentence: Sentence, design: Design) -> Iterator[Count]:
    text, patterns, evidence = sentence.plain, _patterns(), _evidence(sentence)
    arms = _arms(text) if design not in REVIEWS else []
    for match, end in _numbers(text):
        value = value_of(match["n"])
        if not 0 < value <= _MOST or (value < 5 and not match["n"].isdecimal()):
            continue
        if not any(start <= match.start("n") < stop for start, stop, _ in arms):
            yield Count(_kind(text, match.start(), end, design), value, evidence)
    if arms:
        yield Count(CountKind.RANDOMISED, sum(size for _, _, size in arms), evidence)
    for match in patterns.each.finditer(text):
        yield Count(CountKind.RANDOMISED, value_of(match["k"]) * value_of(match["n"]), evidence)


def _numbers(text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Each number that counts people, and where the words that say so end."""
    patterns = _patterns()
    for match in patterns.number.finditer(text):
        tail = patterns.people.match(text, match.end()) or patterns.bare.match(text, match.end())
        if tail is not None:
            yield match, tail.end()
    for match in patterns.sample.finditer(text):
        yield match, match.end()


def _arms(text: str) -> list[tuple[int, int, int]]:
    """(start, end, size) of each arm, where one sentence gives all as "(n = 20)" and no total besides."""
    if not _ALLOCATION.search(text):
        return []
    found = [(match.start(), match.end(), value_of(match["n"])) for match in _patterns().arm.finditer(text)]
    sizes = sorted((size for _, _, size in found), reverse=True)
    if len(sizes) > 2 and sizes[0] == sum(sizes[1:]):
        found = [arm for arm in found if arm[2] != sizes[0]]
    return found if 2 <= len(found) <= 6 and 3 * sizes[-1] >= found[0][2] else []


def _evidence(sentence: Sentence) -> Evidence:
    return Evidence(sentence.section, sentence.start, sentence.end, sentence.text)


def _kind(text: str, start: int, end: int, design: Design) -> CountKind:
    """What the words around a number say of it: those inside the phrase first, then those after, then those before."""
    if design in REVIEWS:
        return CountKind.POOLED
    if design is Design.PROTOCOL:
        return CountKind.PLANNED
    after = text[end : end + 70].lower()
    after = _NEXT_CLAUSE.split(after)[0]
    before = text[max(0, start - 60) : start].lower()
    before = re.split(r"[;:.] ", before)[-1]
    if before.endswith("of the "):
        return CountKind.ENROLLED
    inside = text[start:end].lower()
    for near, sign in ((inside, 1), (after, 1), (before, -1)):
        places = [
            (near.find(cue) if sign > 0 else -near.rfind(cue), kind)
            for kind, cues in load("counts")["kinds"].items()
            for cue in cues
            if cue in near and kind != CountKind.PLANNED
        ]
        if places:
            return CountKind(min(places)[1])
    return CountKind.ENROLLED


def n_participants(counts: tuple[Count, ...], design: Design) -> int | None:
    """The study's size by the contract's rule."""
    if design in REVIEWS:
        return max((count.value for count in counts if count.value >= 20), default=None)
    if design is Design.PROTOCOL:
        return max((count.value for count in counts), default=None)
    best = {kind: max((count.value for count in counts if count.kind is kind), default=None) for kind in _ORDER}
    largest = max((value for value in best.values() if value), default=None)
    for kind in _ORDER:
        value = best[kind]
        if value and largest and 2 * value >= largest:
            return value
    return largest


def n_studies(sentences: tuple[Sentence, ...], design: Design) -> int | None:
    """How many studies a review included: the number most clearly said to be included, else none."""
    if design not in REVIEWS:
        return None
    score, value = _best_studies(sentences)
    return value if score >= 2 else None


def includes_studies(sentences: tuple[Sentence, ...]) -> bool:
    """Whether an abstract says how many studies it included."""
    return _best_studies(sentences)[0] >= 3


def _best_studies(sentences: tuple[Sentence, ...]) -> tuple[int, int]:
    """How clearly the likeliest number of included studies is given, and the number."""
    best = (0, 0)
    for sentence in sentences:
        if sentence.role not in (Role.RESULTS, Role.METHODS, Role.CONCLUSIONS):
            continue
        if _studies().isdisjoint(sentence.words.words):
            continue
        for match in _patterns().studies.finditer(sentence.plain):
            value = value_of(match["n"])
            if 1900 < value < 2100 or value > 5000 or value < 2:
                continue
            score = _included(sentence.plain, match.start(), match.end()) + (sentence.role is Role.RESULTS)
            if score > best[0]:
                best = (score, value)
    return best


@cache
def _studies() -> frozenset[str]:
    return frozenset(word.lower() for word in load("counts")["studies"])


def _included(text: str, start: int, end: int) -> int:
    """How clearly the words around a number of studies say that it is the number included."""
    near = load("counts")["studies_near"]
    before, inside = text[max(0, start - 30) : start].lower(), text[start:end].lower()
    after = text[end : end + 45].lower()
    told = _WITH_PEOPLE.match(after) is not None or any(cue in after for cue in near["after"])
    score = (
        2 * told + 2 * any(cue in before for cue in near["before"]) + 2 * any(cue in inside for cue in near["inside"])
    )
    return score - 3 * before.rstrip().endswith(tuple(near["part"]))
