"""Every kind of page in a real browser: accessible, silent, alone, and as wide as the window."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from litwatch.publish.pages import issue_page, message_page, note_page, uncounted_page
from litwatch.publish.publication import Publication
from litwatch.publish.site import Documents, write_site
from tests.publish.attacks import ATTACKS
from tests.publish.browser import DESKTOP, PHONE, Window, chromium, window
from tests.publish.later import ARCHIVE, all_filled
from tests.publish.sample import PUBLICATION, QUIET

KINDS = (
    "index.html",
    "issues/2026-W03.html",
    "issues/2026-W04.html",
    "message.html",
    "method.html",
    "not-picked/2026-W03.html",
    "notes/pmid-99000001.html",
    "notes/pmid-99000002.html",
    "questions/gone.html",
    "questions/index.html",
    "questions/walking_c-reactive-protein_osteoarthritis.html",
    "studies/2026.html",
    "studies/index.html",
    "updates.html",
)
"""A page of each kind: the site of an archive with a quiet week in it, and what lies beside an archive."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    quiet = replace(QUIET, week=ARCHIVE.issues[0].week.next(), guid="tag:litwatch.example,2026:issue/quiet")
    write_site(folder, replace(ARCHIVE, issues=(*ARCHIVE.issues, quiet)), PUBLICATION)
    (folder / "questions/gone.html").write_bytes(uncounted_page("questions/gone.html", PUBLICATION))
    message = message_page("Not Found", "There is no such page.", "message.html", replace(PUBLICATION, served=True))
    (folder / "message.html").write_bytes(message)
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_accessible_and_silent(kind: str, browser: Browser, site: Path) -> None:
    """axe-core finds nothing, the browser says nothing, and nothing is wider than the window (WCAG 2.2, 1.4.10)."""
    with window(browser, PHONE) as shown:
        shown.open(site / kind)
        assert shown.faults() == []
        assert shown.page.evaluate("getComputedStyle(document.body).maxWidth") != "none", "the style sheet is blocked"
    assert shown.said == []


