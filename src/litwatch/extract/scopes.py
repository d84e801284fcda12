"""What a verdict is about: the outcomes after a cue ("improved pain and sleep") or before it ("pain improved")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from litwatch.extract.clauses import Clause
from litwatch.extract.cues import CueWord, Sense, phrases_of, words_of
from litwatch.extract.items import Item, item_at, whole_class
from litwatch.extract.lexicon import head_polarity
from litwatch.extract.words import Hit

_SEPARATORS = frozenset({",", "and", "or", "nor", "&", "plus"})
# No clause holds more verdicts; a text that does is no prose, and reading on would cost quadratic time.
_MOST_CUES = 16


@dataclass(slots=True)
class Scope:
    """A cue with the outcomes that it is about."""

    cue: Hit[CueWord]
    items: tuple[Item, ...]
    after: bool
    """The outcomes follow the cue."""


def scopes(clause: Clause) -> tuple[Scope, ...]:
    """Each cue of a clause with its outcomes; a cue without any is left out."""
    cues = [
        cue
        for i, cue in enumerate(clause.cues[:_MOST_CUES])
        if not (_modifies(clause, i) or _grades_verb(clause, i) or _is_place(clause, cue) or _is_state(clause, i))
    ]
    found: list[Scope] = []
    begin = 0
    for index, cue in enumerate(cues):
        limit = cues[index + 1].start if index + 1 < len(cues) else len(clause.words)
        items, reach = _after(clause, cue, limit)
        after = True
        if items and index + 1 < len(cues) and reach == limit and _takes_subject(clause, cues[index + 1], items[-1]):
            items = items[:-1]
        if not items and not (_is_pre_nominal(clause, cue) or _trails(clause, cue)) and "join" not in cue.payload.kinds:
            items, after = _before(clause, begin, cue), False
            gapped = _gapped(clause, items) if index else []
            if gapped and len(gapped) < len(items):
                found.append(Scope(cues[index - 1], tuple(gapped), after=False))
                items = items[len(gapped) :]
        if items:
            found.append(Scope(cue, tuple(items), after))
        begin = items[-1].last if items and after else cue.end
    return tuple(found)


def _gapped(clause: Clause, items: list[Item]) -> list[Item]:
    """Those of a verb's subjects that belong to the verb before: "pain fell by 5, stiffness by 3 and function rose"."""
    ends = [at for at, item in enumerate(items) if clause.words[item.last : item.last + 1] in (["by"], ["from"])]
    return items[: ends[-1] + 1] if ends else []


def _modifies(clause: Clause, index: int) -> bool:
    """Whether a cue only grades the next one: "greater improvement", "more effective", "similar reductions"."""
    if index + 1 >= len(clause.cues):
        return False
    cue, following = clause.cues[index], clause.cues[index + 1]
    if cue.payload.kinds != {"adjective"}:
        return False
    gap = clause.words[cue.end : following.start]
    return len(gap) <= 4 and all(word in words_of("modifier_gap") for word in gap)


def _grades_verb(clause: Clause, index: int) -> bool:
    """Whether a cue is only the adverb of the verb before it: "improved more", "decreased significantly less"."""
    cue = clause.cues[index]
    if index == 0 or cue.payload.kinds != {"adjective"} or "verb" not in clause.cues[index - 1].payload.kinds:
        return False
    gap = clause.words[clause.cues[index - 1].end : cue.start]
    following = clause.words[cue.end] if cue.end < len(clause.words) else ""
    return all(word in words_of("adverb") for word in gap) and (not following or following in words_of("bound"))


def _is_state(clause: Clause, index: int) -> bool:
    """Whether a participle only tells the state that the verb before it changed: "reduced | elevated | CRP"."""
    cue, before = clause.cues[index], clause.cues[index - 1]
    if not index or before.end != cue.start or "verb" not in before.payload.kinds:
        return False
    return cue.payload.kinds == {"verb"} and clause.words[cue.start].endswith("ed")


def _is_place(clause: Clause, cue: Hit[CueWord]) -> bool:
    """Whether "lower" only tells a part of the body ("lower limb")."""
    return clause.words[cue.start] == "lower" and not words_of("body_parts").isdisjoint(
        clause.words[cue.end : cue.end + 1]
    )


