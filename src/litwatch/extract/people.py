"""Numbers that count people in one sentence, each with what its words say of those people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from litwatch.domain.study import CountKind, Design
from litwatch.extract.numerals import Numeral, numerals, value_of
from litwatch.extract.resources import load, nested_set
from litwatch.extract.sentences import Sentence

REVIEWS = frozenset({Design.META_ANALYSIS, Design.SYSTEMATIC_REVIEW})
MOST_NUMBERS = 60
"""No sentence of prose holds more numbers; of one that does, only these are read."""
_MOST = 50_000_000
REACH = 7
"""The most words between a number and the people that it counts."""
WINDOW = 80
"""Characters before a number that may say what it counts."""
_LONG_WINDOW = 240
"""Characters after it, as far as the next number of people."""
_NEXT_CLAUSE = re.compile(r"[;:.] |, of wh| but |, data|, while |, where")
_LAST_CLAUSE = re.compile(r"[;:.] ")
_ARM = re.compile(
    r"^(?:[\w' /+-]{0,40}?\b(?:(?:in|to|into|received?|receiving|assigned|allocated|per|for|from)\b)?[\w' /+-]{0,45}?\b(?:group|arm)s?\b"
    r"|[^.;]{0,30}\b(?:to|received)\b)"
)
_SPLIT = re.compile(
    r"^[^.;]{0,60}?\b(?:to|into|in|receiv\w*|as|with)\b[^.;(]{1,90}?,? (?:and|or|versus|vs\.?) (?P<n>\d{1,3}(?:,\d{3})+|\d+)"
    r"(?= (?:patients |participants |women |subjects )?(?:to|in|into|received|were|with)\b)"
)
_EVENT = re.compile(
    r" (?:who )?(?:developed|died|dropped|withdrew|discontinued|were lost|was lost|were excluded|was excluded|declined|refused"
    r"|left|experienced|had an? |stopped|did not|failed|prematurely)\b"
)
_IS = re.compile(r"[=≈~]")
_NOT_RANDOMISED = re.compile(r"\b(?:non|not|quasi)[- ]?randomi[sz]\w*")


class Found(NamedTuple):
    """A number of people in a sentence: word and character offsets, and whether it is one arm's."""

    value: int
    start: int
    end: int
    kind: CountKind
    arm: bool


def people(sentence: Sentence, numbers: list[Numeral], design: Design) -> Iterator[Found]:
    """Each number that counts people."""
    split, text = sentence.words, sentence.plain
    words = split.words
    spans: list[tuple[Numeral, int, int]] = []
    for number in numbers:
        end = _counted(words, number, design)
        if (
            end is not None
            and words[number.first - 1] == "n"
            and _IS.search(text, split.ends[number.first - 1], split.starts[number.first]) is None
        ):
            continue
        if end is None or not 0 < number.value <= _MOST or (number.value < 5 and not words[number.first][0].isdigit()):
            continue
        start, stop, close = split.starts[number.first], split.ends[number.last - 1], split.ends[end - 1]
        if _EVENT.match(text, close) is None and "(" not in text[stop:close] and not is_no_count(text, start, stop):
            spans.append((number, start, close))
    for (number, start, close), (_, limit, _) in pairwise([*spans, (numbers[0], len(text), 0)] if spans else []):
        one = _classified(text, number.value, (start, close, limit), design)
        other = _other_arm(text[close : close + _LONG_WINDOW], number.value)
        if other is None or design in REVIEWS:
            yield one._replace(value=one.value + other[0]) if other else one
            continue
        yield one._replace(arm=True)
        if close + other[1] < limit:
            yield one._replace(value=other[0], arm=True)


def _other_arm(tail: str, value: int) -> tuple[int, int] | None:
    """The size of the other arm and its place, where an arm's people are told as "40 to yoga and 42 to rest"."""
    match = _SPLIT.match(tail)
    if match is None or not value / 2 <= value_of(match["n"]) <= 2 * value:
        return None
    return value_of(match["n"]), match.start("n")


def is_no_count(text: str, start: int, stop: int) -> bool:
    """Whether the signs around a number make it a share, a measurement or a range."""
    if (stop < len(text) and text[stop] in "%/±") or text[stop : stop + 2] in (" %", " ±"):
        return True
    return start > 0 and text[start - 1] in "±</>≤≥-+$€£"


