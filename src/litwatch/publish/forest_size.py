"""How large the PNG of a note's effects is, in CSS pixels: known without drawing it, and without Pillow."""

from __future__ import annotations

from litwatch.publish.forest import Outline

WIDTH = 480
MARGIN = 12
ROW, TITLE, TICKS, LEGEND = 24, 30, 30, 26
"""The heights of a row, of a panel's title, of an axis with its numbers, and of a line that says what a sign means."""


def height(outline: Outline) -> int:
    return 2 * MARGIN + TITLE * outline.panels + ROW * outline.rows + TICKS * outline.axes + LEGEND * (1 + outline.band)
