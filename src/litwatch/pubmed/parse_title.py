"""The title that readers see.

PubMed prints a translated title in square brackets, "[Exercise in ankylosing spondylitis].", and "[Not Available]."
where nobody translated it. Readers get the title without brackets; the original is `vernacular_title`, and takes the
place of a title that is not available. The final full stop stays as printed.
"""

from __future__ import annotations

import re

from litwatch.domain.article import Mark
from litwatch.pubmed.parse_text import cut

_NOT_AVAILABLE = re.compile(r"\[?\s*(?:title\s+)?not\s+available\.?\s*\]?\.?", re.I)


def display_title(
    title: str, marks: tuple[Mark, ...], vernacular: str | None
) -> tuple[str, tuple[Mark, ...], str | None]:
    """(title, its marks, vernacular title) as readers see them; "" where the record has no title at all."""
    if vernacular:
        vernacular = without_brackets(vernacular)[0]
    if not title or _NOT_AVAILABLE.fullmatch(title):
        return vernacular or "", (), vernacular
    if title[0] != "[":
        return title, marks, vernacular
    text, start = without_brackets(title)
    return text, cut(marks, start, start + len(text)) if start else marks, vernacular


def without_brackets(title: str) -> tuple[str, int]:
    """A title that stands in brackets as a whole without them, and how many characters went at its start."""
    body = title.removesuffix(".")
    if not (body.startswith("[") and body.endswith("]")) or not _encloses(body):
        return title, 0
    inner = body[1:-1]
    start = 1 + len(inner) - len(inner.lstrip())
    inner = inner.strip()
    return (inner if not title.endswith(".") or inner[-1:] in (".", "?", "!") else inner + "."), start


def _encloses(text: str) -> bool:
    """Does the bracket at the start close at the very end (so not in "[18F]FDG and [11C]")?"""
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if depth == 0:
            return index == len(text) - 1
    return False
