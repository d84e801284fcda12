"""Outcomes that only their grammatical place names: the subject of a verdict that nothing but a measurement can bear.

"The glare level was lower in the laser group", "lantern counts did not differ between groups": what is lower, or does not
differ between groups, was measured, whether or not any list knows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from litwatch.extract.cues import CueWord, Sense, words_of, words_of_any
from litwatch.extract.words import Hit

Span = tuple[int, int]
_MOST_WORDS = 8
_MOST_BACK = 24
_MARKS = (",", ";", ":", ".")
_LIKELIER = ("more", "less", "as", "equally")
_JOINS = ("and", "or", "nor")
_NO_NAME = ("never", "stranger", "persons", "people", "adverb", "clause", "sample_facts")
_WAYS = (Sense.UP, Sense.DOWN)


def subjects(words: list[str], cues: list[Hit[CueWord]], taken: list[Span]) -> Iterator[Span]:
    """The words of each subject in which no outcome is known yet; `taken` are the words of those known."""
    begin = 0
    for cue in cues:
        end = _before_predicate(words, begin, cue)
        if end is not None:
            yield from _subjects(words, max(begin, end - _MOST_BACK), end, taken)
        begin = cue.end
    yield from _likely(words, taken)


def _likely(words: list[str], taken: list[Span]) -> Iterator[Span]:
    """What people were more, less or as likely to do: "were less likely to | return to work"."""
    for at in range(1, len(words) - 2):
        if words[at : at + 2] != ["likely", "to"] or words[at - 1] not in _LIKELIER:
            continue
        first = at + 2
        if words[first] in words_of("undergone"):
            first = next(
                (step for step in range(first + 1, len(words)) if words[step] not in words_of("lead_in")), first
            )
        last = first
        while last < len(words) and last - first < _MOST_WORDS and not _ends_deed(words, last):
            last += 1
        if words[first] in words_of("no_deed") or any(start < last and first < stop for start, stop in taken):
            continue
        if last > first:
            yield first, last


def _ends_deed(words: list[str], at: int) -> bool:
    word = words[at]
    if word in words_of("bound"):
        return words[at - 1 : at + 1] != ["return", "to"]
    return word in _MARKS or word in _JOINS or word in words_of("clause")


def _before_predicate(words: list[str], begin: int, cue: Hit[CueWord]) -> int | None:
    """Where the subject of a cue ends, if the cue is a predicate that only what is measured can have."""
    following = words[cue.end] if cue.end < len(words) else "in"
    kinds, sense = cue.payload.kinds, cue.payload.sense
    if sense is Sense.SAME or (sense is Sense.DIFF and not words[cue.start].endswith("ed")):
        if following not in words_of("among_groups"):
            return None
    elif "verb" not in kinds and sense not in _WAYS and following not in words_of("among_groups"):
        return None
    if following == "likely":
        return None  # whoever is more likely to do something is no outcome
    if following not in words_of("bound") and following not in _MARKS and not following[0].isdigit():
        return None
    at = cue.start
    said = False
    while at > begin and (words[at - 1] in words_of("predicate") or words[at - 1] in words_of("adverb")):
        at -= 1
        said = said or words[at] in words_of("predicate")
    return at if said or ("verb" in kinds and "noun" not in kinds) else None


def _subjects(words: list[str], begin: int, end: int, taken: list[Span]) -> Iterator[Span]:
    """The head of the phrase before a predicate, without the prepositional phrases that follow it; two heads where what
    it is of are two ("the | use of codeine | and | oral tramadol | was lower").
    """
    span = _subject(words, begin, end, taken)
    if span is None:
        return
    join = next((at for at in range(*span) if words[at] in _JOINS), None)
    yield from [span] if join is None else [(span[0], join), (join + 1, span[1])]


def _subject(words: list[str], begin: int, end: int, taken: list[Span]) -> Span | None:
    """The words of that phrase."""
    first = _opening(words, begin, end)
    if first is None:
        return None
    while first < end and words[first] in words_of("lead_in"):
        first += 1
    last = next((at for at in range(first, end) if words[at] in words_of("bound")), end)
    while last - first > 1 and words[last - 1].endswith("ed"):
        last -= 1
    if any(start < last and first < stop for start, stop in taken):
        return None
    piece = words[first:last]
    return (first, last) if _may_be_name(piece) else None


def _opening(words: list[str], begin: int, end: int) -> int | None:
    """Where the phrase that ends at `end` begins; None where "and" joins it to words after another preposition."""
    opens = words_of("subject_opens")
    first = _behind(words, begin, end, opens)
    if words[first] in words_of("bound"):
        return next((at for at in range(end - 1, first + 1, -1) if words[at] == "the"), end)
    if first == begin or words[first - 1] not in _JOINS or _begins(words, begin, first - 1):
        return first
    last = _behind(words, begin, first - 1, words_of("bound") | {"of"})
    return _behind(words, begin, last - 1, words_of_any("subject_opens", "bound")) if words[last - 1] == "of" else None


def _behind(words: list[str], begin: int, end: int, stops: frozenset[str]) -> int:
    """The place after the last of `stops` in words `begin:end`; their beginning where there is none."""
    return next((at + 1 for at in range(end - 1, begin - 1, -1) if words[at] in stops), begin)


def _begins(words: list[str], begin: int, join: int) -> bool:
    """Whether what "and" joins to the words before it is a phrase of its own: not so in "pain in the arm and | hand"."""
    at = join
    while at > begin and words[at - 1] not in _MARKS:
        at -= 1
        if words[at] == "of" or words[at] in words_of("bound"):
            return False
    return True


def _may_be_name(piece: list[str]) -> bool:
    if not 1 <= len(piece) <= _MOST_WORDS or not piece[0][0].isalpha():
        return False
    if " ".join(piece) in words_of("vague") or (len(piece) == 1 and len(piece[0]) < 5):
        return False
    if piece[-1].endswith(tuple(words_of("unfinished"))) or piece[0].endswith("ing"):
        return False
    if "of" in piece[1:] and piece[piece.index("of") - 1] in words_of("never_alone"):
        piece = [word for word in piece if word not in words_of("never_alone")]
    return all(words_of(key).isdisjoint(piece) for key in _NO_NAME)
