"""The conclusion check: which rows of the ledger a conclusion leaves out or contradicts.

A note would be a fact about a paper to who reads it. So every rule is generous to the authors: a row counts as named
as soon as the conclusion may speak of it, and a conclusion that says anything null or speaks of "other outcomes" is
not blamed for leaving nulls out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from litwatch.domain.study import (
    Comparison,
    ConclusionKind,
    ConclusionNote,
    Design,
    Direction,
    Evidence,
    Outcome,
    Stance,
)
from litwatch.extract.causal import causal_verb
from litwatch.extract.concluding import pieces
from litwatch.extract.details import key_of
from litwatch.extract.mentioned import names_row, speaks_of_others
from litwatch.extract.resources import load, word_set
from litwatch.extract.sentences import Role, Sentence
from litwatch.extract.stance import says
from litwatch.extract.verdicts import OBSERVATIONAL
from litwatch.extract.words import Phrases, plain, split_words

_CONTROLLED = frozenset({Design.RANDOMIZED_TRIAL, Design.NONRANDOMIZED_TRIAL, Design.META_ANALYSIS})


class Conclusion(NamedTuple):
    """All that the check looks at."""

    sentences: tuple[Sentence, ...]
    """The concluding sentences."""
    design: Design
    stance: Stance
    rows: tuple[Outcome, ...]
    """The ledger."""
    observed: bool
    """Whether the abstract itself says that people were only observed ("cohort", "retrospective", …)."""
    apart: bool
    """Whether the conclusion stands in a section of its own: where it has to be guessed, it is often read in part."""
    title: str = ""


def conclusion_check(conclusion: Conclusion) -> tuple[ConclusionNote, ...]:
    """The notes, the weightiest kind first."""
    rules = (_nulls, _causal)
    return tuple(note for rule in rules for note in rule(conclusion))


def stands_apart(concluding: Sequence[Sentence], sentences: Sequence[Sentence]) -> bool:
    """Whether the sections of the conclusion hold nothing else."""
    own = {part.section for part in concluding}
    inside = sum(part.section in own for part in sentences)
    return len(own) == 1 and inside == len(concluding) < len(sentences)


def only_observed(title: str, sentences: tuple[Sentence, ...]) -> bool:
    """Whether an abstract calls its study observational, and nothing in it tells of an assignment."""
    texts = [split_words(plain(title)).words, *(sentence.words.words for sentence in sentences)]
    return any(_telling("observed").first(words) is not None for words in texts) and all(
        _telling("assigned").first(words) is None for words in texts
    )


@cache
def _telling(key: str) -> Phrases[str]:
    return Phrases((phrase, phrase) for phrase in load("conclusion")[key])


def _nulls(conclusion: Conclusion) -> Iterator[ConclusionNote]:
    """All nulls left out; who names one of them is not blamed for the others."""
    favouring = _favouring(conclusion)
    if favouring is None or not conclusion.apart or conclusion.design not in _CONTROLLED or _reserved(conclusion):
        return
    nulls = [at for at, row in enumerate(conclusion.rows) if _plainly_null(row, conclusion)]
    text = _text(conclusion)
    if nulls and not any(names_row(text, conclusion.rows[at]) for at in nulls):
        yield _note(ConclusionKind.NULLS_UNMENTIONED, favouring, tuple(nulls))


def _causal(conclusion: Conclusion) -> Iterator[ConclusionNote]:
    if conclusion.design not in OBSERVATIONAL or not conclusion.observed:
        return
    for sentence in conclusion.sentences:
        if sentence.role is Role.CONCLUSIONS and causal_verb(sentence) is not None:
            yield _note(ConclusionKind.CAUSAL_LANGUAGE, sentence, ())
            return


def _favouring(conclusion: Conclusion) -> Sentence | None:
    """The first sentence that plainly says that something is better, where the conclusion as a whole does.

    The last sentence of an abstract without a marked conclusion is often a mere result, so it does not count.
    """
    if conclusion.stance is not Stance.FAVOURS:
        return None
    return next((part for part in conclusion.sentences if part.role is Role.CONCLUSIONS and _says_better(part)), None)


def _says_better(sentence: Sentence) -> bool:
    verdicts = set(pieces(sentence.words.words))
    return says(sentence, Stance.FAVOURS) and "<better>" in verdicts and "<worse>" not in verdicts


def _reserved(conclusion: Conclusion) -> bool:
    """Whether a conclusion denies anything, compares equals or sums up outcomes that it does not name.

    A title that denies something tells of its nulls for both.
    """
    text = _text(conclusion)
    if speaks_of_others(text) or any(says(part, Stance.NO_DIFFERENCE) for part in conclusion.sentences):
        return True
    if not word_set("conclusion", "denials").isdisjoint(split_words(conclusion.title).words):
        return True
    return not word_set("conclusion", "reserved").isdisjoint(split_words(text).words)


def _plainly_null(row: Outcome, conclusion: Conclusion) -> bool:
    """Whether a row's own sentence, outside the conclusion, says nothing but that the effect itself did not differ.

    A row that is null by its p-value alone, or beside others that did differ, may be a row misread.
    """
    if row.direction is not Direction.NO_DIFFERENCE or row.comparison is Comparison.WITHIN:
        return False
    if row.subgroup or row.concept is None or _is_aside(row):
        return False
    place = row.evidence.section, row.evidence.start
    if any(place == (part.section, part.start) for part in conclusion.sentences):
        return False
    others = [
        other for other in conclusion.rows if key_of(other.name) == key_of(row.name) or other.concept == row.concept
    ]
    return _only_null(row.evidence.text) and all(other.direction is row.direction for other in others)


@lru_cache(maxsize=256)
def _only_null(text: str) -> bool:
    """Whether the verdicts of a sentence about groups all say that nothing differed."""
    words = split_words(plain(text)).words
    if word_set("conclusion", "compared").isdisjoint(words) or not word_set("conclusion", "baseline").isdisjoint(words):
        return False
    verdicts = {piece for piece in pieces(words) if "<" in piece} - {"<diff>"}
    return bool(verdicts) and verdicts <= {"<same>", "¬<same>", "¬<diff>", "¬<better>"}


def _is_aside(row: Outcome) -> bool:
    """Harms that did not differ are good news; use, cost and heterogeneity are not the effect."""
    return row.domain in ("harm", "use", "cost") or not word_set("conclusion", "asides").isdisjoint(
        row.name.lower().replace("-", " ").split()
    )


def _text(conclusion: Conclusion) -> str:
    return " ".join(sentence.plain for sentence in conclusion.sentences)


def _note(kind: ConclusionKind, sentence: Sentence, rows: tuple[int, ...]) -> ConclusionNote:
    return ConclusionNote(kind, Evidence(sentence.section, sentence.start, sentence.end, sentence.text), rows)
