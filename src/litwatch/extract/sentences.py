"""Sections into sentences, with exact offsets and with the role that each plays.

A role comes from, in this order: labels printed in the text ("METHODS: …"), NLM's category of the section, the
section's own label, and only then from the sentence's words and place (`roles`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from itertools import islice, pairwise

from litwatch.domain.article import Section
from litwatch.extract.resources import load
from litwatch.extract.roles import ROLES, best_path, features, model, scored
from litwatch.extract.words import Words, plain, split_words


class Role(StrEnum):
    """What a sentence does in its abstract. `other`: registration, funding and the like."""

    BACKGROUND = "background"
    OBJECTIVE = "objective"
    METHODS = "methods"
    RESULTS = "results"
    CONCLUSIONS = "conclusions"
    OTHER = "other"


@dataclass(slots=True)
class Sentence:
    """`sections[section].text[start:end] == text`; `plain` is the same text with plain signs, offsets alike."""

    section: int
    start: int
    end: int
    text: str
    plain: str
    role: Role
    split: Words | None = field(default=None, compare=False, repr=False)

    @property
    def words(self) -> Words:
        """The words of `plain`, split once for all stages that read them."""
        return split_words(self.plain) if self.split is None else self.split


@dataclass(slots=True)
class Part:
    """A stretch of a section's text under one label. `role` is None where no label tells."""

    start: int
    end: int
    role: Role | None


_CATEGORIES = {role.name: role for role in Role if role is not Role.OTHER}
_WALK = (Role.BACKGROUND, Role.OBJECTIVE, Role.METHODS, Role.RESULTS, Role.CONCLUSIONS)
# Under a label that names two roles: how far into an abstract it usually stands, and the two.
_SHARED = {2: (0.3, range(2, 4)), 3: (0.4, range(3, 5))}
_STOP = re.compile(r"[.!?][\"')\]”’]*(?:;?\s+(?=[^a-z\s,;)\]])|(?=[A-Z][a-z]+ ))")
_BRACKET = re.compile(r"[()\[\]]")
# What stands before a colon, if it is a label: capitals or a few words, at the start or after the end of a sentence.
_INLINE = re.compile(
    r"(?:^|[.!?;\])] ?)([A-Z][A-Z/&, ()'-]{2,60}[A-Z)]|[A-Z][a-z]+(?:[ /,&]+(?:and |of )?[A-Za-z]+){0,4})$"
)
_AFTER_LABEL = re.compile(r":+\s*")
_LABEL_REACH = 66
_BRACKET_REACH = 300
_WORD_REACH = 24
# No sentence is longer. A text without full stops is cut, so that no later stage meets a sentence of any length.
_LONGEST = 3_000
# Nor is an abstract longer: real ones stay below 8,000 characters and fifty sentences. What follows is not read.
_MOST_SENTENCES = 200
_MOST_CHARACTERS = 30_000
_RESULTS = frozenset({"result", "results", "findings"})
_DOUBLE = (
    (3, (_RESULTS, frozenset({"conclusion", "conclusions", "discussion"}))),
    (2, (frozenset({"methods", "method"}), _RESULTS)),
)
_LETTER = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=2_000)
def label_role(label: str) -> Role | None:
    """The role that a printed label tells, or None."""
    padded = f" {' '.join(_LETTER.findall(label.lower()))} "
    roles = load("sections")["labels"].items()
    return next((Role(role) for role, cues in roles if any(f" {cue} " in padded for cue in cues)), None)


def sentences(sections: tuple[Section, ...]) -> tuple[Sentence, ...]:
    """All sentences of an abstract, in order."""
    found: list[Sentence] = []
    left = _MOST_CHARACTERS
    for index, section in enumerate(sections):
        text = section.text[:left]
        left -= len(text)
        signs = plain(text)
        own = _section_role(section)
        for part in _parts(signs, own):
            spans = list(islice(_spans(signs, part.start, part.end), _MOST_SENTENCES - len(found)))
            texts = [signs[a:b] for a, b in spans]
            words = [split_words(piece) for piece in texts]
            roles = [part.role] * len(spans) if part.role else guess_roles(words, _first_stage(section))
            found.extend(
                Sentence(index, a, b, text[a:b], piece, Role.OTHER if _is_imprint(piece) else role, split)
                for (a, b), piece, role, split in zip(spans, texts, roles, words, strict=True)
            )
    return tuple(found)


def _is_imprint(sentence: str) -> bool:
    """Whether a sentence is the publisher's and not the authors'."""
    return sentence.startswith(imprints()) or "©" in sentence


@cache
def imprints() -> tuple[str, ...]:
    return tuple(load("sections")["sentences"]["starts"])


