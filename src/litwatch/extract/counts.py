"""How many people and studies, each number with the sentence that gives it.

`n_participants` by the contract: people analysed, else randomised, else enrolled; for a review the participants of the
included studies; a protocol's planned number. People merely invited are never the study's size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from litwatch.domain.study import Count, CountKind, Design, Evidence
from litwatch.extract.included import includes_studies, n_studies
from litwatch.extract.numerals import Numeral, is_no_count, numerals
from litwatch.extract.people import (
    MOST_NUMBERS,
    REVIEWS,
    WINDOW,
    Found,
    in_brackets,
    is_year,
    joined,
    people,
)
from litwatch.extract.resources import nested_set
from litwatch.extract.sentences import Role, Sentence
from litwatch.extract.words import split_words

__all__ = ["REVIEWS", "includes_studies", "n_participants", "n_studies", "participants"]

_UNCOUNTED = frozenset({Design.ANIMAL, Design.IN_VITRO, Design.NARRATIVE_REVIEW, Design.GUIDELINE, Design.COMMENTARY})
_ORDER = (CountKind.ANALYSED, CountKind.RANDOMISED, CountKind.ENROLLED)
_TELLING = frozenset({Role.OBJECTIVE, Role.METHODS, Role.RESULTS})
_OBSERVED = frozenset({Design.COHORT, Design.CROSS_SECTIONAL, Design.CASE_CONTROL, Design.METHODS})
"""Designs in which people are assigned to groups by what became of them."""
_TRIALS = frozenset({Design.RANDOMIZED_TRIAL, Design.NONRANDOMIZED_TRIAL, Design.PROTOCOL})
_ONE_PERSON = re.compile(
    r"\b(?:an?|the|this|our) (?:[\w-]+ ){0,5}(?:man|woman|boy|girl|patient|male|female|infant|neonate|newborn|child|baby"
    r"|gentleman|lady|teenager|adolescent)\b",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\([^()]*\)")
_FEWEST = 4
_MOST_OF = 0.85
"""A share of the included studies that may stand for all, where only their people are given."""
_ESTIMATE = re.compile(r"\b(?:S?MD|WMD|CI|RR|OR|HR|[pP] ?[<=>])(?![a-z])|\d%")
_EACH = re.compile(
    r"[^.;,()]{0,30}\b(?:(?:in|per|for|to) (?:each|every|both)|in either)\b|[^.;,()]{0,25}\b(?:per|each) (?:group|arm)\b"
)
_NEAR = 80
"""Within how many characters of a number its words stand; a whole text would be searched for each."""
_EACH_ALONE = re.compile(r" each\b")
_EACH_OF = re.compile(
    r"\b(?:each(?: (?:group|arm))?,?(?: (?:containing|of|with|including|comprising|consisting of|having))?|(?:groups|arms) of)"
    r" ?\(?(?:n ?= ?)?$"
)
_TOTAL = re.compile(r"(?:A|In) total (?:of )?|Altogether,? |Overall,? (?:a total of )?\d", re.IGNORECASE)
_GROUPS = re.compile(r"\b(?:groups|arms)\b", re.IGNORECASE)
_FEW = re.compile(r"\b(?:two|three|four|five|six|seven|eight|[2-8])\b", re.IGNORECASE)
_SENTENCE_MARK = re.compile(r"[.;]")
_ALLOCATION = re.compile(
    r"randomi|allocat|assign|divided|groups?\b|receive|arms?\b|complet|analy|consist|compar", re.IGNORECASE
)


def participants(sentences: tuple[Sentence, ...], design: Design) -> tuple[Count, ...]:
    """Every count of people, in order of appearance."""
    if design in _UNCOUNTED:
        return ()
    whole = Whole(design, n_studies(sentences, design), sentences)
    told = [sentence for sentence in sentences if sentence.role in _TELLING or _own(sentence, "own")]
    early = [sentence for sentence in sentences if _own(sentence, "studied")]
    counts = tuple(_counts(told, whole)) or tuple(_counts(early, whole))
    return counts or (_one_case(sentences) if design is Design.CASE_REPORT else ())


def _arms_told(sentences: tuple[Sentence, ...], design: Design) -> int:
    """How many arms an abstract says that there are; two where it tells none of a trial's."""
    for sentence in sentences:
        if sentence.role in _TELLING and (groups := _groups(sentence.plain)) is not None:
            return groups
    return 2 if design in _TRIALS else 1


def _one_case(sentences: tuple[Sentence, ...]) -> tuple[Count, ...]:
    """The one person whose case is told, with the first sentence that does."""
    for sentence in sentences:
        if _ONE_PERSON.search(sentence.plain):
            evidence = Evidence(sentence.section, sentence.start, sentence.end, sentence.text)
            return (Count(CountKind.ENROLLED, 1, evidence),)
    return ()


