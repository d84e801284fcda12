"""How many studies a review included."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litwatch.domain.study import Design
from litwatch.extract.numerals import Numeral, is_no_count
from litwatch.extract.people import MOST_NUMBERS, REACH, REVIEWS
from litwatch.extract.resources import load, nested_set
from litwatch.extract.sentences import Role, Sentence
from litwatch.extract.words import Words

_WITH_PEOPLE = re.compile(
    r" ?\(?(?:with|involving|including|of|n ?=|comprising|encompassing|enrolling|totall?ing) ?(?:a total of )?\d"
    r"| ?\(\d[\d,]* (?:\w+ )?(?:patients|participants|subjects|individuals|adults)\b"
)
_BRACKETED = re.compile(r" ?\([^()]*\)")
_ENDS = re.compile(r"[;:.]|, (?:of (?:which|these)|(?:and )?\d)| of which")
_PAUSE = re.compile(r"[,;:.]")
_MET = re.compile(r" (?:involving [\d,]+ \w+ )?(?:met|fulfilled|satisfied|meeting|fulfilling)\b.*\bcriteri")
_WHICH = re.compile(r"\b(?:of|from) (?:which|these|those|them),? (?:only )?$")
_CHOSEN = re.compile(r" (?:were|was|met|fulfilled|remained)\b")
_JOINED = re.compile(r"(?:(?!were|was|which|had)[^.;:()]|\([^()]{0,60}\)){0,60} and (?:another |a further )?")
_CLOSED = re.compile(r" ?[(.,;]|$")
_TOLD, _FOUND = 3, 2
_LOOKED_AT = 160
_REACH = REACH + 4
"""The most words between a number and the studies that it counts; their kind is told at length, commas and all."""


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
    best, studies = (0, 0), nested_set("counts", "studies") | nested_set("counts", "finds") | {"criteria"}
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
    end, score, value = 0, 0, 0
    for number in split.numbers[:MOST_NUMBERS]:
        start, stop = split.starts[number.first], split.ends[number.last - 1]
        if not 2 <= number.value <= 5000 or 1900 < number.value < 2100 or is_no_count(text, start, stop):
            continue
        closes = _end_of_studies(split, number)
        if closes is None:
            bare = _included_bare(text, start, stop)
            if bare:
                yield bare, number.value
            continue
        told = _included(text, start, closes)
        between = text[end:start]
        if value and (
            (told >= _TOLD and _JOINED.fullmatch(between))
            or (score >= _FOUND and between == " and " and _CLOSED.match(text, closes))
        ):
            yield max(told, score) + 1, value + number.value
        end, score, value = closes, told, number.value
        yield told, number.value


def _included_bare(text: str, start: int, stop: int) -> int:
    """How clearly a number without its studies is said to be included ("of which 12 were included")."""
    after = _BRACKETED.sub("", text[stop : stop + _LOOKED_AT])
    if _MET.match(after):
        return _TOLD + 1
    before = text[:start].lower()
    chosen = _CHOSEN.match(after) is not None and any(find in before for find in load("counts")["finds"])
    if not _said(after, "after"):
        return 0
    return _TOLD if _WHICH.search(before[-20:]) else int(chosen)


def _end_of_studies(split: Words, number: Numeral) -> int | None:
    """Where the studies that a number counts end, as an offset; None where it counts no studies."""
    studies, stops = nested_set("counts", "studies"), nested_set("counts", "not_between_studies")
    others = {other.first for other in split.numbers}
    for step in range(number.last, min(number.last + _REACH, len(split.words))):
        word = split.words[step]
        if word in studies:
            return split.ends[step]
        if word in stops or word[0].isdigit() or step in others:
            return None
    return None


def _said(after: str, key: str) -> bool:
    """Whether the words after a number of studies say one of the phrases, before another number begins."""
    near = load("counts")["studies_near"]
    clause = _ENDS.split(_BRACKETED.sub("", after).lower(), maxsplit=1)[0]
    words = " ".join(word for word in clause.split() if word not in near["adverbs"])[: near["reach"]]
    return any(cue in f" {words} " for cue in near[key])


def _included(text: str, start: int, end: int) -> int:
    """How clearly the words around a number of studies say that it is the number included."""
    near = load("counts")["studies_near"]
    before = text[max(0, start - 30) : start].lower()
    inside, after = text[start:end].lower(), text[end : end + _LOOKED_AT]
    if after.lower().startswith(tuple(near["dropped"])):
        return 0
    told = _said(after, "after") or before.rstrip().endswith(tuple(near["object_of"]))
    found = any(cue in _PAUSE.split(before)[-1] for cue in near["before"]) or _said(after, "found")
    people = _WITH_PEOPLE.match(after) is not None
    score = _TOLD * told + _FOUND * found + 2 * people + 2 * any(cue in inside for cue in near["inside"])
    if "included" in inside:  # "seven of the ten included trials"
        return score + before.endswith("of the ")
    if before.rstrip().endswith(tuple(near["whole"])):
        return score - 3
    if told or (people and text[:start] == "In "):
        return score
    return score - 3 * before.rstrip().endswith(tuple(near["part"]))
