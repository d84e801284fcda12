"""Which statistics belong to which outcome of a clause, and the rows that follow from them.

A statistic in brackets belongs to the outcome before the brackets, unless the brackets name another; one in the running
text to the outcome that a preposition leads to from it ("MD -0.5 for pain"), or else to the one before it. A list of
outcomes that ends with its statistics shares them: one each ("respectively"), or one for all ("all P < 0.05").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from litwatch.extract.asides import Aside
from litwatch.extract.clauses import Clause, Name
from litwatch.extract.cues import words_of
from litwatch.extract.entries import NOTHING, Entry, entries_of
from litwatch.extract.items import Item
from litwatch.extract.numbers import Statistic
from litwatch.extract.tokens import grammar

_WORD = re.compile(r"[^\W_]+")
_PREDICATE = re.compile(r"\b(?:was|were|by|from|is|are|of|averaged|amounted to)\s*$")
_JOINED = re.compile(r"[^\w,;]{0,4}(?:[,;] ?(?:and|or|as well as)?|(?:and|or|as well as))\s+(?=[^\W\d_])")
_PASSED = ("unit", "noun", "grade", "before_grade", "lead")
_RETOLD = re.compile(r"(?:\bequivalent\b|\btranslat\w+|\bcorrespond\w+ to\b)[^;]{0,60}$")
_NEEDED = re.compile(r"(?:\bNN[TH]s?\b|[Nn]umbers? needed to)[^;,()]{0,30}$")
_EVERY = re.compile(
    r"\b(?:all|each)\b(?=\s*(?:$|[,;:=<]|[Pp](?:'?s)?\b|[Pp][ -]?values?\b|(?:outcomes?|variables|parameters|measures)\b))"
)
"""A p-value of every outcome before it, not of all groups or times."""
_IN_TURN = re.compile(r"[^.;,]{0,20},? and [^.;]{0,20}\d[^;]{0,40}\brespectively\b")
_LAST_IN_TURN = re.compile(r"(?:[^.;]|\.(?=\d)){0,160}\brespectively\b")
_RATED = re.compile(r"\b[^\W\d_]+ per [^\W\d_]+\b")


Attached = dict[tuple[int, int], tuple[Entry, ...]]
"""The entries of every outcome of a clause, by its words `(first, last)`."""


@dataclass(slots=True)
class _Place:
    """An outcome's place in the sentence, and the statistics found to be its own."""

    item: Item
    start: int
    end: int
    own: list[Statistic] = field(default_factory=list)


def entries(clause: Clause, item: Item, everything: Iterable[Item | Name]) -> tuple[Entry, ...]:
    """The entries of one outcome of a clause, one for each row to be made; `everything` are all outcomes named there."""
    return attached(clause, everything).get((item.first, item.last), NOTHING)


def attached(clause: Clause, everything: Iterable[Item | Name]) -> Attached:
    """The entries of every outcome of a clause, by its words `(first, last)`."""
    places = _places(clause, everything)
    if not clause.statistics or not places:
        return {}
    loose: list[Statistic] = []
    for aside, group in _sites(clause):
        loose += _in_brackets(clause, places, aside, group) if aside else _in_text(clause, places, group[0])
    _close(clause, places, loose)
    _share(clause, places)
    found: Attached = {}
    for index, place in enumerate(places):
        limit = places[index + 1].start if index + 1 < len(places) else len(clause.raw)
        own = sorted(place.own, key=lambda statistic: statistic.start)
        found[place.item.first, place.item.last] = entries_of(clause.raw, own, place.end, limit)
    return found


def _share(clause: Clause, places: list[_Place]) -> None:
    """Give an outcome that a clause names twice what is printed for it at the other place."""
    by_name: dict[str, list[_Place]] = {}
    for place in places:
        by_name.setdefault(clause.text[place.start : place.end].lower(), []).append(place)
    for same in by_name.values():
        told = [place for place in same if place.own]
        if len(told) == 1:
            for place in same:
                place.own = told[0].own


