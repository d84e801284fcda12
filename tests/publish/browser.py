"""A real browser that opens pages from disk, and remembers whatever it had to say about them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

from tests.absent import absent

PHONE = (320, 640)
DESKTOP = (1280, 900)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]

Scheme = Literal["light", "dark"]

EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
"""All rules of axe-core, and WCAG 2.2's size of targets, which it leaves out unless asked."""
COLOURS: dict[str, Any] = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
"""What can be otherwise in the same layout with other colours."""
LOOKS: tuple[tuple[tuple[int, int], Scheme, dict[str, Any]], ...] = (
    (PHONE, "light", EVERYTHING),
    (PHONE, "dark", COLOURS),
    (DESKTOP, "dark", EVERYTHING),
    (DESKTOP, "light", COLOURS),
)


@dataclass
class Window:
    """A page in the browser. `said` is what stood in the console, what was thrown, which dialog opened, what was fetched."""

    page: Page
    said: list[str] = field(default_factory=list)

    def open(self, path: Path) -> None:
        self.page.goto(path.as_uri())

    def faults(self) -> list[str]:
        """What axe-core finds with everything unfolded, in each of LOOKS, and what is wider than the window (WCAG 1.4.10)."""
        found = []
        self.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
        self.page.evaluate(Axe().axe_script)
        for (width, height), scheme, options in LOOKS:
            self.page.emulate_media(color_scheme=scheme)
            self.page.set_viewport_size({"width": width, "height": height})
            result = AxeResults(self.page.evaluate("options => axe.run(options)", options))
            if result.violations_count:
                found.append(f"{width} px, {scheme}: {result.generate_report()}")
            if (wide := self.page.evaluate("document.documentElement.scrollWidth")) > width:
                found.append(f"{width} px, {scheme}: {wide} px wide")
        return found

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self.said.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("request", lambda request: self._fetched(request.url, document=request.is_navigation_request()))
        self.page.on("dialog", self._asked)

    def _asked(self, dialog: Dialog) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _fetched(self, url: str, *, document: bool) -> None:
        if not document:
            self.said.append(f"fetched: {url}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or the one that CHROMIUM names. Absent: the test is skipped, but fails in CI."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if program is None:
        absent("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def window(browser: Browser, size: tuple[int, int], scheme: Scheme = "light") -> Iterator[Window]:
    """A window of `size` (width, height in CSS pixels) without cookies or anything else from before."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    try:
        yield Window(context.new_page())
    finally:
        context.close()
