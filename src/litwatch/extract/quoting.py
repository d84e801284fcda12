"""Phrases cut out of a sentence, with their places in the article."""

from __future__ import annotations

import re

from litwatch.domain.study import Evidence
from litwatch.extract.sentences import Role, Sentence
from litwatch.extract.words import plain

TITLE = -1
"""The section of evidence from the title."""

# No real title is half as long.
_LONGEST = 1_000
_LEAD = re.compile(r"(?:[\s,;:'\"“”–—-]+|(?:the|an?|either)\s+)*", re.IGNORECASE)
_TRAIL = re.compile(r"[\s,;:.'\"“”–-]+$")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


def title_sentence(title: str) -> Sentence:
    """The title, to be read like a sentence; of one that is no title for its length, the beginning."""
    title = title[:_LONGEST]
    return Sentence(TITLE, 0, len(title), title, plain(title), Role.OBJECTIVE)


def without_brackets(text: str) -> str:
    """`text` with blanks for what stands in brackets; every offset stays what it was."""
    if "(" not in text and "[" not in text:
        return text
    return _BRACKETS.sub(lambda match: " " * len(match.group()), text)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """`start` and `end` without articles and marks at either end."""
    lead = _LEAD.match(text, start, end)
    start = lead.end() if lead else start
    trail = _TRAIL.search(text, start, end)
    return start, trail.start() if trail else end


def evidence(sentence: Sentence, start: int, end: int) -> Evidence:
    """The slice `start:end` of a sentence, as evidence."""
    return Evidence(sentence.section, sentence.start + start, sentence.start + end, sentence.text[start:end])