def _places(clause: Clause, everything: Iterable[Item | Name]) -> list[_Place]:
    """The outcomes in order of place, without those that lie in another, and without what only tells about another."""
    named = list(everything)
    items = {(item.first, item.last): item for item in map(_as_item, named)}
    governed = {(item.first, item.last) for item in named if isinstance(item, Item)}
    made: list[_Place] = []
    for first, last in sorted(items, key=lambda span: (span[0], -span[1])):
        place = _Place(items[first, last], clause.starts[first], clause.ends[last - 1])
        if made and place.start < made[-1].end:
            continue
        adjusted = is_adjusted_for(clause, first)
        if adjusted or ((first, last) not in governed and _is_bystander(clause, place, made, governed)):
            continue
        made.append(place)
    return [place for place in made if not _is_adjunct(clause, place.item, made[0].item)] or made


def _is_adjunct(clause: Clause, item: Item, first: Item) -> bool:
    """Whether a name only tells when, in whom or by what: "after surgery", "IL-6 inhibitors", "as measured by the diary"."""
    words = clause.words
    if not grammar("carrier").isdisjoint(words[item.last - 1 : item.last + 1]):
        return True
    at = item.first - 1
    while at >= 0 and words[at] in ("the", "a", "of"):
        at -= 1
    if at >= 0 and (words[at] in grammar("adjunct") or _is_while(clause, at, first)):
        return True
    for step in range(at, max(0, at - 5), -1):
        if words[step] in grammar("means") and words[step - 1] in grammar("measured"):
            return True
        if not words[step].isalpha() or words[step] in ("and", "or"):
            break
    return False


def _is_bystander(clause: Clause, place: _Place, before: list[_Place], governed: set[tuple[int, int]]) -> bool:
    """Whether a name only tells of whom, on which scale or against what: "pain in adults with OA", "than in sham"."""
    ahead = clause.words[max(0, place.item.first - 7) : place.item.first]
    for at in range(len(ahead) - 1, -1, -1):
        if ahead[at] in (",", "and", "or", ";"):
            break
        told_of = ahead[at] in words_of("persons") and not {"with", "for", "without"}.isdisjoint(ahead[at:])
        if told_of or ahead[at] in grammar("comparing"):
            return True
    if not before or (before[-1].item.first, before[-1].item.last) not in governed or before[-1].own:
        return False
    gap = clause.words[before[-1].item.last : place.item.first]
    joined = not {",", "and", "or", "nor", "but", ";", ":", "&", "/"}.isdisjoint(gap)
    cued = any(before[-1].item.last <= cue.start < place.item.first for cue in clause.cues)
    printed = any(before[-1].end <= statistic.start < place.start for statistic in clause.statistics)
    return bool(gap) and not joined and not cued and not printed


def is_adjusted_for(clause: Clause, first: int) -> bool:
    """Whether a name is one of those a figure was adjusted for: "pain, adjusted for sex, age and fitness, was …"."""
    for at in range(first - 1, max(-1, first - 25), -1):
        if clause.words[at] in words_of("be") or any(cue.start == at for cue in clause.cues):
            return False
        if clause.words[at] in ("adjusted", "adjusting", "adjustment", "controlling"):
            return True
    return False


def _is_while(clause: Clause, at: int, first: Item) -> bool:
    """Whether words up to `at` tell when something was that is told of the first outcome: "lower during closed loop"."""
    told = [cue.start for cue in clause.cues if cue.start >= first.last]
    for step in range(at, max(-1, at - 3), -1):
        if clause.words[step] in grammar("while"):
            return bool(told) and told[0] < step
        if step in told or not clause.words[step].isalpha() or clause.words[step] in ("and", "or"):
            break
    return False


def _as_item(named: Item | Name) -> Item:
    return named if isinstance(named, Item) else Item(named.start, named.end, named.concept, named.core)


