"""What stands around an outcome: its other names, its time point and subgroup, and whether it is the primary one."""

from __future__ import annotations

import re
from functools import lru_cache

from litwatch.extract.clauses import Clause
from litwatch.extract.cues import words_of
from litwatch.extract.glossary import Glossary
from litwatch.extract.items import Item
from litwatch.extract.lexicon import Concept
from litwatch.extract.sentences import Sentence
from litwatch.extract.words import split_words, stem

_ABBREVIATION = re.compile(r"[A-Z][\w./+-]{1,11}$|[A-Za-z]{1,4}-?[A-Z0-9][\w./+-]{0,8}$")
_PRIMARY = re.compile(
    r"primary (?:outcome|endpoint|end point)s?(?: measures?| variables?)?\s*(?:was|were|is|:|included)", re.IGNORECASE
)
_GENERIC = frozenset(
    {"score", "level", "value", "intensity", "serum", "scale", "index", "concentration", "severity", "overall"}
)

_JOINERS = frozenset({",", "and", "or"})


@lru_cache(maxsize=4_000)
def key_of(name: str) -> str:
    """The name without the words that do not tell outcomes apart: "pain intensity score" is "pain"."""
    words = [stem(word) for word in split_words(name).words]
    return " ".join(word for word in words if word not in _GENERIC) or name.lower()


def key_in_full(name: str, glossary: Glossary) -> str:
    """The key of a name whose abbreviations are written in full."""
    words = split_words(name).words
    full = glossary.in_full(words)
    return key_of(name if full is words else " ".join(full))


def aliases_of(clause: Clause, end: int, name: str, concept: Concept | None) -> tuple[str, ...]:
    """The lexicon's name, and the abbreviation in brackets right after the name."""
    found: list[str] = []
    if concept is not None and concept.name.lower() != name.lower():
        found.append(concept.name)
    found.extend(
        aside.text
        for aside in clause.asides
        if 0 <= aside.start - 1 - end <= 1 and _ABBREVIATION.match(aside.text) and " " not in aside.text
    )
    found.extend(clause.glossary.aliases(name))
    return tuple(dict.fromkeys(found))


def whole_name(clause: Clause, item: Item) -> str | None:
    """A name with what it shares with the one that ends its list: "intensity [of pain] and duration of pain"."""
    words = clause.words
    half = words[item.first] in words_of("halves")
    if item.last - item.first > 1 or not (half or words[item.first] in words_of("measured_of")):
        return None
    at = item.last
    for name in clause.names:
        if name.end <= at:
            continue
        first = next((i for i in range(at, name.end) if words[i] not in _JOINERS), name.end)
        if first < name.start or first == at:
            return None
        shared = first + 1 if half else next((i for i in range(first, name.end) if words[i] == "of"), name.end)
        if shared < name.end:
            own = clause.text[clause.starts[item.first] : clause.ends[item.first]]
            return f"{own} {clause.text[clause.starts[shared] : clause.ends[name.end - 1]]}"
        at = name.end
    return None


def subgroup_of(clause: Clause) -> str | None:
    for before, word in zip(clause.words, clause.words[1:], strict=False):
        if before == "in" and word in words_of("subgroup"):
            return word
    return None


def primary_keys(sentences: tuple[Sentence, ...], glossary: Glossary) -> frozenset[str]:
    """Keys of the outcomes that the methods name as primary."""
    keys: set[str] = set()
    for sentence in sentences:
        match = _PRIMARY.search(sentence.plain) if "rimary" in sentence.plain else None
        if match is None:
            continue
        tail = re.split(r"[Ss]econdary", sentence.plain[match.end() :])[0]
        words = split_words(tail)
        for hit in glossary.concepts(words.words):
            keys.add(key_in_full(" ".join(words.words[hit.start : hit.end]), glossary))
    return frozenset(keys)
