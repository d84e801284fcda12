"""Which way is good for the person, told by the words of an outcome's name.

A name is read like the noun phrase it is. What stands before its first preposition decides, from its last telling word
backwards ("post-operative bleeding", "adherence to analgesics"); where nothing there tells, what follows the
preposition does ("number of relapses"). A few words turn what they belong to round: a loss of something good, a
reduction of something bad, the time until something good. The words are in data/polarity.toml.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal

from litwatch.extract.lexicon import Concept, Polarity, heads
from litwatch.extract.resources import load, word_set
from litwatch.extract.words import stem

Telling = Literal["lower", "higher", "depends", "lost", "removed"]

_OPPOSITE: dict[Polarity | None, Polarity | None] = {"lower": "higher", "higher": "lower", None: None}
_KINDS: tuple[Telling, ...] = ("lower", "higher", "depends", "lost", "removed")
_MOST_WORDS = 4


def wanted(words: tuple[str, ...]) -> Polarity | None:
    """The good direction of a name beyond the lexicon; None where its words do not tell it."""
    return _read(tuple(map(stem, words)))


def wanted_of(concept: Concept, before: tuple[str, ...], after: tuple[str, ...]) -> Polarity | None:
    """The good direction of a name with a concept in it, by what stands before the concept's end and what after."""
    if not word_set("polarity", "targets").isdisjoint(before):
        return "higher"
    whole = _phrase(tuple(map(stem, before)), tuple(map(stem, after))) if after else None
    good = whole or (_after(concept.better, tuple(map(stem, after))) if after else concept.better)
    if good == "higher" and _is_lack(concept, good, before):
        return "lower"
    if whole is not None:
        return whole
    return _before(concept, good, tuple(map(stem, before))) if len(before) > 1 else good


def _is_lack(concept: Concept, good: Polarity, before: tuple[str, ...]) -> bool:
    """Whether a name is of too little of a good thing ("low physical activity"), and is none of the concept's own."""
    if before[0] not in word_set("polarity", "scant") and before[0] not in word_set("polarity", "faulty"):
        return False
    own = " ".join(before)
    return good != concept.better or all(own != spelling.lower() for spelling in (concept.name, *concept.aliases))


def _phrase(before: tuple[str, ...], after: tuple[str, ...]) -> Polarity | None:
    """What a phrase tells that goes on after a concept ("paw withdrawal | latency"), the longest of them."""
    for last in range(min(len(after), _MOST_WORDS - 1), 0, -1):
        for first in range(max(0, len(before) + last - _MOST_WORDS), len(before)):
            kind = _table().get(" ".join((*before[first:], *after[:last])))
            if kind is not None:
                return _plain(kind)
    return None


@cache
def _table() -> dict[str, Telling]:
    """What each word or phrase tells. Phrases are kept as their stems, so that they are looked up without more ado."""
    data = load("polarity")
    found: dict[str, Telling] = {key: good for key, good in heads().items() if key not in listed(data["silent"])}
    for kind in _KINDS:
        found.update((" ".join(map(stem, phrase.split())), kind) for phrase in listed(data[kind]))
    return found


def listed(text: str) -> list[str]:
    """The phrases of a list in which semicolons divide them."""
    return " ".join(text.split()).split("; ")


@lru_cache(maxsize=20_000)
def _read(keys: tuple[str, ...]) -> Polarity | None:
    cut = _link(keys)
    rest = keys[cut + 1 :]
    if rest and keys[cut] in word_set("polarity", "until") and keys[cut - 1] in word_set("polarity", "times"):
        return _OPPOSITE[_event(rest)]
    if not word_set("polarity", "faulty").isdisjoint(keys[: cut - 1]):
        return "lower"
    if not word_set("polarity", "praised").isdisjoint(keys[: cut - 1]):
        return "higher"
    if rest and keys[cut - 1] in word_set("polarity", "counted"):
        return _read(rest) or _plain(_telling(keys[:cut])[0])
    spanning = _spanning(keys, cut)
    if spanning is not None:
        return _plain(spanning)
    kind, first = _telling(keys[:cut])
    if kind in ("lost", "removed"):
        return _turned(kind, _read(rest) if rest else _read(keys[:first]) if first else None)
    if kind is not None:
        good = _plain(kind)
        if not word_set("polarity", "sound").isdisjoint(keys[:first]):
            return "higher"
        return _OPPOSITE[good] if first and keys[first - 1] in word_set("polarity", "not") else good
    if not rest:
        return None
    return _OPPOSITE[_read(rest)] if keys[cut] == "without" else _read(rest)


