"""What one abstract's own words tell of its outcomes: what its abbreviations stand for, and what the lexicon leaves open.

An abbreviation means what the abstract says. "Knee Society score (KS)" makes "KS" that score, with its concept and its
good direction; "treatment as usual (TAU)" keeps the lexicon from taking TAU for the protein.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import starmap
from typing import NamedTuple

from litwatch.extract.lexicon import Concept, concept_phrases, concepts
from litwatch.extract.resources import load
from litwatch.extract.sentences import Sentence
from litwatch.extract.shortforms import long_form
from litwatch.extract.words import Hit, Phrases, plain, split_words, stem

_SHORT = re.compile(r"[(\[](\d?[A-Za-z][\w+/-]{1,9}(?: \d)?) ?[)\],;]")
_EDGE = re.compile(r"[()\[\];:]|[.,] ")
_REACH = 90
_SHARED = 5
"""Letters by which "electromyography" and "electromyographic" are one word."""


class Term(NamedTuple):
    """An abbreviation, its long form as the abstract writes it, and the concept of both, if they have one."""

    short: str
    long: str
    concept: Concept | None


@dataclass(frozen=True, slots=True)
class Glossary:
    """The terms of one abstract, and the concepts whose good direction depends on who is studied."""

    terms: tuple[Term, ...] = ()
    turned: dict[str, Concept] = field(default_factory=dict)
    """By name: concepts of which less is good for the people studied."""
    _shorts: Phrases[Term] = field(init=False, repr=False)
    _longs: Phrases[Term] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        shorts = ((form, term) for term in self.terms for form in _forms(term.short))
        object.__setattr__(self, "_shorts", Phrases(shorts))
        object.__setattr__(self, "_longs", Phrases((term.long, term) for term in self.terms))

    @classmethod
    def of(cls, title: str, sentences: Sequence[Sentence]) -> Glossary:
        """The glossary of an abstract."""
        title = plain(title)
        turned = _turned(split_words(title).words)
        texts = [title, *(sentence.plain for sentence in sentences)]
        found = {short: long for text in texts for short, long in definitions(text)}
        if not found:
            return cls((), turned)
        whole = " ".join(texts)
        kept = [(short, long) for short, long in found.items() if not _is_word(short, whole)]
        told = [turned.get(concept.name, concept) if concept else None for concept in starmap(_concept, kept)]
        return cls(tuple(Term(*names, concept) for names, concept in zip(kept, told, strict=True)), turned)

    def concepts(self, words: list[str]) -> list[Hit[Concept]]:
        """The lexicon's concepts in `words`, but for abbreviations that mean something else here."""
        hits = list(concept_phrases().find(words))
        own = {(hit.start, hit.end): hit.payload.concept for hit in self._shorts.find(words)} if hits else {}
        if own:
            told = [(hit, own.get((hit.start, hit.end), hit.payload)) for hit in hits]
            hits = [hit._replace(payload=concept) for hit, concept in told if concept is not None]
        if self.turned:
            hits = [hit._replace(payload=self.turned.get(hit.payload.name, hit.payload)) for hit in hits]
        return hits

    def ending(self, words: list[str]) -> Term | None:
        """The term whose abbreviation ends a name, but for words such as "score"."""
        hits = list(self._shorts.find(words))
        return hits[-1].payload if hits and _measures().issuperset(map(stem, words[hits[-1].end :])) else None

    def in_full(self, words: list[str]) -> list[str]:
        """`words` with the long form of each abbreviation."""
        made: list[str] = []
        at = 0
        for hit in self._shorts.find(words):
            made += words[at : hit.start] + split_words(hit.payload.long).words
            at = hit.end
        return made + words[at:] if at else words

    def aliases(self, name: str) -> Iterator[str]:
        """The name with an abbreviation in full, and with a long form abbreviated."""
        words = split_words(plain(name))
        for hit in self._shorts.find(words.words):
            yield name[: words.starts[hit.start]] + hit.payload.long + name[words.ends[hit.end - 1] :]
        for hit in self._longs.find(words.words):
            yield name[: words.starts[hit.start]] + hit.payload.short + name[words.ends[hit.end - 1] :]


NO_GLOSSARY = Glossary()
"""That of a text which defines nothing."""


def definitions(text: str) -> Iterator[tuple[str, str]]:
    """The abbreviations that a text (plain) brings in brackets, each with its long form, as written.

    The method is that of Schwartz and Hearst (Pacific Symposium on Biocomputing 2003, 451-462).
    """
    if "(" not in text and "[" not in text:
        return
    for match in _SHORT.finditer(text):
        short = match[1]
        if short.islower() or short.istitle():
            continue
        letters = [char for char in short.lower() if char.isalnum()]
        before = _EDGE.split(text[max(0, match.start() - _REACH) : match.start()])[-1]
        start = long_form(before.lower(), letters)
        if start is None:
            continue
        long = before[start:].strip()
        if len(short) < len(long) and len(long.split()) <= min(len(letters) + 5, 2 * len(letters)):
            yield short, long


def _is_word(short: str, text: str) -> bool:
    """Whether a text holds an abbreviation's letters as a plain word, too: "NO" cannot be told from "no" in lower case."""
    return f" {short.lower()} " in text or f"{short.capitalize()} " in text


def _forms(short: str) -> tuple[str, str]:
    """An abbreviation in the singular and in the plural."""
    return (short, short[:-1]) if short.endswith("s") else (short, f"{short}s")


def _concept(short: str, long: str) -> Concept | None:
    """The concept of an abbreviation: that of its long form, or the lexicon's own unless the long form belies it."""
    words = split_words(short).words
    own = next((hit.payload for hit in concept_phrases().find(words) if hit.end - hit.start == len(words)), None)
    in_full = split_words(long).words
    told = _ended_by(in_full)
    if own is None:
        return told
    if told is None:
        return own if _akin(own, in_full) else None
    return own if own.better == told.better else told


def _ended_by(words: list[str]) -> Concept | None:
    """The concept whose name ends a long form, but for words such as "score"."""
    hits = list(concept_phrases().find(words))
    return hits[-1].payload if hits and _measures().issuperset(map(stem, words[hits[-1].end :])) else None


@cache
def _measures() -> frozenset[str]:
    return frozenset(load("lexicon")["words"]["measures"])


def _akin(concept: Concept, words: list[str]) -> bool:
    """Whether a long form shares a word with one of a concept's names."""
    begun = {word[:_SHARED] for word in words if len(word) >= _SHARED}
    names = split_words(plain(" ".join((concept.name, *concept.aliases)))).words
    return not begun.isdisjoint(word[:_SHARED] for word in names)


@cache
def _depending() -> tuple[Concept, ...]:
    return tuple(concept for concept in concepts() if concept.lower_among)


def _turned(words: list[str]) -> dict[str, Concept]:
    """The concepts of which less is good for the people that a text with these words is about."""
    return {
        concept.name: replace(concept, better=better)
        for concept in _depending()
        if (better := concept.better_in(words)) != concept.better
    }
