"""Two values for two arms, without a word that says which way: "pain was 2.1 after yoga and 3.4 after usual care (P = .01)".

    two  = value phrase (versus | "and") value phrase     "9% in the treatment group and 24% in the control group"
         | phrase value … phrase value                    "group A (12 h) than in group B (19 h)"
         | value (versus | "and") value phrases           "82 and 77 in the A and B groups, respectively"
         | phrases value (versus | "and") value           "in the A group and the control group was 98 vs 81%"
         | value versus value                             the first is of the arm whose result the clause gives

Each phrase must name an arm, and one of them must be known as the intervention's (arms.py). A third number, a p-value of
one arm alone, or another word of a change leaves it open. A test or the word "significant" must show a difference.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from litwatch.domain.study import Comparison, Design
from litwatch.extract.arms import Arms, Subject, facing
from litwatch.extract.clauses import Clause, Name
from litwatch.extract.cues import INVERSE, Sense, words_of, words_of_any
from litwatch.extract.finding import polarity_of
from litwatch.extract.lexicon import Polarity
from litwatch.extract.resources import load, word_set
from litwatch.extract.verdicts import OBSERVATIONAL, directed, same
from litwatch.extract.whose import subject
from litwatch.extract.why import Compared
from litwatch.extract.words import split_words

_REACH = 240
"""Within how many characters after a name its values stand."""


class _Value(NamedTuple):
    number: float
    start: int
    end: int
    percent: bool


class _Pair(NamedTuple):
    """The two values of a stretch of text, and the words before, between and after them."""

    first: _Value
    second: _Value
    before: list[str]
    between: list[str]
    after: list[str]


def by_values(clause: Clause, name: Name, arms: Arms, design: Design) -> Compared | None:
    """The verdict that the values of two arms give on an outcome; None where they do not tell."""
    if any(cue.payload.sense is not Sense.DIFF for cue in clause.cues) or "both" in clause.words:
        return None
    if _is_place(clause, name):
        return None
    stretch, pair = _found(clause, name)
    significant = _significant(clause, stretch) if pair is not None else None
    if pair is None or significant is None:
        return None
    whose = _first(clause, name, pair, arms)
    sense = _way(clause, name, pair)
    if sense is None or whose not in (Subject.INTERVENTION, Subject.CONTROL):
        return None
    comparison = Comparison.ASSOCIATION if design in OBSERVATIONAL else Comparison.BETWEEN
    turned = sense if whose is Subject.INTERVENTION else INVERSE[sense]
    verdict = directed(turned, _good(clause, name), comparison) if significant else same(comparison)
    return Compared(verdict, pair.first.number, pair.second.number, whose)


def _good(clause: Clause, name: Name) -> Polarity | None:
    """Which way is good, where no word of the name speaks against it ("delayed healing", "favourable prognosis")."""
    good = polarity_of(clause, name)
    against = word_set("values", "good" if good == "lower" else "bad")
    return good if against.isdisjoint(clause.words[name.start : name.end]) else None


def _is_place(clause: Clause, name: Name) -> bool:
    """Whether a name is where or in what something else was measured, or is denied: "rates for X", "no X was seen"."""
    near = clause.words[max(0, name.start - 3) : name.start]
    while near and near[-1] in words_of("article"):
        near.pop()
    if not word_set("values", "denied").isdisjoint(near):
        return True
    changed = near[-2:-1] and near[-2] in word_set("values", "change")
    return bool(near) and near[-1] in word_set("values", "place") and not changed


def _found(clause: Clause, name: Name) -> tuple[tuple[int, int], _Pair | None]:
    """Where the values of an outcome stand, and they; those of a clause's only outcome may stand on either side of it."""
    start, end = _stretch(clause, name)
    pair = _pair(clause, (start, end))
    if pair is not None and not _is_said_of(pair.before):
        return (start, end), None
    has = not word_set("values", "has").isdisjoint(clause.words[: name.start])
    if pair is None and has and len(clause.names) == 1 and end - clause.starts[0] <= _REACH:
        start = min(
            [clause.starts[0], *(aside.start for aside in clause.asides), *(s.start for s in clause.statistics)]
        )
        pair = _pair(clause, (start, end))
    return (start, end), pair


