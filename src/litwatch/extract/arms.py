"""Whom a comparison favours: the arm that is the intervention, or the one it is compared with.

Words such as "control" or "usual care" decide first; between two active arms the title does: the arm that it names
first is the intervention.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from litwatch.extract.clauses import Clause
from litwatch.extract.cues import words_of
from litwatch.extract.words import plain, split_words, stem

_GROUPS = frozenset({"group", "groups", "arm", "controls"})


class Subject(Enum):
    """Whose result a clause gives."""

    INTERVENTION = "intervention"
    CONTROL = "control"
    CONTROL_ALONE = "control_alone"
    """The control group, and no other arm is named."""
    BOTH = "both"
    UNCLEAR = "unclear"
    UNNAMED = "unnamed"
    """No arm is named: the intervention's result, by default."""


@dataclass(frozen=True, slots=True)
class Arms:
    """The words of a title in order; `places[word]` is where each first stands."""

    places: dict[str, int]

    @classmethod
    def of(cls, title: str) -> Arms:
        places: dict[str, int] = {}
        for index, word in enumerate(split_words(plain(title)).words):
            places.setdefault(stem(word), index)
        return cls(places)

    def first(self, words: list[str]) -> int | None:
        found = [self.places[stem(word)] for word in words if len(word) > 2 and stem(word) in self.places]
        return min(found, default=None)


def subject(clause: Clause, arms: Arms, cue_start: int) -> Subject:
    """Whose result the cue at `cue_start` gives."""
    if clause.said("both") is not None:
        return Subject.BOTH
    favoured = _favoured(clause)
    if favoured is not None:
        return favoured
    versus = [hit for hit in clause.hits("versus") if hit.payload != "over" or hit.start > cue_start]
    if not versus:
        return _named(clause)
    hit = versus[0]
    other = _phrase(clause, hit.end)
    if "baseline" in other[:3] or any(word.startswith("pre") for word in other[:2]):
        return _named(clause)
    leading = hit.start < cue_start and all(word not in words_of("people") for word in clause.words[: hit.start])
    own = clause.words[hit.end + len(other) :] if leading else clause.words[: hit.start]
    return _compare([word for word in own if word.isalpha()], other, arms)


def _favoured(clause: Clause) -> Subject | None:
    if not clause.has(words_of("favour")):
        return None
    phrase = _phrase(clause, next(at for at, word in enumerate(clause.words, 1) if word in words_of("favour")))
    if not words_of("control").isdisjoint(phrase):
        return Subject.CONTROL
    return Subject.INTERVENTION if phrase else None


def _phrase(clause: Clause, at: int) -> list[str]:
    """The arm named from `at` on, to the next mark or preposition."""
    phrase: list[str] = []
    for word in clause.words[at : at + 9]:
        if word in (",", "on", "at", "after", "for", "showed", "had", "group") and phrase:
            if word == "group":
                phrase.append(word)
            break
        phrase.append(word)
    return phrase


def _named(clause: Clause) -> Subject:
    """The arm named without a comparison ("in the control group"); with another arm beside it, none in particular."""
    words = clause.words
    if not clause.has(_GROUPS):
        return Subject.UNNAMED
    controls = others = 0
    for index, word in enumerate(words):
        if word in _GROUPS:
            near = words[max(0, index - 2) : index + 1]
            control = not words_of("control").isdisjoint(near) and "no" not in near and "non" not in near
            controls, others = controls + control, others + (not control)
    return Subject.CONTROL_ALONE if controls and not others else Subject.UNNAMED


def _compare(own: list[str], other: list[str], arms: Arms) -> Subject:
    control = words_of("control")
    own_control = any(
        word in control
        and (following in ("group", "groups", "arm", "participants", "care") or word in ("controls", "placebo"))
        for word, following in zip(own, [*own[1:], ""], strict=False)
    )
    other_control = not control.isdisjoint(other)
    if own_control != other_control:
        return Subject.CONTROL if own_control else Subject.INTERVENTION
    mine, theirs = arms.first([word for word in own if word not in _common()]), arms.first(other)
    if mine is not None and theirs is not None and mine != theirs:
        return Subject.INTERVENTION if mine < theirs else Subject.CONTROL
    named = not words_of("intervention").isdisjoint(own), not words_of("intervention").isdisjoint(other)
    if named == (True, False):
        return Subject.INTERVENTION
    return Subject.UNCLEAR


def _common() -> frozenset[str]:
    return words_of("people") | words_of("adverb")
