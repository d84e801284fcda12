"""A prompt (intervention, comparator, outcome) in the words of one article."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from litwatch.extract.cues import words_of
from litwatch.extract.lexicon import Polarity, concept_phrases
from litwatch.extract.resources import word_set
from litwatch.extract.shortforms import GROUP, lettered_groups, short_forms, terms
from litwatch.extract.wanted import wanted
from litwatch.extract.words import plain, split_words

_ADDED = 0.6
"""What a term counts that the article, not the prompt, gives: the long form of an abbreviation."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked. Terms are the stems of telling words (`shortforms.terms`)."""

    outcome: dict[str, float]
    """With the weight of each: terms of few sentences count more."""
    heads: tuple[str, ...]
    """The outcome's own terms in order."""
    concepts: frozenset[str]
    """The lexicon's concepts in the outcome."""
    good: Polarity | None
    """Which way is good for the person."""
    own: frozenset[str]
    """Terms of the intervention that are not also the comparator's."""
    other: frozenset[str]
    """Terms of the comparator that are not also the intervention's."""
    own_groups: frozenset[str]
    """Letters and numbers of the groups that had the intervention."""
    other_groups: frozenset[str]
    controlled: bool
    """The comparator is a control, placebo or usual care."""
    baseline: bool
    """The comparator is the time before."""


@dataclass(frozen=True, slots=True)
class Context:
    """What an article tells about words: its abbreviations, its groups, and how many sentences hold each term."""

    shorts: dict[str, tuple[str, ...]]
    groups: dict[str, Counter[str]]
    spread: Counter[str]
    sentences: int

    @classmethod
    def of(cls, texts: list[str]) -> Context:
        """`texts` are an article's sentences (plain)."""
        whole = " ".join(texts)
        spread = Counter(term for text in texts for term in set(terms(text)))
        return cls(short_forms(whole), lettered_groups(whole), spread, len(texts))

    def weight(self, term: str) -> float:
        """1 for a term of no sentence, down to a quarter for one of many: the logarithm of its share."""
        share = (self.spread[term] + 0.5) / (self.sentences + 1)
        return max(0.25, min(1.0, -math.log(share) / math.log(self.sentences + 1.5)))

    def widened(self, found: Iterable[str]) -> set[str]:
        """Terms with the long forms of their abbreviations, and the abbreviations of their long forms."""
        own = set(found)
        wide = set(own)
        for short, long in self.shorts.items():
            parts = short.split()
            if own.issuperset(parts):
                wide.update(long)
            elif sum(term in own for term in long) >= max(1, 0.6 * len(long)):
                wide.update(parts)
        return wide

    def groups_of(self, own: set[str], other: set[str]) -> tuple[set[str], set[str]]:
        """The letters of the groups that had the one arm, and those of the other."""
        mine: set[str] = set()
        theirs: set[str] = set()
        for letter, near in self.groups.items():
            left, right = (sum(self.weight(term) for term in near if term in arm) for arm in (own, other))
            if left > right:
                mine.add(letter)
            elif right > left:
                theirs.add(letter)
        return mine, theirs


def prompt_in(context: Context, intervention: str, comparator: str, outcome: str) -> Prompt:
    """A prompt in the words of the article of `context`."""
    own, other = context.widened(terms(intervention)), context.widened(terms(comparator))
    own_groups, other_groups = context.groups_of(own - other, other - own)
    heads = terms(outcome)
    words = split_words(plain(outcome)).words
    against = split_words(plain(comparator)).words
    return Prompt(
        outcome={term: context.weight(term) * (1.0 if term in heads else _ADDED) for term in context.widened(heads)},
        heads=heads,
        concepts=frozenset(hit.payload.name for hit in concept_phrases().find(words)),
        good=_good(words),
        own=_telling(own - other - set(heads)),
        other=_telling(other - own - set(heads)),
        own_groups=frozenset(own_groups | _letters(intervention)),
        other_groups=frozenset(other_groups | _letters(comparator)),
        controlled=not words_of("control").isdisjoint(against),
        baseline=not word_set("judgement", "before").isdisjoint(against),
    )


def _telling(arm: set[str]) -> frozenset[str]:
    """Without numbers and words that many arms share, unless there is nothing else."""
    names = {term for term in arm if not term[0].isdigit()}
    return frozenset(names - word_set("judgement", "shared_arm") or names or arm)


def _letters(arm: str) -> set[str]:
    return {match[1].lower() for match in GROUP.finditer(arm)}


def _good(words: list[str]) -> Polarity | None:
    """Which way an outcome is better: as the lexicon has it, else by its head, else by its last telling word."""
    known = [hit.payload.better for hit in concept_phrases().find(words)]
    if known and known[-1]:
        return known[-1]
    return wanted(tuple(words))
