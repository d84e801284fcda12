"""The feeds: valid whatever the text, the same bytes until something changes, ids that never do."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import feedparser
import pytest
from hypothesis import given, settings
from lxml import etree, html

from litwatch.domain.digest import Issue, Tags
from litwatch.domain.prose import Provenance, Sentence
from litwatch.errors import PublishError
from litwatch.publish.archive import Archive
from litwatch.publish.channels import Format, content_type, link_header
from litwatch.publish.feed_items import LARGEST, LARGEST_NOTE, issue_item, nugget_item
from litwatch.publish.feeds import HEAD_BYTES, IN_FEED, MAX_BYTES, ON_PAGE, documents
from tests.publish.later import ARCHIVE, CORRECTION, REJECTS, RETRACTION, UPDATE, all_filled
from tests.publish.nasty import NASTY, any_text
from tests.publish.rules import check, check_opml, ids, made
from tests.publish.sample import COHORT, ISSUE, PROTOCOL, PUBLICATION, PUBLISHED, QUIET, REVIEW, WEEK, many_issues

STEMS = ("feed", "nuggets", "updates", "not-picked", *(f"topics/{name}" for name in PUBLICATION.topic_titles))
SUFFIXES = ("xml", "atom", "json")


def parsed(feed: bytes) -> Any:
    result = feedparser.parse(feed)
    assert not result.bozo, result.get("bozo_exception")
    return result


def channel(feed: bytes) -> etree._Element:
    found = etree.fromstring(feed).find("channel")
    assert found is not None
    return found


def test_every_feed_is_there_in_every_format_and_follows_the_rules() -> None:
    files = made(ARCHIVE)
    assert set(files) == {f"{stem}.{suffix}" for stem in STEMS for suffix in SUFFIXES} | {"feeds.opml"}
    assert list(files)[-1] == "feed.xml", "what is linked to is there before"
    for path, content in files.items():
        if path == "feeds.opml":
            check_opml(content)
        else:
            check(path, content)
            assert content_type(path), path


def test_the_three_formats_say_the_same() -> None:
    files = made(ARCHIVE)
    for stem in STEMS:
        assert len({tuple(ids(f"{stem}.{suffix}", files[f"{stem}.{suffix}"])) for suffix in SUFFIXES}) == 1, stem
        rss, atom = parsed(files[f"{stem}.xml"]), parsed(files[f"{stem}.atom"])
        feed = json.loads(files[f"{stem}.json"])
        contents = [item["content_html"] for item in feed["items"]]
        assert [element.text for element in etree.fromstring(files[f"{stem}.xml"]).iter("{*}encoded")] == contents
        assert [element.text for element in etree.fromstring(files[f"{stem}.atom"]).iter("{*}content")] == contents
        for of_rss, of_atom, of_json in zip(rss.entries, atom.entries, feed["items"], strict=True):
            assert of_rss.title == of_atom.title == of_json["title"]
            assert of_rss.link == of_atom.link == of_json["url"]
            assert of_rss.summary == of_atom.summary == of_json["summary"]
            assert of_rss.published_parsed == of_atom.published_parsed == of_atom.updated_parsed
            assert of_json["date_published"] == of_atom.published
            assert [tag.term for tag in of_rss.tags] == [tag.term for tag in of_atom.tags] == of_json["tags"]
            assert of_rss.author == of_atom.author == of_json["authors"][0]["name"] == "litwatch"


def test_an_issue_is_one_item_with_its_whole_text() -> None:
    (item,) = parsed(made([ISSUE])["feed.xml"]).entries
    assert item.title == "Three studies: walking groups, weights and cold baths"
    assert item.link == "https://litwatch.example/issues/2026-W03.html"
    assert item.id == "tag:litwatch.example,2026:issue/2026-W03"
    assert not item.guidislink
    assert item.summary == ISSUE.summary
    text = html.fromstring(item.content[0].value).text_content()
    for told in ("SMD −0.41 (95% CI −0.66 to −0.16)", "interleukin 6", "Przykład E", "no outcome could be read (88)"):
        assert told in text


def test_categories_are_topics_design_verdict_conditions_and_exercises() -> None:
    tagged = replace(REVIEW, tags=Tags("Meta-analysis", ("knee osteoarthritis", "low back pain"), ("walking",)))
    files = made([replace(ISSUE, nuggets=(tagged, COHORT, PROTOCOL))])
    review, cohort, protocol = parsed(files["nuggets.xml"]).entries
    assert [tag.term for tag in review.tags] == [
        *("Exercise and inflammation", "Exercise and chronic pain"),
        *("Meta-analysis", "verdict: mixed", "knee osteoarthritis", "low back pain", "walking"),
    ]
    assert [tag.term for tag in cohort.tags] == ["Exercise and chronic pain", "verdict: mixed"]
    assert [tag.term for tag in protocol.tags] == ["Inflammation and chronic pain", "verdict: no results"]
    (issue,) = parsed(files["feed.xml"]).entries
    assert [tag.term for tag in issue.tags].count("Exercise and chronic pain") == 1
    assert {"walking", "verdict: mixed"} <= {tag.term for tag in issue.tags}


def test_the_channel_says_what_it_is() -> None:
    top = channel(made([ISSUE])["feed.xml"])
    assert top.findtext("title") == "litwatch"
    assert top.findtext("link") == "https://litwatch.example/"
    assert top.findtext("language") == "en"
    assert top.findtext("description") == PUBLICATION.description
    (self_link,) = top.findall("{http://www.w3.org/2005/Atom}link")
    assert dict(self_link.attrib) == {
        "href": "https://litwatch.example/feed.xml",
        "rel": "self",
        "type": "application/rss+xml",
    }
    assert top.findtext("lastBuildDate") == "Fri, 16 Jan 2026 07:00:00 GMT"
    assert top.findtext("item/pubDate") == "Fri, 16 Jan 2026 07:00:00 GMT"


def test_a_nugget_is_one_item_whose_title_tells_design_size_and_verdict() -> None:
    feed = parsed(made([ISSUE])["nuggets.xml"])
    assert [item.id for item in feed.entries] == [REVIEW.guid, COHORT.guid, PROTOCOL.guid]
    review, cohort, _ = feed.entries
    assert cohort.link == "https://litwatch.example/notes/pmid-99000002.html"
    assert (
        cohort.title
        == "Lifting weights and back pain in 3,410 invented nurses · Cohort study, n=3,410: 1 better, 1 worse"
    )
    assert cohort.summary == "Cohort study, n=3,410: 1 better, 1 worse"
    assert review.summary == "In short: better for pain; no clear change in C-reactive protein."
    assert "OR 1.31 (95% CI 1.05 to 1.63)" in cohort.content[0].value


def test_items_of_one_moment_keep_their_order_in_readers_that_sort_by_date() -> None:
    together = Archive([ISSUE], notices=(replace(UPDATE, made=RETRACTION.made), RETRACTION))
    entries = parsed(made(together)["nuggets.xml"]).entries
    assert [entry.published for entry in entries] == [
        *("Thu, 16 Apr 2026 07:00:00 GMT", "Thu, 16 Apr 2026 06:59:59 GMT"),
        *("Fri, 16 Jan 2026 07:00:00 GMT", "Fri, 16 Jan 2026 06:59:59 GMT", "Fri, 16 Jan 2026 06:59:58 GMT"),
    ]
    assert [entry.id for entry in entries[2:]] == [REVIEW.guid, COHORT.guid, PROTOCOL.guid]


def test_no_title_or_summary_ends_before_what_did_not_improve() -> None:
    long = replace(
        REVIEW,
        headline="A headline that goes on " * 40,
        takeaway=Sentence(f"In short: better for {'pain, ' * 200}; no clear change in sleep.", Provenance.DERIVED),
    )
    item = nugget_item(long, PUBLISHED, PUBLICATION)
    assert item.title.endswith(f"… · {REVIEW.meta}")
    assert item.summary == REVIEW.meta
    meta = f"Trial: {'pain, ' * 200} better, sleep no clear change"
    longer = nugget_item(replace(long, meta=meta), PUBLISHED, PUBLICATION)
    assert "Trial" not in longer.title + longer.summary


def test_a_notice_is_a_new_item_and_the_note_stays_as_it_was() -> None:
    before, after = made([ISSUE]), made(Archive([ISSUE], notices=(RETRACTION,)))
    assert ids("nuggets.xml", after["nuggets.xml"]) == [RETRACTION.guid, *ids("nuggets.xml", before["nuggets.xml"])]
    for old, new in zip(parsed(before["nuggets.xml"]).entries, parsed(after["nuggets.xml"]).entries[1:], strict=True):
        assert old.content == new.content
    (told,) = parsed(after["updates.xml"]).entries
    assert told.title.startswith("Retracted: Walking groups")
    assert told.link.startswith("https://litwatch.example/notes/pmid-99000001.html#u-")
    assert before["feed.xml"] == after["feed.xml"]


def test_a_topic_has_its_notes_and_their_notices_under_ids_of_its_own() -> None:
    files = made(Archive([ISSUE], notices=(UPDATE, CORRECTION)))
    expected = [f"{guid}/topic/exercise-pain" for guid in (UPDATE.guid, CORRECTION.guid, REVIEW.guid, COHORT.guid)]
    assert ids("topics/exercise-pain.xml", files["topics/exercise-pain.xml"]) == expected
    everywhere = [guid for stem in STEMS if stem != "updates" for guid in ids(f"{stem}.xml", files[f"{stem}.xml"])]
    assert len(everywhere) == len(set(everywhere)), "a reader that goes by ids alone shows each of them"


def test_a_topic_that_is_polled_no_more_keeps_its_feed() -> None:
    old = replace(ISSUE, nuggets=(replace(COHORT, topics=("given-up",)),))
    files = made([old])
    assert ids("topics/given-up.xml", files["topics/given-up.xml"]) == [f"{COHORT.guid}/topic/given-up"]


def test_newest_first_whatever_the_order_given_and_about_thirty() -> None:
    issues = many_issues(40)
    files = made(issues)
    assert ids("feed.xml", files["feed.xml"]) == [issue.guid for issue in reversed(issues)][:30]
    assert made(issues[::-1]) == files
    assert channel(files["feed.xml"]).findtext("lastBuildDate") == "Fri, 16 Oct 2026 07:00:00 GMT"


def test_two_builds_are_byte_identical() -> None:
    archive = replace(ARCHIVE, issues=many_issues(3))
    first = made(archive)
    # feedgen's default dates have a resolution of a second.
    time.sleep(1.1)
    assert made(archive) == first


def test_without_issues_feeds_are_valid_and_two_builds_the_same() -> None:
    files = made([])
    for path, content in files.items():
        if path != "feeds.opml":
            check(path, content)
            assert ids(path, content) == []
    time.sleep(1.1)
    assert made([]) == files
    assert b"2000-01-01T00:00:00Z" in files["feed.atom"]
    assert b"2026-01-16T07:00:00Z" in made([ISSUE])["updates.atom"], "nothing learned since the first issue"


def test_ids_survive_a_new_title_and_a_new_address() -> None:
    authority = "litwatch.example,2026"
    before = made(ARCHIVE, replace(PUBLICATION, authority=authority))
    moved = replace(PUBLICATION, title="Other", base_url="https://elsewhere.example/litwatch/", authority=authority)
    (issue,) = ARCHIVE.issues
    first, *others = issue.nuggets
    edited = replace(issue, title="Edited", nuggets=(replace(first, headline="Edited"), *others))
    after = made(replace(ARCHIVE, issues=(edited,)), moved)
    for path in set(before) - {"feeds.opml"}:
        assert ids(path, before[path]) == ids(path, after[path])
    assert parsed(after["feed.xml"]).entries[0].link.startswith("https://elsewhere.example/litwatch/issues/")
    for path in ("feed.atom", "topics/exercise-pain.atom"):
        assert etree.fromstring(before[path]).findtext("{*}id") == etree.fromstring(after[path]).findtext("{*}id")
    assert etree.fromstring(after["feed.atom"]).findtext("{*}id") == "tag:litwatch.example,2026:feed/feed"


def test_full_archive_pages_never_change_and_nothing_is_lost() -> None:
    issues = many_issues(47)
    notice = replace(UPDATE, made=issues[-1].published + timedelta(days=1))
    early, late = made(issues[:-4]), made(Archive(issues, notices=(notice,)))
    old = {path: content for path, content in early.items() if path.startswith("archive/")}
    assert {f"archive/feed-{number}.xml" for number in (1, 2, 3, 4)} <= set(old)
    assert {path: late[path] for path in old} == old, "fixed once full"
    assert "archive/nuggets-7.json" in set(late) - set(old)
    for path, content in late.items():
        if path.endswith((".xml", ".atom")):
            check(path, content)
    expected = [issue.guid for issue in issues]
    assert sorted(followed(late, "feed.xml")) == sorted(expected)
    assert sorted(followed(late, "feed.atom")) == sorted(expected)
    assert sorted(followed(late, "feed.json")) == sorted(expected)
    assert len(followed(late, "nuggets.atom")) == 47 * 3 + 1


def followed(files: dict[str, bytes], path: str) -> set[str]:
    """The ids of every item that is reached from `path` by going from archive page to archive page."""
    found = set(ids(path, files[path]))
    while True:
        content = files[path]
        if path.endswith(".json"):
            link = json.loads(content).get("next_url")
        else:
            links = etree.fromstring(content).findall(".//{http://www.w3.org/2005/Atom}link")
            link = next((link.get("href") for link in links if link.get("rel") == "prev-archive"), None)
        if link is None:
            return found
        path = link.removeprefix(PUBLICATION.base_url)
        assert path.startswith("archive/")
        found |= set(ids(path, files[path]))


def test_an_archive_page_says_that_it_is_one() -> None:
    files = made(many_issues(25), replace(PUBLICATION, hub="https://hub.example/"))
    history = "{http://purl.org/syndication/history/1.0}archive"
    for path in ("archive/feed-2.xml", "archive/feed-2.atom"):
        root = etree.fromstring(files[path])
        links = {link.get("rel"): link.get("href") for link in root.findall(".//{http://www.w3.org/2005/Atom}link")}
        suffix = path.rpartition(".")[2]
        assert root.find(f".//{history}") is not None
        assert links["current"] == f"https://litwatch.example/feed.{suffix}"
        assert links["self"] == f"https://litwatch.example/{path}"
        assert links["prev-archive"] == f"https://litwatch.example/archive/feed-1.{suffix}"
        assert "hub" not in links, "it does not change, so there is nothing to be told of"
    assert etree.fromstring(files["feed.xml"]).find(f".//{history}") is None


def test_feeds_and_headers_name_the_hub() -> None:
    publication = replace(PUBLICATION, hub="https://hub.example/")
    files = made([ISSUE], publication)
    for path in ("feed.xml", "topics/exercise-pain.atom"):
        links = etree.fromstring(files[path]).findall(".//{http://www.w3.org/2005/Atom}link")
        assert [link.get("href") for link in links if link.get("rel") == "hub"] == ["https://hub.example/"]
    assert json.loads(files["updates.json"])["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
    assert (
        link_header("feed.xml", publication)
        == '<https://hub.example/>; rel="hub", <https://litwatch.example/feed.xml>; rel="self"'
    )
    for path in ("archive/feed-1.xml", "index.html", "feeds.opml"):
        assert link_header(path, publication) is None
    assert link_header("feed.xml", PUBLICATION) is None
    assert b"hub" not in made([QUIET])["feed.xml"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("feed.xml", "application/rss+xml; charset=utf-8"),
        ("archive/topics/exercise-pain-12.atom", "application/atom+xml; charset=utf-8"),
        ("topics/a-1.json", "application/feed+json"),
        ("feeds.opml", "text/x-opml; charset=utf-8"),
        *(
            (path, None)
            for path in ("sitemap.xml", "archive/feed.xml", "feed.xml.gz", "topics/.xml", "api/openapi.json")
        ),
    ],
)
def test_the_media_type_is_known_by_the_path(path: str, expected: str | None) -> None:
    assert content_type(path) == expected


def test_every_address_in_the_content_is_absolute() -> None:
    for path, content in made(ARCHIVE).items():
        if path.endswith(".xml"):
            for item in parsed(content).entries:
                links = [link for _, _, link, _ in html.fromstring(f"<div>{item.content[0].value}</div>").iterlinks()]
                assert links
                assert all(link.startswith("https://") for link in links), links


@pytest.mark.parametrize("text", NASTY)
def test_nasty_text_leaves_the_feeds_valid(text: str) -> None:
    valid_with(all_filled(text[:2000]))


@settings(max_examples=10, deadline=None)
@given(any_text)
def test_any_text_leaves_the_feeds_valid(text: str) -> None:
    valid_with(all_filled(text[:2000]))


def valid_with(archive: Archive) -> None:
    files = made(archive)
    for path, content in files.items():
        if path != "feeds.opml":
            check(path, content)
            assert len(content) <= MAX_BYTES
    numbers = {stem: len(ids(f"{stem}.xml", files[f"{stem}.xml"])) for stem in STEMS[:4]}
    assert numbers == {"feed": 1, "nuggets": 4, "updates": 2, "not-picked": 1}


@pytest.mark.parametrize(
    "bad",
    [replace(ISSUE, published=datetime(2026, 1, 16, 7)), replace(ISSUE, guid="\x00"), replace(ISSUE, receipt=None)],  # type: ignore[arg-type]  # noqa: DTZ001
    ids=["no zone", "no id", "no receipt"],
)
def test_one_bad_item_is_left_out_and_the_others_are_there(bad: Issue, caplog: pytest.LogCaptureFixture) -> None:
    good = replace(QUIET, week=WEEK.previous(), guid="tag:litwatch.example,2026:issue/2026-W02")
    files = only_issues([bad, good])
    assert ids("feed.xml", files["feed.xml"]) == ["tag:litwatch.example,2026:issue/2026-W02"]
    assert caplog.text.count("left out of the feeds") == 1, "once, whatever the formats"


def only_issues(issues: list[Issue]) -> dict[str, bytes]:
    return {path: render() for path, render in documents(Archive(issues), PUBLICATION) if path.startswith("feed.")}


def test_a_feed_of_nothing_but_bad_items_is_not_made() -> None:
    with pytest.raises(PublishError, match="none of its 2 items can be built"):
        only_issues([replace(ISSUE, guid=""), replace(ISSUE, guid=" ", week=WEEK.next())])


LONG = "These words fill the feed until it is too long for some readers. "


def test_a_long_feed_loses_its_oldest_items_to_the_archive() -> None:
    long = replace(REVIEW, takeaway=Sentence(LONG * 400, Provenance.DERIVED))
    issues = [replace(issue, nuggets=(long,)) for issue in many_issues(27)]
    files = made(issues)
    for suffix in SUFFIXES:
        assert len(files[f"feed.{suffix}"]) <= MAX_BYTES
    shown = ids("feed.xml", files["feed.xml"])
    assert 10 <= len(shown) < 27
    assert shown == [issue.guid for issue in reversed(issues)][: len(shown)]
    assert followed(files, "feed.xml") == {issue.guid for issue in issues}


def test_as_many_of_the_largest_items_as_are_on_no_page_fit_into_the_feed() -> None:
    for kind, number in ON_PAGE.items():
        largest = LARGEST if kind.value in ("feed", "not-picked") else LARGEST_NOTE
        assert number * largest + HEAD_BYTES <= MAX_BYTES
        assert number <= IN_FEED[kind]


@pytest.mark.parametrize("text", [LONG * 900, '<&>"' * 8_000, "\\\n\"'" * 9_000, "\U0001f9ea" * 20_000])
def test_what_is_too_long_for_a_feed_is_told_in_short(text: str) -> None:
    nugget = replace(REVIEW, takeaway=Sentence(text, Provenance.DERIVED))
    issue = replace(ISSUE, nuggets=(nugget, COHORT))
    short = issue_item(issue, PUBLICATION)
    assert "too long for a feed" in short.content
    assert "Cohort study, n=3,410: 1 better, 1 worse" in short.content, "every note at least in a line"
    assert REVIEW.meta in nugget_item(nugget, PUBLISHED, PUBLICATION).title
    for item, most in ((short, LARGEST), (nugget_item(nugget, PUBLISHED, PUBLICATION), LARGEST_NOTE)):
        assert item.weight <= most
    everything = replace(ISSUE, nuggets=(replace(nugget, headline=text, meta=text),) * 9)
    assert issue_item(everything, PUBLICATION).weight <= LARGEST


@settings(max_examples=10, deadline=None)
@given(any_text)
def test_no_format_takes_more_bytes_than_an_item_weighs(text: str) -> None:
    (issue,) = all_filled(text).issues
    files = made(Archive([issue]))
    weight = issue_item(issue, PUBLICATION).weight
    for suffix in SUFFIXES:
        assert len(files[f"feed.{suffix}"]) <= weight + HEAD_BYTES


def test_dates_of_other_zones_are_told_in_gmt() -> None:
    eastern = datetime(2026, 1, 16, 2, 0, 0, 999, tzinfo=timezone(timedelta(hours=-5)))
    assert eastern.astimezone(UTC).hour == PUBLISHED.hour
    files = made([replace(ISSUE, published=eastern)])
    assert channel(files["feed.xml"]).findtext("item/pubDate") == "Fri, 16 Jan 2026 07:00:00 GMT"
    assert parsed(files["feed.atom"]).entries[0].updated == "2026-01-16T07:00:00Z"
    assert json.loads(files["feed.json"])["items"][0]["date_published"] == "2026-01-16T07:00:00Z"


def test_titles_and_summaries_read_the_same_as_text_and_as_html() -> None:
    text = "Q\x92s <b>R&D</b> &amp; p < 0.05 \ufffd"
    takeaway = Sentence(text, Provenance.DERIVED)
    item = nugget_item(replace(REVIEW, headline=text, meta="", takeaway=takeaway), PUBLISHED, PUBLICATION)
    assert item.title == item.summary == "Qs < b>R&D< /b> & amp; p < 0.05 ?"
    assert "\x92" not in item.content and "\ufffd" not in item.content
    files = made([replace(ISSUE, nuggets=(replace(REVIEW, headline=text, takeaway=takeaway),))])
    description = channel(files["nuggets.xml"]).findtext("item/description")
    assert description == "Qs &lt; b&gt;R&amp;D&lt; /b&gt; &amp; amp; p &lt; 0.05 ?", "HTML, as RSS has it"
    summary = etree.fromstring(files["nuggets.atom"]).findtext("{*}entry/{*}summary")
    assert summary == item.summary, "text, as Atom has it"


def test_what_was_not_picked_is_told_with_the_reasons() -> None:
    (item,) = parsed(made(ARCHIVE)["not-picked.xml"]).entries
    assert item.title == f"2026-W03: {len(REJECTS)} papers not picked"
    assert item.summary == "older than 400 days (2), no abstract (1)"
    assert "Rats on wheels" in item.content[0].value


def test_formats_are_told_apart_by_suffix_and_media_type() -> None:
    assert len({form.suffix for form in Format}) == len({form.media_type for form in Format}) == 3
