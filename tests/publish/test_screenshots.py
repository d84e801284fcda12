"""The pictures of the README, made from the demo: `pytest tests/publish/test_screenshots.py --screenshots docs`."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from tests.publish.browser import Scheme, chromium, window

SHOTS: dict[str, tuple[str, tuple[int, int], Scheme, str, int]] = {
    "issue.png": ("issues/2025-W12.html", (760, 900), "light", "p.kicker", 1500),
    "note.png": ("notes/pmid-38921661.html", (760, 900), "light", "figure.forest", 1080),
    "ledger.png": ("notes/pmid-99000001.html", (760, 900), "light", "h2:text-is('Outcomes')", 500),
    "phone.png": ("notes/pmid-99000001.html", (320, 640), "dark", "h2:text-is('Outcomes')", 720),
}
"""File → page, window, colours, the element that it begins with, and how many pixels it goes down from there."""
UNFOLD = "(document.querySelector('.ledger .unchanged details') || {}).open = true"
"""The first sentence of what did not change."""
MOST_BYTES = 110_000


def test_the_readme_shows_what_readers_see(pytestconfig: pytest.Config, demo_site: Path, tmp_path: Path) -> None:
    folder = Path(pytestconfig.getoption("--screenshots") or tmp_path)
    with chromium() as browser:
        for name, (path, size, scheme, element, height) in SHOTS.items():
            with window(browser, size, scheme) as shown:
                shown.open(demo_site / path)
                shown.page.evaluate(UNFOLD)
                box = shown.page.locator(element).first.bounding_box()
                assert box
                clip = {"x": 0.0, "y": max(0.0, box["y"] - 16), "width": float(size[0]), "height": float(height)}
                image = shown.page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
            (folder / name).write_bytes(small(image))
            assert (folder / name).stat().st_size < MOST_BYTES
            assert len(Image.open(folder / name).getcolors() or ()) > 16, "there is something on it"


def small(png: bytes) -> bytes:
    """The same picture in few colours: text on paper needs no more."""
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()