def _sites(clause: Clause) -> list[tuple[Aside | None, list[Statistic]]]:
    """The statistics in order, those of one pair of brackets together."""
    sites: list[tuple[Aside | None, list[Statistic]]] = []
    for statistic in clause.statistics:
        if _RETOLD.search(clause.raw, max(0, statistic.start - 90), statistic.start) or (
            sites and _NEEDED.search(clause.raw, sites[-1][1][-1].end, statistic.start)
        ):
            continue
        aside = next((each for each in clause.asides if each.start <= statistic.start < each.end), None)
        if aside is not None and sites and sites[-1][0] is aside:
            sites[-1][1].append(statistic)
        else:
            sites.append((aside, [statistic]))
    return sites


def _in_brackets(clause: Clause, places: list[_Place], aside: Aside, group: list[Statistic]) -> list[Statistic]:
    """Give the statistics of one pair of brackets to their outcomes; those that may be shared are given back."""
    rest: list[Statistic] = []
    around = next((place for place in places if place.start < aside.start < place.end), None)
    at, named = aside.start, around
    for statistic in group:
        named = _named_inside(clause, places, aside, at, statistic.start) or named
        if named is not None:
            named.own.append(statistic)
        else:
            rest.append(statistic)
        at = statistic.end
    before = [place for place in places if place.end <= aside.start]
    if not rest or (before and not _continues(clause, before[-1], rest[0])):
        return []
    if not before:
        return rest
    if len(rest) == 1 and rest[0].is_p and _EVERY.search(aside.text):
        _give([place for place in before if not any(own.effect.p for own in place.own)], rest[0])
        return []
    listed = _list_of(clause, before)
    if len(listed) == 1 or (any(place.own for place in listed[:-1]) and not _for_all(aside.text)):
        before[-1].own += rest
        return []
    if _for_all(aside.text) and len(rest) == 1:
        _give(listed, rest[0])
    elif len(rest) == len(listed):
        for place, statistic in zip(listed, rest, strict=True):
            place.own.append(statistic)
    else:
        return rest
    return []


def _named_inside(clause: Clause, places: list[_Place], aside: Aside, start: int, end: int) -> _Place | None:
    """The outcome that is named in brackets before a statistic, where it is one of the clause."""
    label = {word.lower() for word in _WORD.findall(clause.raw[start:end])}
    last = {word.lower() for word in _WORD.findall(re.split(r"[;,(]", clause.raw[start:end].rstrip(" ,;:("))[-1])}
    concepts = {name.concept.name for name in aside.names if name.concept and start <= name.start and name.end <= end}
    for place in places:
        words = {word.lower() for word in _WORD.findall(clause.text[place.start : place.end])}
        known = place.item.concept is not None and place.item.concept.name in concepts
        if words and (words <= label or (last and last <= words) or known):
            return place
    return None


def _in_text(clause: Clause, places: list[_Place], statistic: Statistic) -> list[Statistic]:
    """Give a statistic of the running text to its outcome; given back where it may be shared."""
    before = [place for place in places if place.end <= statistic.start]
    after = [place for place in places if place.start >= statistic.end]
    led = bool(after) and _leads(clause, statistic.end, after[0].start)
    free = not before or bool(before[-1].own)
    if led and (free or not _PREDICATE.search(clause.text[before[-1].end : statistic.start])):
        if not before and (statistic.is_p or _LAST_IN_TURN.match(clause.raw, statistic.end)):
            return [statistic]
        after[0].own.append(statistic)
        return []
    if not before:
        return [statistic]
    if not _continues(clause, before[-1], statistic):
        return []
    listed = _list_of(clause, before)
    if len(listed) == 1 or any(place.own for place in listed[:-1]):
        before[-1].own.append(statistic)
        return []
    return [statistic]


