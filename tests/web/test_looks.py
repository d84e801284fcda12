"""The pages that only a server has, in a real browser and before the Nu checker: search, forms, answers and errors."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tests.publish.browser import PHONE, chromium, window
from tests.publish.test_html import MISREADS, said_by_checker
from tests.web.people import Town, link, opened, own

ADDRESS = "reader@example.org"
PATHS = {
    "search": "search",
    "found": "search?q=walking",
    "not-found": "search?q=zebrafish",
    "nowhere": "no/such/page",
    "issue": "issues/2026-W03.html",  # with the links of a served page
}


def shown_by(town: Town) -> dict[str, str]:
    """Every kind of page by name, as somebody sees it who searches, subscribes, chooses and leaves."""
    pages = {name: town.web.get(f"/{path}").text for name, path in PATHS.items()}
    pages["subscribe"] = town.web.get("/subscribe").text
    pages["asked"] = town.ask(ADDRESS).text
    (question,) = town.deliver()
    pages["confirm"] = town.web.get(link(question)).text
    pages["confirmed"] = town.web.post(link(question)).text
    mine = own(town.deliver()[0])
    pages["settings"] = town.web.get(mine).text
    pages["saved"] = town.web.post(mine, data={"do": "choose", "min_stars": "3", "format": "text"}).text
    pages["left"] = town.web.post(mine, data={"List-Unsubscribe": "One-Click", "by": "page"}).text
    pages["refused"] = town.ask("no address").text
    return pages


def test_pages_of_the_server_are_accessible_valid_and_silent(
    sqlite_url: str, tmp_path: Path, now: datetime, root: Path
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    with contextmanager(opened)(sqlite_url, tmp_path, now) as town:
        for name, page in shown_by(town).items():
            (folder / f"{name}.html").write_text(page, encoding="utf-8")
    found = {}
    with chromium() as browser, window(browser, PHONE) as shown:
        for name in PATHS:  # the forms are looked at in test_journey.py
            shown.open(folder / f"{name}.html")
            found[name] = shown.faults() + shown.said
            shown.said.clear()
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert [said for said in said_by_checker(root, folder) if not said.startswith(MISREADS)] == []
