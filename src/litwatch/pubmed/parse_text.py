"""The text of a PubMed element with inline markup: one clean line, and `Mark`s for where its markup was.

- Italics, bold, underline, sub- and superscript become marks; any other markup is flattened to its inner text.
- A superscript of digits, signs, n or i is written with Unicode superscripts. Any other superscript or subscript that
  would continue a number is set off from it: "10^3.5", "10_2", and a space where a digit follows.
- Formulas in MathML become one line of text (`parse_math`).
- Markup that arrived escaped (`&lt;i&gt;`) counts as markup if it is of the same few kinds and balanced; anything else
  stays the literal text that it is.
"""

from __future__ import annotations

import re

from litwatch.domain.article import Mark, MarkKind
from litwatch.domain.text import clean_piece, clean_text
from litwatch.pubmed.element import Element, local_name
from litwatch.pubmed.parse_math import math_text

_KINDS: dict[str, MarkKind] = {
    "i": "i", "em": "i", "italic": "i", "b": "b", "strong": "b", "bold": "b",
    "sub": "sub", "sup": "sup", "u": "u", "underline": "u",
}  # fmt: skip
_LOW = "0123456789+-\N{MINUS SIGN}\N{EN DASH}\N{HYPHEN}=()ni"
_HIGH = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁻⁼⁽⁾ⁿⁱ"
_RAISE = str.maketrans(_LOW, _HIGH)
_RAISABLE = frozenset(_LOW + " ")
_ESCAPED_TAG = re.compile(r"(</?(?:i|em|b|strong|sub|sup|u)>)", re.I)
_NUMERIC = frozenset("0123456789+-\N{MINUS SIGN}.")


def raised(text: str) -> str | None:
    """`text` in Unicode superscripts, or None if it has characters that have none."""
    return text.translate(_RAISE) if text.strip() and _RAISABLE.issuperset(text) else None


def plain(element: Element) -> str:
    """The element's text as one clean line, markup flattened; "" if it has none."""
    text = element.text
    if len(element):
        return rich(element)[0]
    if text is None or text.isalnum():  # most names, numbers and codes: nothing to clean
        return text or ""
    return rich(element)[0] if "<" in text else clean_text(text)


def rich(element: Element) -> tuple[str, tuple[Mark, ...]]:
    """The element's text as one clean line, and its marks."""
    if not len(element):
        text = element.text
        if not text:
            return "", ()
        if "<" not in text:
            return clean_text(text), ()
    line = _Line()
    _inner(element, line)
    return line.finish()


def cut(marks: tuple[Mark, ...], start: int, end: int) -> tuple[Mark, ...]:
    """The marks of the slice `[start:end]` of their text."""
    return tuple(
        Mark(max(mark.start, start) - start, min(mark.end, end) - start, mark.kind)
        for mark in marks
        if mark.start < end and mark.end > start
    )


class _Line:
    """A line under construction: folded pieces, and marks with offsets into the folded text."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.last = " "
        self.marks: list[Mark] = []
        self.sets_off = False

    def add(self, text: str) -> None:
        text = clean_piece(text)
        if self.sets_off and text:
            self.sets_off = False
            if text[0].isdigit() and self.last.isdigit():
                text = f" {text}"
        if self.last == " " and text[:1] == " ":
            text = text[1:]
        if text:
            self.parts.append(text)
            self.length += len(text)
            self.last = text[-1]

    def close(self, kind: MarkKind, parts: int, marks: int, start: int, before: str) -> None:
        """End the markup that began when there were `parts` pieces, `marks` marks, `start` characters, the last
        `before`.
        """
        inner = "".join(self.parts[parts:])
        if kind == "sup" and (high := raised(inner)):
            self.parts[parts:] = [high]
            self.last = high[-1]
            return
        if kind in ("sup", "sub") and inner:
            if before.isdigit() and inner[0] in _NUMERIC:
                self._insert("^" if kind == "sup" else "_", parts, marks)
                start += 1
            self.sets_off = inner[-1].isdigit()
        if inner.strip():
            lead = len(inner) - len(inner.lstrip())
            self.marks.append(Mark(start + lead, start + len(inner.rstrip()), kind))

    def _insert(self, sign: str, parts: int, marks: int) -> None:
        self.parts.insert(parts, sign)
        self.length += 1
        self.marks[marks:] = [Mark(m.start + 1, m.end + 1, m.kind) for m in self.marks[marks:]]

    def finish(self) -> tuple[str, tuple[Mark, ...]]:
        """The text and its marks, outer ones first."""
        self.marks.reverse()  # of two alike the inner one was closed first
        self.marks.sort(key=lambda mark: (mark.start, -mark.end))
        return "".join(self.parts).rstrip(), tuple(self.marks)


def _inner(element: Element, line: _Line) -> None:
    if element.text:
        _literal(element.text, line)
    for child in element:
        _child(child, line)
        if child.tail:
            _literal(child.tail, line)


def _child(child: Element, line: _Line) -> None:
    name = local_name(child)
    if name == "math":
        line.add(math_text(child))
    elif kind := _KINDS.get(name):
        state = len(line.parts), len(line.marks), line.length, line.last
        _inner(child, line)
        line.close(kind, *state)
    elif name == "DispFormula":
        line.add(" ")
        _inner(child, line)
        line.add(" ")
    else:
        _inner(child, line)


def _literal(text: str, line: _Line) -> None:
    """Add a text node; balanced escaped tags in it are markup."""
    if "</" not in text:
        line.add(text)
        return
    tokens = _ESCAPED_TAG.split(text)
    paired = _pairs(tokens)
    states: list[tuple[int, int, int, str]] = []
    for index, token in enumerate(tokens):
        if index not in paired:
            line.add(token)
        elif token[1] != "/":
            states.append((len(line.parts), len(line.marks), line.length, line.last))
        else:
            line.close(_KINDS[token[2:-1].lower()], *states.pop())


def _pairs(tokens: list[str]) -> set[int]:
    """The indices of the tags in `tokens` (the odd ones) that are properly balanced."""
    paired: set[int] = set()
    waiting: list[int] = []
    for index in range(1, len(tokens), 2):
        token = tokens[index].lower()
        if token[1] != "/":
            waiting.append(index)
        elif waiting and tokens[waiting[-1]][1:].lower() == token[2:]:
            paired.update((waiting.pop(), index))
    return paired