def _link(keys: tuple[str, ...]) -> int:
    """Where the first preposition of a name stands; its end where there is none."""
    links = word_set("polarity", "links")
    return next((at for at in range(1, len(keys)) if keys[at] in links), len(keys))


def _spanning(keys: tuple[str, ...], cut: int) -> Telling | None:
    """What a phrase tells that goes on after the first preposition ("duration of surgery"), the longest of them."""
    table = _table()
    for last in range(min(len(keys), cut + _MOST_WORDS), cut + 1, -1):
        for first in range(max(0, last - _MOST_WORDS), cut):
            kind = table.get(" ".join(keys[first:last]))
            if kind is not None:
                return kind
    return None


def _event(keys: tuple[str, ...]) -> Polarity | None:
    """Whether people want something to happen: as the list of events has it, else as they want more of it."""
    for kind in ("wanted", "dreaded"):
        if any(key in word_set("polarity", kind) for key in keys):
            return "higher" if kind == "wanted" else "lower"
    return _read(keys)


def _telling(keys: tuple[str, ...]) -> tuple[Telling | None, int]:
    """The last words of a phrase that tell something, the longest of them, and where they begin."""
    table = _table()
    for last in range(len(keys), 0, -1):
        for first in range(max(0, last - _MOST_WORDS), last):
            kind = table.get(" ".join(keys[first:last]))
            if kind is not None:
                return kind, first
        if keys[last - 1].endswith(_endings()):
            return "lower", last - 1
    return None, 0


@cache
def _endings() -> tuple[str, ...]:
    return tuple(load("polarity")["endings"])


def _plain(kind: Telling | None) -> Polarity | None:
    return kind if kind in ("lower", "higher") else None


def _turned(kind: Telling, good: Polarity | None) -> Polarity | None:
    """The good direction of a loss or removal of what is good in this direction. A loss of who knows what is none."""
    return _OPPOSITE[good] or ("lower" if kind == "lost" else None)


def _after(good: Polarity | None, keys: tuple[str, ...]) -> Polarity | None:
    """The good direction of a name whose concept is followed by these words ("pain relief", "sleep disruption")."""
    if keys[0] in word_set("polarity", "links"):
        return good
    own = keys[: _link(keys)]
    if not word_set("polarity", "others").isdisjoint(own):
        return None
    kind, _ = _telling(own)
    if kind in ("lost", "removed"):
        return _turned(kind, good)
    return _plain(kind) or good


def _before(concept: Concept, good: Polarity | None, keys: tuple[str, ...]) -> Polarity | None:
    """The good direction of a name whose concept has these words before its end ("loss of mobility")."""
    cut = _link(keys)
    if cut == len(keys) or any(spelling.lower().startswith(keys[0]) for spelling in (concept.name, *concept.aliases)):
        return good
    if keys[cut] in word_set("polarity", "until") and keys[cut - 1] in word_set("polarity", "times"):
        return _OPPOSITE[_event(keys[cut + 1 :]) or good]
    kind, _ = _telling(keys[:cut])
    if kind in ("lost", "removed"):
        return _turned(kind, good)
    if good is not None and keys[cut - 1] in word_set("polarity", "counted"):
        return good
    if keys[cut] == "without":
        return _OPPOSITE[good]
    return "lower" if kind == "lower" else good
