"""The few words that notes are made of: plain names of designs, lists, and texts cut between words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from litwatch.domain.study import Design

ELLIPSIS = "…"

DESIGNS = {
    Design.META_ANALYSIS: "Meta-analysis",
    Design.SYSTEMATIC_REVIEW: "Systematic review",
    Design.RANDOMIZED_TRIAL: "Randomised trial",
    Design.NONRANDOMIZED_TRIAL: "Trial without randomisation",
    Design.COHORT: "Cohort study",
    Design.CASE_CONTROL: "Case-control study",
    Design.CROSS_SECTIONAL: "Cross-sectional study",
    Design.CASE_REPORT: "Case report",
    Design.PROTOCOL: "Study protocol, no results yet",
    Design.QUALITATIVE: "Qualitative study",
    Design.ECONOMIC: "Economic evaluation",
    Design.NARRATIVE_REVIEW: "Narrative review",
    Design.GUIDELINE: "Guideline",
    Design.COMMENTARY: "Commentary",
    Design.ANIMAL: "Animal study",
    Design.IN_VITRO: "Laboratory study",
    Design.METHODS: "Methods study",
    Design.OTHER: "Other paper",
}
"""What readers are told about a design."""

# A cut text does not end with one of these: they announce what is no longer there.
_DANGLING = re.compile(
    r"(?:an?|the|of|in|on|at|to|for|from|with|by|and|or|but|nor|as|than|that|which|who|whose|is|are|was|were|be|been"
    r"|has|have|had|may|might|can|could|should|would|will|not|no|their|its|this|these|those|between|both|either"
    r"|however|therefore|thus|hence|moreover|furthermore)\Z",
    re.IGNORECASE,
)


def in_words(names: Iterable[str]) -> str:
    """`["pain", "CRP", "ESR"]` → "pain, CRP and ESR"; each name once, in the order given."""
    unique = list(dict.fromkeys(names))
    return unique[0] if len(unique) == 1 else f"{', '.join(unique[:-1])} and {unique[-1]}" if unique else ""


def count(number: int, singular: str, plural: str | None = None) -> str:
    """`count(1, "study", "studies")` → "1 study"; thousands are separated by commas."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def quoted(text: str) -> str:
    """`text` in quotation marks as the end of a sentence: “It helps.”, “it helps”."""
    return f"“{text}”" + ("" if text.endswith((".", "?", "!", ELLIPSIS)) else ".")


def clip(text: str, characters: int) -> str:
    """`text` in at most `characters`, cut between words and marked with "…"."""
    if len(text) <= characters:
        return text
    return whole_phrase(text[:characters].rpartition(" ")[0] or text[: characters - 1]) + ELLIPSIS


def whole_phrase(text: str) -> str:
    """`text` without words and marks at its end that announce what is no longer there."""
    text = text.rstrip(" .,;:(–-")
    head, _, last = text.rpartition(" ")
    while head and _DANGLING.match(last):
        text = head.rstrip(" .,;:(–-")
        head, _, last = text.rpartition(" ")
    return text


_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def number_word(number: int) -> str:
    """Small numbers as words, others in digits: "eleven", "13"."""
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
