"""Whether rows are told for what they were compared with: an association is no effect, a change no difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from litwatch.compose.gate.reading import Token
from litwatch.compose.gate.words import Meaning
from litwatch.domain.study import Comparison, Outcome

_SAID_OF: Mapping[Meaning, frozenset[Comparison]] = {
    Meaning.BETWEEN: frozenset({Comparison.BETWEEN}),
    Meaning.WITHIN: frozenset({Comparison.WITHIN}),
    Meaning.ASSOCIATION: frozenset({Comparison.ASSOCIATION}),
}
"""Which rows a word about comparing may be said of."""

Needed = Mapping[Comparison, frozenset[Meaning]]
"""What has to be said, one of these at least, with rows of a kind that readers would not take for granted."""

# A change is one from the start; what differs, differs from somebody else.
_CHANGE = Meaning.CHANGED
IN_ONE_LINE: Needed = {
    Comparison.ASSOCIATION: frozenset({Meaning.ASSOCIATION}),
    Comparison.WITHIN: frozenset({Meaning.WITHIN}),
}
IN_ENUMERATIONS: Needed = {**IN_ONE_LINE, Comparison.WITHIN: frozenset({Meaning.WITHIN, _CHANGE})}
"""There "no clear change" goes on after a sentence that says from when to when."""


def said(tokens: Iterable[Token]) -> frozenset[Meaning]:
    """What a sentence says about comparing."""
    found = {token.meaning for token in tokens if token.meaning in _SAID_OF}
    for token in tokens:
        if token.meaning is Meaning.SAME and ("link" in token.text or "associat" in token.text):
            found.add(Meaning.ASSOCIATION)  # "without a clear link"
        elif token.meaning is Meaning.SAME and "change" in token.text:
            found.add(_CHANGE)
    return frozenset(meaning for meaning in found if meaning)


def kinds(tokens: Iterable[Token]) -> set[Comparison]:
    """The kinds of comparison that `tokens` speak of."""
    return {kind for meaning in said(tokens) for kind in _SAID_OF.get(meaning, ())}


def faults(words: frozenset[Meaning], rows: Iterable[Outcome], *, active: str, needed: Needed) -> Iterator[str]:
    """What `words` say wrong about how `rows` were compared.

    `active` is a word that makes the treatment do something, if the sentence has one.
    `needed` is what has to be said.
    """
    for row in rows:
        for meaning, kinds in _SAID_OF.items():
            if meaning in words and row.comparison not in kinds:
                yield f"told as {meaning.value} but is {row.comparison.value}: {row.name}"
        if row.comparison is Comparison.ASSOCIATION and active:
            yield f"an association told as an effect ({active}): {row.name}"
        if row.comparison in needed and words.isdisjoint(needed[row.comparison]):
            yield f"not told as {row.comparison.value}: {row.name}"
