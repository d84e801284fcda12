"""A sentence as verdicts need it: its running text without asides and statistics, cut into clauses.

Brackets and statistics are blanked out, not cut out, so that every offset stays an offset into the sentence.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from litwatch.extract.asides import Aside, asides, members_of
from litwatch.extract.cues import CueWord, cue_phrases, phrases_of, words_of
from litwatch.extract.glossary import NO_GLOSSARY, Glossary
from litwatch.extract.grammar import statistics
from litwatch.extract.lexicon import Concept
from litwatch.extract.mentions import Mention, mentions
from litwatch.extract.numbers import Statistic
from litwatch.extract.sentences import Sentence
from litwatch.extract.subjects import subjects
from litwatch.extract.words import Hit, Words, split_words

# A longer clause is a list or a table, not prose, and gives no verdict.
_MOST_WORDS = 200


@dataclass(slots=True)
class Name:
    """An outcome named in a clause: words `start:end`, the lexicon's concept if it has one, and where its words end."""

    start: int
    end: int
    concept: Concept | None
    core: int

    def earlier(self, by: int) -> Name:
        """The same name in a clause that begins later."""
        return Name(self.start - by, self.end - by, self.concept, self.core - by)


@dataclass(slots=True)
class Clause:
    """Consecutive words of a sentence that share their subject and verdicts. Offsets are into the sentence."""

    text: str
    """The whole sentence, asides and statistics blanked."""
    raw: str
    """The whole sentence (plain)."""
    words: list[str]
    starts: list[int]
    ends: list[int]
    cues: tuple[Hit[CueWord], ...]
    names: tuple[Name, ...]
    statistics: tuple[Statistic, ...]
    asides: tuple[Aside, ...]
    opener: str
    """The word that parts it from the clause before ("but", "whereas"), or ""."""
    glossary: Glossary = NO_GLOSSARY
    _hits: dict[str, list[Hit[str]]] = field(default_factory=dict, repr=False, compare=False)

    def hits(self, key: str) -> list[Hit[str]]:
        """Where the clause says the phrases of a list of data/cues.toml; looked up once, as many ask for them."""
        found = self._hits.get(key)
        if found is None:
            found = self._hits[key] = list(phrases_of(key).find(self.words))
        return found

    def said(self, key: str) -> Hit[str] | None:
        """The first of them, or None."""
        found = self.hits(key)
        return found[0] if found else None

    def has(self, words: frozenset[str]) -> bool:
        return not words.isdisjoint(self.words)

    def after(self, at: int) -> Clause:
        """The clause without its first `at` words; its asides and statistics stay."""
        return replace(
            self,
            words=self.words[at:],
            starts=self.starts[at:],
            ends=self.ends[at:],
            cues=tuple([hit._replace(start=hit.start - at, end=hit.end - at) for hit in self.cues if hit.start >= at]),
            names=tuple([name.earlier(at) for name in self.names if name.start >= at]),
            opener="",
            _hits={},
        )


def clauses(
    sentence: Sentence, wanted: Callable[[list[str]], bool] = bool, glossary: Glossary = NO_GLOSSARY
) -> tuple[Clause, ...]:
    """The clauses of a sentence whose words are `wanted`, in order. Nothing is read in a sentence without any."""
    text = sentence.plain
    found = statistics(text)
    brackets = asides(text)
    flow = _blank(text, [(a.start - 1, a.end + 1) for a in brackets] + [(s.start, s.end) for s in found])
    words = sentence.words if flow is text else split_words(flow)
    cuts = [i for i, word in enumerate(words.words) if word in words_of("clause")]
    edges = [
        (left, right)
        for left, right in pairwise([-1, *cuts, len(words)])
        if 0 < right - left - 1 <= _MOST_WORDS and wanted(words.words[left + 1 : right])
    ]
    if not edges:
        return ()
    named = _named(text, sentence.words, found, glossary)
    for aside in brackets:
        aside.names = tuple([m for m in named if aside.start <= m.start < aside.end])
    return tuple([_clause((text, flow), words, edge, named, found, brackets, glossary) for edge in edges])


