"""What one can ask the published notes: words and phrases, and what a note is filed under."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

MOST_WORDS = 20
"""Different ones of a question; what comes after that is left out."""

_PHRASE = re.compile(r'(?P<not>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_NOT_WORD = re.compile(r"[\W_]+")


class Facet(StrEnum):
    """By what notes can be filtered."""

    CONDITION = "condition"
    EXERCISE = "exercise"
    OUTCOME = "outcome"
    DESIGN = "design"
    VERDICT = "verdict"
    """better, unchanged, worse, other: what the ledger has rows of."""
    YEAR = "year"
    """Of the paper."""


class Order(StrEnum):
    """In which order found notes are shown. Where two are equal, the newer one comes first."""

    BEST = "best"
    """What fits the words best; without words the newest."""
    NEWEST = "newest"
    STARS = "stars"
    """The most certain first."""
    SIZE = "size"
    """The largest study first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A note as it can be found."""

    guid: str
    headline: str
    body: str
    outcomes: str
    """The names of its ledger's rows, with time, group and numbers."""
    people: str
    """Authors and journal."""
    facets: frozenset[tuple[Facet, str]]


@dataclass(frozen=True, slots=True)
class Ask:
    """All of `phrases` and none of `without` (each a run of words that stand together), within the chosen facets."""

    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    facets: Mapping[Facet, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    """Asked for behind the last word that is looked for, as `phrases`, and with "-" in front as `without`."""

    @property
    def has_words(self) -> bool:
        """Whether a word is looked for, or kept away."""
        return bool(self.phrases or self.without)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of what was found: the notes' slugs, the best first, and how many there are in all."""

    slugs: tuple[str, ...]
    total: int


def ask(text: str, facets: Mapping[Facet, str] | None = None) -> Ask:
    """`walking "knee pain" -rats` → all of walking and "knee pain", without rats. Anything can be asked; nothing fails."""
    asked = [
        (match["not"] or "", folded(match["phrase"] if match["word"] is None else match["word"]))
        for match in _PHRASE.finditer(text)
    ]
    found: dict[str, list[str]] = {"": [], "-": []}
    left_out: list[str] = []
    left = MOST_WORDS
    for sign, phrase in dict.fromkeys(asked):
        words = phrase.split()
        if words[:left]:
            found[sign].append(" ".join(words[:left]))
        if words[left:]:
            left_out.append(sign + " ".join(words[left:]))
        left -= len(words[:left])
    return Ask(tuple(found[""]), tuple(found["-"]), facets or {}, tuple(left_out))


def folded(text: str) -> str:
    """Words with one space between them, without case and accents, Greek letters by name: "TNF-α" → "tnf alpha"."""
    # Twice: what stands for several letters ("℡") may stand for capitals.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    spelled = "".join(_letter(letter) for letter in plain)
    return _NOT_WORD.sub(" ", spelled).strip()


@cache
def _letter(letter: str) -> str:
    if unicodedata.combining(letter):
        return ""
    name = unicodedata.name(letter, "")
    return name.rpartition(" ")[2].lower() if name.startswith("GREEK SMALL LETTER ") else letter
