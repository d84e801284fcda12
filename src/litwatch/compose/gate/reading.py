"""A sentence as tokens: the rows it tells, the numbers it gives, and what each of its other words claims."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from litwatch.compose.gate.passages import Kind, Passage
from litwatch.compose.gate.words import Meaning, vocabulary
from litwatch.compose.numbers import spelled

_TOKEN = re.compile(
    r"(?P<number>[−-]?\d+(?:,\d{3})*(?:\.\d+)?%?)|(?P<word>[^\W\d_]+(?:['’-][^\W\d_]+)*)|(?P<mark>[^\w\s])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One of told rows (`rows`), a number (`value`), a claim (`meaning`), a word that is not known, or a mark."""

    text: str
    rows: tuple[int, ...] = ()
    value: Decimal | None = None
    meaning: Meaning | None = None
    passage: Kind | None = None
    mark: bool = False

    @property
    def unknown(self) -> bool:
        return self.meaning is None and self.value is None and self.passage is None and not self.mark


def read(text: str, found: Iterable[Passage]) -> tuple[Token, ...]:
    """The tokens of `text` in order, `found` being its passages."""
    tokens: list[Token] = []
    place = 0
    for passage in found:
        tokens += own_words(text[place : passage.start])
        tokens.append(Token(text[passage.start : passage.end], rows=passage.rows, passage=passage.kind))
        place = passage.end
    return (*tokens, *own_words(text[place:]))


@lru_cache(maxsize=4096)
def own_words(text: str) -> tuple[Token, ...]:
    """The tokens of a text without passages; notes say the same between their names over and over."""
    return tuple(_phrases(list(_plain(text))))


def _plain(text: str) -> Iterator[Token]:
    for match in _TOKEN.finditer(text):
        written = match.group()
        if match.lastgroup == "number":
            yield Token(written, value=Decimal(written.rstrip("%").replace(",", "").replace("−", "-")))
        elif match.lastgroup == "mark":
            yield Token(written, mark=True)
        else:
            yield Token(written.lower().replace("’", "'"))


def _phrases(tokens: list[Token]) -> Iterator[Token]:
    """Words joined to the longest phrases of the vocabulary; numbers in words become numbers."""
    known = vocabulary()
    place = 0
    after_number = False
    while place < len(tokens):
        token = tokens[place]
        if not token.unknown:
            yield token
            after_number = token.value is not None
            place += 1
            continue
        length, meaning = _longest(tokens, place, known.get(token.text, ()))
        value = _spelled(token.text) if meaning is None else None
        if after_number and token.text in ("more", "others"):
            yield Token(token.text, meaning=Meaning.PLAIN)  # "pain and two more": not "more pain"
            length = 1
        elif value is not None:
            yield Token(token.text, value=value)
        else:
            yield Token(" ".join(part.text for part in tokens[place : place + length]), meaning=meaning)
        after_number = value is not None
        place += length


def _longest(
    tokens: list[Token], place: int, phrases: Iterable[tuple[tuple[str, ...], Meaning]]
) -> tuple[int, Meaning | None]:
    for words, meaning in phrases:
        here = tokens[place : place + len(words)]
        if len(here) == len(words) and all(
            token.unknown and token.text == word for token, word in zip(here, words, strict=True)
        ):
            return len(words), meaning
    return 1, None


def _spelled(word: str) -> Decimal | None:
    """The number that one word (or "forty-two") spells out."""
    numbers = spelled(word)
    return next(iter(numbers)) if len(numbers) == 1 else None