def _is_said_of(before: list[str]) -> bool:
    """Whether values are a name's own: nothing but "was", "occurred" and phrases of arms and times stands between."""
    passed = word_set("values", "plain") | words_of_any("be", "adverb", "article")
    opens = word_set("values", "before_arm") | word_set("values", "opens")
    ends = word_set("values", "ends") | words_of("be")
    inside = False
    for word in before:
        if word == ";":  # a bracket
            return True
        if word in opens:
            inside = True
        elif word in ends:
            inside = False
        if not inside and word not in passed:
            return False
    return before != [","]


def _stretch(clause: Clause, name: Name) -> tuple[int, int]:
    """Where an outcome's values stand: after its name, before the next one. A name before a group's word is an arm's."""
    start = clause.ends[name.end - 1]
    later = [
        clause.starts[other.start]
        for other in clause.names
        if other.start >= name.end and word_set("values", "group").isdisjoint(clause.words[other.end : other.end + 1])
    ]
    ends = [clause.ends[-1], *(s.end for s in clause.statistics), *(aside.end + 1 for aside in clause.asides)]
    return start, min(min(later, default=max(ends)), max(ends), start + _REACH)


def _significant(clause: Clause, stretch: tuple[int, int]) -> bool | None:
    """Whether the first p-value of a stretch shows a difference; without one, whether the clause says "significant"."""
    tested = (s for s in clause.statistics if stretch[0] <= s.start < stretch[1] and s.effect.p is not None)
    statistic = next(tested, None)
    if statistic is not None:
        return statistic.significant
    if not clause.has(word_set("values", "denied")) and clause.has(word_set("values", "significant")):
        return True
    return None


def _pair(clause: Clause, stretch: tuple[int, int]) -> _Pair | None:
    """The two values of a stretch; None if it holds more or fewer, or a p-value before the second."""
    start, end = stretch
    text = _patterns().aside.sub(lambda match: " " * len(match.group()), clause.raw[start:end].lower())
    text = text.replace("(", ";").replace("[", ";")
    found: list[_Value] = []
    for match in _NUMBER.finditer(text):
        if match.group().isdigit() and _patterns().ordinal.search(text, 0, match.start()):
            continue
        if _patterns().no_value.match(text, match.end()) or len(found) == 2:
            return None
        number = float(match.group().replace(",", ""))
        found.append(_Value(number, match.start(), match.end(), _PERCENT.match(text, match.end()) is not None))
    if len(found) != 2 or any(
        s.effect.p and s.end - start <= found[1].start for s in clause.statistics if s.start >= start
    ):
        return None
    one, two = found
    before, between, after = (
        split_words(piece).words for piece in (text[: one.start], text[one.end : two.start], text[two.end :])
    )
    if not word_set("values", "spelled").isdisjoint([*before, *between]):
        return None
    return _Pair(one, two, before, between, after)


def _first(clause: Clause, name: Name, pair: _Pair, arms: Arms) -> Subject:
    """Whose the first value is."""
    left, join, right = _parted(pair.between)
    left, right = _phrase(left, arms), _phrase(right, arms)
    if left and right:
        return Subject.UNCLEAR
    if left:
        return _told(left, _phrase(pair.after, arms), arms)
    if right:
        before = _last_phrase(pair.before, arms) or _last_phrase(clause.words[: name.start], arms)
        return _told(before, right, arms)
    if not _is_bare(pair.between):
        return Subject.UNCLEAR
    for words in (pair.after, pair.before):
        sides = _sides(words, arms)
        if sides:
            return _told(*sides, arms)
    if join in word_set("values", "versus") and not _phrase(pair.after, arms):
        return subject(clause, arms, name.start)
    return Subject.UNCLEAR


def _told(own: list[str], other: list[str], arms: Arms) -> Subject:
    """Whose of two arms the first is; unclear where one is not named, or is a time or a part of the people."""
    if not own or not other or not word_set("values", "no_arm").isdisjoint([*own, *other]):
        return Subject.UNCLEAR
    return Subject.UNCLEAR if _several(own) or _several(other) else facing(own, other, arms)


def _several(phrase: list[str]) -> bool:
    """Whether two arms share a value: "in the diet and the control group"."""
    return "groups" in phrase or ("and" in phrase and not words_of("control").isdisjoint(phrase))


