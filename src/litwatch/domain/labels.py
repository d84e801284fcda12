"""Section labels printed inside the text of an abstract: "BACKGROUND: … METHODS: … RESULTS: …".

MEDLINE's text format writes every structured abstract so, and XML has it where the publisher sent the abstract
as one paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# NLM's five categories and the words of the labels that belong to them
# (https://www.nlm.nih.gov/bsd/policy/structured_abstracts.html); the first word that occurs in a label decides.
_CATEGORIES: tuple[tuple[str, str], ...] = (
    ("CONCLUSIONS",
     r"CONCLUSIONS?|INTERPRETATIONS?|IMPLICATIONS?|DISCUSSION|RELEVANCE|SIGNIFICANCE|LIMITATIONS?|SUMMARY"),
    ("RESULTS", r"RESULTS?|FINDINGS|OBSERVATIONS?"),
    ("METHODS",
     r"METHODS?|METHODOLOGY|DESIGN|SETTINGS?|PARTICIPANTS|PATIENTS|SUBJECTS|INTERVENTIONS?|MEASURES?|MEASUREMENTS?"
     r"|OUTCOMES?|PROCEDURES?|MATERIALS?|SAMPLE|DATA SOURCES?|SELECTION|EXTRACTION|SYNTHESIS|ANALYSIS|SEARCH"
     r"|REGISTRATION|TRIAL"),
    ("OBJECTIVE", r"OBJECTIVES?|AIMS?|PURPOSES?|GOALS?|HYPOTHES[IE]S|QUESTIONS?"),
    ("BACKGROUND", r"BACKGROUND|INTRODUCTION|CONTEXT|RATIONALE|PROBLEM"),
)  # fmt: skip
_WORDS = tuple((category, re.compile(rf"\b(?:{words})\b")) for category, words in _CATEGORIES)
# An upper-case label at the start or after the end of a sentence.
_LABEL = re.compile(r"(?:^|(?<=[.!?)\]] ))([A-Z][A-Z /&,()'-]{1,58}[A-Z)]):(?= )")


def category_of(label: str) -> str | None:
    """NLM's category for a label, or None for a label that belongs to none: "STUDY DESIGN" -> "METHODS"."""
    label = label.upper()
    return next((category for category, words in _WORDS if words.search(label)), None)


def split_labels(text: str) -> Iterator[tuple[str | None, int, int]]:
    """The labelled parts of `text` as (label, start, end); the label and its colon belong to no part.

    Only where labels are clearly there: upper case, the first at the very start, two or more with a known category.
    Otherwise the whole text is one part without a label.
    """
    labels = list(_LABEL.finditer(text)) if ": " in text[:64] else []
    known = [match for match in labels if category_of(match[1])]
    if len(known) < 2 or known[0].start() != 0:
        yield None, 0, len(text)
        return
    # Beside known labels a long unknown one counts too ("LEVEL OF EVIDENCE"), a short one may be an abbreviation.
    labels = [match for match in labels if match in known or len(match[1]) > 7]
    ends = [match.start() - 1 for match in labels[1:]] + [len(text)]
    for match, end in zip(labels, ends, strict=True):
        yield match[1], min(match.end() + 1, end), end
