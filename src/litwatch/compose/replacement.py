"""Whether a text may take a sentence's place, as far as its form tells: the gate judges afterwards what it says.

The gate reads any sentence that a careful writer might write. A model is no careful writer: with the gate's words it
could still let the wrong group get better. So a replacement puts other words around the same things, and nothing else:

- told rows with their brackets, quotations and slices of the record stay as they are, each as often as before;
- so do the numbers, and the phrases that say what was compared with what ("than in the comparison");
- what a quotation is called stays, and a sentence without rows tells no result that it did not tell before;
- every other word stood in the sentence before, as often, or is on a short list of words that only join or tell a
  direction, and directions are what the gate compares with the ledger;
- no character comes in that the note's typography does not have: no link, no mark-up, no look-alike letters, no text
  that runs backwards.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from litwatch.compose.numbers import spelled, values

LONGER, MORE_WORDS = 1.5, 6
"""A replacement has at most so many times the words of its sentence, and so many more."""

_CHARACTERS = frozenset(string.ascii_letters + string.digits + " .,;:()-–'’")
_QUOTATION = re.compile(r"“[^”]*”")
_NEXT_SENTENCE = re.compile(r"[.?!][”’)]* ")
_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,]*|[^\w\s]")

_JOINING = (
    "a an and also are as at been but did do does for had has have in is it of on or part people study that the their "
    "there these they this those to too took trial was were what whereas which while who"
)
_TELLING = (
    "better change changed clear clearly difference differences differ different direction given improved improvement "
    "neither no nor not reported result results outcome outcomes told unchanged unclear worse worsened"
)
_COMPARING = (
    "after against arm arms baseline before between compared comparison control controls end group groups intervention "
    "other start tested than therapy training treatment usual versus within without"
)
_TELLS = frozenset(_TELLING.split())
_NEW_WORDS = _TELLS.union(_JOINING.split())
"""Words that a replacement may bring in: they join, or the gate compares them with the ledger."""
_COMPARED = frozenset(_COMPARING.split())
"""Words that say what was compared with what. Exchanged, they turn a result round while its direction stays."""
_AMONG = frozenset({"a", "an", "from", "in", "of", "on", "the", "those", "to", "under", "with"})
"""Words that belong to such a phrase where they stand within it or before it."""


def form_faults(text: str, old: str, names: Collection[str], slices: Collection[str]) -> Iterator[str]:
    """Why `text` has not the form of a replacement for the sentence `old`; nothing if it has.

    `names` are those of the rows that the sentence rests on, `slices` the pieces of the record that notes may use.
    """
    if len(text.split()) > LONGER * len(old.split()) + MORE_WORDS or len(text) > 2 * len(old) + 60:
        yield "it is too long"
        return  # whatever reads on would read it all
    if text[-1:] != old[-1:] or (text[0].islower() and not old[0].islower()):
        yield "it is no whole sentence"
    if strange := sorted(set(text) - _CHARACTERS - set(old)):
        yield f"it has strange characters: {' '.join(f'U+{ord(character):04X}' for character in strange[:5])}"
    if len(_NEXT_SENTENCE.findall(text)) > len(_NEXT_SENTENCE.findall(old)):
        yield "it is more than one sentence"
    if _numbers(text) != _numbers(old) or values(text) != values(old):
        yield "its numbers are not those of the sentence"
    before, after = fixed(old, names, slices), fixed(text, names, slices)
    yield from (f"it does not have {piece}" for piece in before - after)
    yield from (f"it has {piece} once too often" for piece in after - before)
    more = Counter(_words(text)) - Counter(_words(old))
    yield from (f"it brings in {word}" for word in more if word not in _NEW_WORDS)


def fixed(text: str, names: Collection[str], slices: Collection[str]) -> Counter[str]:
    """What has to stay, in small letters and as often as it is there.

    Quotations with the words that say whose and what they are, each of the `names` with what stands in brackets behind
    it, the `slices`, and what compares with what.
    """
    text = text.casefold()
    places = [(match.start(), match.end()) for match in _QUOTATION.finditer(text)]
    for name in {name.casefold() for name in names}:
        places += [(match.start(), _end_of_brackets(text, match.end())) for match in _whole(name).finditer(text)]
    for piece in {piece.casefold() for piece in slices}:
        places += [match.span() for match in _whole(piece).finditer(text)]
    pieces = Counter(text[start:end] for start, end in sorted(places))
    rest = list(text)
    for start, end in places:
        rest[start:end] = "|" * (end - start)
    outside = "".join(rest)
    words = _TOKEN.findall(outside)
    pieces.update(_comparisons(words))
    quotes = bool(_QUOTATION.search(text))
    if quotes or not names or _numbers(outside):
        # Where rows are counted, a direction belongs to a number: "two are better" must not become "two are no better".
        # Where there are none, nothing came out: "the aim" must not become "the result".
        pieces.update(word for word in words if word in _TELLS)
    if quotes:
        # What is quoted is called what it is.
        pieces.update(word for word in words if word[0].isalpha() and word not in _NEW_WORDS | _COMPARED | _AMONG)
    return pieces


def _numbers(text: str) -> Counter[str]:
    """The numbers as they are written, in digits or in words, each as often as it is there."""
    tokens = (token.rstrip(".,") for token in _TOKEN.findall(text.casefold()))
    return Counter(token for token in tokens if token[:1].isdigit() or spelled(token))


def _comparisons(tokens: Iterable[str]) -> Iterator[str]:
    """The phrases that say what was compared with what, each with the small words before and within it."""
    phrase: list[str] = []
    for token in (*tokens, "."):
        if token in _COMPARED or token in _AMONG:
            phrase.append(token)
            continue
        while phrase and phrase[-1] in _AMONG:
            phrase.pop()
        if phrase:
            yield " ".join(phrase)
        phrase.clear()


def _words(text: str) -> list[str]:
    return [token for token in _TOKEN.findall(text.casefold()) if token[0].isalpha()]


def _whole(piece: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(piece)}(?!\w)")


def _end_of_brackets(text: str, place: int) -> int:
    """Where the pair of brackets ends that opens after a space at `place`; `place` if none does."""
    if not text.startswith(" (", place):
        return place
    depth = 0
    for end in range(place + 1, len(text)):
        depth += {"(": 1, ")": -1}.get(text[end], 0)
        if depth == 0:
            return end + 1
    return place