def _is_pre_nominal(clause: Clause, cue: Hit[CueWord]) -> bool:
    """An adjective right before a word that is no outcome ("lower limb", "more than") gives no verdict."""
    if cue.payload.kinds != frozenset({"adjective"}) or cue.payload.sense is Sense.SAME:
        return False
    following = clause.words[cue.end] if cue.end < len(clause.words) else ""
    return bool(following) and following not in words_of("bound") and following not in _SEPARATORS


def _takes_subject(clause: Clause, cue: Hit[CueWord], item: Item) -> bool:
    """Whether a cue is the predicate of the item right before it: a passive, or no outcome after it."""
    gap = clause.words[item.last : cue.start]
    if not all(word in words_of("adverb") or word in words_of("be") for word in gap):
        return False
    if _passive(clause, cue):
        return True
    items, _ = _after(clause, cue, len(clause.words))
    return not items and bool(cue.payload.kinds & {"verb"})


def _trails(clause: Clause, cue: Hit[CueWord]) -> bool:
    """Whether a participle tells what came of all before it: "relief was obtained, significantly | reducing the need for …"."""
    if "verb" not in cue.payload.kinds or not clause.words[cue.start].endswith("ing"):
        return False
    at = cue.start - 1
    while at > 0 and clause.words[at] in words_of("adverb"):
        at -= 1
    return at > 0 and clause.words[at] == ","


def _passive(clause: Clause, cue: Hit[CueWord]) -> bool:
    at = cue.start - 1
    while at >= 0 and clause.words[at] in words_of("adverb"):
        at -= 1
    return at >= 0 and clause.words[at] in words_of("be")


def _after(clause: Clause, cue: Hit[CueWord], limit: int) -> tuple[list[Item], int]:
    """Outcomes after a cue, and the index where the list ends."""
    kinds, loose = cue.payload.kinds, cue.payload.sense in (Sense.DIFF, Sense.SAME)
    if "noun" in kinds:
        items, end = _led(clause, cue.end, limit)
        if items:
            return items, end
    if "join" in kinds or (kinds & {"verb", "adjective"} and not _passive(clause, cue)):
        start = cue.end
        while start < limit and clause.words[start] in words_of("adverb"):
            start += 1
        if start < limit and clause.words[start] not in _SEPARATORS:
            items, end = _collect(clause, start, limit)
            if items:
                return _without_subject(clause, cue, items, end), end
    return _led(clause, cue.end, limit) if loose and not kinds & {"noun", "join"} else ([], cue.end)


def _without_subject(clause: Clause, cue: Hit[CueWord], items: list[Item], end: int) -> list[Item]:
    """A verb's objects without the subject that follows them: "reduced pain and | sleep was often sound"."""
    if len(items) < 2 or "verb" not in cue.payload.kinds or "noun" in cue.payload.kinds:
        return items
    return items[:-1] if end == items[-1].last and clause.words[end : end + 1] in (["was"], ["were"], ["is"]) else items


def _led(clause: Clause, at: int, limit: int) -> tuple[list[Item], int]:
    """The outcomes after the first preposition that leads to any ("differences between groups in …")."""
    for lead, sure in _leads(clause, at, limit):
        if lead >= limit or clause.words[lead] in _SEPARATORS:
            continue
        items, end = _collect(clause, lead, limit)
        if items and (sure or _known(clause, items[0])):
            return items, end
    return [], at


def _known(clause: Clause, item: Item) -> bool:
    if item.concept is not None or whole_class(clause.words, item.first, item.last) is not None:
        return True
    return head_polarity(clause.words[item.first : item.last]) is not None


