"""What an abstract says of harms: the passage to quote, or that it is silent.

Silence is told to readers, too, so an abstract counts as silent only if no word of it may speak of harms.
"""

from __future__ import annotations

import re
from functools import cache

from litwatch.domain.study import Design, Evidence, Harms, HarmsReport
from litwatch.extract.quoting import evidence
from litwatch.extract.resources import load, word_set
from litwatch.extract.sentences import Role, Sentence
from litwatch.extract.words import Hit, Phrases, split_words

TREATED = frozenset(
    {Design.META_ANALYSIS, Design.SYSTEMATIC_REVIEW, Design.RANDOMIZED_TRIAL, Design.NONRANDOMIZED_TRIAL}
)
"""The designs that give a result of something done to people."""

# Where a sentence's last member begins that speaks of harms alone: "…; two adverse events occurred", "…, and no harms".
_OWN_CLAUSE = re.compile(r"; (?:and |but )?|, (?:(?:and|but|with) )?(?=(?:no|there (?:was|were)|none|without) )")
_STANDS_ALONE = frozenset({"no", "none", "without", "was", "were", "had", "occurred", "reported", "experienced"})


def harms_of(title: Sentence, sentences: tuple[Sentence, ...], design: Design) -> Harms | None:
    """What is told of harms. None for designs that treat nobody, or have no results yet."""
    if design not in TREATED:
        return None
    speaking = [part for part in (title, *sentences) if not word_set("harms", "words").isdisjoint(part.words.words)]
    if not speaking:
        return Harms(HarmsReport.SILENT) if sentences else None
    passage = _passage(speaking)
    return Harms(HarmsReport.TOLD, passage) if passage else Harms(HarmsReport.MENTIONED)


def _passage(speaking: list[Sentence]) -> Evidence | None:
    """The first result told of harms, else what the conclusion says of them."""
    for role, key in ((Role.RESULTS, "told"), (Role.CONCLUSIONS, "told"), (Role.CONCLUSIONS, "called")):
        for sentence in speaking:
            words = sentence.words
            if sentence.role is not role or (hit := _phrases(key).first(words.words)) is None:
                continue
            if _phrases("plans").first(words.words) is None and not _of_something_else(words.words, hit):
                return _clause(sentence, words.starts[hit.start])
    return None


def _of_something_else(words: list[str], hit: Hit[str]) -> bool:
    """Whether the harms are not of what is tested: "reduces the side effects of chemotherapy"."""
    eased = word_set("harms", "eased")
    return words[hit.end : hit.end + 1] == ["of"] or not eased.isdisjoint(words[max(0, hit.start - 4) : hit.start])


def _clause(sentence: Sentence, at: int) -> Evidence:
    """The clause around offset `at`; the whole sentence where the clause does not stand alone."""
    text = sentence.plain
    cuts = [
        cut for cut in _OWN_CLAUSE.finditer(text) if text.count("(", 0, cut.start()) == text.count(")", 0, cut.start())
    ]
    start = max((cut.end() for cut in cuts if cut.end() <= at), default=0)
    end = min((cut.start() for cut in cuts if cut.start() > at and text[cut.start()] == ";"), default=len(text))
    if _STANDS_ALONE.isdisjoint(split_words(text[start:end]).words):
        start, end = 0, len(text)
    return evidence(sentence, start, end)


@cache
def _phrases(key: str) -> Phrases[str]:
    return Phrases((phrase, phrase) for phrase in load("harms")[key])