def _continues(clause: Clause, place: _Place, statistic: Statistic) -> bool:
    """Whether a further statistic is still of an outcome that has one: no other thing is named in between.

    "pain (P = 0.01) and at 12 weeks (P = 0.02)" goes on; in "vitamin D (+24%), linoleic acid (+91%)" the second is another's,
    even though nobody knows its name.
    """
    last = max((own.end for own in place.own if own.start >= place.end), default=None)
    if last is None or last >= statistic.start:
        return True
    joined = _JOINED.match(clause.raw, last, statistic.start)
    if joined is None:
        return True
    words = _WORD.findall(clause.raw[joined.end() : statistic.start].lower())
    return (
        not words
        or words[0] in grammar("going_on")
        or words[0][0].isdigit()
        or not words_of("subgroup").isdisjoint(words)
    )


def _leads(clause: Clause, start: int, end: int) -> bool:
    """Whether the words between a statistic and an outcome lead to it: "-0.5 points for", "a 20% reduction in the"."""
    words = _WORD.findall(_RATED.sub(" ", clause.text[start:end].lower()))  # "0.08 servings per day for"
    if len(words) > 8 or any(mark in clause.text[start:end] for mark in ",;"):
        return False
    if not all(any(word in grammar(key) for key in _PASSED) or word in words_of("lead_in") for word in words):
        return False
    return not grammar("lead").isdisjoint(words) or not grammar("grade").isdisjoint(words)


def _list_of(clause: Clause, places: list[_Place]) -> list[_Place]:
    """The list of coordinated outcomes that the last of `places` ends."""
    listed = [places[-1]]
    for place in reversed(places[:-1]):
        gap = _WORD.findall(clause.text[place.end : listed[0].start].lower().replace("&", " and "))
        comma = "," in clause.text[place.end : listed[0].start]
        if not all(word in grammar("listed") for word in gap) or not (
            comma or "and" in gap or "or" in gap or "nor" in gap
        ):
            break
        listed.insert(0, place)
    return listed


def _close(clause: Clause, places: list[_Place], loose: list[Statistic]) -> None:
    """Share out the statistics that close a list: one each, or one p-value for all; or the only one before its outcome."""
    ahead = [each for each in loose if each.start < places[0].start]
    loose = loose[len(ahead) :]
    before = [place for place in places if loose and place.end <= loose[0].start]
    listed = _list_of(clause, before) if before else []
    for alike in ([each for each in loose if not each.is_p], [each for each in loose if each.is_p]):
        if len(listed) == len(alike):
            for place, statistic in zip(listed, alike, strict=True):
                place.own.append(statistic)
        elif len(alike) == 1 and not _IN_TURN.match(clause.raw, alike[0].end):
            _give(listed, alike[0])
    if ahead and not places[0].own:
        _give_ahead(clause, places, ahead)


def _give_ahead(clause: Clause, places: list[_Place], loose: list[Statistic]) -> None:
    """Give the statistics that stand before all outcomes to the first of them, or to the list that they lead to.

    Where the first outcome has one of its own, they are of what nobody named.
    """
    listed = _list_from(clause, places)
    if len(loose) == 1 and loose[0].is_p and _leads(clause, loose[0].end, places[0].start):
        _give(listed, loose[0])
    elif 1 < len(loose) == len(listed):
        for place, statistic in zip(listed, loose, strict=True):
            place.own.append(statistic)
    elif len(loose) == 1 or len(places) == 1:
        places[0].own += loose


def _list_from(clause: Clause, places: list[_Place]) -> list[_Place]:
    """The list of coordinated outcomes that the first of `places` begins, as far as none has a statistic of its own."""
    for count in range(len(places), 1, -1):
        if len(_list_of(clause, places[:count])) == count and not any(place.own for place in places[:count]):
            return places[:count]
    return places[:1]


def _give(listed: list[_Place], statistic: Statistic) -> None:
    for place in listed:
        place.own.append(statistic)


def _for_all(text: str) -> bool:
    return not {"all", "both", "each"}.isdisjoint(_WORD.findall(text.lower()))