def _with_tests(words: list[str], right: int) -> int:
    """Where what belongs to a clause ends: after a ";" that only a statistic follows ("… vs 11 months; log rank P = .6")."""
    while right < len(words) and words[right] == ";":
        end = next((at for at in range(right + 1, len(words)) if words[at] in words_of("clause")), len(words))
        if not words_of("test_names").issuperset(words[right + 1 : end]):
            break
        right = end
    return right


def _named(text: str, words: Words, found: tuple[Statistic, ...], glossary: Glossary) -> tuple[Mention, ...]:
    """The outcomes that a sentence names, those in brackets too."""
    known = glossary.concepts(words.words)
    named = mentions(text, words, found, known, list(cue_phrases().find(words.words)))
    if glossary.terms:
        for mention in named:
            if mention.concept is None:
                told = glossary.ending(split_words(text[mention.start : mention.end]).words)
                mention.tells(told.concept if told else None)
    return named


def _clause(
    texts: tuple[str, str],
    words: Words,
    edges: tuple[int, int],
    named: tuple[Mention, ...],
    found: tuple[Statistic, ...],
    brackets: tuple[Aside, ...],
    glossary: Glossary,
) -> Clause:
    """The clause between two edges: the words that part clauses, or the sentence's ends."""
    begin, right = edges[0] + 1, edges[1]
    raw, flow = texts
    # From the word that parts it: a statistic or an aside may open a clause, and is blank in its words.
    span_start = words.ends[edges[0]] if edges[0] >= 0 else 0
    span_end = words.starts[right] if right < len(words) else len(flow)
    if not any(span_start <= s.start < span_end for s in found):
        last = _with_tests(words.words, right)
        span_end = words.starts[last] if last < len(words) else len(flow)
    piece = words.words[begin:right]
    starts, ends = words.starts[begin:right], words.ends[begin:right]
    names = [name for m in named if (name := _name(starts, ends, m)) is not None]
    inside = tuple([a for a in brackets if span_start <= a.start < span_end])
    names += _holders(ends, names, inside)
    cues = [cue for cue in cue_phrases().find(piece) if not _within(cue, names)]
    names += [Name(*span, None, span[0]) for span in subjects(piece, cues, [(n.start, n.end) for n in names])]
    names.sort(key=lambda name: name.start)
    return Clause(
        flow,
        raw,
        piece,
        starts,
        ends,
        tuple(cues),
        tuple(names),
        tuple([s for s in found if span_start <= s.start < span_end]),
        inside,
        words.words[edges[0]] if edges[0] >= 0 else "",
        glossary,
    )


def _holders(ends: list[int], names: list[Name], inside: tuple[Aside, ...]) -> list[Name]:
    """The words before brackets that list outcomes, as the names of their class: "all outcomes (pain, function)"."""
    found: list[Name] = []
    for aside in inside:
        last = bisect_right(ends, aside.start - 1)
        held = any(name.start < last <= name.end for name in names)
        if last and not held and len(aside.names) > 1 and members_of(aside):
            found.append(Name(last - 1, last, None, last - 1))
    return found


def _name(starts: list[int], ends: list[int], mention: Mention) -> Name | None:
    """A mention as words of a clause; None where it lies elsewhere."""
    first = bisect_left(starts, mention.start)
    last = bisect_right(ends, mention.end)
    if last <= first:
        return None
    return Name(first, last, mention.concept, bisect_right(ends, mention.core) if mention.concept else first)


def _within(cue: Hit[CueWord], names: list[Name]) -> bool:
    """Whether a cue is only a word of an outcome's name ("Fibromyalgia Impact Questionnaire")."""
    return any(name.start <= cue.start and cue.end <= name.end for name in names)


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with spaces in place of `spans`; the text itself where there are none."""
    if not spans:
        return text
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        start = max(start, at)
        pieces += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])
