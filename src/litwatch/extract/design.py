"""The study's design, by publication type and by what the article says of itself (rules: data/design.toml).

New records have no publication types, so that the text must do. What decides is how a study speaks of itself in title,
aim, methods and results; background and conclusions speak of other studies ("randomised trials are needed").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from litwatch.domain.article import Article
from litwatch.domain.study import Design
from litwatch.extract.counts import includes_studies
from litwatch.extract.resources import load
from litwatch.extract.sentences import Role, Sentence, sentences
from litwatch.extract.words import plain, split_words

_OWN = frozenset({Role.OBJECTIVE, Role.METHODS, Role.RESULTS})
_SELF = frozenset({"we", "our", "this", "present"})
_DENIALS = frozenset({"non", "not", "no", "without", "nor", "neither"})
_ISE = re.compile(r"(?<=[a-z]{3})is(?=(?:e|ed|es|ing|ation|ations)\b)")
_STATED = frozenset({"design", "study", "trial", "type", "of", "and", "setting", "research"})
_STATED_REACH = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the data file; each field is a set of phrases (`also`: several sets)."""

    design: Design
    types: frozenset[str]
    title: frozenset[str]
    text: frozenset[str]
    also: tuple[frozenset[str], ...]
    unless: frozenset[str]
    unless_title: frozenset[str]
    weak: bool
    """Whether the rule waits until the others have seen the whole abstract."""

    @property
    def phrases(self) -> tuple[frozenset[str], ...]:
        return (self.title, self.text, *self.also, self.unless, self.unless_title)

    def fits(self, types: frozenset[str], title: set[str], text: set[str]) -> bool:
        return not (
            (self.types and self.types.isdisjoint(types))
            or (self.title and self.title.isdisjoint(title))
            or (self.text and self.text.isdisjoint(text))
            or any(phrases.isdisjoint(text) for phrases in self.also)
            or not self.unless.isdisjoint(text)
            or not self.unless_title.isdisjoint(title)
        )


def _expanded(phrases: Iterable[str]) -> frozenset[str]:
    lists = load("design")["lists"]
    found: set[str] = set()
    for phrase in phrases:
        found |= _expanded(lists[phrase[1:]]) if phrase.startswith("@") else {phrase}
    return frozenset(found)


@cache
def rules() -> tuple[Rule, ...]:
    """The rules in their order of precedence."""
    return tuple(
        Rule(
            Design(rule["design"]),
            frozenset(rule.get("types", ())),
            _expanded(rule.get("title", ())),
            _expanded(rule.get("text", ())),
            tuple(_expanded(phrases) for phrases in rule.get("also", ())),
            _expanded(rule.get("unless", ())),
            _expanded(rule.get("unless_title", ())),
            rule.get("weak", False),
        )
        for rule in load("design")["rule"]
    )


class Cue(NamedTuple):
    """A phrase after its first word."""

    rest: list[str]
    phrase: str
    hides: bool
    """Whether shorter phrases that begin at the same word do not count."""
    covers: bool
    """Whether no phrase inside this one counts."""


class Begun(NamedTuple):
    """The phrases that begin with one word: those that go on with a second one, by that, and the word alone."""

    longer: dict[str, list[Cue]]
    alone: list[Cue]


@cache
def _cues() -> dict[str, Begun]:
    """First word → phrases, the longest first."""
    guidelines = _expanded(["@guidelines"])
    others = guidelines | _expanded(["@other_trials"])
    index: dict[str, Begun] = {}
    for phrase in others.union(*(phrases for rule in rules() for phrases in rule.phrases)):
        for spelling in {phrase, _ISE.sub("iz", phrase)}:
            first, *rest = split_words(spelling).words
            longer, alone = index.setdefault(first, Begun({}, []))
            cues = longer.setdefault(rest[0], []) if rest else alone
            cues.append(Cue(rest, phrase, phrase in others, phrase in guidelines))
    for begun in index.values():
        for cues in begun.longer.values():
            cues.sort(key=lambda cue: -len(cue.rest))
    return index


def _said(words: list[str], said: set[str]) -> None:
    """Add the phrases that a text says, without those that are denied or speak of other studies."""
    index, last = _cues(), len(words) - 1
    covered = 0
    for at in [at for at, word in enumerate(words) if word in index]:
        if at < covered:
            continue
        longer, alone = index[words[at]]
        cues = longer.get(words[at + 1], ()) if at < last else ()
        if not (cues or alone) or (at and words[at - 1] in _DENIALS):
            continue
        for cue in (*cues, *alone):
            if len(cue.rest) < 2 or words[at + 1 : at + 1 + len(cue.rest)] == cue.rest:
                said.add(cue.phrase)
                if cue.covers:
                    covered = at + 1 + len(cue.rest)
                if cue.hides:
                    break


def design_of(article: Article, parts: tuple[Sentence, ...] | None = None) -> Design:
    """The design by the first rule that fits; `other` if none does. `parts` are the article's sentences, if at hand."""
    parts = sentences(article.sections) if parts is None else parts
    types = frozenset(article.publication_types)
    title, rest = set[str](), set[str]()
    _said(split_words(plain(article.title)).words, title)
    text = set(title)
    stated = [_states_design(section.label) for section in article.sections]
    for sentence in parts:
        own = stated[sentence.section] or _is_own(sentence)
        _said(sentence.words.words, text if own else rest)
        if stated[sentence.section] and sentence.start < _STATED_REACH:
            _said(sentence.words.words, title)
    for section in article.sections:
        if section.label:
            _said(split_words(section.label).words, text)
    text |= rest & _expanded(["@one_case"])
    if includes_studies(parts):
        text.add("N studies")
    whole = text | rest
    for known, weak in ((text, False), (whole, False), (whole, True)):
        for rule in rules():
            if rule.weak == weak and rule.fits(types, title, known):
                return rule.design
    return Design.OTHER


def _is_own(sentence: Sentence) -> bool:
    """Whether a sentence speaks of the study itself."""
    background = sentence.role is Role.BACKGROUND
    return sentence.role in _OWN or (background and not _SELF.isdisjoint(sentence.words.words))


def _states_design(label: str | None) -> bool:
    """Whether a section holds only the design ("STUDY DESIGN"), not the methods as well."""
    if not label or "design" not in label.lower():
        return False
    return _STATED.issuperset(split_words(label).words)