def test_the_judge_of_pages_can_find_fault(browser: Browser, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"
    bad.write_text("<title>x</title><style>p{color:#999;background:#fff}</style><p>pale<img src=a.png width=2000>")
    with window(browser, PHONE) as shown:
        shown.open(bad)
        found = "".join(shown.faults())
    assert all(rule in found for rule in ("320 px, light", "color-contrast", "image-alt", "html-has-lang", "px wide"))
    assert [said.partition(":")[0] for said in shown.said] == ["fetched", "console"]


def test_what_is_folded_is_printed_each_sentence_once(browser: Browser, site: Path) -> None:
    with window(browser, DESKTOP) as shown:
        shown.open(site / "notes/pmid-99000001.html")
        quotes = shown.page.locator(".ledger blockquote")
        assert not any(quote.is_visible() for quote in quotes.all())
        shown.page.emulate_media(media="print")
        printed = [quote.inner_text() for quote in quotes.all() if quote.is_visible()]
        assert len(printed) == len(set(printed)), "a sentence under several rows stands under the last of them"
        assert set(printed) == set(quotes.all_text_contents())
        assert not shown.page.locator(".site nav").is_visible()


def test_a_row_opens_with_the_keyboard(browser: Browser, site: Path) -> None:
    with window(browser, PHONE) as shown:
        shown.open(site / "notes/pmid-99000001.html")
        row = shown.page.locator(".ledger summary").first
        row.focus()
        shown.page.keyboard.press("Enter")
        assert shown.page.locator(".ledger blockquote").first.is_visible()
        shown.page.keyboard.press("Home")
        shown.page.reload()
        shown.page.keyboard.press("Tab")
        assert shown.page.evaluate("document.activeElement.textContent") == "Skip to the text"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_ledger_stays_a_table_for_who_hears_it(size: tuple[int, int], browser: Browser, site: Path) -> None:
    """What the browser tells a screen reader, whichever way the rows are laid out."""
    with window(browser, size) as shown:
        shown.open(site / "notes/pmid-99000001.html")
        nodes = shown.page.context.new_cdp_session(shown.page).send("Accessibility.getFullAXTree")["nodes"]
    told = Counter(node["role"]["value"] for node in nodes)
    rows = [node["name"]["value"] for node in nodes if node["role"]["value"] == "rowheader"]
    assert (told["table"], told["columnheader"], told["row"], told["cell"]) == (1, 4, 1 + 7, 3 * 7)
    assert (rows[0], rows[5]) == ("pain", "sleep")
    (name,) = (node["name"]["value"] for node in nodes if node["role"]["value"] == "table")
    assert name == "3 better, 3 no clear change, 1 mixed or unclear"


LETTERS = """[...document.querySelectorAll('.ledger tbody tr')].map(row => ['th', '.way'].map(cell => {
    const style = getComputedStyle(row.querySelector(cell));
    return [style.fontSize, style.fontWeight, style.opacity, style.display].join();
}).join(' '))"""


def test_what_did_not_improve_is_as_loud_as_what_did(browser: Browser, site: Path) -> None:
    for size in (PHONE, DESKTOP):
        with window(browser, size) as shown:
            for note in ("pmid-99000001", "pmid-99000002"):
                shown.open(site / f"notes/{note}.html")
                assert len(set(shown.page.evaluate(LETTERS))) == 1


STRANGERS = """[...document.querySelectorAll('*')].filter(element =>
    ['IMG', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'FORM', 'VIDEO', 'AUDIO', 'TEMPLATE'].includes(element.tagName)
    || (element.tagName === 'SCRIPT' && element.type !== 'application/ld+json')
    || [...element.attributes].some(each => each.name.startsWith('on') || each.name === 'style')
).map(element => element.outerHTML)"""


def test_no_text_from_outside_becomes_markup(browser: Browser, tmp_path: Path) -> None:
    """Two hundred attacks, twenty in every field at once: title, authors, journal, quotes, numbers, topics, notices."""
    assert len(ATTACKS) >= 200
    with window(browser, DESKTOP) as shown:
        for start in range(0, len(ATTACKS), 20):
            text = " ".join(ATTACKS[start : start + 20])
            archive = all_filled(text)
            (issue,) = archive.issues
            for page in (
                note_page(issue, issue.nuggets[0], named(text), archive),
                issue_page(issue, named(text), archive),
            ):
                path = tmp_path / "page.html"
                path.write_bytes(page)
                shown.open(path)
                assert harmless(shown) == [], text
                for data in shown.page.locator("script").all_text_contents():
                    assert json.loads(data)["@type"] in ("Article", "PublicationIssue")


def test_no_page_takes_text_for_markup(browser: Browser, tmp_path: Path) -> None:
    """All attacks in every field of a site, on a page of each kind: also in questions, reasons, queries and lists."""
    text, question = " ".join(ATTACKS), "<script>alert(1)</script>"  # a question becomes a file name
    site = Documents(all_filled(text, question), named(text))
    pages = {path.partition("/")[0]: render for path, render in site.items() if path.endswith(".html")}
    assert {"index.html", "issues", "notes", "questions", "studies", "topics", "not-picked"} <= set(pages)
    with window(browser, DESKTOP) as shown:
        for kind, render in pages.items():
            path = tmp_path / f"{kind}.html"
            path.write_bytes(render())
            shown.open(path)
            assert harmless(shown) == [], kind


def named(text: str) -> Publication:
    return replace(PUBLICATION, title=text, description=text, topic_titles={"exercise-pain": text})


def harmless(shown: Window) -> list[str]:
    """What became of the attacks; empty if nothing."""
    hit = ["the script ran"] if shown.page.evaluate("'hit' in window") else []
    return [*hit, *shown.said, *shown.page.evaluate(STRANGERS)]
