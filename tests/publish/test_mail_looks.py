"""A mail in a browser, as webmail shows it: light and dark, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from litwatch.publish.message import issue_message, notice_message
from litwatch.publish.proof import taken_apart
from tests.publish.attacks import ATTACKS
from tests.publish.browser import Scheme, Window, chromium
from tests.publish.later import RECENT, RETRACTION, all_filled
from tests.publish.sample import DELIVERY, ISSUE
from tests.publish.test_message import MAILING

BOTH = replace(ISSUE, foreword=RECENT.foreword, notices=RECENT.notices, nuggets=(*ISSUE.nuggets, *RECENT.nuggets))
MAILS = {
    "issue": taken_apart(issue_message(BOTH, DELIVERY, MAILING)).html,
    "notice": taken_apart(notice_message(RETRACTION, DELIVERY, MAILING)).html,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@contextmanager
def opened(browser: Browser, folder: Path, html: str, *, scheme: Scheme = "light", width: int = 700) -> Iterator[Page]:
    """The mail in a window of its own. Nothing may be fetched, written to the console or asked."""
    path = folder / "mail.html"
    path.write_text(html, encoding="utf-8")
    window = Window(browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800}))
    window.open(path)
    yield window.page
    said = [text for text in window.said if not text.startswith("fetched: data:image/png;base64,")]
    window.page.close()
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_in_both_schemes(browser: Browser, tmp_path: Path, scheme: Scheme) -> None:
    """Contrast of 4.5 and the other rules of WCAG 2.2 AA."""
    for html in MAILS.values():
        with opened(browser, tmp_path, html, scheme=scheme) as page:
            assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark")
            found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
            assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 1200])
def test_nothing_is_wider_than_the_window(browser: Browser, tmp_path: Path, width: int) -> None:
    for html in MAILS.values():
        with opened(browser, tmp_path, html, width=width) as page:
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_ways_out_are_on_the_first_screen(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, MAILS["issue"], width=320) as page:
        for name in ("Read on the web", "Unsubscribe"):
            box = page.get_by_role("link", name=name).first.bounding_box()
            assert box
            assert box["y"] < 200


def test_no_text_of_a_record_runs_a_script(browser: Browser, tmp_path: Path) -> None:
    for start in range(0, len(ATTACKS), 43):
        issue = all_filled(" ".join(ATTACKS[start : start + 43])).issues[0]
        with opened(browser, tmp_path, taken_apart(issue_message(issue, DELIVERY, MAILING)).html) as page:
            page.mouse.move(300, 300)
