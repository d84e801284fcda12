"""Reading a finished note as a reader does: from its plain text, knowing only what the outcomes are called, and (where
a list can be read in two ways) which way they went.

Nothing here is shared with the writer or the gate, and neither the marks of paragraphs nor those of sentences are read:
what this finds in a text, a reader can find there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator

# What an introduction says of the outcomes after its colon; the first that fits counts.
_SAID = (
    ("unclear", re.compile(r"\b(?:mixed|direction)\b", re.IGNORECASE)),
    ("no difference", re.compile(r"\b(?:no|not|without)\b", re.IGNORECASE)),
    ("worse", re.compile(r"\bworse\b", re.IGNORECASE)),
    ("better", re.compile(r"\b(?:better|improved)\b", re.IGNORECASE)),
)
# A limit that says of an outcome once more that it did not change.
_SAID_AGAIN = re.compile(r"\bprimary outcome\b")
_AS_BEFORE = re.compile(r"\bin the same way\b", re.IGNORECASE)
_INTRODUCTION = re.compile(r"\s*([A-Z][^:.;(“]*): ")
_QUOTED = re.compile(r" The sentence behind .+?: “.*?”(?=\Z| [A-Z])")
_COUNTED = re.compile(r"(\d+) results(?: in all)?")

Result = tuple[str, str]
"""A name in small letters, and what is said of it: "better", "no difference", "worse" or "unclear"."""


def told(text: str, results: Collection[Result]) -> Counter[Result]:
    """How often the enumerations of a note's text tell which result; a line of `text` is a paragraph.

    `results` are those of the ledger. A name is found wherever it stands, whatever is said of it there.
    """
    found: Counter[Result] = Counter()
    for line in text.splitlines():
        found.update(_told_in(line, results))
    return found


def _told_in(line: str, results: Collection[Result]) -> Iterator[Result]:
    """What a paragraph enumerates from its beginning on, sentence by sentence, as far as it does."""
    said, place = "", 0
    while introduction := _INTRODUCTION.match(line, place):
        if _SAID_AGAIN.search(introduction[1]):
            return
        if not _AS_BEFORE.search(introduction[1]):
            said = next((said for said, words in _SAID if words.search(introduction[1])), "")
        items = _items(line, introduction.end(), _names(results, said)) if said else None
        if items is None:
            return
        listed, place = items
        yield from ((name, said) for name in listed)
        while quoted := _QUOTED.match(line, place):
            place = quoted.end()


def _names(results: Collection[Result], said: str) -> list[str]:
    """ "Systolic and diastolic pressure" may be one outcome or two: those that went this way come first, then the longer."""
    return [name for name, _ in sorted(results, key=lambda result: (result[1] != said, -len(result[0]), result))]


def _items(line: str, place: int, names: list[str]) -> tuple[list[str], int] | None:
    """The names of a list, each as often as it has results, and where the list has ended with its full stop."""
    for name in names:
        if line[place : place + len(name)].lower() != name:
            continue
        end = place + len(name)
        inside = _bracket(line, end)
        if re.match(r"\.(?:\Z| [A-Z])", line[end + inside :]):
            return [name] * _number(line[end : end + inside]), end + inside + 1
        for between in ("; ", ", ", " and "):
            if line.startswith(between, end + inside) and (rest := _items(line, end + inside + len(between), names)):
                return [name] * _number(line[end : end + inside]) + rest[0], rest[1]
    return None


def _bracket(line: str, place: int) -> int:
    """The length of what stands in brackets after a space at `place`, its own brackets included; 0 without any."""
    depth = 0
    for end in range(place + 1, len(line) if line.startswith(" (", place) else 0):
        depth += (line[end] == "(") - (line[end] == ")")
        if not depth:
            return end + 1 - place
    return 0


def _number(bracket: str) -> int:
    """How many results are told in " (p=0.03, 6 weeks; 2 results in all)": the number, or else one for each piece."""
    counted = _COUNTED.search(bracket)
    return int(counted[1]) if counted else 1 + bracket.count("; ")