def _counts(sentences: list[Sentence], whole: Whole) -> Iterator[Count]:
    for sentence in sentences:
        words = sentence.words
        if words.numbers and not _triggers().isdisjoint(words.words):
            numbers = joined(sentence)
            evidence = Evidence(sentence.section, sentence.start, sentence.end, sentence.text)
            counted = _sentence_counts(sentence, numbers, whole)
            yield from (Count(kind, value, evidence) for kind, value in counted)


class Whole(NamedTuple):
    """What a sentence on people needs of the whole abstract: the design, the number of studies and all sentences."""

    design: Design
    studies: int | None
    sentences: tuple[Sentence, ...]


@cache
def _triggers() -> frozenset[str]:
    return nested_set("counts", "triggers") | nested_set("counts", "people")


def _own(sentence: Sentence, key: str) -> bool:
    """Whether a sentence of the background says what the study did ("This study measured … in 29 women")."""
    return sentence.role is Role.BACKGROUND and not nested_set("counts", key).isdisjoint(sentence.words.words)


def _sentence_counts(sentence: Sentence, numbers: list[Numeral], whole: Whole) -> Iterator[tuple[CountKind, int]]:
    design, text = whole.design, sentence.plain
    found = list(people(sentence, numbers, design))
    if design in REVIEWS:
        told = _studies_told(sentence)
        estimate = _ESTIMATE.search(text) is not None and not _TOTAL.match(text)
        of_all = [one for one in found if _of_all(one, told, whole.studies, estimate=estimate)]
        yield from ((one.kind, one.value) for one in of_all)
        yield from _sums_of_two(sentence, numbers, of_all)
        return
    found = _with_each(text, _without_arms(text, _without_parts(text, found)), whole)
    yield from _sums_of_two(sentence, numbers, found)
    total = _sum_of_arms(text, found, design)
    apart = [one for one in found if not one.arm]
    if total is not None and design is Design.CASE_CONTROL:
        apart = []
    if total is not None or (
        apart and max(one.value for one in apart) > max((o.value for o in found if o.arm), default=0)
    ):
        found = apart
    yield from ((one.kind, one.value) for one in found)
    if total is not None:
        yield total


def _with_each(text: str, found: list[Found], whole: Whole) -> list[Found]:
    """Each arm's number as that of all arms; left out where a larger number stands in the same sentence."""
    groups = _groups(text)
    each = [
        _EACH.match(text, one.end)
        or _EACH_OF.search(text, max(0, one.start - _NEAR), one.start)
        or (groups is not None and _EACH_ALONE.match(text, one.end))
        for one in found
    ]
    most = max((one.value for one, of_arm in zip(found, each, strict=True) if not of_arm), default=0)
    if not any(each):
        return found
    arms = groups if groups is not None else _arms_told(whole.sentences, whole.design)
    return [
        one._replace(value=one.value * arms, arm=False) if of_arm else one
        for one, of_arm in zip(found, each, strict=True)
        if not (of_arm and one.value < most)
    ]


def _groups(text: str) -> int | None:
    """How many groups a text tells of: the number nearest before the word ("for 8 weeks in four groups")."""
    for match in _GROUPS.finditer(text):
        near = _SENTENCE_MARK.split(text[max(0, match.start() - _NEAR) : match.start()])[-1]
        numbers = _FEW.findall(near)
        if numbers:
            return _small(numbers[-1])
    return None


def _without_parts(text: str, found: list[Found]) -> list[Found]:
    """Without the women or men among the people of a larger number, and without cases where patients are counted."""
    sexes, most = nested_set("counts", "sexes"), max((one.value for one in found), default=0)
    nouns = [text[one.start : one.end].rpartition(" ")[2].lower() for one in found]
    patients = "patients" in nouns
    if len(found) == 2 and sexes.issuperset(nouns) and nouns[0] != nouns[1]:
        return [found[0]._replace(value=found[0].value + found[1].value, arm=False)]
    return [
        one
        for one, noun in zip(found, nouns, strict=True)
        if not (noun in sexes and one.value < most and in_brackets(text, one.start))
        and not (noun == "cases" and patients)
    ]


def _without_arms(text: str, found: list[Found]) -> list[Found]:
    """Without the arms where the people of the first number are told apart in the brackets after it."""
    first, rest = found[:1], found[1:]
    if not rest or in_brackets(text, first[0].start) or not all(in_brackets(text, one.start) for one in rest):
        return found
    each = _EACH.match(text, rest[0].end) and first[0].value > rest[0].value
    whole = each or first[0].value in accumulate(one.value for one in rest)
    return [first[0]._replace(arm=False)] if whole else found