def _leads(clause: Clause, at: int, limit: int) -> Iterator[tuple[int, bool]]:
    """Places after a preposition that may lead to the outcomes, and whether nothing doubtful was passed on the way.

    Phrases that name people, arms or times are passed over. Past other words a place is doubtful, and only what the
    lexicon knows is taken there; without a comparison to open the phrase the search ends at them.
    """
    passed, sure, first = words_of("between_lead"), True, True
    opened = at < limit and clause.words[at] in words_of("opens")
    for step in range(at, min(at + 20, limit)):
        word = clause.words[step]
        people = word in words_of("leads") and _names_people(clause, step + 1)
        direct = first or word not in ("of", "to", "with") or clause.words[step - 1] in ("regard", "respect", "terms")
        by = first and word == "of" and clause.words[at - 1] in words_of("works_of")  # "an effect of exercise"
        if word in words_of("leads") and direct and not (people or by):
            yield step + 1, sure
        if not (word in passed or word in words_of("leads") or word[0].isdigit() or word in words_of("adverb")):
            if not opened:
                return
            sure = False
        opened = opened or word in words_of("among_groups")
        first = False


def _names_people(clause: Clause, at: int) -> bool:
    """Whether the phrase from `at` on is about people, an arm or a time, not an outcome."""
    for step in range(at, min(at + 6, len(clause.words))):
        word = clause.words[step]
        if word in ("regard", "respect", "terms"):
            return True
        named = any(name.start < step < name.end for name in clause.names)  # "pain control"
        if (word in words_of("people") and not named) or (word[0].isdigit() and step == at):
            return True
        if word in _SEPARATORS or word in words_of("bound"):
            return False
    return False


def _collect(clause: Clause, start: int, limit: int) -> tuple[list[Item], int]:
    """The list of outcomes that begins at `start`; ends at a bounding word, another cue, or what is no outcome."""
    items: list[Item] = []
    at = first = start
    while at <= limit:
        word = clause.words[at] if at < limit else ","
        ends = at >= limit or (_bounds(clause, at) and not (at == first and word in words_of("lead_in")))
        tail = _tail(clause, at, limit) if ends and at < limit else 0
        if tail:
            at += tail
            continue
        if ends or word in _SEPARATORS:
            item = item_at(clause, first, at)
            if item is not None:
                items.append(item)
            elif at > first and (ends or not _skippable(clause, first, at)):
                break
            first = at + 1
        if ends:
            break
        at += 1
    return items, min(at, limit)


def _bounds(clause: Clause, at: int) -> bool:
    """Whether a word ends a name; what was done with a class is part of its name ("all evaluated parameters")."""
    words = clause.words
    if words[at] not in words_of("bound"):
        return False
    return words[at] not in words_of("class_tested") or words_of("class_ends").isdisjoint(
        words[max(0, at - 1) : at + 2]
    )


def _skippable(clause: Clause, first: int, last: int) -> bool:
    """Words between separators that are only trimmings ("and the", "as well as")."""
    return all(word in words_of("lead_in") or word in ("well", "as") for word in clause.words[first:last])


def _tail(clause: Clause, at: int, limit: int) -> int:
    """How many words from `at` on belong to the name before them ("at rest")."""
    hit = phrases_of("tails").first(clause.words[at : min(at + 4, limit)])
    return hit.end if hit is not None and hit.start == 0 else 0


def _is_topic(clause: Clause, item: Item, cue: Hit[CueWord]) -> bool:
    """Whether an outcome only tells of what a clause speaks: "Regarding balance, | sway area | was reduced"."""
    opener = clause.said("topics")
    if opener is None or opener.start or "," not in clause.words[item.last : cue.start]:
        return False
    comma = clause.words.index(",", item.last)
    return any(comma < name.start < cue.start for name in clause.names)


def _before(clause: Clause, begin: int, cue: Hit[CueWord]) -> list[Item]:
    """Outcomes that are a cue's subject: those between the last cue and this one, outside prepositional phrases."""
    items: list[Item] = []
    words = clause.words
    at, first = begin, begin
    aside = False
    while at <= cue.start:
        word = words[at] if at < cue.start else ","
        bounded = at < cue.start and _bounds(clause, at)
        if bounded and _tail(clause, at, cue.start):
            at += _tail(clause, at, cue.start)
            continue
        if bounded or word in _SEPARATORS:
            item = None if aside else item_at(clause, first, at, subject=True)
            if item is not None and not (begin == 0 and _is_topic(clause, item, cue)):
                items.append(item)
            if bounded:
                aside = word in words_of("aside") and not (word == "for" and words[at - 1] in words_of("measures_of"))
            elif word == "," or words[at - 1] in words_of("aside"):
                aside = False
            first = at + 1
        at += 1
    return items
