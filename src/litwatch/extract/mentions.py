"""The outcomes that a sentence names: what the lexicon knows, and what the tagger finds beyond it.

The lexicon knows a name's concept but often only its core ("pain"); the tagger finds more of the name ("pain while
walking") and names of no list. Where both speak, the name is the longer one and the concept is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from litwatch.extract.cues import CueWord, words_of
from litwatch.extract.lexicon import Concept
from litwatch.extract.listed import compound_end, listed_after
from litwatch.extract.numbers import Statistic
from litwatch.extract.tagger import decode, model, spans, tokens_of
from litwatch.extract.words import Hit, Words

_LINKS = (",", ";", "and", "or", "&")
_PART = re.compile(r"\s*(?:,|;|\band\b|\bor\b|&)\s*")
_FIRST = re.compile(r"\W*(\w+)\W+(?=\w)")
# What a name is compared with is no part of it: "pain | than controls".
_AGAINST = re.compile(r"\W+(?:than|versus|vs|compared)\b", re.IGNORECASE)


@dataclass(slots=True)
class Mention:
    """A name in a sentence: `text[start:end]`, and the lexicon's concept inside it, if any, at `begin:core`."""

    start: int
    end: int
    concept: Concept | None = None
    begin: int = 0
    core: int = 0

    def spanning(self, start: int, end: int) -> Mention:
        """The same concept under a longer or shorter name."""
        return Mention(start, end, self.concept, self.begin, self.core)

    def tells(self, concept: Concept | None) -> None:
        """Take the concept that the whole name stands for."""
        self.concept, self.begin, self.core = concept, self.start, self.end


def mentions(
    text: str, words: Words, statistics: tuple[Statistic, ...], known: list[Hit[Concept]], cues: list[Hit[CueWord]]
) -> tuple[Mention, ...]:
    """All names in a sentence (plain text), in order and not overlapping.

    `words` are those of `text`; `known` and `cues` are what was found in them.
    """
    starts, ends = words.starts, words.ends
    lexicon = [_known(starts[hit.start], ends[hit.end - 1], hit.payload) for hit in known]
    tokens = tokens_of(text, [(s.start, s.end) for s in statistics], [(m.start, m.end) for m in lexicon])
    tagger = model()
    labels = decode(tagger.score(tokens), tagger.turns)
    found: list[Mention] = []
    for first, last in spans(labels):
        start, end = tokens.starts[first], tokens.ends[last - 1]
        inside = [m for m in lexicon if m.start < end and start < m.end]
        if inside:
            start, end = min(start, inside[0].start), max(end, inside[-1].end)
        found += _pieces(text, start, end, inside)
    taken = [(m.start, m.end) for m in found]
    found += [m for m in lexicon if not any(m.start < end and start < m.end for start, end in taken)]
    if not found:
        return ()
    blocks = [
        (starts[cue.start], ends[cue.end - 1], "noun" in cue.payload.kinds)
        for cue in cues
        if not any(hit.start <= cue.start and cue.end <= hit.end for hit in known)
    ]
    trimmed = [kept for mention in found if (kept := _trimmed(text, mention, blocks)) is not None]
    return _completed(text, _extended(text, _apart(sorted(trimmed, key=_place))))


def _place(mention: Mention) -> tuple[int, int]:
    return mention.start, -mention.end


def _known(start: int, end: int, concept: Concept) -> Mention:
    return Mention(start, end, concept, start, end)


def _extended(text: str, found: list[Mention]) -> list[Mention]:
    """With the rest of a compound, where a name was cut short: "gait | symmetry between groups"."""
    for mention, following in zip(found, _limits(text, found), strict=True):
        mention.end = compound_end(text, mention.end, following)
    return found


def _limits(text: str, found: list[Mention]) -> list[int]:
    """How far each name could reach: where the next one starts."""
    return [*[mention.start for mention in found], len(text)][1:]


def _completed(text: str, found: list[Mention]) -> tuple[Mention, ...]:
    """With the members of lists that neither the lexicon nor the tagger knows."""
    added = [
        Mention(*span)
        for mention, following in zip(found, _limits(text, found), strict=True)
        for span in listed_after(text, mention.end, following)
    ]
    return tuple(sorted((*found, *added), key=lambda m: m.start) if added else found)


def _apart(found: list[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in found:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _pieces(text: str, start: int, end: int, inside: list[Mention]) -> list[Mention]:
    """A tagged stretch as one name, or as several where it coordinates concepts ("strength and endurance")."""
    edges = [start, *_cuts(text, start, end, inside), end]
    made: list[Mention] = []
    for left, right in zip(edges[::2], edges[1::2], strict=True):
        own = [m for m in inside if left <= m.start and m.end <= right]
        if right > left:
            made.append(own[-1].spanning(left, right) if own else Mention(left, right))
    return made


def _cuts(text: str, start: int, end: int, inside: list[Mention]) -> list[int]:
    """Where the links between names start and end: commas, and between several concepts "and" and the like, too."""
    piece = text[start:end]
    if not any(map(piece.__contains__, _LINKS)):
        return []
    cuts = [match.span() for match in _PART.finditer(text, start, end)]
    cuts = [cut for cut in cuts if not any(m.start < cut[1] and cut[0] < m.end for m in inside)]
    if len(inside) < 2:
        cuts = [cut for cut in cuts if text[cut[0] : cut[1]].strip() in (",", ";")]
    return [edge for cut in cuts for edge in cut]


def _without_verdicts(text: str, mention: Mention, cues: list[tuple[int, int, bool]]) -> tuple[int, int]:
    """Where a name starts and ends without verdict words and what it is compared with."""
    start, end = mention.start, mention.end
    if against := _AGAINST.search(text, start, end):
        end = against.start()
    for left, right, noun in cues:
        if left < end and start < right:
            if not text[right:end].strip() or (noun and left > start):
                end = min(end, left)
            else:
                start = max(start, right)
    return start, end


def _trimmed(text: str, mention: Mention, cues: list[tuple[int, int, bool]]) -> Mention | None:
    """The name without verdict words: what follows a verb or adjective, and what stands before a noun of change."""
    start, end = _without_verdicts(text, mention, cues)
    while match := _FIRST.match(text, start, end):
        if match[1].lower() not in words_of("lead_in") or (mention.concept and start >= mention.begin):
            break
        start = match.end()
    while start < end and not (text[start].isalnum() or text[start] in "(%"):
        start += 1
    while end > start and not (text[end - 1].isalnum() or text[end - 1] in ")%"):
        end -= 1
    if end <= start or not words_of("bound").isdisjoint(text[start:end].lower().split(" ", 1)):
        return None
    if mention.concept is not None and start <= mention.begin and mention.core <= end:
        return mention.spanning(start, end)
    return Mention(start, end)
