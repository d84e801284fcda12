"""Words of a text with their offsets, and a fast search for many phrases at once.

Letters and digits are always parted ("IL6", "IL-6" and "IL 6" are the same three characters of meaning: il, 6), and
dashes between them are dropped, so that a phrase is found in every way of writing it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar

from litwatch.extract.numerals import Numeral, numerals

Payload = TypeVar("Payload")

# One character each, so that offsets stay: minus and dash signs, middle dots, sub- and superscript digits, spaces.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00b7\u22c5\u2219\u2027", "."),
        **dict(zip("₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹", "01234567890123456789", strict=True)),
        **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u2002\u2003\u2005\u2006\u3000", " "),
        **dict.fromkeys("’‘ʼ", "'"),
        "⩽": "≤",
        "⩾": "≥",
        "＜": "<",
        "＞": ">",
        "＝": "=",
    }
)
_ODD = re.compile(f"[{re.escape(''.join(map(chr, _PLAIN)))}]")
# A word stands in a group, so that a split gives the words with what lies between: their offsets are sums of lengths.
_APOSTROPHE = r"(?:'[a-z]{1,2}\b)?"
_WORD = re.compile(rf"([^\W\d_]+{_APOSTROPHE}|\d+(?:[.,]\d+)*|[,;:./&+%])")
# The same for ASCII in lower case, which is nearly every text, and for that without apostrophes: both are much faster.
_ASCII_WORD = re.compile(rf"([a-z]+{_APOSTROPHE}|[,;:./&+%]|[0-9]+(?:[.,][0-9]+)*)")
_BARE_WORD = re.compile(r"([a-z]+|[,;:./&+%]|[0-9]+(?:[.,][0-9]+)*)")


def plain(text: str) -> str:
    """`text` with typographic variants as their plain characters; every offset stays what it was."""
    # Few characters are odd: replacing those found is several times faster than str.translate over all.
    return text if text.isascii() else _ODD.sub(lambda match: _PLAIN[ord(match.group())], text)


class Words:
    """The words and marks of a text in lower case. `starts[i]`, `ends[i]` are the offsets of `words[i]`.

    Offsets are worked out when first asked for: most readers of a sentence only ask which words it has.
    """

    __slots__ = ("_edges", "_numbers", "_pieces", "words")

    def __init__(self, text: str) -> None:
        lowered = text.lower()
        if lowered.isascii():
            pattern = _ASCII_WORD if "'" in lowered else _BARE_WORD
        else:
            pattern = _WORD
            if len(lowered) != len(text):  # "İ" becomes two characters
                lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
        self._pieces = pattern.split(lowered)
        self.words = self._pieces[1::2]
        self._edges: tuple[list[int], list[int]] | None = None
        self._numbers: list[Numeral] | None = None

    def _places(self) -> tuple[list[int], list[int]]:
        if self._edges is None:
            edges = list(accumulate(map(len, self._pieces)))
            self._edges = edges[:-1:2], edges[1::2]
        return self._edges

    @property
    def starts(self) -> list[int]:
        return self._places()[0]

    @property
    def ends(self) -> list[int]:
        return self._places()[1]

    @property
    def numbers(self) -> list[Numeral]:
        """The whole numbers, in digits or words."""
        if self._numbers is None:
            self._numbers = numerals(self.words)
        return self._numbers

    def __len__(self) -> int:
        return len(self.words)


def split_words(text: str) -> Words:
    """Words, numbers and the marks , ; : . / & + % of `text` (plain, see `plain`)."""
    return Words(text)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """`word` without the s of a plural; "ss", "us" and "is" are no plurals."""
    if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui":
        return word[:-3] + "y" if word.endswith("ies") else word[:-1]
    return word


class Hit(NamedTuple, Generic[Payload]):
    """Words `start:end` (indices, end exclusive) are a phrase with this payload."""

    start: int
    end: int
    payload: Payload


class _Begun(Generic[Payload]):
    """The phrases that begin with one word: that word alone, and the longer ones by their second word."""

    __slots__ = ("alone", "longer")

    def __init__(self) -> None:
        self.alone: list[Payload] = []
        self.longer: dict[str, list[tuple[list[str], Payload]]] = {}


class Phrases(Generic[Payload]):
    """Finds many phrases in one pass: leftmost, and at one place the longest."""

    def __init__(self, entries: Iterable[tuple[str, Payload]]) -> None:
        self._index: dict[str, _Begun[Payload]] = {}
        for phrase, payload in entries:
            key = split_words(plain(phrase)).words
            if key:
                begun = self._index.setdefault(key[0], _Begun())
                if len(key) == 1:
                    begun.alone.append(payload)
                else:
                    begun.longer.setdefault(key[1], []).append((key[1:], payload))
        for begun in self._index.values():
            for longer in begun.longer.values():
                longer.sort(key=lambda item: -len(item[0]))
        self.absent_from: Callable[[list[str]], bool] = frozenset(self._index).isdisjoint
        """Whether none of some words begins a phrase."""

    def first(self, words: list[str]) -> Hit[Payload] | None:
        """The leftmost hit, or None."""
        return None if self.absent_from(words) else next(self.find(words), None)

    def find(self, words: list[str]) -> Iterator[Hit[Payload]]:
        """Hits in `words`, from left to right, not overlapping."""
        if self.absent_from(words):
            return
        index = self._index
        free, last = 0, len(words) - 1
        for i in [at for at, word in enumerate(words) if word in index]:
            if i < free:
                continue
            begun = index[words[i]]
            for rest, payload in begun.longer.get(words[i + 1], ()) if i < last else ():
                if len(rest) == 1 or words[i + 1 : i + 1 + len(rest)] == rest:
                    free = i + 1 + len(rest)
                    yield Hit(i, free, payload)
                    break
            else:
                if begun.alone:
                    free = i + 1
                    yield Hit(i, free, begun.alone[0])
