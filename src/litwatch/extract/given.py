"""What an abstract says that people were given: the words after "received", "randomised to", before "group".

A phrase that names no treatment that any list knows ("mirodenafil", "probiotic yoghurt") is one if such a place has it.
"""

from __future__ import annotations

from litwatch.extract.resources import word_set
from litwatch.extract.sentences import Role, Sentence

_AFTER = 24
"""How many words after a verb of giving may name what is given."""
_BEFORE = 3
"""How many before "group"."""


def given_words(sentences: tuple[Sentence, ...]) -> frozenset[str]:
    """The words that stand where treatments are named, in lower case."""
    giving, arms, breaks = (word_set("contrast", key) for key in ("giving", "arms", "breaks"))
    found: set[str] = set()
    for sentence in sentences:
        if sentence.role not in (Role.METHODS, Role.RESULTS):
            continue
        words = sentence.words.words
        for at, word in enumerate(words):
            if word in giving:
                stop = min(at + 1 + _AFTER, len(words))
                end = next((step for step in range(at + 1, stop) if words[step] in breaks), stop)
                found.update(words[at + 1 : end])
            elif word in arms:
                found.update(words[max(0, at - _BEFORE) : at])
    return frozenset(found)
