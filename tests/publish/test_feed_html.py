"""The HTML in the items of feeds is valid by the Nu checker."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from litwatch.publish.archive import Archive
from tests.publish.later import ARCHIVE, all_filled
from tests.publish.nasty import NASTY
from tests.publish.rules import made
from tests.publish.test_html import said_by_checker

PAGE = "<!doctype html>\n<html lang=en><head><title>Items</title></head><body><h1>Items</h1>\n{}</body></html>\n"

GUESS = "This document appears to be written in"
"""The checker's guess at a language, at the letters of an attack."""


def page(items: list[str]) -> str:
    """Each item as readers show it: an article under its title."""
    return PAGE.format("".join(f"<article>\n<h2>Title</h2>\n{item}\n</article>\n" for item in items))


@pytest.mark.parametrize(
    "archive",
    [ARCHIVE, all_filled("\n".join(NASTY)[:1_500]), all_filled("</p><b>p &lt; 0.05")],
    ids=["plain", "nasty", "tags"],
)
def test_what_is_in_an_item_is_valid_html(root: Path, tmp_path: Path, archive: Archive) -> None:
    for path, content in made(archive).items():
        if path.endswith(".json"):
            items = [item["content_html"] for item in json.loads(content)["items"]]
            (tmp_path / path.replace("/", "_")).with_suffix(".html").write_text(page(items), encoding="utf-8")
    assert [said for said in said_by_checker(root, tmp_path) if not said.startswith(GUESS)] == []
    (tmp_path / "wrong.html").write_text(page(["<p><ul><li>x</ul></p>", "<p>a < b"]))
    assert len(said_by_checker(root, tmp_path)) >= 2
