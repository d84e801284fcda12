"""Words of a text with their offsets, and a fast search for many phrases at once.

Letters and digits are always parted ("IL6", "IL-6" and "IL 6" are the same three characters of meaning: il, 6), and
dashes between them are dropped, so that a phrase is found in every way of writing it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

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
_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]{1,2}\b)?|\d+(?:[.,]\d+)*|[,;:./&+%]")


def plain(text: str) -> str:
    """`text` with typographic variants as their plain characters; every offset stays what it was."""
    # Few characters are odd: replacing those found is several times faster than str.translate over all.
    return text if text.isascii() else _ODD.sub(lambda match: _PLAIN[ord(match.group())], text)


class Words:
    """The words and marks of a text in lower case. `starts[i]`, `ends[i]` are the offsets of `words[i]`.

    Offsets are worked out when first asked for: most readers of a sentence only ask which words it has.
    """

    __slots__ = ("_spans", "_text", "words")

    def __init__(self, text: str) -> None:
        lowered = text.lower()
        if len(lowered) != len(text):  # "İ" becomes two characters
            lowered = "".join(low if len(low := char.lower()) == 1 else char for char in text)
        self._text = lowered
        self.words: list[str] = _WORD.findall(lowered)
        self._spans: tuple[list[int], list[int]] | None = None

    def _places(self) -> tuple[list[int], list[int]]:
        if self._spans is None:
            spans = [match.span() for match in _WORD.finditer(self._text)]
            self._spans = [start for start, _ in spans], [end for _, end in spans]
        return self._spans

    @property
    def starts(self) -> list[int]:
        return self._places()[0]

    @property
    def ends(self) -> list[int]:
        return self._places()[1]

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


class Phrases(Generic[Payload]):
    """Finds many phrases in one pass: leftmost, and at one place the longest."""

    def __init__(self, entries: Iterable[tuple[str, Payload]], *, stems: bool = False) -> None:
        self._stems = stems
        index: dict[str, dict[tuple[str, ...], Payload]] = {}
        for phrase, payload in entries:
            key = tuple(self._keys(split_words(plain(phrase)).words))
            if key:
                index.setdefault(key[0], {}).setdefault(key[1:], payload)
        self._index = {first: sorted(rests.items(), key=lambda item: -len(item[0])) for first, rests in index.items()}

    def _keys(self, words: list[str]) -> list[str]:
        return [stem(word) for word in words] if self._stems else words

    def first(self, words: list[str]) -> Hit[Payload] | None:
        """The leftmost hit, or None."""
        return next(self.find(words), None)

    def known(self, words: Iterable[str]) -> bool:
        """Whether a phrase can begin at any of `words`; False means that `find` finds nothing."""
        return not self._index.keys().isdisjoint(words)

    def every(self, words: list[str]) -> set[Payload]:
        """The payloads of all phrases in `words`, also of those that overlap."""
        index, found = self._index, set()
        for i, key in enumerate(words):
            if key in index:
                for rest, payload in index[key]:
                    if not rest or tuple(words[i + 1 : i + 1 + len(rest)]) == rest:
                        found.add(payload)
        return found

    def find(self, words: list[str]) -> Iterator[Hit[Payload]]:
        """Hits in `words`, from left to right, not overlapping."""
        keys = self._keys(words)
        index = self._index
        if index.keys().isdisjoint(keys):
            return
        free = 0
        for i, key in enumerate(keys):
            if key not in index or i < free:
                continue
            for rest, payload in index[key]:
                end = i + 1 + len(rest)
                if not rest or tuple(keys[i + 1 : end]) == rest:
                    yield Hit(i, end, payload)
                    free = end
                    break
