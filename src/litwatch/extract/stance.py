"""What the authors' own conclusion says of the intervention or exposure.

Phrases (data/stance.toml) are looked for by rule; what they say is one of the things that the model weighs, beside the
words themselves, the design and the rows of the ledger.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

from litwatch.domain.study import Design, Outcome, Stance
from litwatch.extract.concluding import Features, best, ledger_features, text_features
from litwatch.extract.resources import load
from litwatch.extract.sentences import Role, Sentence
from litwatch.extract.words import Phrases

_DENIAL_REACH = 6
"""How many words a denial reaches, itself included."""
_KINDS = ("favours", "no_difference", "harms", "unsure", "outlook", "weak", "safety")
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


def says(sentence: Sentence, stance: Stance) -> bool:
    """Whether the phrases of a sentence say so, among other things; "similar" and the like count as no difference."""
    if stance in _marks(sentence):
        return True
    return stance is Stance.NO_DIFFERENCE and _phrases("weak").first(sentence.words.words) is not None


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


def ruled(sentences: tuple[Sentence, ...]) -> Stance:
    """What the phrases of the conclusion say: `mixed` where they say several things, `none` where they say nothing.

    What most sentences say wins over a single sentence that says something else.
    """
    concluding = conclusion_sentences(sentences)
    return _voted(concluding, [_marks(sentence) for sentence in concluding])


def _voted(concluding: list[Sentence], marks: list[set[Stance]]) -> Stance:
    votes = Counter(mark for found in marks for mark in found if mark is not Stance.NONE)
    if not votes:
        weak = any(_weakly_null(sentence) for sentence in concluding)
        return Stance.NO_DIFFERENCE if weak else Stance.NONE
    (first, most), *others = votes.most_common()
    return first if most >= _CLEAR * sum(count for _, count in others) else Stance.MIXED


def features(sentences: tuple[Sentence, ...], design: Design, outcomes: tuple[Outcome, ...]) -> Features:
    """All that the model weighs: the words and the rows (`concluding`), and what the phrases say."""
    concluding = conclusion_sentences(sentences)
    found = text_features(concluding) | ledger_features(concluding, design, outcomes)
    marks = [_marks(sentence) for sentence in concluding]
    found[f"rule {_voted(concluding, marks).value}"] = 1.0
    found.update({f"mark {mark.value}": 1.0 for told in marks for mark in told})
    for sentence in concluding:
        for key in _KINDS:
            if _phrases(key).first(sentence.words.words) is not None:
                found[f"phrase {key}"] = 1.0
    return found


def stance_of(sentences: tuple[Sentence, ...], design: Design, outcomes: tuple[Outcome, ...]) -> Stance:
    """What the authors conclude; `none` for designs without an effect and where there is no conclusion to read."""
    if design.value in load("stance")["no_conclusion"] or not conclusion_sentences(sentences):
        return Stance.NONE
    return best(features(sentences, design, outcomes))