def _parted(between: list[str]) -> tuple[list[str], str, list[str]]:
    """The words between two values up to what joins them, the join, and the words after it."""
    at = next((at for at, word in enumerate(between) if word in word_set("values", "versus")), None)
    if at is None:
        at = max((at for at, word in enumerate(between) if word == "and"), default=None)
    if at is None:
        at = max((at for at, word in enumerate(between) if word in (",", "/")), default=None)
    return (between[:at], between[at], between[at + 1 :]) if at is not None else ([], "", between)


def _is_bare(between: list[str]) -> bool:
    """Whether nothing but units and what joins them stands between two values."""
    skip = word_set("values", "versus") | word_set("values", "after_versus") | {"%", "/", ";"}
    return len([word for word in between if word not in skip]) <= 1


def _phrase(words: list[str], arms: Arms) -> list[str]:
    """The phrase that opens some words, if it names an arm."""
    skip = word_set("values", "after_versus") | {"%"}
    at = 0
    while at < len(words) and words[at] in skip:
        at += 1
    rest = words[at:]
    # A unit stands between a value and its arm: "2.1 points in the yoga group".
    opens = next((step for step, word in enumerate(rest[:3]) if word in word_set("values", "before_arm")), 0)
    phrase: list[str] = []
    for word in rest[opens:]:
        if phrase and word in word_set("values", "ends"):
            break
        phrase.append(word)
    return phrase if _names_arm(phrase, arms) else []


def _last_phrase(words: list[str], arms: Arms) -> list[str]:
    """The last phrase of some words that names an arm."""
    marks = word_set("values", "ends") | {"while", "the"}
    end = len(words)
    while end and words[end - 1] in marks:
        end -= 1
    begin = max(
        (at for at in range(end) if words[at] in marks or words[at] in word_set("values", "before_arm")), default=-1
    )
    phrase = words[begin + 1 : end]
    return phrase if begin >= 0 and _names_arm(words[begin:end], arms) else []


def _names_arm(phrase: list[str], arms: Arms) -> bool:
    """Whether a phrase names an arm: by a group's word, a control's, or after a preposition."""
    sure = word_set("values", "group") | words_of_any("control", "intervention")
    if not sure.isdisjoint(phrase) or any(map(arms.names, phrase)):
        return True
    return bool(phrase) and phrase[0] in word_set("values", "before_arm") and bool(arms.read(phrase))


def _sides(words: list[str], arms: Arms) -> tuple[list[str], list[str]] | None:
    """The two arms of a phrase that names both in turn: "in the yoga and control groups, respectively"."""
    phrase = _phrase(words, arms)
    if not phrase or phrase[0] not in word_set("values", "before_arm"):
        return None
    cuts = [at for at, word in enumerate(phrase) if word == "and" or word in word_set("values", "versus")]
    if len(cuts) != 1:
        return None
    one, two = phrase[1 : cuts[0]], phrase[cuts[0] + 1 :]
    shared = ["group"] if not word_set("values", "group").isdisjoint(two) else []
    return one + [word for word in shared if word not in one], [word for word in two if word != "groups"] + shared


def _way(clause: Clause, name: Name, pair: _Pair) -> Sense | None:
    """Which way the first value lies of the second; None for values that cannot be compared, or are the same."""
    one, two = pair.first, pair.second
    if one.percent != two.percent and not (two.percent and _is_bare(pair.between)):
        return None
    named = clause.words[name.start : name.end]
    if two.percent and named[-1] in word_set("values", "scores") and word_set("values", "shares").isdisjoint(named):
        return None
    # "A significant difference (3 and 5)" are values, "the difference was 3 and 5" are not.
    words = clause.words[: name.end] + [word for word in pair.before if not word.startswith("difference")]
    signed = one.number < 0 or two.number < 0
    if not signed and not word_set("values", "change").isdisjoint(words):
        return None
    first, second = one.number, two.number
    if signed and not word_set("values", "shrinking").isdisjoint(clause.words[name.start : name.end]):
        if first > 0 or second > 0:
            return None
        first, second = -first, -second
    if first == second:
        return None
    return Sense.UP if first > second else Sense.DOWN


class _Patterns(NamedTuple):
    aside: re.Pattern[str]
    ordinal: re.Pattern[str]
    no_value: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    data = load("values")
    return _Patterns(
        re.compile("|".join(f"(?:{pattern})" for pattern in data["aside"])),
        re.compile(data["ordinal"]),
        re.compile(data["no_value"]),
    )


_NUMBER = re.compile(r"(?<![\w.,\-])-?(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)")
_PERCENT = re.compile(r" ?(?:%|per ?cent)")
