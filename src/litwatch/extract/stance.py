"""What the authors' own conclusion says of the intervention or exposure."""

from __future__ import annotations

from collections import Counter
from functools import cache

from litwatch.domain.study import Design, Stance
from litwatch.extract.resources import load
from litwatch.extract.sentences import Role, Sentence
from litwatch.extract.words import Phrases

_DENIAL_REACH = 6
"""How many words a denial reaches, itself included."""
_CLEAR = 3
"""How often the prevailing mark must be said for each time that another is."""


@cache
def _phrases(key: str) -> Phrases[str]:
    return Phrases((phrase, phrase) for phrase in load("stance")[key])


def conclusion_sentences(sentences: tuple[Sentence, ...]) -> list[Sentence]:
    """The sentences of the conclusion; where none is marked, the last sentence."""
    found = [sentence for sentence in sentences if sentence.role is Role.CONCLUSIONS]
    return found or [sentence for sentence in sentences if sentence.role is Role.RESULTS][-1:]


def main_conclusion(sentences: tuple[Sentence, ...]) -> Sentence | None:
    """The first concluding sentence that says something of an effect, else the first."""
    found = conclusion_sentences(sentences)
    return next((sentence for sentence in found if _marks(sentence)), found[0] if found else None)


def _marks(sentence: Sentence) -> set[Stance]:
    words = sentence.words.words
    if _phrases("unsure").first(words) is not None and _phrases("contrast").first(words) is None:
        return {Stance.NONE}
    null = [range(hit.start, hit.end + 4) for hit in _phrases("no_difference").find(words)]
    null += [range(at, at + _DENIAL_REACH + 2) for at in _denied(words)]
    about_harm = _phrases("safety").first(words) is not None
    marks = {Stance.NO_DIFFERENCE} if null and not about_harm else set()
    taken = null
    outlook = _phrases("outlook").first(words) is not None
    for key, stance in (("harms", Stance.HARMS), ("favours", Stance.FAVOURS)):
        hits = [hit for hit in _phrases(key).find(words) if not any(hit.start in span for span in taken)]
        if hits and not (stance is Stance.FAVOURS and outlook and len(hits) < 2):
            marks.add(stance)
    return marks


def _denied(words: list[str]) -> list[int]:
    """Where a denial of an effect stands ("does not play a major role", "no significant change")."""
    effects, denials = _effects(), _denials()
    return [
        at
        for at, word in enumerate(words)
        if word in denials and not effects.isdisjoint(words[at + 1 : at + _DENIAL_REACH])
    ]


@cache
def _effects() -> frozenset[str]:
    return frozenset(load("stance")["effects"])


@cache
def _denials() -> frozenset[str]:
    return frozenset(load("stance")["denials"])


def _weakly_null(sentence: Sentence) -> bool:
    words = sentence.words.words
    return _phrases("outlook").first(words) is None and _phrases("weak").first(words) is not None


def stance_of(sentences: tuple[Sentence, ...], design: Design) -> Stance:
    """`none` for designs without an effect and for conclusions that say nothing; `mixed` where they say both.

    What most sentences say wins over a single sentence that says something else.
    """
    if design.value in load("stance")["no_conclusion"]:
        return Stance.NONE
    votes: Counter[Stance] = Counter()
    for sentence in conclusion_sentences(sentences):
        votes.update(_marks(sentence) - {Stance.NONE})
    if not votes:
        weak = any(_weakly_null(sentence) for sentence in conclusion_sentences(sentences))
        return Stance.NO_DIFFERENCE if weak else Stance.NONE
    (first, most), *others = votes.most_common()
    return first if most >= _CLEAR * sum(count for _, count in others) else Stance.MIXED
