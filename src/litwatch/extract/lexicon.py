"""The outcome lexicon: concepts, and where a text names them (data/lexicon.toml, whose header is its manual)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from litwatch.extract.resources import load
from litwatch.extract.words import Phrases, stem

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


@dataclass(frozen=True, slots=True)
class Concept:
    """An outcome or instrument. `better` says which way is good for the person; None where it depends."""

    name: str
    domain: str
    aliases: tuple[str, ...] = ()
    better: Polarity | None = None
    unit: str | None = None
    range: tuple[float, float] | None = None


@cache
def concepts() -> tuple[Concept, ...]:
    """Every concept of the lexicon, in the order of the file."""
    data = load("lexicon")
    return tuple(
        Concept(
            name,
            domain,
            tuple(entry.get("aliases", ())),
            entry.get("better"),
            entry.get("unit"),
            tuple(entry["range"]) if "range" in entry else None,
        )
        for domain in DOMAINS
        for name, entry in data[domain].items()
    )


@cache
def concept_phrases() -> Phrases[Concept]:
    """Finds the names and aliases of all concepts."""
    return Phrases(
        ((phrase, concept) for concept in concepts() for phrase in (concept.name, *concept.aliases)), stems=True
    )


@cache
def _heads() -> dict[str, Polarity]:
    heads = load("lexicon")["heads"]
    return {**dict.fromkeys(heads["lower"], "lower"), **dict.fromkeys(heads["higher"], "higher")}


def head_polarity(words: list[str]) -> Polarity | None:
    """The good direction of a name beyond the lexicon, told by its last known head word ("hip abductor strength")."""
    heads = _heads()
    before_of = words[: words.index("of")] if "of" in words[1:] else words
    for word in reversed(before_of):
        if (polarity := heads.get(stem(word))) is not None:
            return polarity
    return None


def conflicting_head(after: list[str], concept: Concept) -> bool:
    """Whether the words that follow a concept in a name turn it round: "pain relief", "pain tolerance"."""
    polarity = _heads().get(stem(after[-1])) if after else None
    return polarity is not None and concept.better is not None and polarity != concept.better
