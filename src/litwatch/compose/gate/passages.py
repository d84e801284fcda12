"""The passages of a sentence that are not its writer's own words: quotations, told rows, phrases of the record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from litwatch.compose.check_effect import states_effect
from litwatch.compose.gate.words import idioms_with
from litwatch.compose.quotation import quotes
from litwatch.domain.study import Outcome

QUOTE_WORDS = 25
"""At most so many words are quoted in one piece."""

_RESULTS = re.compile(r"(\d+) results?(?: in all)?\Z")
_OPEN, _CLOSE = "“", "”"


class Kind(StrEnum):
    """What a passage is."""

    QUOTE = "quote"
    ROW = "row"
    SLICE = "slice"


@dataclass(frozen=True, slots=True)
class Passage:
    """`text[start:end]` of a sentence; `rows` are the ledger rows that it tells, none for quotations and phrases."""

    start: int
    end: int
    kind: Kind
    rows: tuple[int, ...] = ()


def quotations(text: str, sources: Iterable[str], phrases: Iterable[str]) -> tuple[list[Passage], list[str]]:
    """Every quotation in `text`, and what is wrong with those that no source contains.

    Marks within one of `phrases`, names and phrases of the record, are the record's own.
    """
    marked = [phrase.lower() for phrase in phrases if _OPEN in phrase]
    shielded = [(start, start + len(phrase)) for phrase in marked for start in _occurrences(text.lower(), phrase)]
    found: list[Passage] = []
    faults: list[str] = []
    place = 0
    known = tuple(sources)
    while (start := text.find(_OPEN, place)) >= 0:
        within = next((end for first, end in shielded if first <= start < end), None)
        if within is not None:
            place = within
            continue
        # A quoted sentence may hold quotation marks itself: the longest piece that is verbatim counts.
        ends = [mark.start() for mark in re.finditer(_CLOSE, text[start:])]
        if not ends:
            return found, [*faults, "a quotation does not end"]
        pieces = [text[start + 1 : start + end] for end in reversed(ends)]
        piece = next((piece for piece in pieces if any(quotes(source, piece) for source in known)), None)
        if piece is None:
            faults.append(f"not in the record: {_OPEN}{pieces[-1]}{_CLOSE}")
            piece = pieces[-1]
        if len(piece.split()) > QUOTE_WORDS:
            faults.append(f"more than {QUOTE_WORDS} words are quoted")
        place = start + len(piece) + 2
        found.append(Passage(start, place, Kind.QUOTE))
    return found, faults


def passages(
    text: str, names: Mapping[str, Mapping[int, Outcome]], slices: Iterable[str], taken: Sequence[Passage]
) -> list[Passage]:
    """The quotations in `taken` with the told rows and the phrases of the record between them, in order.

    `names`: how rows may be called, in small letters, each with the rows that are called so.

    Where two begin at one place the longer one counts, so that "pain intensity" is not "pain" with a word after it;
    of two of one length the row.
    """
    small = text.lower()
    places = [(start, -len(name), name) for name in names for start in _occurrences(small, name)]
    places = [place for place in places if not _in_idiom(small, *place)]
    for phrase in slices:
        places += [(start, -len(phrase), "") for start in _occurrences(small, phrase.lower())]
    found = list(taken)
    end = 0
    for start, length, name in sorted(places, key=lambda place: (*place[:2], not place[2])):
        if start < end or any(start < quote.end and start - length > quote.start for quote in taken):
            continue
        end = start - length
        if name:
            end, told = _told(text, end, names[name])
            found.append(Passage(start, end, Kind.ROW, told))
        else:
            found.append(Passage(start, end, Kind.SLICE))
    return sorted(found, key=lambda passage: passage.start)


def _in_idiom(text: str, start: int, length: int, name: str) -> bool:
    """Whether the name stands there as a part of a phrase of ours: "direction" in "without a direction"."""
    for phrase in idioms_with(name):
        first = text.find(phrase)
        while first >= 0:
            if first <= start and start - length <= first + len(phrase):
                return True
            first = text.find(phrase, first + 1)
    return False


def _occurrences(text: str, phrase: str) -> Iterator[int]:
    """Where `phrase` stands in `text` as whole words."""
    start = text.find(phrase)
    while start >= 0:
        end = start + len(phrase)
        if not (_goes_on(text[start - 1 : start], phrase[0]) or _goes_on(text[end : end + 1], phrase[-1])):
            yield start
        start = text.find(phrase, start + 1)


def _goes_on(beside: str, letter: str) -> bool:
    return letter.isalnum() and (beside.isalnum() or beside == "-")


def _told(text: str, end: int, same: Mapping[int, Outcome]) -> tuple[int, tuple[int, ...]]:
    """Where the telling of a row ends whose name ends at `end`, and which of the rows of that name it tells.

    The documented form: the name, then in one pair of brackets a piece for each row of that name, separated by "; ";
    a row about which nothing more is known counts among "2 results" only. Without brackets the words are about all of them.
    """
    inside = _bracket(text, end)
    pieces = inside.split("; ")
    counted = _RESULTS.match(pieces[-1]) if inside else None
    if counted:
        del pieces[-1]
    left = dict(same)
    told: list[int] = []
    for piece in pieces if inside else ():
        number = next((number for number, row in left.items() if tells(piece, row)), None)
        if number is None:
            return end, tuple(same)  # what follows in brackets are no words on this row: they have to stand alone
        told.append(number)
        del left[number]
    if counted:
        if int(counted.group(1)) != len(same):
            return end, tuple(same)
        told += left
    return (end + len(inside) + 3, tuple(told)) if inside else (end, tuple(same))


def _bracket(text: str, place: int) -> str:
    """What stands in the brackets that open after a space at `place`; "" if none do."""
    if text[place : place + 2] != " (":
        return ""
    depth = 0
    for end in range(place + 1, len(text)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            return text[place + 2 : end]
    return ""


def tells(piece: str, row: Outcome) -> bool:
    """Whether `piece` is numbers, time point and subgroup of `row`, in this order; any may be missing, not all."""
    rest = piece
    for part in (row.subgroup, row.timepoint):
        limit = " ".join(part.split()) if part else ""
        if limit and (rest == limit or rest.endswith(f", {limit}")):
            rest = rest[: -len(limit)].removesuffix(", ")
    if not rest:
        return bool(piece)
    return row.effect is not None and states_effect(rest, row.effect, row.evidence.text)
