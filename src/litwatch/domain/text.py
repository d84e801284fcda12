"""Cleaning text that comes from outside, once, at the border."""

from __future__ import annotations

import re

# XML 1.0 (5th ed.) production 2, Char: what may stand in a feed, a page or a mail. Everything else is dropped.
# Named by what goes: a set of what stays spans all of Unicode, and takes ten times as long to compile at each start.
_NOT_XML_CHAR = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# The same, and the invisible characters that carry no text: soft hyphen, zero-width space/non-joiner/joiner, word
# joiner, BOM.
_DROPPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\xad\u200b-\u200d\u2060\ud800-\udfff\ufeff\ufffe\uffff]")


def xml_chars(text: str) -> str:
    """`text` without the characters that XML 1.0 forbids (controls, lone surrogates, U+FFFE, U+FFFF)."""
    # What is printable in Python's sense has none of them, and most text is.
    return text if text.isprintable() else _NOT_XML_CHAR.sub("", text)


def clean_text(text: str) -> str:
    """`text` as one line: legal XML characters, every run of white space (thin and no-break too) one space."""
    # Most text is clean already. What is printable in Python's sense has no white space but " ", and nothing to drop.
    if text.isprintable() and "  " not in text:
        return text.strip()
    text = " ".join(text.split())
    return text if text.isprintable() else " ".join(_DROPPED.sub("", text).split())


def clean_piece(text: str) -> str:
    """As `clean_text`, but a space at either end stays: for text that is put together from pieces."""
    return clean_text(f"|{text}|")[1:-1]
