"""Which of two arms is the intervention, and which the one it is compared with, by all that an abstract tells.

Words such as "control" or "usual care" decide first, also behind an abbreviation or a group's letter. Between two active
arms the title does, and then the aim: the arm that it names first is the intervention (findings contract, rule 2). Where
two places of a clause tell differently, or several arms stand against one, no arm is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from itertools import pairwise

from litwatch.domain.study import Design
from litwatch.extract.contrast import TESTING
from litwatch.extract.cues import words_of, words_of_any
from litwatch.extract.resources import word_set
from litwatch.extract.sentences import Role, Sentence, states_aim
from litwatch.extract.shortforms import lettered_groups, short_forms, stretches, terms
from litwatch.extract.words import plain, split_words, stem

GROUPS = frozenset({"group", "groups", "arm", "controls"})
"""Words that an arm is called."""
_JOINS = frozenset({"and", "or", ",", "/", "+"})
_LETTERED = "a group's letter"


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


@dataclass(frozen=True)
class Arms:
    """What an abstract tells of its arms. Worked out when first asked for: few clauses compare two active arms."""

    title: str
    sentences: tuple[Sentence, ...] = ()
    tested: bool = False
    """The study tests a treatment: its aim tells the order of the arms, too."""

    @classmethod
    def of(cls, title: str, sentences: tuple[Sentence, ...], design: Design) -> Arms:
        return cls(title, sentences, tested=design in TESTING)

    @cached_property
    def orders(self) -> tuple[dict[str, int], ...]:
        """Where each word first stands: in the title, and in each sentence of the aim."""
        aims = (part.words.words for part in self.sentences if self.tested and states_aim(part))
        return tuple(map(_order, (split_words(plain(self.title)).words, *aims)))

    @cached_property
    def shorts(self) -> dict[str, tuple[str, ...]]:
        """The long form of each abbreviation."""
        return short_forms(self._text)

    @cached_property
    def groups(self) -> dict[str, frozenset[str]]:
        """By the letter or number of each group: what it received."""
        told = [(letter, list(near)) for letter, near in lettered_groups(self._text).items()]
        methods = [part.plain for part in self.sentences if part.role is Role.METHODS]
        told += [(letter, list(terms(text))) for part in methods for letter, text in stretches(part)]
        found: dict[str, frozenset[str]] = {}
        for letter, near in told:
            if (len(letter) == 1 or letter not in _empty()) and not found.get(letter):  # "groups of 20"
                found[letter] = frozenset(word for word in near if _tells(word) or word in words_of("control"))
        return found

    @cached_property
    def _text(self) -> str:
        return " ".join([plain(self.title), *(part.plain for part in self.sentences)])

    def read(self, phrase: list[str]) -> frozenset[str]:
        """The words that tell an arm, with what its abbreviation or its letter stands for."""
        found: set[str] = set()
        for at, word in enumerate(phrase):
            short = next((key for key in (" ".join(phrase[at : at + 2]), stem(word)) if key in self.shorts), None)
            if word in self.groups and _is_letter(phrase, at):
                found.update(self.groups[word], (_LETTERED,))
            elif short:
                found.update(self.shorts[short], (short,))
            elif _tells(word):
                found.add(stem(word))
        return frozenset(found)

    def names(self, word: str) -> bool:
        """Whether the title or a group's letter names a word."""
        return word in self.groups or stem(word) in self.orders[0]

    def earlier(self, mine: frozenset[str], theirs: frozenset[str]) -> bool | None:
        """Whether the first of some words stands before the first of others, where both stand; None if nowhere."""
        for order in self.orders:
            one, two = (min((order[word] for word in words if word in order), default=-1) for words in (mine, theirs))
            if one >= 0 and two >= 0 and one != two:
                return one < two
        return None


def _order(words: list[str]) -> dict[str, int]:
    return {stem(word): at for at, word in reversed(list(enumerate(words))) if _tells(word)}


def _tells(word: str) -> bool:
    return len(word) > 2 and word.isalpha() and word not in _empty()


def _is_letter(phrase: list[str], at: int) -> bool:
    """Whether a word is a group's letter: "group d", "the d group", "groups d and s", but not "a group"."""
    if not GROUPS.isdisjoint(phrase[max(0, at - 1) : at]):
        return True
    if phrase[at] != "a" and not GROUPS.isdisjoint(phrase[at + 1 : at + 2]):
        return True
    return at > 1 and phrase[at - 1] in _JOINS and not GROUPS.isdisjoint(phrase[max(0, at - 4) : at])


