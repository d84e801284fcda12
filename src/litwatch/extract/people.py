"""Numbers that count people in one sentence, each with what its words say of those people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from litwatch.domain.study import CountKind, Design
from litwatch.extract.numerals import Numeral, is_no_count, numerals, value_of
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
    r"^[^.;]{0,60}?\b(?:to|into|in|receiv\w*|as|with)\b[^.;(]{1,90}?,? (?:and|or|versus|vs\.?|while|whereas) (?P<n>\d{1,3}(?:,\d{3})+|\d+)"
    r"(?= (?:patients |participants |women |subjects )?(?:to|in|into|received|were|with)\b)"
)
_EVENT = re.compile(
    r" (?:who )?(?:developed|died|dropped|withdrew|discontinued|were lost|was lost|were excluded|was excluded|declined|refused"
    r"|left|experienced|had an? |stopped|did not|failed|prematurely)\b"
)
_IS = re.compile(r"[=≈~]")
_PASSED = re.compile(r"\((?:[A-Z]{2,6}|\d+(?:\.\d+)? ?%)\)")
"""Brackets that may stand between a number and its people: an abbreviation or a share."""
_TOOK_PART = re.compile(
    r"^[^.;,]{0,60}?\b(?:participat|took part|agree|consent|complet|return|were (?:includ|enrol|recruit|randomi|analy))"
)
_ANALYSIS = re.compile(
    r"\b(?:includ\w*|eligible|entered|available|used|retained|remain\w*|evaluat\w+|assess\w+|suitable|considered|valid)"
    r" (?:in|into|for) (?:[\w-]+ ){0,4}analys[ei]s\b"
)
_LEFT = re.compile(r"\b(?:leaving|of the remaining)\b[^.;,]{0,20}$")
_BEFORE = 60  # within so many characters before a number stand "out of" and the like
_OF_ALL = re.compile(
    r"(?:^|[.;:] )(?:out of|of|from|from among|among)(?: the| an?)?(?: \w+)?(?: total)?(?: of)? ?$", re.IGNORECASE
)
_TAKEN = re.compile(
    r"^[^.;]{0,90}?\b(?:includ|enrol|recruit|select|randomi|randomly|particip|took part|consent|agreed|allocat|assign"
    r"|(?:met|fulfilled|satisfied)\b)"
)
_ROMAN = frozenset({"i", "ii", "iii", "iv"})
_NUMBERED = frozenset(
    {"group", "grade", "phase", "type", "arm", "stage", "level", "day", "week", "month", "class", "dose"}
)
_NOT_RANDOMISED = re.compile(r"\b(?:non|not|quasi)[- ]?randomi[sz]\w*")


class Found(NamedTuple):
    """A number of people in a sentence: word and character offsets, and whether it is one arm's."""

    value: int
    start: int
    end: int
    kind: CountKind
    arm: bool


def _spans(sentence: Sentence, numbers: list[Numeral], design: Design) -> list[tuple[Numeral, int, int]]:
    """Each number that counts people, with where it starts and where what it counts ends."""
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
        few = number.value < 5 and not words[number.first][0].isdigit() and design is not Design.CASE_REPORT
        if end is None or not 0 < number.value <= _MOST or few:
            continue
        start, stop, close = split.starts[number.first], split.ends[number.last - 1], split.ends[end - 1]
        inside = _PASSED.sub("", text[stop:close])
        if _EVENT.match(text, close) is None and "(" not in inside and not is_no_count(text, start, stop):
            spans.append((number, start, close))
    return spans


def people(sentence: Sentence, numbers: list[Numeral], design: Design) -> Iterator[Found]:
    """Each number that counts people."""
    text, spans = sentence.plain, _spans(sentence, numbers, design)
    starts = [*(start for _, start, _ in spans[1:]), len(text)]
    for (number, start, close), following, limit in zip(spans, starts, _limits(text, spans), strict=False):
        one = _classified(text, number.value, (start, close, limit), design)
        other = _other_arm(text[close : close + _LONG_WINDOW], number.value)
        if design in REVIEWS:
            yield one._replace(value=one.value + other[0]) if other else one
        elif (share := _share(sentence, numbers, (number, start, close))) is not None:
            yield one._replace(kind=CountKind.INVITED)
            yield one._replace(value=share, kind=_kind(text[close:limit].lower(), ""), arm=False)
        elif _OF_ALL.search(text, max(0, start - _BEFORE), start) and _is_more(text, number, spans):
            yield one._replace(kind=CountKind.INVITED)
        elif other is None:
            yield one
        else:
            yield one._replace(arm=True)
            if close + other[1] < following:
                yield one._replace(value=other[0], arm=True)


def _limits(text: str, spans: list[tuple[Numeral, int, int]]) -> Iterator[int]:
    """Where the next number of people begins after each, those of one sex among a larger number left out."""
    sexes = nested_set("counts", "sexes")
    nouns = [text[start:close].rpartition(" ")[2].lower() for _, start, close in spans]
    for at, (number, _, _) in enumerate(spans):
        later = (
            start
            for (other, start, _), noun in zip(spans[at + 1 :], nouns[at + 1 :], strict=True)
            if other.value >= number.value or noun not in sexes or nouns[at] in sexes
        )
        yield next(later, len(text))


def _is_more(text: str, number: Numeral, spans: list[tuple[Numeral, int, int]]) -> bool:
    """Whether only some of a number's people became the study's, by a later number of the sentence."""
    later = [(other.value, close) for other, _, close in spans if other.first > number.first]
    taken = [value for value, close in later if value < number.value and _TAKEN.match(text[close:])]
    others = [arm[0] for value, close in later if (arm := _other_arm(text[close : close + _LONG_WINDOW], value))]
    return bool(taken) and sum(value for value, _ in later) + sum(others) < number.value


