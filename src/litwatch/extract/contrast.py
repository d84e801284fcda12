"""What a study tests and against what: the arms as title, aim, allocation and the control group's sentence name them.

Of two active arms the one that the title or the aim names first is the intervention.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from litwatch.domain.study import Design, Evidence
from litwatch.extract.counts import REVIEWS
from litwatch.extract.given import given_words
from litwatch.extract.naming import NOTHING, Contrast, by_aim, by_allocation, by_title, control_group, named_control
from litwatch.extract.resources import word_set
from litwatch.extract.sentences import Role, Sentence, states_aim
from litwatch.extract.treatment import WORD
from litwatch.extract.words import stem

TESTING = frozenset(
    {
        Design.META_ANALYSIS,
        Design.SYSTEMATIC_REVIEW,
        Design.RANDOMIZED_TRIAL,
        Design.NONRANDOMIZED_TRIAL,
        Design.PROTOCOL,
    }
)
"""The designs in which something is done to people in order to see what it does."""

_LETTERS = re.compile(r"[^\W\d_]+")


def contrast(title: Sentence, sentences: tuple[Sentence, ...], design: Design) -> Contrast:
    """The two phrases, each from the surest place that names it; nothing where no place does plainly."""
    if design not in TESTING:
        return NOTHING
    given = frozenset[str]() if design in REVIEWS else given_words(sentences)
    found = by_title(title, given)
    known = _stems(title.plain)
    for more in _told(sentences, given):
        if found.intervention and found.comparator:
            break
        found = _merged(found, more, known)
    if found.comparator and found.intervention is None and not _is_control(found.comparator):
        return NOTHING  # which of two active arms is the intervention is open
    if found.comparator is None and design not in REVIEWS:
        places = (title, *(part for part in sentences if part.role in (Role.METHODS, Role.RESULTS, Role.OBJECTIVE)))
        told = (named_control(part, given) for part in places)
        return Contrast(found.intervention, next((control for control in told if control), None))
    return found


def _told(sentences: tuple[Sentence, ...], given: frozenset[str]) -> Iterator[Contrast]:
    """What each sentence names, those of the aim first."""
    yield from (by_aim(part, given) for part in sentences if states_aim(part))
    for sentence in sentences:
        if sentence.role in (Role.METHODS, Role.RESULTS, Role.OBJECTIVE):
            yield by_allocation(sentence, given)
        if sentence.role in (Role.METHODS, Role.OBJECTIVE):
            yield Contrast(None, control_group(sentence, given))


def _merged(found: Contrast, more: Contrast, known: frozenset[str]) -> Contrast:
    """`found`, with what only `more` names; of its two arms the one that is not `found`'s intervention.

    An intervention must share a word with those `known` from the title: many a sentence compares what is not at issue.
    """
    one, other = _control_last(more)
    if found.intervention is None:
        if one and known.isdisjoint(_own_words(one)):
            one, other = None, other if other and _is_control(other) else None
        return Contrast(one, found.comparator or other)
    if found.comparator:
        return found
    mine = _own_words(found.intervention)
    fitting = [arm for arm in (other, one) if arm and mine.isdisjoint(_own_words(arm))]
    if other in fitting and (one is None or one not in fitting or _is_control(other)):
        return Contrast(found.intervention, other)
    return Contrast(found.intervention, one if other and fitting == [one] else None)


def _control_last(arms: Contrast) -> Contrast:
    """The arms with a control in the second place, wherever it was named."""
    one, other = arms
    if one is None or not _is_control(one):
        return arms
    return Contrast(other, one) if other and not _is_control(other) else Contrast(None, other or one)


def _is_control(arm: Evidence) -> bool:
    return not word_set("contrast", "controls").isdisjoint(word.lower() for word in WORD.findall(arm.text))


def _own_words(arm: Evidence) -> frozenset[str]:
    """The words that tell an arm from another, and its initials ("high-intensity interval training": hiit)."""
    initials = "".join(word[0] for word in _LETTERS.findall(arm.text.lower()))
    return (_stems(arm.text) | {initials}) - word_set("contrast", "shared")


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in _LETTERS.findall(text.lower()))
