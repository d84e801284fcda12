"""Each rule for feeds can fail: a valid document with one thing wrong in it is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.publish.later import ARCHIVE
from tests.publish.rules import check, check_opml, made
from tests.publish.sample import PUBLICATION, many_issues

FILES = made(replace(ARCHIVE, issues=many_issues(25)), replace(PUBLICATION, hub="https://hub.example/"))
RSS, ATOM, JSON = "nuggets.xml", "nuggets.atom", "nuggets.json"
OLD_RSS, OLD_ATOM = "archive/feed-2.xml", "archive/feed-2.atom"

Change = Callable[[bytes], bytes]


def put(old: str, new: str, times: int = 1) -> Change:
    """`new` in the place of the first `old`."""
    return lambda content: content.replace(old.encode(), new.encode(), times)


def made_of(pattern: str, new: str) -> Change:
    """`new` in the place of what the pattern finds first."""
    return lambda content: re.sub(pattern.encode(), new.encode(), content, count=1, flags=re.DOTALL)


WRONG: list[tuple[str, str, Change]] = [
    ("a control of Windows' quotation marks", RSS, put("<title>", "<title>\x92")),
    ("a lost character", RSS, put("&lt;p&gt;", "&lt;p&gt;\ufffd")),
    ("a noncharacter", ATOM, put("<title>", "<title>\U0001fffe")),
    ("a comment", RSS, put("<item>", "<!-- x --><item>")),
    ("an instruction for a program", ATOM, put("<entry>", "<?php x ?><entry>")),
    ("a document type", RSS, put("<rss ", "<!DOCTYPE rss><rss ")),
    ("another prefix", RSS, lambda content: content.replace(b"xmlns:dc=", b"xmlns:d=").replace(b"dc:creator", b"d:creator")),
    ("an attribute that nobody knows", RSS, put("<item>", '<item id="7">')),
    ("an attribute without a value", ATOM, put('<content type="html">', '<content type="">')),
    ("text between elements", RSS, put("<item>", "x<item>")),
    ("text between elements of Atom", ATOM, put("<entry>", "x<entry>")),
    ("a blank element", RSS, put("<generator>litwatch<", "<generator> <")),
    ("a link with text", ATOM, put('type="text/html"/>', 'type="text/html">x</link>')),
    ("a title with elements", ATOM, put("<title>", "<title><b/>")),
    ("the channel's data after its items", RSS, put("</item></channel>", "</item><language>en</language></channel>")),
    ("the feed's data after its entries", ATOM, put("</entry></feed>", "</entry><rights>x</rights></feed>")),
    ("an unknown element", RSS, put("<guid", "<permalink>x</permalink><guid")),
    ("a channel without a description", RSS, made_of("<description>.*?</description>", "")),
    ("the text before the summary", RSS, made_of("(<item>.*?)(<description>.*?</description>)(<content.*?)<guid", r"\1\3\2<guid")),
    ("a description that is no HTML", RSS, put("</description><content", " &lt; 0.05</description><content")),
    ("a description with elements", RSS, put("</description><content", "&lt;b&gt;x&lt;/b&gt;</description><content")),
    ("a title with mark-up", RSS, put("<item><title>", "<item><title>&lt;b&gt;x&lt;/b&gt; ")),
    ("a title with an entity", ATOM, put(" · Meta-analysis", " &amp;amp; Meta-analysis")),
    ("a feed's title with mark-up", ATOM, put("<title>litwatch", "<title>&lt;i&gt;litwatch")),
    ("an address of mail for an author", RSS, put("<dc:creator>litwatch", "<dc:creator>&lt;a@example.org&gt;")),
    ("a day of the week that is not so", RSS, put("<pubDate>Fri", "<pubDate>Thu")),
    ("a date without its zone", RSS, put(" GMT</pubDate>", "</pubDate>")),
    ("a date from before there were feeds", RSS, lambda content: content.replace(b" 2026 ", b" 1986 ")),
    ("a date of Atom without its zone", ATOM, put("Z</published>", "</published>")),
    ("two items at the same moment", RSS, put(":59:59 GMT</pubDate>", ":59:58 GMT</pubDate>")),
    ("an id twice", ATOM, put("nugget/99000001-24</id>", "nugget/99000002-24</id>")),
    ("an id that is no tag", RSS, put("tag:litwatch.example,2026:nugget", "tag:Litwatch.example:nugget")),
    ("an id that is no address", ATOM, put("<id>https://litwatch.example/nuggets.atom", "<id>nuggets.atom")),
    ("a permanent link that is none", RSS, put('isPermaLink="false"', 'isPermaLink="true"')),
    ("no document of its own", RSS, put('rel="self"', 'rel="via"')),
    ("another document's address", ATOM, put('nuggets.atom" rel="self"', 'feed.atom" rel="self"')),
    ("a relation that nobody knows", ATOM, put('rel="hub"', 'rel="hubs"')),
    ("no page to read", ATOM, put('rel="alternate" type="text/html"/><generator', 'rel="related" type="text/html"/><generator')),
    ("a summary as HTML", ATOM, put("<summary>", '<summary type="html">')),
    ("an empty summary", ATOM, made_of("<summary>.*?</summary>", "<summary> </summary>")),
    ("an address in capitals", RSS, put("<link>https://litwatch.example/n", "<link>https://Litwatch.example/n")),
    ("an address with a port that goes without saying", RSS, put("<link>https://litwatch.example/n", "<link>https://litwatch.example:443/n")),
    ("an address with dots", RSS, put("<link>https://litwatch.example/n", "<link>https://litwatch.example/../n")),
    ("an address without a path", RSS, put("<link>https://litwatch.example/<", "<link>https://litwatch.example<")),
    ("an address with a space", RSS, put("<link>https://litwatch.example/n", "<link>https://litwatch.example/ n")),
    ("an address that is badly escaped", RSS, put("<link>https://litwatch.example/n", "<link>https://litwatch.example/%e2n")),
    ("a relative link in a text", RSS, put("a href=\"https://litwatch.example/method.html", "a href=\"/method.html")),
    ("a script", ATOM, put("&lt;p&gt;", "&lt;script&gt;x&lt;/script&gt;&lt;p&gt;")),
    ("a style", ATOM, put("&lt;p&gt;", '&lt;p style="x"&gt;')),
    ("an image without words", RSS, put('alt="', 'alt="" dir="')),
    ("an image without a size", RSS, put(' width="480"', "")),
    ("an image of no size", RSS, put(' height="', ' height="0')),
    ("a relative image", JSON, put('src=\\"https://litwatch.example', 'src=\\"')),
    ("a page of an archive that does not say so", OLD_RSS, put("<fh:archive/>", "")),
    ("a page of an archive without the present one", OLD_ATOM, put('rel="current"', 'rel="via"')),
    ("a page of an archive without the one before", OLD_ATOM, put('rel="prev-archive"', 'rel="related"')),
    ("a page of an archive that comes before itself", OLD_RSS, put("archive/feed-1.xml", "archive/feed-2.xml")),
    ("a feed that says it is an archive", RSS, put("<item>", "<fh:archive/><item>")),
    ("another version", JSON, put("version/1.1", "version/1")),
    ("a key that nobody knows", JSON, put('"language"', '"lang":"en","language"')),
    ("no language", JSON, put('"language":"en",', "")),
    ("a relative page", JSON, put('"home_page_url":"https://litwatch.example', '"home_page_url":"')),
    ("a next page that is this one", JSON, put("archive/nuggets-3.json", "nuggets.json")),
    ("a hub without an address", JSON, put('"type":"WebSub","url"', '"type":"WebSub","href"')),
    ("no author", JSON, put('"authors":[{"name":"litwatch","url":"https://litwatch.example/"}]', '"authors":[]')),
    ("an author with mark-up", JSON, put('"name":"litwatch"', '"name":"<b>litwatch"')),
    ("no tags in a list of them", JSON, put('"tags":[', '"tags":[],"other":[')),
    ("an empty tag", JSON, put('"tags":["', '"tags":["","')),
    ("a tag twice", JSON, put('"tags":["Exercise and inflammation"', '"tags":["Exercise and inflammation","Exercise and inflammation"')),
    ("an attachment", JSON, put('"date_published"', '"attachments":[],"date_published"')),
]  # fmt: skip


@pytest.mark.parametrize(("path", "change"), [wrong[1:] for wrong in WRONG], ids=[wrong[0] for wrong in WRONG])
def test_what_is_wrong_is_refused(path: str, change: Change) -> None:
    content = FILES[path]
    check(path, content)
    assert change(content) != content, "nothing was changed"
    with pytest.raises(AssertionError):
        check(path, change(content))


@pytest.mark.parametrize(
    "change",
    [
        put('version="2.0"', 'version="1.0"'),
        put("<title>litwatch", "<title> "),
        put(' title="litwatch"', ""),
        put('type="rss"', ""),
        put('xmlUrl="https://litwatch.example', 'xmlUrl="'),
        put('text="litwatch"', 'text="\x92"'),
        put('xmlUrl="https://litwatch.example/nuggets.xml"', 'xmlUrl="https://litwatch.example/feed.xml"'),
        put("</body>", '<outline text="empty" title="empty"/></body>'),
        put("encoding='UTF-8'", "encoding='utf-16'"),
    ],
)
def test_what_is_wrong_in_a_list_of_feeds_is_refused(change: Change) -> None:
    content = FILES["feeds.opml"]
    check_opml(content)
    assert change(content) != content
    with pytest.raises(AssertionError):
        check_opml(change(content))
