"""Writes docs/data-dictionary.md anew: `python -m tests.publish.dictionary_page`."""

from __future__ import annotations

from pathlib import Path

from litwatch.publish.tables import dictionary_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"

if __name__ == "__main__":
    PAGE.write_text(dictionary_page(), encoding="utf-8")
