"""Who took part, and what they have: the phrase of title, aim or methods that describes the people.

"Effects of yoga in older adults with knee osteoarthritis: …" → "older adults with knee osteoarthritis", of which
"knee osteoarthritis" is the condition. A phrase that says no more than "patients" is not told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from litwatch.domain.study import Design, Evidence
from litwatch.extract.conditions import CLOSED, Chunk, bare, chunks_of, condition_in, condition_of_title
from litwatch.extract.numerals import NUMBER_WORDS
from litwatch.extract.quoting import TITLE, evidence
from litwatch.extract.resources import load, word_set
from litwatch.extract.sentences import Role, Sentence, states_aim
from litwatch.extract.words import Hit

UNPEOPLED = frozenset(
    {Design.ANIMAL, Design.IN_VITRO, Design.GUIDELINE, Design.COMMENTARY, Design.NARRATIVE_REVIEW, Design.OTHER}
)
"""The designs that no people take part in."""

_MOST_BEFORE = 6
_MOST_NOUNS = 12
_MOST_WORDS = 16
# How many characters before and after a noun its description may reach.
_REACH_BACK = 120
_REACH = 240
_PLAIN_WORD = re.compile(r"[^\W\d_][\w'/+-]*$")
_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]$")
_LOOSE = frozenset({"with", "and", "or", "of", "the", "&", "-"})
# A bracket that counts or abbreviates what stands before it ("(n = 12)", "(12 with …", "(HSP, …").
_COUNT = re.compile(r"\((?:n\b|\d|mean\b|[a-z]{2,6}[,;])")
_ADJECTIVES = ("al", "ic", "ive", "ed", "ous", "able", "ary", ",")
_NUMBER = re.compile(r"\d[\d,]*$")


class Group(NamedTuple):
    """A description of people in a sentence, `start:end`, and within it their condition."""

    start: int
    end: int
    condition: tuple[int, int] | None


def who(
    title: Sentence, sentences: tuple[Sentence, ...], design: Design
) -> tuple[Evidence | None, tuple[Evidence, ...]]:
    """The people of a study and their conditions; nothing where the abstract does not describe them plainly."""
    if design in UNPEOPLED:
        return None, ()
    population: Evidence | None = None
    for sentence in _places(title, sentences):
        for group in _groups(sentence):
            told = evidence(sentence, group.start, group.end)
            if group.condition:
                return told, (evidence(sentence, *group.condition),)
            population = population or told
        if sentence is title and (named := condition_of_title(title)) is not None:
            return population or next(_described(sentences), None), (evidence(title, *named),)
    return population, ()


def _places(title: Sentence, sentences: tuple[Sentence, ...]) -> Iterable[Sentence]:
    """Where people are described, the surest place first."""
    yield title
    yield from (part for part in sentences if states_aim(part))
    yield from (part for part in sentences if part.role is Role.METHODS)


def _described(sentences: tuple[Sentence, ...]) -> Iterator[Evidence]:
    for sentence in _places(sentences[0], sentences) if sentences else ():
        if sentence.role is not Role.BACKGROUND or states_aim(sentence):
            yield from (evidence(sentence, group.start, group.end) for group in _groups(sentence))


def _groups(sentence: Sentence) -> Iterator[Group]:
    """Every description of people in a sentence that says more than a bare noun."""
    people, split = word_set("who", "people"), sentence.words
    if people.isdisjoint(split.words):
        return
    places = [index for index, word in enumerate(split.words) if word in people]
    for index in places[:_MOST_NOUNS]:
        word = split.words[index]
        if sentence.section == TITLE or word not in word_set("who", "staff"):
            start = split.starts[index]
            chunks = chunks_of(
                sentence.plain, sentence.plain.rfind(" ", 0, max(0, start - _REACH_BACK)) + 1, start + _REACH
            )
            at = next(
                (step for step, chunk in enumerate(chunks) if chunk.start == start and bare(chunk.word) == word), None
            )
            if at is not None and (group := _group(chunks, at)) is not None:
                yield group


def _group(chunks: list[Chunk], at: int) -> Group | None:
    """The description around the noun at chunk `at`; None for a bare noun, or one in a place of another kind."""
    people = word_set("who", "people")
    if not CLOSED.search(chunks[at].word) and any(bare(chunk.word) in people for chunk in chunks[at + 1 : at + 3]):
        return None  # "women tennis players"
    if chunks[at].word == "elderly" and _goes_on(chunks, at):
        return None  # "elderly Malays"
    if any(bare(chunk.word) in word_set("who", "places") for chunk in chunks[at + 1 : at + 2]):
        return None  # "two diabetes outpatients services"
    after = _after(chunks, at)
    first = _first(chunks, at, sure=after is None)
    if first is None:
        return None
    last, condition = after if after else (at, None)
    if last == at and all(chunk.word in word_set("who", "bare") for chunk in chunks[first:at]):
        return None
    others = word_set("who", "others")
    if first > 1 and chunks[first - 1].word in ("of", "for") and chunks[first - 2].word in others:
        return None  # "the mothers of children with …"
    if condition is None and chunks[at].word not in others:
        condition = condition_in(chunks[first:at])
    return Group(chunks[first].start, chunks[last].start + len(bare(chunks[last].word)), condition)


def _goes_on(chunks: list[Chunk], at: int) -> bool:
    """Whether the word at `at` may be an adjective: nothing that can follow a noun comes next."""
    after = [] if at + 1 >= len(chunks) else [chunks[at + 1].word]
    known = word_set("who", "stops") | word_set("who", "joining") | word_set("who", "since")
    return any(word[0].isalnum() and bare(word) not in known for word in after) and _opening(chunks, at + 1) is None


def _first(chunks: list[Chunk], at: int, *, sure: bool) -> int | None:
    """The chunk with which the description of the noun begins; None where what stands before it is none."""
    first, joined = at, False
    while first > 0 and at - first <= _MOST_BEFORE:
        word = chunks[first - 1].word
        if word in ("and", "or") and first > 1 and (first < at or chunks[first - 2].word in word_set("who", "people")):
            joined = True
        elif not _PLAIN_WORD.match(word) or word in word_set("who", "not_before") or _is_number(word):
            break
        first -= 1
    while first < at and _is_verb(chunks[first].word):
        first += 1
    if not chunks[first].word[0].isalpha() or chunks[first].word in ("and", "or"):
        return None
    word = chunks[first - 1].word if first else ""
    if word in word_set("who", "surely") or (not joined and _is_number(word)):
        return first
    if joined or (sure and first):
        return None
    return first if not word or CLOSED.search(word) or word in word_set("who", "begins") else None


def _is_verb(word: str) -> bool:
    """Whether a word before people is what is done to them ("identifying patients")."""
    return word.endswith("ing") and "-" not in word and word not in word_set("who", "living")


def _is_number(word: str) -> bool:
    return _NUMBER.match(word) is not None or any(part in NUMBER_WORDS for part in word.split("-"))


def _after(chunks: list[Chunk], at: int) -> tuple[int, tuple[int, int] | None] | None:
    """The last chunk of what describes the people after their noun, and the condition in it."""
    if CLOSED.search(chunks[at].word):
        return None
    opening = _opening(chunks, at + 1)
    if opening is None:
        return None
    last = _last(chunks, opening)
    if last is None:
        return None
    having = " ".join(chunk.word for chunk in chunks[opening.start : opening.end]) in word_set("who", "having")
    condition = condition_in(chunks[opening.end : last + 1]) if having else None
    if condition is not None:
        last = _told_to(chunks, last, condition[1])
        if not _ends_well(chunks, last):  # "with arthritis and inadequate responses to …": up to the condition
            last = next(step for step, chunk in enumerate(chunks) if chunk.end >= condition[1])
    # What a comma or a bracket cuts short is told only where it has come to a name.
    return None if condition is None and not _ends_well(chunks, last) else (last, condition)


def _told_to(chunks: list[Chunk], last: int, end: int) -> int:
    """The last chunk to tell after a condition that ends at `end`: what goes on with no joining word is another clause."""
    at = next(step for step, chunk in enumerate(chunks) if chunk.end >= end)
    return last if at < last and chunks[at + 1].word in word_set("who", "joining") else at


def _last(chunks: list[Chunk], opening: Hit[str]) -> int | None:
    """The last chunk of the description opened by `opening`."""
    last = opening.end - 1
    aged = opening.payload in word_set("who", "with_numbers")
    for step in range(opening.end, min(len(chunks), opening.end + _MOST_WORDS)):
        word, before = chunks[step].word, chunks[step - 1].word
        if word[0] in "([":
            if CLOSED.search(word) is None or _BRACKETED.match(word) is None:
                break
            continue
        if word[0] in "-<>≥≤=" or (word[0].isdigit() and not aged and before not in word_set("who", "numbered")):
            break
        if bare(word) in word_set("who", "stops") and not (word == "to" and before in word_set("who", "degrees")):
            break
        last = step
        if CLOSED.search(word):
            break
    else:
        if last + 1 < len(chunks):
            return None
    while last >= opening.end and (bare(chunks[last].word) in _LOOSE or chunks[last].word.endswith("ed")):
        last -= 1
    return last if last >= opening.end else None


def _ends_well(chunks: list[Chunk], last: int) -> bool:
    """Whether the description is not cut short by a comma or a bracket."""
    following = chunks[last + 1].word if last + 1 < len(chunks) else "."
    if _COUNT.match(following):
        return not chunks[last].word.endswith(_ADJECTIVES) and chunks[last].word not in word_set("who", "degrees")
    return not chunks[last].word.endswith(",") and following[0] not in "([" and following not in ("to", "than")


def _opening(chunks: list[Chunk], at: int) -> Hit[str] | None:
    """The words from chunk `at` on that open a description."""
    words = [chunk.word for chunk in chunks[at : at + 8]]
    for phrase in load("who")["describing"]:
        parts = phrase.split()
        if words[: len(parts)] == parts:
            return Hit(at, at + len(parts), phrase)
    if words and words[0] in word_set("who", "since") and not word_set("who", "events").isdisjoint(map(bare, words)):
        return Hit(at, at + 1, words[0])
    return None
