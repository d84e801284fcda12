"""What stands in brackets in a sentence, and the members of a class that brackets list: "cytokines (IL-6 and IL-10)"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from litwatch.extract.cues import words_of
from litwatch.extract.mentions import Mention

_BRACKET = re.compile(r"[()\[\]]")
_BETWEEN = re.compile(r"\s*[,;]\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+")
_MEMBER = re.compile(r"[^\W\d_][\w/+-]*(?: [\w/+-]+){0,3}")


@dataclass(slots=True)
class Aside:
    """What stands in brackets; offsets are those of the brackets' content."""

    start: int
    end: int
    text: str
    names: tuple[Mention, ...] = ()
    """Outcomes named inside; offsets are into the sentence."""


def asides(text: str) -> tuple[Aside, ...]:
    """Outermost brackets; an unclosed one is no bracket."""
    if "(" not in text and "[" not in text:
        return ()
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


def members_of(aside: Aside) -> list[tuple[int, int]]:
    """Offsets in the sentence of the members; empty if the brackets hold anything but a list of two names or more."""
    cuts = [match.span() for match in _BETWEEN.finditer(aside.text)]
    edges = [0, *(edge for cut in cuts for edge in cut), len(aside.text)]
    spans = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]
    pieces = [aside.text[a:b] for a, b in spans]
    if len(pieces) < 2 or not aside.names or not all(_MEMBER.fullmatch(piece) for piece in pieces):
        return []
    words = {word for piece in pieces for word in piece.lower().split()}
    if not words_of("never").isdisjoint(words) or not words_of("bound").isdisjoint(words):
        return []
    return [(aside.start + a, aside.start + b) for a, b in spans]