def compare(own: list[str], other: list[str], arms: Arms, *, leading: bool = False) -> Subject:
    """Whose result is told in the words `own` of a clause, set against the arm `other`; `leading`: that is named first."""
    control = words_of("control")
    own_control = any(
        word in control
        and (following in ("group", "groups", "arm", "participants", "care") or word in ("controls", "placebo"))
        for word, following in zip(own, [*own[1:], ""], strict=False)
    )
    other_control = not control.isdisjoint(other)
    if own_control != other_control:
        return Subject.CONTROL if own_control else Subject.INTERVENTION
    whole, theirs = arms.read(own), arms.read(other)
    parts = [arms.read(part) for part in _parts(own, leading=leading)]
    found = {_between(mine, theirs, theirs - whole, arms) for mine in parts} - {None}
    if len(found) > 1:
        return Subject.UNCLEAR
    if found == {Subject.CONTROL} and _several(_tail(own), arms) != _several(other, arms):
        return Subject.UNCLEAR
    if not found and arms.earlier(whole - theirs, theirs - whole):
        return Subject.INTERVENTION
    return next(iter(found), None) or _by_role(own, other)


def facing(own: list[str], other: list[str], arms: Arms) -> Subject:
    """Whose of two arms the first is, each named by a phrase of its own; unclear if the other is that as well.

    Nor is an arm told by the letter of its group if the other's letter is unknown.
    """
    lettered = [_LETTERED in arms.read(arm) for arm in (own, other)]
    if lettered[0] != lettered[1] and words_of("control").isdisjoint([*own, *other]):
        return Subject.UNCLEAR
    whose = compare(own, other, arms)
    return Subject.UNCLEAR if whose is compare(other, own, arms) else whose


def _parts(own: list[str], *, leading: bool) -> Iterator[list[str]]:
    """The parts of a clause that may name the arm: the one with a group, else the subject and what stands last."""
    cuts = [at for at, word in enumerate(own) if word in words_of("aside") or word == ","]
    parts = [
        own[left + (own[left : left + 1] != ["without"]) : right] for left, right in pairwise([-1, *cuts, len(own)])
    ]
    grouped = [part for part in parts if not GROUPS.isdisjoint(part)]
    if grouped:
        yield grouped[-1]
        return
    yield next((part for part in parts if part), [])
    if not leading and len(parts) > 1:
        yield parts[-1]


def _tail(own: list[str]) -> list[str]:
    """What stands after the last preposition: "pain was lower | in group a"."""
    last = max((at for at, word in enumerate(own) if word in words_of("aside")), default=-1)
    return own[last + 1 :]


def _several(phrase: list[str], arms: Arms) -> bool:
    """Whether two arms are named side by side."""
    named = [word for word in phrase if word in ("and", "or") or arms.names(word)]
    return any(word in ("and", "or") for word in named[1:-1])


def _between(mine: frozenset[str], theirs: frozenset[str], apart: frozenset[str], arms: Arms) -> Subject | None:
    """Whose the result is, by what tells two arms apart; `apart` are those of the other's words that stand nowhere else.

    A control or what comes "alone" is the comparator; so is an arm of a trial that the title does not name, if it names
    the other. That the other's words alone stand in the title tells so of a lettered group only.
    """
    found = by_control(mine - words_of("comparators_after"), theirs)
    if found:
        return found
    earlier = arms.earlier(mine - theirs, apart)
    if earlier is None:
        titled = not (mine - theirs).isdisjoint(arms.orders[0]), not apart.isdisjoint(arms.orders[0])
        if titled == (True, False) and (_LETTERED in theirs or (arms.tested and theirs)):
            earlier = True
        elif titled == (False, True) and _LETTERED in mine:
            earlier = False
    return None if earlier is None else Subject.INTERVENTION if earlier else Subject.CONTROL


def by_control(mine: frozenset[str], theirs: frozenset[str]) -> Subject | None:
    """Which of two arms is a control by what its letter or abbreviation stands for, or by "alone"."""
    controls = words_of_any("control", "comparators", "comparators_after")
    mine_is, theirs_is = (not controls.isdisjoint(arm) for arm in (mine - theirs, theirs - mine))
    if mine_is == theirs_is:
        return None
    return Subject.CONTROL if mine_is else Subject.INTERVENTION


def _by_role(own: list[str], other: list[str]) -> Subject:
    named = not words_of("intervention").isdisjoint(own), not words_of("intervention").isdisjoint(other)
    return Subject.INTERVENTION if named == (True, False) else Subject.UNCLEAR


@cache
def _empty() -> frozenset[str]:
    """Words that name no arm."""
    every = words_of_any("people", "adverb", "bound") | word_set("judgement", "empty")
    return every - words_of_any("comparators", "comparators_after")