def _share(sentence: Sentence, numbers: list[Numeral], span: tuple[Numeral, int, int]) -> int | None:
    """How many of the people of a number did what makes them the study's ("Thirty of 40 nurses took part")."""
    number, _, close = span
    text, split = sentence.plain, sentence.words
    first = next((each for each in reversed(numbers) if each.last < number.first), None)
    if first is None or first.value > number.value or _TOOK_PART.match(text[close:]) is None:
        return None
    between = _PASSED.sub("", text[split.ends[first.last - 1] : split.starts[number.first]]).split()
    return first.value if between in (["of"], ["of", "the"], ["out", "of"], ["out", "of", "the"]) else None


def joined(sentence: Sentence) -> list[Numeral]:
    """A sentence's numbers, those whose thousands are parted by a space ("11 883") as one."""
    split, found = sentence.words, list[Numeral]()
    for number in sentence.words.numbers[:MOST_NUMBERS]:
        last = found[-1] if found else None
        if (
            last is not None
            and last.last == number.first
            and re.fullmatch(
                r"[1-9]\d{0,2} \d{3}", sentence.plain[split.starts[last.first] : split.ends[number.last - 1]]
            )
            and (last.first == 0 or split.words[last.first - 1] not in _NUMBERED)
        ):
            found[-1] = Numeral(last.first, number.last, last.value * 1000 + number.value)
        else:
            found.append(number)
    return found


def _other_arm(tail: str, value: int) -> tuple[int, int] | None:
    """The size of the other arm and its place, where an arm's people are told as "40 to yoga and 42 to rest"."""
    match = _SPLIT.match(tail)
    if match is None or is_year(value_of(match["n"])) or not value / 2 <= value_of(match["n"]) <= 2 * value:
        return None
    return value_of(match["n"]), match.start("n")


def is_year(value: int) -> bool:
    return 1900 <= value < 2100


def _counted(words: list[str], number: Numeral, design: Design) -> int | None:
    """The word after those that say that a number counts people; None where it does not."""
    before = words[max(0, number.first - 3) : number.first]
    dated = before[:-1] if before[-1:] == [","] else before
    if dated is not before and dated and dated[-1].isdigit():  # "July 31, 2012"
        dated = dated[:-1]
    if is_year(number.value) and (
        words[0].isdigit()
        if number.first == 0
        else not nested_set("counts", "before_year").isdisjoint(dated[-1:]) and "total" not in before
    ):
        return None
    if before and before[-1] == "n":
        return None if _of_others(words, number.last) else number.last
    noun = _noun(words, number.last, design)
    if noun is not None:
        return noun
    after = words[number.last + 1 : number.last + 4]
    if after[:1] == ["%"] and not nested_set("counts", "entered").isdisjoint(after):
        return number.last
    if before and before[-1] in ("of", "was", "is") and not nested_set("counts", "sample").isdisjoint(before):
        of_others = _of_others(words, number.last) or ("total" in before and _of_things(words, number.last))
        return None if of_others or words[number.last : number.last + 1] == ["%"] else number.last
    if design in REVIEWS:
        return None
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
    one = nested_set("counts", "person")
    if words[at : at + 1] and words[at] in one and at > 1 and words[at - 2] in ("a", "an", "this", "the", "our"):
        return at + 1 if words[at + 1 : at + 2] and words[at + 1] not in stops else None
    if words[at + 1 : at + 2] == ["%"]:
        at += 2
    at = _after_grades(words, at)
    for step in range(at, min(at + REACH, len(words))):
        word = words[step]
        if word in people or (word == "controls" and design is Design.CASE_CONTROL):
            return step + 1
        if word == "and" and step > at and words[step - 1][-1] != "s" and words[step + 1 : step + 2]:
            if words[step + 1] in people:
                return None
            continue
        if word in stops or word[0].isdigit():
            return None
    return None


def _after_grades(words: list[str], at: int) -> int:
    """The word after those that grade people before they are named ("40 adult ASA I and II patients")."""
    grades = nested_set("counts", "grades")
    for begin in range(at, min(at + 3, len(words))):
        if words[begin] in nested_set("counts", "people"):
            return at
        end = begin
        while end < len(words) and words[end] in grades:
            end += 1
        if not _ROMAN.isdisjoint(words[begin:end]):
            return end
    return at


def _of_others(words: list[str], at: int) -> bool:
    """Whether what is counted from word `at` on is studies, or things and no people."""
    near = words[at : at + 4]
    if not nested_set("counts", "studies").isdisjoint(near):
        return True
    return not nested_set("counts", "things").isdisjoint(words[at : at + 2])


def _of_things(words: list[str], at: int) -> bool:
    """Whether a total counts what a plural names that is no people ("a total of 90 written descriptions")."""
    people, stops = nested_set("counts", "people"), nested_set("counts", "not_between")
    for step in range(at, min(at + 3, len(words))):
        word = words[step]
        if word in people or word in stops or not word[0].isalpha():
            return False
        if len(word) > 3 and word[-1] == "s" and word[-2] not in "su":
            return _subject(words, at) is None
    return False


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
    if _ANALYSIS.search(after):
        return CountKind.ANALYSED
    for kind in ("analysed", "randomised", "invited", "enrolled"):
        if any(cue in after for cue in kinds[kind]):
            return CountKind(kind)
    if before.endswith("of the "):
        return CountKind.ENROLLED
    if _LEFT.search(before) or any(cue in before for cue in kinds["analysed"]):
        return CountKind.ANALYSED
    places = [
        (-before.rfind(cue), kind)
        for kind in ("randomised", "invited", "enrolled")
        for cue in kinds[kind]
        if cue in before
    ]
    return CountKind(min(places)[1]) if places else CountKind.ENROLLED
