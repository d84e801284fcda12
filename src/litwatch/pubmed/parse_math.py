"""MathML in titles and abstracts as one line of text, so that no two numbers run together.

A fraction is "a/b", a power "x²" or "x^(n+1)", an index "x_1" after a digit and "VO2" after a letter, a root "√(x)";
what is set before a symbol stays before it ("¹⁸F"). Annotations (TeX, content MathML) repeat the formula and are left
out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from litwatch.domain.text import clean_text
from litwatch.pubmed.element import Element, local_name

_HIGH = str.maketrans("0123456789+-\N{MINUS SIGN}=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_RAISABLE = frozenset(chr(code) for code in _HIGH)
# Function application, invisible times, separator and plus (U+2061 to U+2064) have no glyph.
_NO_GLYPH = dict.fromkeys(range(0x2061, 0x2065))
_COMBINING = {
    "˙": "\u0307", ".": "\u0307", "·": "\u0307", "¨": "\u0308", "¯": "\u0304", "ˉ": "\u0304",
    "‾": "\u0304", "-": "\u0304", "_": "\u0332",
    "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "→": "\u20d7", "⃗": "\u20d7",
}  # fmt: skip


def math_text(element: Element) -> str:
    """A `math` element as one line of text."""
    return _text(element)


def _text(element: Element) -> str:
    name = local_name(element)
    if name in ("annotation", "annotation-xml", "none", "mprescripts", "mphantom", "maligngroup", "malignmark"):
        return ""
    if name == "mspace":
        return " "
    if render := _RENDER.get(name):
        return render([_text(child) for child in element], element)
    if not len(element):
        return _leaf(element, name)
    return _row(element)


def _leaf(element: Element, name: str) -> str:
    text = clean_text(element.text or "").translate(_NO_GLYPH)
    # An mtext's own spaces are part of the formula: <mtext> and </mtext>.
    return f" {text} " if name == "mtext" and text and (element.text or "") != (element.text or "").strip() else text


def _row(element: Element) -> str:
    """The parts of a row one after the other, two numbers apart."""
    line = ""
    for child in element:
        piece = _text(child)
        line += f" {piece}" if line and piece and line[-1].isdigit() and piece[0].isdigit() else piece
    return " ".join(line.split()) if line.strip() else line


def _simple(text: str) -> bool:
    return text.isalnum() or text.replace(".", "", 1).isdigit()


def _group(text: str) -> str:
    return (
        text
        if len(text) < 2 or _simple(text) or (text[0] == "(" and text[-1] == ")" and "(" not in text[1:])
        else f"({text})"
    )


def _at(parts: Sequence[str], index: int) -> str:
    return parts[index].strip() if index < len(parts) else ""


def _high(text: str) -> str:
    if not text:
        return ""
    return text.translate(_HIGH) if _RAISABLE.issuperset(text) else "^" + _group(text)


def _low(base: str, text: str) -> str:
    return f"_{_group(text)}" if text and base[-1:].isdigit() and not text[0].isspace() else text


def _fraction(parts: Sequence[str], _: Element) -> str:
    return f"{_group(_at(parts, 0))}/{_group(_at(parts, 1))}"


def _power(parts: Sequence[str], _: Element) -> str:
    return _at(parts, 0) + _high(_at(parts, 1))


def _index(parts: Sequence[str], _: Element) -> str:
    return _at(parts, 0) + _low(_at(parts, 0), _at(parts, 1))


def _index_power(parts: Sequence[str], _: Element) -> str:
    return _at(parts, 0) + _low(_at(parts, 0), _at(parts, 1)) + _high(_at(parts, 2))


def _over(parts: Sequence[str], _: Element) -> str:
    base, over = _at(parts, 0), _at(parts, 1)
    if over in _COMBINING:
        return base + _COMBINING[over] if len(base) == 1 else base
    return base + (f"^{_group(over)}" if over else "")


def _under(parts: Sequence[str], _: Element) -> str:
    base, under = _at(parts, 0), _at(parts, 1)
    return base + (f"_{_group(under)}" if under and under not in _COMBINING else "")


def _under_over(parts: Sequence[str], element: Element) -> str:
    return _under(parts, element) + (f"^{_group(_at(parts, 2))}" if _at(parts, 2) else "")


def _square_root(parts: Sequence[str], _: Element) -> str:
    return f"√({' '.join(''.join(parts).split())})"


def _root(parts: Sequence[str], _: Element) -> str:
    return f"{_high(_at(parts, 1)) or ''}√({_at(parts, 0)})"


def _fenced(parts: Sequence[str], element: Element) -> str:
    marks = (element.get("separators", ",") or " ").strip()[:1]
    return element.get("open", "(") + f"{marks} ".join(part.strip() for part in parts) + element.get("close", ")")


def _table(parts: Sequence[str], _: Element) -> str:
    return "; ".join(part.strip() for part in parts)


def _table_row(parts: Sequence[str], _: Element) -> str:
    return ", ".join(part.strip() for part in parts)


def _around(parts: Sequence[str], element: Element) -> str:
    """A base with pairs of (sub, super) after it and, behind `mprescripts`, before it."""
    names = [local_name(child) for child in element]
    split = names.index("mprescripts") if "mprescripts" in names else len(names)
    base = _at(parts, 0)
    after = "".join(_low(base, _at(parts, k)) + _high(_at(parts, k + 1)) for k in range(1, split, 2))
    before = "".join(_high(_at(parts, k + 1)) + _at(parts, k) for k in range(split + 1, len(names), 2))
    return before.removeprefix("^") + base + after


def _first(parts: Sequence[str], _: Element) -> str:
    return _at(parts, 0)


_RENDER: dict[str, Callable[[Sequence[str], Element], str]] = {
    "mfrac": _fraction, "msup": _power, "msub": _index, "msubsup": _index_power, "mover": _over, "munder": _under,
    "munderover": _under_over, "msqrt": _square_root, "mroot": _root, "mfenced": _fenced,
    "mtable": _table, "mtr": _table_row,
    "mmultiscripts": _around, "semantics": _first,
}  # fmt: skip
