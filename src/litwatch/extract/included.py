"""How many studies a review included."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litwatch.domain.study import Design
from litwatch.extract.people import MOST_NUMBERS, REACH, REVIEWS, is_no_count
from litwatch.extract.resources import load, nested_set
from litwatch.extract.sentences import Role, Sentence

_MET = frozenset({"met", "fulfilled", "satisfied", "meeting", "fulfilling"})
_WITH_PEOPLE = re.compile(r" ?\(?(?:with|involving|including|of|n ?=|comprising|enrolling) ?(?:a total of )?\d")


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
    best, studies = (0, 0), nested_set("counts", "studies")
    for sentence in sentences:
        if sentence.role is Role.OTHER or studies.isdisjoint(sentence.words.words):
            continue
        for score, value in _numbers_of_studies(sentence):
            if score + (sentence.role is Role.RESULTS) > best[0]:
                best = score + (sentence.role is Role.RESULTS), value
    return best


def _numbers_of_studies(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Each number of studies, with how clearly its words say that so many were included."""
    split, text = sentence.words, sentence.plain
    words = split.words
    studies, stops = nested_set("counts", "studies"), nested_set("counts", "not_between_studies")
    for number in split.numbers[:MOST_NUMBERS]:
        if not 2 <= number.value <= 5000 or 1900 < number.value < 2100:
            continue
        if words[number.last : number.last + 1] and words[number.last] in _MET and "criteria" in words[number.last :]:
            yield 4, number.value
            continue
        for step in range(number.last, min(number.last + REACH, len(words))):
            if words[step] in studies:
                start, end = split.starts[number.first], split.ends[step]
                if not is_no_count(text, start, split.ends[number.last - 1]):
                    yield _included(text, start, end), number.value
                break
            if words[step] in stops or words[step][0].isdigit():
                break


def _included(text: str, start: int, end: int) -> int:
    """How clearly the words around a number of studies say that it is the number included."""
    near = load("counts")["studies_near"]
    before, inside = text[max(0, start - 30) : start].lower(), text[start:end].lower()
    after = text[end : end + 45].lower()
    told = _WITH_PEOPLE.match(after) is not None or any(cue in after for cue in near["after"])
    score = (
        2 * told + 2 * any(cue in before for cue in near["before"]) + 2 * any(cue in inside for cue in near["inside"])
    )
    if "included" in inside:  # "seven of the ten included trials"
        return score + before.endswith("of the ")
    return score - 3 * before.rstrip().endswith(tuple(near["part"]))
