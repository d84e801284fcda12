"""The feeds: valid whatever the text, the same bytes until something changes, ids that never do."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from lxml import etree, html

from litwatch.domain.digest import Issue
from litwatch.errors import PublishError
from litwatch.publish import feeds
from litwatch.publish.archive import Archive
from litwatch.publish.feeds import ISSUES_IN_FEED, MAX_BYTES, issues_feed
from litwatch.publish.publication import Publication
from tests.publish.later import all_filled
from tests.publish.nasty import NASTY, any_text
from tests.publish.sample import COHORT, ISSUE, PROTOCOL, PUBLICATION, QUIET, REVIEW, WEEK, many_issues


def nuggets_feed(issues: Sequence[Issue], publication: Publication) -> bytes:
    return feeds.nuggets_feed(Archive(issues), publication)


BUILDERS = (issues_feed, nuggets_feed)


def parsed(feed: bytes) -> Any:
    result = feedparser.parse(feed)
    assert not result.bozo, result.get("bozo_exception")
    return result


def channel(feed: bytes) -> etree._Element:
    found = etree.fromstring(feed).find("channel")
    assert found is not None
    return found


def test_an_issue_is_one_item_with_its_whole_text() -> None:
    feed = parsed(issues_feed([ISSUE], PUBLICATION))
    (item,) = feed.entries
    assert item.title == "Three studies: walking groups, weights and cold baths"
    assert item.link == "https://litwatch.example/issues/2026-W03.html"
    assert item.id == "tag:litwatch.example,2026:issue/2026-W03"
    assert not item.guidislink
    assert item.summary == ISSUE.summary
    assert [tag.term for tag in item.tags] == [
        "Exercise and inflammation",
        "Exercise and chronic pain",
        "Inflammation and chronic pain",
    ]
    text = html.fromstring(item.content[0].value).text_content()
    for told in ("SMD −0.41 (95% CI −0.66 to −0.16)", "interleukin 6", "Przykład E", "no outcome could be read (88)"):
        assert told in text


def test_the_channel_says_what_it_is() -> None:
    feed = issues_feed([ISSUE], PUBLICATION)
    top = channel(feed)
    assert top.findtext("link") == "https://litwatch.example/"
    assert top.findtext("language") == "en"
    assert top.findtext("description") == PUBLICATION.description
    self_link = top.find("{http://www.w3.org/2005/Atom}link")
    assert self_link is not None
    assert dict(self_link.attrib) == {
        "href": "https://litwatch.example/feed.xml",
        "rel": "self",
        "type": "application/rss+xml",
    }
    assert top.findtext("lastBuildDate") == "Fri, 16 Jan 2026 07:00:00 GMT"
    assert top.findtext("item/pubDate") == "Fri, 16 Jan 2026 07:00:00 GMT"


def test_a_nugget_is_one_item_that_links_to_its_page() -> None:
    feed = parsed(nuggets_feed([ISSUE], PUBLICATION))
    assert [item.id for item in feed.entries] == [REVIEW.guid, COHORT.guid, PROTOCOL.guid]
    assert feed.entries[1].link == "https://litwatch.example/notes/pmid-99000002.html"
    assert feed.entries[1].summary == "Cohort study, n=3,410: 1 better, 1 worse"
    assert "OR 1.31 (95% CI 1.05 to 1.63)" in feed.entries[1].content[0].value


def test_newest_first_whatever_the_order_given_and_about_thirty() -> None:
    issues = many_issues(40)
    feed = parsed(issues_feed(issues, PUBLICATION))
    assert [item.id for item in feed.entries] == [issue.guid for issue in reversed(issues)][:ISSUES_IN_FEED]
    assert parsed(issues_feed(issues[::-1], PUBLICATION)).entries[0].id == issues[-1].guid
    assert channel(issues_feed(issues, PUBLICATION)).findtext("lastBuildDate") == "Fri, 16 Oct 2026 07:00:00 GMT"


@pytest.mark.parametrize("build", BUILDERS)
def test_two_builds_are_byte_identical(build: Any) -> None:
    first = build(many_issues(3), PUBLICATION)
    # feedgen's default dates have a resolution of a second.
    time.sleep(1.1)
    assert build(many_issues(3), PUBLICATION) == first


@pytest.mark.parametrize("build", BUILDERS)
def test_without_issues_the_feed_is_valid_and_has_no_date_of_its_own(build: Any) -> None:
    feed = build([], PUBLICATION)
    assert parsed(feed).entries == []
    assert b"lastBuildDate" not in feed


def test_ids_survive_a_new_title_and_a_new_address() -> None:
    moved = replace(PUBLICATION, title="Another name", base_url="https://elsewhere.example/litwatch/")
    edited = replace(ISSUE, title="Edited", nuggets=(replace(REVIEW, headline="Edited"), COHORT, PROTOCOL))
    for build in BUILDERS:
        before = [item.id for item in parsed(build([ISSUE], PUBLICATION)).entries]
        assert [item.id for item in parsed(build([edited], moved)).entries] == before
    assert parsed(issues_feed([ISSUE], moved)).entries[0].link.startswith("https://elsewhere.example/litwatch/issues/")


def test_every_address_in_the_content_is_absolute() -> None:
    for build in BUILDERS:
        for item in parsed(build([ISSUE], PUBLICATION)).entries:
            links = [link for _, _, link, _ in html.fromstring(f"<div>{item.content[0].value}</div>").iterlinks()]
            assert links
            assert all(link.startswith("https://") for link in links), links


@pytest.mark.parametrize("text", NASTY)
def test_nasty_text_leaves_the_feed_valid(text: str) -> None:
    valid_with(all_filled(text[:2000]))


@settings(max_examples=20, deadline=None)
@given(any_text)
def test_any_text_leaves_the_feed_valid(text: str) -> None:
    valid_with(all_filled(text[:2000]))


def valid_with(archive: Archive) -> None:
    (issue,) = archive.issues
    feed = parsed(issues_feed([issue, replace(ISSUE, week=WEEK.next())], PUBLICATION))
    assert len(feed.entries) == 2
    content = channel(issues_feed([issue], PUBLICATION)).findtext(
        "item/{http://purl.org/rss/1.0/modules/content/}encoded"
    )
    assert content
    assert "<script" not in content
    assert len(parsed(feeds.nuggets_feed(archive, PUBLICATION)).entries) == 4
    assert len(parsed(feeds.notices_feed(archive, PUBLICATION)).entries) == 2
    assert len(parsed(feeds.rejects_feed(archive, PUBLICATION)).entries) == 1


@pytest.mark.parametrize(
    "bad",
    [replace(ISSUE, published=datetime(2026, 1, 16, 7)), replace(ISSUE, guid="\x00"), replace(ISSUE, nuggets=None)],  # type: ignore[arg-type]  # noqa: DTZ001
    ids=["no zone", "no id", "no nuggets"],
)
def test_one_bad_item_is_left_out_and_the_others_are_there(bad: Issue, caplog: pytest.LogCaptureFixture) -> None:
    good = replace(QUIET, week=WEEK.previous(), guid="tag:litwatch.example,2026:issue/2026-W02")
    feed = parsed(issues_feed([bad, good], PUBLICATION))
    assert [item.id for item in feed.entries] == ["tag:litwatch.example,2026:issue/2026-W02"]
    assert "left out of the feed" in caplog.text


def test_a_feed_of_nothing_but_bad_items_is_not_made() -> None:
    with pytest.raises(PublishError, match="none of its 2 items can be built"):
        issues_feed([replace(ISSUE, guid=""), replace(ISSUE, guid=" ", week=WEEK.next())], PUBLICATION)


def test_a_long_feed_loses_its_oldest_items() -> None:
    long = "These words fill the feed until it is too long for some readers. " * 400
    issues = [replace(issue, summary=long) for issue in many_issues(20)]
    feed = issues_feed(issues, PUBLICATION)
    entries = parsed(feed).entries
    assert len(feed) <= MAX_BYTES
    assert 5 < len(entries) < 20
    assert entries[0].id == issues[-1].guid
    one_more = issues_feed(issues[-len(entries) - 1 :], PUBLICATION)
    assert len(parsed(one_more).entries) == len(entries)


def test_dates_of_other_zones_are_told_in_gmt() -> None:
    from datetime import timezone

    eastern = datetime(2026, 1, 16, 2, 0, 0, 999, tzinfo=timezone(timedelta(hours=-5)))
    assert eastern.astimezone(UTC).hour == 7
    feed = channel(issues_feed([replace(ISSUE, published=eastern)], PUBLICATION))
    assert feed.findtext("item/pubDate") == "Fri, 16 Jan 2026 07:00:00 GMT"
