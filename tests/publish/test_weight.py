"""No page weighs more than 100 kB, however much there is to tell, and nothing is lost by that."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from lxml import html

from litwatch.publish import lists, pictures
from litwatch.publish.archive import Archive
from litwatch.publish.pages import issue_page, note_page, rejects_page
from litwatch.publish.parts import ENTRY_BYTES, MAX_PAGE_BYTES, Part, entry, lasting, numbered, part_path
from litwatch.publish.publication import rejects_path
from litwatch.publish.site import Documents
from litwatch.publish.sitemap import sitemap
from tests.publish import heavy
from tests.publish.heavy import PUBLICATION
from tests.publish.later import NOTICES
from tests.publish.sample import WEEK

ARCHIVE = heavy.archive()
SITE = Documents(ARCHIVE, PUBLICATION)
FIRST = ARCHIVE.issues[0]
OF_A_KIND = 8
"""So many pages that differ only by their numbers are weighed, the first and the last ones among them."""


def by_kind() -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for path in SITE:
        if path.endswith(".html"):
            kinds.setdefault(re.sub(r"\d+", "N", path), []).append(path)
    return kinds


def tree(page: bytes) -> html.HtmlElement:
    return html.document_fromstring(page.decode("utf-8"))


@pytest.mark.parametrize("kind", by_kind())
def test_no_page_of_a_large_archive_is_heavy(kind: str) -> None:
    """A page loads nothing but itself, so that its bytes are all of its weight."""
    paths = by_kind()[kind]
    for path in {*paths[: OF_A_KIND // 2], *paths[-OF_A_KIND // 2 :]}:
        page = SITE[path]()
        assert len(page) <= MAX_PAGE_BYTES, path
        assert not tree(page).xpath("//img|//script[@src]|//link[@rel='stylesheet']|//iframe|//video|//object")


def test_the_archive_is_as_large_as_it_is_said_to_be() -> None:
    assert len(ARCHIVE.issues) == 500 and len(FIRST.nuggets) == 60
    assert sum(map(len, ARCHIVE.rejects.values())) > 5_000
    assert len(ARCHIVE.rejects[WEEK]) > 500 and len(FIRST.also) > 500


def links(paths: list[str], of: str) -> Counter[str]:
    """What the lists on these pages lead to, by how often."""
    return Counter(address for path in paths for address in tree(SITE[path]()).xpath(f"//main//{of}//a/@href"))


@pytest.mark.parametrize(
    ("paths", "of", "number"),
    [
        ([part.path for part in lists.rejects(FIRST, ARCHIVE)], "ul[@class='rejects']", heavy.FIRST_REJECTS),
        ([part.path for part in lists.issues(ARCHIVE)], "ol[contains(@class, 'issues')]", heavy.WEEKS),
        ([part.path for part in lists.questions(ARCHIVE)], "ul[@class='questions']", 601),
        ([part.path for part in lists.question(ARCHIVE.tallies[0])], "table[contains(@class, 'studies')]//th", 1_500),
    ],
    ids=["not picked", "issues", "questions", "studies of a question"],
)
def test_the_pages_of_a_list_have_each_entry_once(paths: list[str], of: str, number: int) -> None:
    found = links(paths, of)
    assert len(found) == number and set(found.values()) == {1}
    assert len(paths) > 1


@pytest.mark.parametrize(
    "parts",
    [lists.rejects(FIRST, ARCHIVE), lists.issues(ARCHIVE), lists.notices(ARCHIVE), lists.also(FIRST)],
    ids=["not picked", "issues", "notices", "lines"],
)
def test_each_page_of_a_list_leads_to_the_next_and_back(parts: tuple[Part[object], ...]) -> None:
    for part in parts:
        leads = tree(SITE[part.path]()).xpath("//main//a[@rel='prev' or @rel='next']/@href")
        up = "../" * part.path.count("/")
        if part.path != f"issues/{WEEK}.html":
            assert leads == [f"{up}{path}" for path in (part.before, part.after) if path]
    in_turn = [part.path for part in parts]
    assert [part.after for part in parts[:-1]] == in_turn[1:] and [part.before for part in parts[1:]] == in_turn[:-1]
    assert all(path in SITE for path in in_turn)


def test_a_large_issue_tells_each_note_in_full_or_in_a_line_that_leads_to_it() -> None:
    page = tree(issue_page(FIRST, PUBLICATION, ARCHIVE))
    whole = page.xpath("//article[contains(@class, 'nugget')]/@id")
    lines = page.xpath("//section[@aria-labelledby='others']//li/@id")
    assert len(whole) >= 1 and len(whole) + len(lines) == heavy.FIRST_NOTES
    assert page.xpath("//nav[@class='contents']//li/a/@href") == [f"#{name}" for name in (*whole, *lines)]
    (heading,) = page.xpath("//h2[@id='others']/text()")
    assert heading.startswith(f"{len(lines)} more notes")
    one = len(issue_page(FIRST, PUBLICATION, ARCHIVE))
    assert MAX_PAGE_BYTES - 12_000 < one <= MAX_PAGE_BYTES, "as many whole ones as there is room for"


def test_the_lines_of_a_large_issue_go_on_elsewhere() -> None:
    parts = lists.also(FIRST)
    listed = [
        title
        for part in parts
        for title in tree(SITE[part.path]()).xpath("//ul[@class='also']/li/a[contains(@href, 'pubmed')]/@href")
    ]
    assert len(listed) == len(set(listed)) == heavy.FIRST_LINES
    first = tree(SITE[parts[0].path]())
    assert first.xpath(f"//section[@aria-labelledby='also']//a[@href='../{parts[1].path}']")


def test_an_issue_full_of_news_tells_them_in_a_line_each() -> None:
    news = replace(FIRST, nuggets=(), also=(), notices=tuple(ARCHIVE.notices[:200]))
    page = issue_page(news, PUBLICATION, ARCHIVE)
    assert len(page) <= MAX_PAGE_BYTES
    assert len(tree(page).xpath("//section/ul/li/a[starts-with(@href, '../notes/')]")) > 100
    few = issue_page(replace(news, notices=NOTICES[:3]), PUBLICATION, ARCHIVE)
    assert tree(few).xpath("//article[contains(@class, 'notice')]"), "few are told in full"


def test_a_note_with_very_many_rows_keeps_its_rows_rather_than_its_picture() -> None:
    light, dense = (note_page(FIRST, heavy.heavy_note(rows), PUBLICATION, ARCHIVE) for rows in (20, 90))
    assert tree(light).xpath("//figure[@class='forest']") and not tree(dense).xpath("//figure")
    assert len(dense) <= MAX_PAGE_BYTES
    told = tree(dense).xpath("string(//main)")
    assert len(set(re.findall(r"outcome \d+ of some length, \w+ or not", told))) == 90
    assert not pictures.worth(heavy.heavy_note(90))


def test_a_reason_that_goes_on_over_a_page_says_how_many_there_are_in_all() -> None:
    parts = lists.rejects(FIRST, ARCHIVE)
    headings = [
        heading.text_content()
        for part in parts
        for heading in tree(rejects_page(FIRST, PUBLICATION, ARCHIVE, part)).xpath("//h2")
    ]
    assert len(headings) > 3
    assert set(headings) == {"animals (300)", "no outcome could be read (300)", "older than 400 days (300)"}


def test_search_engines_find_every_page_of_a_list() -> None:
    told = sitemap(ARCHIVE, PUBLICATION).decode()
    for parts in (lists.rejects(FIRST, ARCHIVE), lists.issues(ARCHIVE)[1:], lists.also(FIRST)):
        assert all(f"<loc>{PUBLICATION.url(part.path)}</loc>" in told for part in parts)


def weigh(_: int) -> int:
    return 1


def test_a_list_is_cut_from_its_beginning() -> None:
    assert numbered("a/b.html", (), weigh, 3) == (Part("a/b.html", ()),)
    parts = numbered("a/b.html", range(7), weigh, 3)
    assert [(part.path, part.items) for part in parts] == [
        ("a/b.html", (0, 1, 2)),
        ("a/b/2.html", (3, 4, 5)),
        ("a/b/3.html", (6,)),
    ]
    assert [len(part.items) for part in numbered("b.html", range(3), lambda _: 9, 3)] == [1, 1, 1], (
        "heavier than a page"
    )


def test_what_is_closed_of_a_growing_list_stays_as_it_is_and_the_newest_page_is_never_nearly_empty() -> None:
    before: dict[int, tuple[int, ...]] = {}
    for number in range(1, 40):
        newest, *older = lasting("b.html", range(number)[::-1], weigh, 6)
        assert newest.path == "b.html" and newest.number == 0
        assert min(number, 4) <= len(newest.items) <= 6
        now = {part.number: part.items for part in older}
        assert all(now[part] == items for part, items in before.items())
        assert [part.path for part in older] == [part_path("b.html", n) for n in range(len(older), 0, -1)]
        assert [item for part in (newest, *older) for item in part.items] == list(range(number))[::-1]
        before = now
    assert len(before) == 11


def test_an_entry_weighs_what_it_may_become() -> None:
    assert entry("a", "") == ENTRY_BYTES + 1
    assert entry("<é>") == ENTRY_BYTES + 4 + 10


def test_an_empty_archive_has_its_pages() -> None:
    site = Documents(Archive(), PUBLICATION)
    assert {"index.html", "updates.html", "questions/index.html"} <= set(site)
    assert rejects_path(WEEK) not in site