def _sums_of_two(sentence: Sentence, numbers: list[Numeral], found: list[Found]) -> Iterator[tuple[CountKind, int]]:
    """The people of two kinds that were studied together ("fourteen trained and 14 untrained men")."""
    split, text = sentence.words, sentence.plain
    counted = {one.start: one for one in found}
    largest = max((one.value for one in found), default=0)
    for first, second in pairwise(numbers):
        if is_year(first.value) or is_year(second.value):
            continue
        between = split_words(_BRACKETED.sub("", text[split.ends[first.last - 1] : split.starts[second.first]])).words
        start = split.starts[first.first]
        other = counted.get(split.starts[second.first])
        if between[-1:] != ["and"] or in_brackets(text, start) or is_no_count(text, start, split.ends[first.last - 1]):
            continue
        people = not nested_set("counts", "people").isdisjoint(between)
        if other is None and people:
            other = _controls(sentence, second) or _with_another(sentence, between, second)
        told = people and nested_set("counts", "not_of_two").isdisjoint(between)
        bare = len(between) <= 4 and nested_set("counts", "not_between").isdisjoint(between[:-1]) and not people
        if (
            other is not None
            and text[other.start : other.end][-1].isalpha()
            and (told or bare)
            and first.value + other.value > largest
        ):
            yield other.kind, first.value + other.value


def _controls(sentence: Sentence, number: Numeral) -> Found | None:
    """A number of controls: they are people where others stand beside them."""
    words = sentence.words.words[number.last : number.last + 4]
    if not {"controls", "volunteers"} & set(words[:3]):
        return None
    return _enrolled(sentence, number)


def _with_another(sentence: Sentence, between: list[str], number: Numeral) -> Found | None:
    """A number of people told by what they have ("30 patients with neuralgia and 20 with neuropathy")."""
    after = sentence.words.words[number.last : number.last + 1]
    return _enrolled(sentence, number) if after in (["with"], ["without"]) and "with" in between else None


def _enrolled(sentence: Sentence, number: Numeral) -> Found:
    start = sentence.words.starts[number.first]
    return Found(number.value, start, sentence.words.ends[number.last], CountKind.ENROLLED, arm=True)


def _studies_told(sentence: Sentence) -> list[tuple[int, int, int]]:
    """(start, end, number) of each number of studies, offsets into the sentence."""
    split = sentence.words
    told: list[tuple[int, int, int]] = []
    for number in split.numbers[:MOST_NUMBERS]:
        for step in range(number.last, min(number.last + 5, len(split.words))):
            if _is_studies(split.words[step]):
                start = split.starts[number.first]
                if number.value > 1 and not in_brackets(sentence.plain, start):
                    told.append((start, split.ends[step], number.value))
                break
    return told


def _of_all(one: Found, told: list[tuple[int, int, int]], studies: int | None, *, estimate: bool) -> bool:
    """Whether a review's number of people is that of all studies, not of those of one comparison.

    `told` are the sentence's numbers of studies; a sentence with an `estimate` speaks of one comparison.
    """
    nearest: tuple[int, int] | None = None
    for start, end, value in told:
        before = start < one.start
        gap = one.start - end if before else start - one.end
        if start != one.start and 0 <= gap < (WINDOW if before else 12) and (nearest is None or gap < nearest[0]):
            nearest = gap, value
    if nearest is None:
        return not estimate
    return studies is None or nearest[1] >= _MOST_OF * studies


def _is_studies(word: str) -> bool:
    return word in nested_set("counts", "studies") or word in ("study", "trial")


def _small(word: str) -> int:
    return next(iter(numerals([word.lower()]))).value


def _sum_of_arms(text: str, found: list[Found], design: Design) -> tuple[CountKind, int] | None:
    """The people of all arms, where a sentence gives each arm's and no total besides."""
    arms = [one for one in found if one.arm]
    if design is Design.CASE_CONTROL and len(arms) < 2:
        arms = [one for one in found if one.value >= _FEWEST]
    if not 2 <= len(arms) <= 6 or not (_ALLOCATION.search(text) or design is Design.CASE_CONTROL):
        return None
    sizes = sorted(one.value for one in arms)
    total = sum(sizes)
    if 4 * sizes[0] < sizes[-1] or any(one.value >= _MOST_OF * total for one in found):
        return None
    if len(sizes) > 2 and sizes[-1] == sum(sizes[:-1]):
        total = sizes[-1]
    kinds = {one.kind for one in arms}
    kind = next((kind for kind in _ORDER if kind in kinds), CountKind.RANDOMISED)
    return kind, total


def n_participants(counts: tuple[Count, ...], design: Design) -> int | None:
    """The study's size by the contract's rule."""
    if design in REVIEWS:
        return max((count.value for count in counts if count.value >= 20), default=None)
    if design is Design.PROTOCOL:
        return max((count.value for count in counts), default=None)
    counts = tuple(count for count in counts if count.value >= _FEWEST or design is Design.CASE_REPORT)
    best = {kind: max((count.value for count in counts if count.kind is kind), default=None) for kind in _ORDER}
    largest = max((value for value in best.values() if value), default=None)
    for kind in _ORDER:
        value = largest if kind is CountKind.RANDOMISED and design in _OBSERVED else best[kind]
        if value and largest and (3 if kind is CountKind.RANDOMISED else 2) * value >= largest:
            return value
    if largest or design in _TRIALS:  # those who were only screened are no size of a trial
        return largest
    return max((count.value for count in counts), default=None)
