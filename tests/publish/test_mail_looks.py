"""A mail in a browser, as webmail shows it: light and dark, on a phone and on a desk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from litwatch.publish.message import issue_message, notice_message
from litwatch.publish.proof import taken_apart
from tests.absent import absent
from tests.publish.later import RECENT, RETRACTION, all_filled
from tests.publish.sample import DELIVERY, ISSUE
from tests.publish.test_message import MAILING
from tests.publish.xss import CORPUS

Scheme = Literal["light", "dark"]
BOTH = replace(ISSUE, foreword=RECENT.foreword, notices=RECENT.notices, nuggets=(*ISSUE.nuggets, *RECENT.nuggets))
MAILS = {
    "issue": taken_apart(issue_message(BOTH, DELIVERY, MAILING)).html,
    "notice": taken_apart(notice_message(RETRACTION, DELIVERY, MAILING)).html,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        absent("chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


def opened(browser: Browser, folder: Path, html: str, *, scheme: Scheme, width: int) -> Page:
    """The page, with all that its console and its dialogs say in `page.title()` of nothing: they fail the test."""
    path = folder / "mail.html"
    path.write_text(html, encoding="utf-8")
    page = browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    page.on("console", lambda message: pytest.fail(f"the console: {message.text}"))
    page.on("request", lambda request: request.url.startswith(("file:", "data:")) or pytest.fail(request.url))
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_in_both_schemes(browser: Browser, tmp_path: Path, scheme: Scheme) -> None:
    """Contrast of 4.5 and the other rules of WCAG 2.2 AA."""
    for html in MAILS.values():
        page = opened(browser, tmp_path, html, scheme=scheme, width=700)
        options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
        found = Axe().run(page, options=options)
        assert found.violations_count == 0, found.generate_report()
        is_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
        assert is_dark == (scheme == "dark")
        page.close()


@pytest.mark.parametrize("width", [320, 1200])
def test_nothing_is_wider_than_the_window(browser: Browser, tmp_path: Path, width: int) -> None:
    for html in MAILS.values():
        page = opened(browser, tmp_path, html, scheme="light", width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()


def test_the_ways_out_are_on_the_first_screen(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, MAILS["issue"], scheme="light", width=320)
    for name in ("Read on the web", "Unsubscribe"):
        box = page.get_by_role("link", name=name).first.bounding_box()
        assert box
        assert box["y"] < 200
    page.close()


def test_no_text_of_a_record_runs_a_script(browser: Browser, tmp_path: Path) -> None:
    for start in range(0, len(CORPUS), 43):
        text = " ".join(CORPUS[start : start + 43])
        page = opened(
            browser, tmp_path, taken_apart(issue_message(all_filled(text).issues[0], DELIVERY, MAILING)).html,
            scheme="light", width=700,
        )  # fmt: skip
        page.mouse.move(300, 300)
        page.close()