def _counted(words: list[str], number: Numeral, design: Design) -> int | None:
    """The word after those that say that a number counts people; None where it does not."""
    before = words[max(0, number.first - 3) : number.first]
    if (
        1900 <= number.value < 2100
        and before
        and before[-1] in nested_set("counts", "before_year")
        and "total" not in before
    ):
        return None
    if number.first == 0 and 1900 <= number.value < 2100 and words[0].isdigit():
        return None
    if before and before[-1] == "n":
        return None if _of_others(words, number.last) else number.last
    noun = _noun(words, number.last, design)
    if noun is not None:
        return noun
    if before and before[-1] in ("of", "was", "is") and not nested_set("counts", "sample").isdisjoint(before):
        return None if _of_others(words, number.last) or words[number.last : number.last + 1] == ["%"] else number.last
    if number.first == 0 or words[: number.first] == ["a", "total", "of"]:
        return _bare(words, number.last) or _subject(words, number.last)
    return _bare(words, number.last)


def _subject(words: list[str], at: int) -> int | None:
    """The word after the subject of a sentence, where what is done to it makes it people ("Fifty Latinas were enrolled")."""
    if at >= len(words) or words[at] in nested_set("counts", "not_between"):
        return None
    things = nested_set("counts", "things")
    for step in range(at, min(at + 3 * REACH, len(words) - 1)):
        if words[step] in things:
            return None
        if words[step] in ("were", "was"):
            told = not nested_set("counts", "done").isdisjoint(words[step + 1 : step + 3])
            return step if told and not _of_others(words, at) else None
    return None


def _noun(words: list[str], at: int, design: Design) -> int | None:
    """The word after the people that are counted from word `at` on."""
    people, stops = nested_set("counts", "people"), nested_set("counts", "not_between")
    for step in range(at, min(at + REACH, len(words))):
        word = words[step]
        if word in people or (word == "controls" and design is Design.CASE_CONTROL):
            return step + 1
        if word in stops or word[0].isdigit():
            return None
    return None


def _of_others(words: list[str], at: int) -> bool:
    """Whether what is counted from word `at` on is studies, or things and no people."""
    near = words[at : at + 4]
    if not nested_set("counts", "studies").isdisjoint(near):
        return True
    return not nested_set("counts", "things").isdisjoint(words[at : at + 2])


def _bare(words: list[str], at: int) -> int | None:
    """Numbers that mean people by their verb alone: "934 were analysed", "4,219 of them returned …"."""
    step = at
    if (
        words[step : step + 1] == ["of"]
        and words[step + 1 : step + 2]
        and words[step + 1] in ("them", "whom", "these", "those")
    ):
        step += 2
    following = words[step : step + 3]
    if not following:
        return None
    if following[0] in nested_set("counts", "did"):
        return step
    if following[0] in ("were", "was", "have", "had") and not nested_set("counts", "done").isdisjoint(following[1:]):
        return step
    return None


def _classified(text: str, value: int, span: tuple[int, int, int], design: Design) -> Found:
    """A number with its kind, told by the words inside the phrase and after it, else by those before.

    `span` is where the phrase starts and ends, and where the next one starts.
    """
    start, end, limit = span
    if design in REVIEWS or design is Design.PROTOCOL:
        return Found(value, start, end, CountKind.PLANNED if design is Design.PROTOCOL else CountKind.POOLED, arm=False)
    tail = text[end : min(limit, end + _LONG_WINDOW)]
    after = text[start:end].lower() + _NEXT_CLAUSE.split(tail.lower())[0]
    before = _LAST_CLAUSE.split(text[max(0, start - WINDOW) : start].lower())[-1]
    if before.endswith(" of the ") and before[:-8].rpartition(" ")[2].isalnum() and numerals(before[:-8].split()[-1:]):
        return Found(value, start, end, CountKind.INVITED, arm=False)
    arm = in_brackets(text, start) or (_ARM.match(tail) is not None and "randomi" not in after)
    return Found(value, start, end, _kind(after, before), arm)


def in_brackets(text: str, start: int) -> bool:
    opened = text.rfind("(", max(0, start - WINDOW), start)
    return opened >= 0 and ")" not in text[opened:start]


def _kind(after: str, before: str) -> CountKind:
    kinds = load("counts")["kinds"]
    after, before = _NOT_RANDOMISED.sub("", after), _NOT_RANDOMISED.sub("", before)
    for kind in ("analysed", "randomised", "invited", "enrolled"):
        if any(cue in after for cue in kinds[kind]):
            return CountKind(kind)
    if before.endswith("of the "):
        return CountKind.ENROLLED
    if any(cue in before for cue in kinds["analysed"]):
        return CountKind.ANALYSED
    places = [
        (-before.rfind(cue), kind)
        for kind in ("randomised", "invited", "enrolled")
        for cue in kinds[kind]
        if cue in before
    ]
    return CountKind(min(places)[1]) if places else CountKind.ENROLLED
