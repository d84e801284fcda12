"""Causal verbs: "X reduces Y" says that X does it, "X is associated with less Y" does not."""

from __future__ import annotations

from litwatch.extract.cues import words_of
from litwatch.extract.resources import word_set
from litwatch.extract.sentences import Sentence

_AFTER = 6
"""How many words after a verb may tell that it is about knowledge and not about people."""
_ADJECTIVES = ("ble", "al", "ive", "ous", "ed", "ary")
"""After a word that ends so, "results" is a noun."""


def causal_verb(sentence: Sentence) -> str | None:
    """The first verb by which a sentence says, without reserve, that something brings something about."""
    words = sentence.words.words
    if not words_of("association").isdisjoint(words) or not words_of("hedge").isdisjoint(words):
        return None
    for at in range(1, len(words)):
        verb = _verb(words, at)
        if verb and _is_claimed(words[_clause(words, at) : at]) and _has_object(verb, words[at + len(verb.split()) :]):
            return verb
    return None


def _verb(words: list[str], at: int) -> str:
    two = " ".join(words[at : at + 2])
    causal = word_set("conclusion", "causal")
    return two if two in causal else words[at] if words[at] in causal else ""


def _is_claimed(before: list[str]) -> bool:
    """Whether the words of a clause before a verb make it a verb, and one said without reserve."""
    if not before or before[-1] in word_set("conclusion", "nominal") or before[-1].endswith(_ADJECTIVES):
        return False
    return word_set("conclusion", "reserve").isdisjoint(before)


def _has_object(verb: str, after: list[str]) -> bool:
    """Whether a verb is followed by something that it changes, other than what is known or done."""
    if not after or after[0] in word_set("conclusion", "intransitive"):
        return False
    if verb in word_set("conclusion", "doubtful") and after[0] not in word_set("conclusion", "openings"):
        return False
    return word_set("conclusion", "knowledge").isdisjoint(after[:_AFTER])


def _clause(words: list[str], at: int) -> int:
    """Where the clause of the word at `at` begins."""
    return next((place + 1 for place in range(at - 1, -1, -1) if words[place] in word_set("conclusion", "breaks")), 0)
