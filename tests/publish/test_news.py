"""What is learned later, in feeds, site and issue: always a new item, never a changed old one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import feedparser
from lxml import html

from litwatch.publish.archive import Archive
from litwatch.publish.feed_items import REJECTS_OF_A_REASON
from litwatch.publish.feeds import MAX_BYTES
from litwatch.publish.pages import issue_page, notices_page
from litwatch.publish.publication import notice_anchor
from litwatch.publish.site import write_site
from tests.publish.later import ARCHIVE, CORRECTION, FINAL, LISTED, RECENT, REJECTS, RETRACTION, UPDATE
from tests.publish.rules import made
from tests.publish.sample import PUBLICATION, REVIEW, WEEK

BEFORE = Archive((RECENT,))


def entries(feed: bytes) -> list[Any]:
    result = feedparser.parse(feed)
    assert not result.bozo, result.get("bozo_exception")
    return list(result.entries)


def test_a_notice_is_a_new_item_and_no_old_item_changes() -> None:
    before, after = entries(made(BEFORE)["nuggets.xml"]), entries(made(ARCHIVE)["nuggets.xml"])
    assert [item.id for item in after[:4]] == [UPDATE.guid, RETRACTION.guid, LISTED.guid, CORRECTION.guid]
    assert after[4:] == before
    assert made(BEFORE)["feed.xml"] == made(ARCHIVE)["feed.xml"]


def test_a_notice_says_in_its_title_what_happened_and_leads_to_the_note() -> None:
    item = entries(made(ARCHIVE)["updates.xml"])[1]
    assert item.title == f"Retracted: {RETRACTION.headline}"
    assert item.link == f"https://litwatch.example/notes/pmid-99000001.html#{notice_anchor(RETRACTION)}"
    assert item.published == "Thu, 16 Apr 2026 07:00:00 GMT"
    assert item.summary == RETRACTION.text
    assert [tag.term for tag in item.tags] == ["Retracted"]
    assert not item.guidislink
    assert "please do not rely on what it says" in item.content[0].value


def test_a_final_citation_is_no_item() -> None:
    archive = replace(ARCHIVE, notices=(FINAL,))
    assert entries(made(archive)["updates.xml"]) == []
    assert FINAL.guid not in [item.id for item in entries(made(archive)["nuggets.xml"])]


def test_an_update_tells_each_outcome_and_the_later_paper() -> None:
    text = html.fromstring(entries(made(ARCHIVE)["updates.xml"])[0].content[0].value).text_content()
    for told in ("pain: agrees (better → better)", "sleep: conflicts", "Walking groups revisited.", UPDATE.text):
        assert told in " ".join(text.split())


def test_what_was_not_picked_is_an_item_a_week() -> None:
    (item,) = entries(made(ARCHIVE)["not-picked.xml"])
    assert item.id == "tag:litwatch.example,2026:issue/2026-W03/not-picked"
    assert item.title == "2026-W03: 3 papers not picked"
    assert item.summary == "older than 400 days (2), no abstract (1)"
    assert item.link == "https://litwatch.example/not-picked/2026-W03.html"
    assert "Rats on wheels" in item.content[0].value


def test_a_long_list_of_what_was_not_picked_is_cut_in_the_feed_and_says_so() -> None:
    many = tuple(replace(REJECTS[0], pmid=str(number + 1)) for number in range(5_000))
    feed = made(replace(ARCHIVE, rejects={WEEK: many}))["not-picked.xml"]
    assert len(feed) < MAX_BYTES
    (item,) = entries(feed)
    assert item.content[0].value.count("<li>") == REJECTS_OF_A_REASON
    assert f"… and {5_000 - REJECTS_OF_A_REASON} more." in item.content[0].value
    assert "All 5000 on the web" in item.content[0].value


def test_the_issue_tells_its_notices_corrections_first_and_the_retraction_before_all() -> None:
    page = html.document_fromstring(issue_page(RECENT, PUBLICATION, ARCHIVE).decode())
    headings = [" ".join(heading.text_content().split()) for heading in page.xpath("//section[@class='more']/h2")]
    assert headings == ["Also new", "Corrections", "Updates to earlier notes", "What was searched"]
    told = page.xpath("//article[contains(@class, 'notice')]/@class")
    assert told == ["notice retraction", "notice correction", "notice update"]
    assert page.xpath("//nav[@class='contents']/p/a/@href") == ["#corrections", "#updates"]


def test_the_page_of_notices_has_all_but_final_citations_newest_first() -> None:
    page = html.document_fromstring(notices_page(ARCHIVE, PUBLICATION).decode())
    assert page.xpath("//article/@id") == [notice_anchor(n) for n in (UPDATE, RETRACTION, LISTED, CORRECTION)]
    assert "Nothing so far." in notices_page(Archive(), PUBLICATION).decode()


def test_a_retraction_changes_only_what_speaks_of_it(tmp_path: Path) -> None:
    archive = replace(ARCHIVE, notices=(CORRECTION,))
    write_site(tmp_path, archive, PUBLICATION)
    changed = write_site(tmp_path, replace(archive, notices=(CORRECTION, RETRACTION)), PUBLICATION)
    stems = ("nuggets", "updates", *(f"topics/{topic}" for topic in REVIEW.topics))
    assert {str(path.relative_to(tmp_path)) for path in changed} == {
        *("issues/2026-W03.html", "notes/pmid-99000001.html", "sitemap.xml", "updates.html"),
        *(f"{stem}.{suffix}" for stem in stems for suffix in ("xml", "atom", "json")),
        *("studies/2026.html", "studies/meta-analysis.html", *(f"topics/{topic}.html" for topic in REVIEW.topics)),
    }
    assert write_site(tmp_path, replace(archive, notices=(RETRACTION, CORRECTION)), PUBLICATION) == []


def test_everything_that_is_linked_to_within_the_site_is_there(tmp_path: Path) -> None:
    issue = replace(RECENT, also=tuple(replace(mention, earlier="") for mention in RECENT.also))
    write_site(tmp_path, replace(ARCHIVE, issues=(issue,)), PUBLICATION)
    links = 0
    for path in tmp_path.rglob("*.html"):
        for link in html.document_fromstring(path.read_text("utf-8")).xpath("//@href"):
            if link.startswith(("https://", "data:")):
                continue
            links += 1
            target, _, fragment = link.partition("#")
            file = (path.parent / target).resolve() if target else path
            assert file.is_file(), f"{path.name}: {link}"
            if fragment:
                assert html.document_fromstring(file.read_text("utf-8")).xpath(f"//*[@id='{fragment}']"), link
    assert links > 100
