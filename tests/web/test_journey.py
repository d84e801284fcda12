"""The whole way of a reader in a real browser: subscribe, confirm, search, read, choose otherwise, leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from litwatch.domain.subscriber import MailFormat
from litwatch.service.search import catch_up
from tests.publish.browser import EVERYTHING, LOOKS, PHONE, Scheme, Window, chromium, window
from tests.publish.sample import ISSUE
from tests.web.listening import HOST, running
from tests.web.people import Town, link, opened, own


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def town(sqlite_url: str, tmp_path: Path, now: datetime) -> Iterator[Town]:
    for town in opened(sqlite_url, tmp_path, now):
        catch_up(town.app.database)
        yield town


class Reader:
    """Somebody in front of a window, whose page has to be without fault at every step."""

    def __init__(self, seen: Window, site: str, rules: Mapping[str, object] = EVERYTHING) -> None:
        self._seen = seen
        self._site = site
        self._rules = dict(rules)
        self.page = seen.page

    def go(self, path: str) -> None:
        self.page.goto(self._site + path)
        self.look()

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button).click()
        self.page.wait_for_load_state()
        self.look()

    def reads(self, *words: str) -> None:
        text = " ".join(self.page.inner_text("main").split())
        for expected in words:
            assert expected in text

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.look()

    def look(self) -> None:
        """axe finds nothing, the browser says nothing, and nothing is wider than the window."""
        found = Axe().run(self.page, options=self._rules).response["violations"]
        assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert self._seen.said == []
        assert self.page.context.cookies() == []


@pytest.mark.parametrize(
    ("size", "scheme", "rules"), LOOKS, ids=["phone-light", "phone-dark", "desktop-dark", "desktop-light"]
)
def test_subscribe_confirm_search_read_choose_leave(
    size: tuple[int, int], scheme: Scheme, rules: Mapping[str, object], browser: Browser, town: Town
) -> None:
    with running(town.app) as server, window(browser, size, scheme) as seen:
        reader = Reader(seen, f"http://{HOST}:{server.port}", rules)
        reader.go("/")
        assert reader.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") == (scheme == "dark")
        reader.follow("By email")
        reader.page.get_by_label("Email address").fill("ann@example.org")
        town.wait(seconds=10)
        reader.press("Subscribe")
        reader.reads("Now look into your mail")
        (question,) = town.deliver()
        reader.go(link(question))
        reader.reads("One click more", "ann@example.org is to get")
        assert town.app.roster.listing() == []
        reader.press("Yes, send me litwatch")
        reader.reads("You are subscribed.")
        (welcome,) = town.deliver()
        reader.follow("litwatch")
        reader.follow("Search")
        reader.page.get_by_label("Words in a note").fill("walking joints")
        reader.page.get_by_label("Verdict").select_option("something did not clearly change (1)")
        reader.page.get_by_label("Order").select_option("most people first")
        reader.press("Search")
        reader.reads("1 note found, most people first")
        reader.follow(ISSUE.nuggets[0].headline)
        reader.reads("C-reactive protein", "= no clear change")
        quote = reader.page.get_by_role("row", name="sleep").get_by_text("No differences were found")
        assert not quote.is_visible()
        reader.page.get_by_role("row", name="sleep").get_by_text("Quote").click()
        assert quote.is_visible()
        reader.look()
        reader.follow(ISSUE.title)
        reader.go(own(welcome))
        reader.page.get_by_label("Inflammation and chronic pain").uncheck()
        reader.page.get_by_label("only notes with three stars or more").check()
        reader.page.get_by_label("plain text only").check()
        reader.press("Save")
        reader.reads("Saved: topics, which notes, format.")
        (person,) = town.app.roster.listing()
        assert (len(person.topics), person.min_stars, person.format) == (2, 3, MailFormat.TEXT)
        reader.press("Unsubscribe ann@example.org")
        reader.reads("ann@example.org is unsubscribed.")
        assert town.app.roster.listing() == []
        reader.go(own(welcome))
        reader.reads("ann@example.org is unsubscribed since 21 March 2025.")


def test_what_is_wrong_with_a_form_is_said_where_it_is(browser: Browser, town: Town) -> None:
    with running(town.app) as server, window(browser, PHONE) as seen:
        reader = Reader(seen, f"http://{HOST}:{server.port}")
        reader.go("/subscribe")
        reader.page.get_by_label("Email address").fill("ann@localhost")
        town.wait(seconds=10)
        reader.page.get_by_role("button", name="Subscribe").click()
        reader.page.get_by_role("alert").wait_for()
        assert seen.said.pop().endswith("400 (Bad Request)"), "the browser says so by itself"
        reader.look()
        assert reader.page.get_by_label("Email address").get_attribute("aria-describedby") == "problem"
