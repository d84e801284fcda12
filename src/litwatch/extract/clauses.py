"""A sentence as verdicts need it: its running text without asides and statistics, cut into clauses.

Brackets and statistics are blanked out, not cut out, so that every offset stays an offset into the sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from litwatch.extract.cues import CueWord, cue_phrases, words_of
from litwatch.extract.grammar import statistics
from litwatch.extract.lexicon import Concept, concept_phrases
from litwatch.extract.numbers import Statistic
from litwatch.extract.sentences import Sentence
from litwatch.extract.words import Hit, split_words

# A longer clause is a list or a table, not prose, and gives no verdict.
_MOST_WORDS = 200
_BRACKET = re.compile(r"[()\[\]]")


@dataclass(frozen=True, slots=True)
class Aside:
    """What stands in brackets; offsets are those of the brackets' content."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """Consecutive words of a sentence that share their subject and verdicts. Offsets are into the sentence."""

    text: str
    """The whole sentence, asides and statistics blanked."""
    words: list[str]
    starts: list[int]
    ends: list[int]
    cues: tuple[Hit[CueWord], ...]
    concepts: tuple[Hit[Concept], ...]
    statistics: tuple[Statistic, ...]
    asides: tuple[Aside, ...]
    opener: str
    """The word that parts it from the clause before ("but", "whereas"), or ""."""

    def has(self, words: frozenset[str]) -> bool:
        return not words.isdisjoint(self.words)


def asides(text: str) -> tuple[Aside, ...]:
    """Outermost brackets; an unclosed one is no bracket."""
    found: list[Aside] = []
    open_at: list[int] = []
    for match in _BRACKET.finditer(text):
        if match.group() in "([":
            open_at.append(match.start())
        elif open_at:
            start = open_at.pop()
            while found and found[-1].start > start:
                found.pop()
            found.append(Aside(start + 1, match.start(), text[start + 1 : match.start()]))
    return tuple(found)


def clauses(sentence: Sentence) -> tuple[Clause, ...]:
    """The clauses of a sentence, in order."""
    text = sentence.plain
    found = statistics(text)
    brackets = asides(text)
    flow = _blank(text, [(a.start - 1, a.end + 1) for a in brackets] + [(s.start, s.end) for s in found])
    words = split_words(flow)
    if cue_phrases().first(words.words) is None and "adverse" not in words.words:
        return ()
    cuts = [i for i, word in enumerate(words.words) if word in words_of("clause")]
    edges = [-1, *cuts, len(words)]
    made: list[Clause] = []
    for left, right in pairwise(edges):
        begin = left + 1
        if not 0 < right - begin <= _MOST_WORDS:
            continue
        span_start = words.starts[begin]
        span_end = words.starts[right] if right < len(words) else len(text)
        piece = words.words[begin:right]
        concepts = tuple(concept_phrases().find(piece))
        made.append(
            Clause(
                flow,
                piece,
                words.starts[begin:right],
                words.ends[begin:right],
                tuple(cue for cue in cue_phrases().find(piece) if not _within(cue, concepts)),
                concepts,
                tuple(s for s in found if span_start <= s.start < span_end),
                tuple(a for a in brackets if span_start <= a.start < span_end),
                words.words[left] if left >= 0 else "",
            )
        )
    return tuple(made)


def _within(cue: Hit[CueWord], concepts: tuple[Hit[Concept], ...]) -> bool:
    """Whether a cue is only a word of an outcome's name ("Fibromyalgia Impact Questionnaire")."""
    return any(hit.start <= cue.start and cue.end <= hit.end for hit in concepts)


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        start = max(start, at)
        pieces += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])
