"""Words of a clause as an outcome: where its name begins and ends, and whether it is one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from litwatch.extract.clauses import Clause, Name
from litwatch.extract.cues import phrases_of, words_of, words_of_any
from litwatch.extract.lexicon import Concept, head_polarity

_MOST_WORDS = 7
_STRANGERS = frozenset(
    {"group", "groups", "patients", "participants", "program", "programme", "therapy", "baseline", "management"}
    # What is done to a figure is no outcome: "adjusting for pain at the start attenuated this".
    | {"adjusting", "adjustment", "controlling"}
)


@dataclass(slots=True)
class Item:
    """An outcome named in a clause: words `first:last`, and the lexicon's concept if it has one."""

    first: int
    last: int
    concept: Concept | None
    core: int = 0
    """Where the words of the concept end."""


def item_at(clause: Clause, first: int, last: int, *, subject: bool = False) -> Item | None:
    """Words `first:last`, trimmed, as an outcome; None if they name none."""
    words = clause.words
    named = whole_class(words, first, last)
    if named is not None and words_of("examples").isdisjoint(words[last : last + 2]):
        return Item(*named, None)
    inside = [name for name in clause.names if first <= name.start and name.end <= last]
    left = inside[0].start if inside else last
    while first < min(last, left) and (words[first] in words_of("lead_in") or words[first][0].isdigit()):
        first += 1
    if _is_class(words[first:last]):
        return Item(first, last, inside[-1].concept, inside[-1].core) if inside else Item(first, last, None)
    while last > first and words[last - 1] in words_of("lead_out"):
        last -= 1
    last = _cut_participle(words, inside, last)
    if last <= first or last - first > _MOST_WORDS + 2 * bool(inside):
        return _sole(inside)
    piece = words[first:last]
    own = piece[: _tail(piece)]
    foreign = words_of("never").intersection(w for i, w in enumerate(own, first) if not _covered(inside, i))
    if foreign:
        return None if not inside or _stranger(frozenset(foreign)) else _sole(inside)
    if inside and inside[-1].concept is not None:
        return Item(first, last, inside[-1].concept, inside[-1].core)
    if inside:
        return _sole(inside)
    return Item(first, last, None) if _is_name(piece, subject=subject) else None


def whole_class(words: list[str], first: int, last: int) -> tuple[int, int] | None:
    """Where a whole class of outcomes stands that words `first:last` are ("any of the | other variables").

    The contract takes a class for a name where an outcome is worded only so (rule 4). One that says nothing but that it
    is one ("the measures") or that it was told before ("these measures") is none.
    """
    while last > first and words[last - 1] == ".":
        last -= 1
    begin = _qualified(words, first, last)
    if begin is not None:
        return begin, last
    named = phrases_of("classes").first(words[first:last])
    return (first + named.start, last) if named is not None and named.end == last - first else None


def _qualified(words: list[str], first: int, last: int) -> int | None:
    """Where a noun for outcomes begins with what tells which of them: "| other primary parameters", "variables studied"."""
    head = last - 1
    while head > first and words[head] in words_of("class_tested"):
        head -= 1
    if head < first or words[head] not in words_of("class_ends"):
        return None
    begin = head
    while begin > first and words[begin - 1] in words_of_any("class_qualifiers", "class_tested"):
        begin -= 1
    if last - begin < 2 or not words_of("class_openers").issuperset(words[first:begin]):
        return None
    return begin


def _tail(piece: list[str]) -> int:
    """Where what only tells when or where a name holds begins in it ("peg handling | during exercise")."""
    return next((hit.start for hit in phrases_of("tails").find(piece) if hit.end == len(piece)), len(piece))


def _is_class(piece: list[str]) -> bool:
    """Whether words name a class of outcomes by what it is about ("gait variables", "blood lipid parameters")."""
    if not 2 <= len(piece) <= 5 or piece[-1] not in words_of("class_heads"):
        return False
    return all(word.isalpha() for word in piece) and all(
        words_of(key).isdisjoint(piece[:-1]) for key in ("never", "lead_in", "bound")
    )


def _sole(inside: list[Name]) -> Item | None:
    """The last name found among words that are no name as a whole."""
    return Item(inside[-1].start, inside[-1].end, inside[-1].concept, inside[-1].core) if inside else None


def _is_name(piece: list[str], *, subject: bool) -> bool:
    """Whether words outside the lexicon can be an outcome's name: short, finished, not vague, no determiner inside."""
    if not all(word[0].isalpha() or word in "/.&" for word in piece) or " ".join(piece) in words_of("vague"):
        return False
    if any(
        word in ("the", "a", "an", "its", "their", "some", "any") and before != "of" for before, word in pairwise(piece)
    ):
        return False
    known = head_polarity(piece) is not None
    if piece[-1].endswith(tuple(words_of("unfinished"))) and head_polarity(piece[-1:]) is None:
        return False
    if known:
        return True
    return not subject and len(piece) <= 5 and len(piece[0]) > 2 and (len(piece) > 1 or len(piece[0]) > 4)


def _cut_participle(words: list[str], inside: list[Name], last: int) -> int:
    """The end of a name before a participle that follows its concept ("pain | attributed to")."""
    begin = inside[-1].end if inside else last
    return next((at for at in range(begin, last) if words[at].endswith("ed")), last)


def _covered(hits: list[Name], at: int) -> bool:
    return any(hit.start <= at < hit.end for hit in hits)


def _stranger(words: frozenset[str]) -> bool:
    """Words beside a concept that make its name somebody's or something else's."""
    return not (words.isdisjoint(_STRANGERS) and words.isdisjoint(words_of("drug_heads")))
