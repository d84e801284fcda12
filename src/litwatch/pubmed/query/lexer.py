"""Splits a query into tokens that know where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from litwatch.errors import QueryError


class Kind(Enum):
    """What a token is."""

    WORD = auto()
    QUOTED = auto()
    TAG = auto()
    OPEN = auto()
    CLOSE = auto()
    COLON = auto()
    OPERATOR = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is without quotes or brackets; `position` is the index of the token's first character in the query."""

    kind: Kind
    text: str
    position: int


OPERATORS = frozenset({"AND", "OR", "NOT"})

# Text processors turn straight quotes into these; PubMed takes both.
_CURLY = str.maketrans("“”„‟＂", '"""""')
_WORD = re.compile(r'[^\s()\[\]"]+')
_SPACE = re.compile(r"\s+")
# A colon is an operator between dates or beside quotes; elsewhere it is punctuation inside a word ("mir:155").
_RANGE = re.compile(r"([\d/]*)(:)([\d/]*)\Z")


def tokens(query: str) -> list[Token]:
    """The tokens of `query`.

    Raises `QueryError` for a quote or bracket that is never closed, or a closing bracket that was never opened.
    """
    text = query.translate(_CURLY)
    found: list[Token] = []
    at = 0
    while at < len(text):
        character = text[at]
        if space := _SPACE.match(text, at):
            at = space.end()
        elif character == '"':
            at = _enclosed(query, text, at, '"', Kind.QUOTED, found)
        elif character == "[":
            at = _enclosed(query, text, at, "]", Kind.TAG, found)
        elif character == "]":
            raise QueryError("this bracket was never opened", query, at)
        elif character in "()":
            found.append(Token(Kind.OPEN if character == "(" else Kind.CLOSE, character, at))
            at += 1
        else:
            at = _word(text, at, found)
    return found


def _enclosed(query: str, text: str, at: int, closing: str, kind: Kind, found: list[Token]) -> int:
    end = text.find(closing, at + 1)
    what = "quote" if kind is Kind.QUOTED else "bracket"
    if end < 0:
        raise QueryError(f"this {what} is never closed", query, at)
    content = " ".join(text[at + 1 : end].split())
    if not content:
        raise QueryError("nothing between the quotes" if kind is Kind.QUOTED else "an empty field tag", query, at)
    if kind is Kind.TAG and ("[" in content or '"' in content):
        raise QueryError("this bracket is never closed", query, at)
    found.append(Token(kind, content, at))
    return end + 1


def _word(text: str, at: int, found: list[Token]) -> int:
    match = _WORD.match(text, at)
    assert match is not None, "the caller has excluded every other character"
    word = match[0]
    if split := _RANGE.match(word):
        for number, part in enumerate(split.groups()):
            if part:
                found.append(Token(Kind.COLON if part == ":" else Kind.WORD, part, at + split.start(number + 1)))
    else:
        found.append(Token(Kind.OPERATOR if word in OPERATORS else Kind.WORD, word, at))
    return match.end()