def _first_stage(section: Section) -> int:
    """The place of the first role under a label that names two roles ("Results and conclusions")."""
    words = set(_LETTER.findall((section.label or "").lower()))
    return next((stage for stage, cues in _DOUBLE if all(words & cue for cue in cues)), 0)


def _section_role(section: Section) -> Role | None:
    if _first_stage(section):
        return None
    return _CATEGORIES.get(section.category or "") or (label_role(section.label) if section.label else None)


def _parts(text: str, own: Role | None) -> Iterator[Part]:
    """The labelled stretches of a section's text; one stretch where it prints no label."""
    marks: list[tuple[int, int, Role | None]] = []
    if own is None or text.count(":") > 1:
        for colon in _AFTER_LABEL.finditer(text):
            start = max(0, colon.start() - _LABEL_REACH)
            match = _INLINE.search(("…" if start else "") + text[start : colon.start()])
            if match is not None and _is_label(match[1]) and (role := label_role(match[1])):
                marks.append((colon.start() - len(match[1]), colon.end(), role))
    if own is not None and len(marks) < 2:
        marks = []
    if not marks or marks[0][0] > 0:
        marks.insert(0, (0, 0, own))
    for (_, start, role), (end, _, _) in pairwise([*marks, (len(text), len(text), None)]):
        if text[start:end].strip():
            yield Part(start, end, role)


def _is_label(label: str) -> bool:
    """Capitals, or at most three words ("Main results"); a clause before a colon is no label."""
    return label.isupper() or len(label.split()) <= 3


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentence spans within `text[start:end]`, white space trimmed."""
    begin, checked, depth = start, start, 0
    bracketed = _BRACKET.search(text, start, end) is not None
    for match in _STOP.finditer(text, start, end):
        mark, stop = match.span()
        if bracketed:
            for bracket in _BRACKET.findall(text, checked, stop):
                depth = depth + 1 if bracket in "([" else max(0, depth - 1)
            checked = stop
            if depth and _closes(text, stop, min(end, stop + _BRACKET_REACH)):
                continue
        if text[mark] == "." and not _ends_sentence(text, begin, mark):
            continue
        depth = 0
        yield from _trimmed(text, begin, stop)
        begin = stop
    yield from _trimmed(text, begin, end)


def _closes(text: str, start: int, end: int) -> bool:
    """Whether an open bracket is closed before another opens."""
    match = _BRACKET.search(text, start, end)
    return match is not None and match.group() in ")]"


def _trimmed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The span without white space around; in several pieces if it is too long, in none if it is empty."""
    piece = text[start:end].rstrip()
    end = start + len(piece)
    start = end - len(piece.lstrip())
    spans: list[tuple[int, int]] = []
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + 1, start + _LONGEST)
        cut = cut if cut > 0 else start + _LONGEST
        spans.append((start, cut))
        start = cut + 1 if text[cut].isspace() else cut
    if end > start:
        spans.append((start, end))
    return spans


def _ends_sentence(text: str, begin: int, stop: int) -> bool:
    """Whether the full stop at `stop` ends the sentence begun at `begin`: not after an abbreviation or an initial."""
    before = text[max(begin, stop - _WORD_REACH) : stop].split()
    if not before:
        return True
    word = before[-1].rpartition("(")[2].rpartition("[")[2].rstrip(".")
    if word.lower() in abbreviations():
        return False
    if len(word) == 1 and word.isalpha() and word.isupper():
        return len(before) > 1 and before[-2].strip("(,").lower() in lettered()
    return True


@cache
def abbreviations() -> frozenset[str]:
    return frozenset(load("sections")["abbreviations"]["words"])


@cache
def lettered() -> frozenset[str]:
    return frozenset(load("sections")["abbreviations"]["lettered"])


def guess_roles(words: list[Words], stage: int = 0) -> list[Role]:
    """Roles of the sentences under no label (stage 0) or under one that names two roles (the place of the first)."""
    weights, steps = model()
    first, roles = _SHARED.get(stage, (0.0, range(ROLES)))
    share = (1 - first) / max(1, len(words))
    scores = [scored(features(split.words, first + share * at), weights) for at, split in enumerate(words)]
    return [_WALK[role] for role in best_path(scores, steps, roles)]


def states_aim(sentence: Sentence) -> bool:
    """Whether a sentence says what the study is for: under its own label, or among the background."""
    if sentence.role is Role.OBJECTIVE:
        return True
    return sentence.role is Role.BACKGROUND and not _aims().isdisjoint(sentence.words.words)


@cache
def _aims() -> frozenset[str]:
    return frozenset(load("sections")["sentences"]["aims"])
