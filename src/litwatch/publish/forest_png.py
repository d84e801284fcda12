"""The picture of a note's effects as PNG, for mails and feeds: most programs that read them show no SVG.

Drawn on white, whatever colours stand around it: a picture cannot know whether it is looked at in the dark. Which way
a row went is a shape and a colour, never a colour alone.
"""

from __future__ import annotations

import unicodedata
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from litwatch.domain.text import clean_text
from litwatch.publish.forest import Axis, Forest, Mark
from litwatch.publish.forest_size import LEGEND, MARGIN, ROW, TICKS, TITLE, WIDTH, height

_SCALE = 2
"""Pixels to a CSS pixel, for sharp screens."""
_LEFT, _RIGHT = 176, WIDTH - 16
_INK, _FAINT, _BAND = "#1a1a1a", "#6b6b6b", "#ececec"
_COLOURS = {"better": "#17663a", "unchanged": "#4a4a4a", "worse": "#a02c20", "other": "#5b4a8a"}
_LONGEST = 120
"""No row of the picture holds as many letters."""
_SPELT = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "’": "'", "“": '"', "”": '"', "≥": ">=", "≤": "<=", "…": "...", "→": "->", "·": "."}
    | {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "µ": "u", "μ": "u", "ω": "omega"}
)
"""For the font that Pillow brings, which has hardly more than ASCII."""


def draw(forest: Forest) -> bytes:
    """The PNG. The same layout gives the same bytes."""
    image = Image.new("RGB", (WIDTH * _SCALE, height(forest.outline) * _SCALE), "white")
    pen = _Pen(ImageDraw.Draw(image))
    y = float(MARGIN)
    for panel in forest.panels:
        pen.text(MARGIN, y + 4, f"{panel.title} ({panel.nothing})", bold=True, width=WIDTH - 2 * MARGIN)
        y += TITLE
        for axis in panel.axes:
            y = _axis(pen, axis, y)
    _legend(pen, forest, y)
    written = BytesIO()
    # Few colours: a third of the bytes, and nothing that the eye misses.
    image.quantize(48, Image.Quantize.FASTOCTREE).save(written, "PNG", optimize=True)
    return written.getvalue()


class _Pen:
    """Draws in CSS pixels."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self._draw = draw
        self._font = ImageFont.load_default(13 * _SCALE)

    def line(self, x0: float, y0: float, x1: float, y1: float, colour: str, width: int = 1) -> None:
        self._draw.line([_dots(x0, y0), _dots(x1, y1)], fill=colour, width=width * _SCALE)

    def dashed(self, x: float, top: float, bottom: float) -> None:
        for y in range(round(top), round(bottom), 6):
            self.line(x, y, x, y + 3, _FAINT)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: str) -> None:
        self._draw.rectangle([_dots(x0, y0), _dots(x1, y1)], fill=colour)

    def shape(self, way: str, x: float, y: float) -> None:
        """Full circle: better; empty circle: no clear change; square: worse; diamond: other."""
        colour = _COLOURS.get(way, _INK)
        corners = [_dots(x - 4, y - 4), _dots(x + 4, y + 4)]
        if way == "worse":
            self._draw.rectangle(corners, fill=colour)
        elif way == "other":
            self._draw.polygon([_dots(x, y - 5), _dots(x + 5, y), _dots(x, y + 5), _dots(x - 5, y)], fill=colour)
        else:
            self._draw.ellipse(corners, fill=colour if way == "better" else "white", outline=colour, width=2 * _SCALE)

    def arrow(self, x: float, y: float, towards: int, colour: str) -> None:
        self._draw.polygon([_dots(x + 5 * towards, y), _dots(x, y - 4), _dots(x, y + 4)], fill=colour)

    def text(self, x: float, y: float, text: str, *, width: float, bold: bool = False, centre: bool = False) -> float:
        """`text` in at most `width`, what is too long cut off; how wide it became."""
        shown = spelt(text[:_LONGEST])
        while len(shown) > 1 and self._font.getlength(shown) > width * _SCALE:
            shown = shown.removesuffix("...")[:-1].rstrip() + "..."
        wide = self._font.getlength(shown) / _SCALE
        left = x - wide / 2 if centre else x
        stroke = 0.4 if bold else 0
        self._draw.text(_dots(left, y), shown, fill=_INK if bold else _FAINT, font=self._font, stroke_width=stroke)
        return wide


def _axis(pen: _Pen, axis: Axis, top: float) -> float:
    """Draws the rows over one axis; where the next thing begins."""
    bottom = top + ROW * len(axis.marks)
    for number, mark in enumerate(axis.marks):
        if mark.band:
            pen.box(_x(mark.band[0]), top + ROW * number, _x(mark.band[1]), top + ROW * (number + 1), _BAND)
        for edge in mark.edges:
            pen.dashed(_x(edge), top + ROW * number, top + ROW * (number + 1))
    pen.line(_x(axis.nothing), top, _x(axis.nothing), bottom, _FAINT)
    for number, mark in enumerate(axis.marks):
        _row(pen, mark, top + ROW * (number + 0.5))
    pen.line(_LEFT, bottom, _RIGHT, bottom, _FAINT)
    for tick in axis.ticks:
        pen.line(_x(tick.at), bottom, _x(tick.at), bottom + 4, _FAINT)
        pen.text(_x(tick.at), bottom + 5, tick.label, width=60, centre=True)
    return bottom + TICKS


def _row(pen: _Pen, mark: Mark, y: float) -> None:
    colour = _COLOURS.get(mark.way, _INK)
    pen.text(MARGIN, y - 9, mark.line.name, bold=True, width=_LEFT - MARGIN - 10)
    pen.line(_x(mark.low), y, _x(mark.high), y, colour, width=2)
    for cut, at, towards in ((mark.cut_low, mark.low, -1), (mark.cut_high, mark.high, 1)):
        if cut:
            pen.arrow(_x(at), y, towards, colour)
        else:
            pen.line(_x(at), y - 4, _x(at), y + 4, colour)
    pen.shape(mark.way, _x(mark.at), y)


def _legend(pen: _Pen, forest: Forest, y: float) -> None:
    """What the shapes mean, as far as they occur, and below them the grey."""
    x = float(MARGIN + 5)
    for way, label in dict.fromkeys((mark.way, mark.way_label) for mark in forest.marks):
        pen.shape(way, x, y + 12)
        x += 10 + pen.text(x + 10, y + 3, label.lower(), width=110) + 22
    if forest.outline.band:
        pen.box(MARGIN, y + LEGEND + 4, MARGIN + 14, y + LEGEND + 18, _BAND)
        pen.dashed(MARGIN + 14, y + LEGEND + 4, y + LEGEND + 18)
        beyond = any(mark.band and not mark.edges for mark in forest.marks)
        text = "smaller than people notice" + ("; grey throughout: all that the axis shows" if beyond else "")
        pen.text(MARGIN + 22, y + LEGEND + 3, text, width=WIDTH - 2 * MARGIN - 22)


def spelt(text: str) -> str:
    """`text` in the letters that the font has: others without their marks, or as "?"."""
    plain = unicodedata.normalize("NFKD", clean_text(text).translate(_SPELT))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).encode("ascii", "replace").decode()


def _x(at: float) -> float:
    return _LEFT + at * (_RIGHT - _LEFT)


def _dots(x: float, y: float) -> tuple[int, int]:
    return round(x * _SCALE), round(y * _SCALE)
