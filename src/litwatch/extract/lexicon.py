"""The outcome lexicon: concepts, and where a text names them (data/lexicon.toml is its manual)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from typing import Any, Literal

from litwatch.extract.kept import Kept
from litwatch.extract.resources import load
from litwatch.extract.words import Hit, plain, split_words, stem

Polarity = Literal["lower", "higher"]

DOMAINS = (
    "symptom",
    "function",
    "mental",
    "quality_of_life",
    "fitness",
    "biomarker",
    "structure",
    "harm",
    "use",
    "cost",
    "behaviour",
)

_CAPITAL_S = re.compile(r"\b[A-Z]{3,}S\b")


@dataclass(frozen=True, slots=True)
class Difference:
    """The smallest difference that people notice as a change, in the unit of its concept."""

    value: float
    source: str
    """Where it was published: `doi:…` or `pmid:…`."""
    population: str
    """The people in whom it was measured; it need not hold for others."""


@dataclass(frozen=True, slots=True)
class Concept:
    """An outcome or instrument. `better` says which way is good for the person; None where it depends."""

    name: str
    domain: str
    aliases: tuple[str, ...] = ()
    better: Polarity | None = None
    unit: str | None = None
    range: tuple[float, float] | None = None
    mid: Difference | None = None
    lower_among: tuple[str, ...] = ()
    """Words of a text in which lower is better although it depends elsewhere; of a phrase all must be there."""

    def better_in(self, words: Collection[str]) -> Polarity | None:
        """The good direction in a text with these words (lower case): less weight is good for people with obesity."""
        among = any(all(word in words for word in phrase.split()) for phrase in self.lower_among)
        return "lower" if among else self.better


@cache
def concepts() -> tuple[Concept, ...]:
    """Every concept of the lexicon, domain by domain in the order of the files."""
    return tuple(
        _concept(name, domain, entry) for domain in DOMAINS for name, entry in load(f"lexicon/{domain}").items()
    )


def _concept(name: str, domain: str, entry: dict[str, Any]) -> Concept:
    return Concept(
        name,
        domain,
        _listed(entry, "aliases"),
        None if entry["better"] == "depends" else entry["better"],
        entry.get("unit"),
        tuple(entry["range"]) if "range" in entry else None,
        Difference(entry["mid"], entry["mid_source"], entry["mid_in"]) if "mid" in entry else None,
        _listed(entry, "lower_among"),
    )


def _listed(entry: dict[str, Any], key: str) -> tuple[str, ...]:
    """The parts of a text that semicolons divide: one long string is read many times faster than a list of short ones."""
    return tuple(part.strip() for part in entry[key].split(";")) if key in entry else ()


@cache
def _in_full() -> frozenset[str]:
    """Words whose last S is no plural: HADS, which "had" must not be taken for, or CRPS, which is no CRP."""
    names = "\n".join(name for concept in concepts() for name in (concept.name, *concept.aliases))
    return frozenset(word.lower() for word in (*_CAPITAL_S.findall(names), *load("lexicon")["words"]["whole"]))


def _form(word: str) -> str:
    return word if word in _in_full() else stem(word)


@cache
def _forms() -> Kept[str, str]:
    """What two ways of writing a word have in common."""
    return Kept(_form)


def concept_key(name: str) -> tuple[str, ...]:
    """What two ways of writing a name have in common."""
    return _keys([name])[0]


def _keys(names: list[str]) -> list[tuple[str, ...]]:
    """The key of each name. All are split in one pass, which takes half the time of one by one."""
    words = split_words(plain("\n".join(names)))
    ends = list(accumulate(len(name) + 1 for name in names))
    cuts = [0, *(bisect_left(words.starts, end) for end in ends)]
    forms = list(map(_forms().__getitem__, words.words))
    return [tuple(forms[start:end]) for start, end in pairwise(cuts)]


class Names:
    """Finds phrases by the thousand, whose abbreviations keep their last S.

    Many names begin with the same two words, so each length that a name with these can have is looked up once, instead
    of each name.
    """

    def __init__(self, entries: Iterable[tuple[str, Concept]]) -> None:
        phrases = list(entries)
        keys = _keys([phrase for phrase, _ in phrases])
        self._names = {key: concept for key, (_, concept) in zip(keys, phrases, strict=True)}
        self._firsts = {key[0] for key in self._names}
        lengths: dict[tuple[str, ...], set[int]] = {}
        for key in self._names:
            if len(key) > 1:
                lengths.setdefault(key[:2], set()).add(len(key))
        self._lengths = {begin: sorted(found, reverse=True) for begin, found in lengths.items()}

    def first(self, words: list[str]) -> Hit[Concept] | None:
        """The leftmost hit, or None."""
        return next(self.find(words), None)

    def find(self, words: list[str]) -> Iterator[Hit[Concept]]:
        """Hits in `words`, from left to right, not overlapping; at one place the longest."""
        keys = tuple(map(_forms().__getitem__, words))
        firsts, lengths, names = self._firsts, self._lengths, self._names
        free = 0
        for at in [at for at, key in enumerate(keys) if key in firsts]:
            if at < free:
                continue
            for length in (*lengths.get(keys[at : at + 2], ()), 1):
                name = keys[at : at + length]
                if name in names:
                    free = at + len(name)
                    yield Hit(at, free, names[name])
                    break


@cache
def concept_phrases() -> Names:
    """Finds the names and aliases of all concepts."""
    return Names((phrase, concept) for concept in concepts() for phrase in (concept.name, *concept.aliases))


@cache
def heads() -> dict[str, Polarity]:
    """The words that tell the good direction of a name which ends in one of them."""
    listed = load("lexicon")["heads"]
    return {**dict.fromkeys(listed["lower"], "lower"), **dict.fromkeys(listed["higher"], "higher")}


def head_polarity(words: list[str]) -> Polarity | None:
    """The good direction of a name beyond the lexicon, told by its last known head word ("hip abductor strength")."""
    before_of = words[: words.index("of")] if "of" in words[1:] else words
    for word in reversed(before_of):
        if (polarity := heads().get(stem(word))) is not None:
            return polarity
    return None
