"""Lines of the plain-text mail."""

from __future__ import annotations

import textwrap

from litwatch.domain.text import clean_text

WIDTH = 76
RULE = "-" * WIDTH


def wrap(text: str, first: str = "") -> list[str]:
    """`text` as lines of at most WIDTH, the first beginning with `first`, the others indented as far; no text, no line.

    Only a single word (an address) may be longer than a line.
    """
    return textwrap.wrap(
        clean_text(text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )
