"""What makes a feed valid: our own rules after RSS 2.0, RFC 4287, RFC 5005, JSON Feed 1.1, OPML 2.0 and what the W3C's
feed validator asks for (it is on no package index). Each raises AssertionError with what is wrong.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from lxml import etree, html

from litwatch.domain.digest import Issue
from litwatch.publish.archive import Archive
from litwatch.publish.feeds import documents
from litwatch.publish.publication import Publication
from tests.publish.sample import PUBLICATION

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
HISTORY = "{http://purl.org/syndication/history/1.0}archive"

_CHANNEL = {"title", "link", "description", "docs", "generator", "language", "lastBuildDate", "item"} | {f"{ATOM}link"}
_ITEM = {"title", "link", "description", CONTENT, "guid", "category", "pubDate", CREATOR}
_ONCE = ("title", "link", "description", CONTENT, "guid", "pubDate", CREATOR)
_RELATIONS = {"self", "alternate", "hub", "current", "prev-archive"}
_TAG_URI = re.compile(r"tag:[a-z0-9.-]+,\d{4}(?:-\d\d(?:-\d\d)?)?:[A-Za-z0-9/%?#._~!$&'()*+,;=:@-]+\Z")
_UNSAFE = {"script", "style", "iframe", "object", "embed", "form", "input", "meta", "link", "base"}
_MEDIA = {"xml": "application/rss+xml", "atom": "application/atom+xml"}


def made(archive: Archive | list[Issue], publication: Publication = PUBLICATION) -> dict[str, bytes]:
    """Every document by its path."""
    archive = archive if isinstance(archive, Archive) else Archive(archive)
    return {path: render() for path, render in documents(archive, publication)}


def ids(path: str, content: bytes) -> list[str]:
    """The ids of the items in the order of the document."""
    if path.endswith(".json"):
        return [item["id"] for item in json.loads(content)["items"]]
    root = etree.fromstring(content)
    return [element.text or "" for element in root.findall(".//{*}entry/{*}id") or root.findall(".//guid")]


def check(path: str, content: bytes) -> None:
    """A feed document of any of the three formats."""
    if path.endswith(".json"):
        _check_json(path, content)
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(content, parser)
    assert content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n")
    assert root.getroottree().docinfo.doctype == ""
    if root.tag == "rss":
        _check_rss(path, root)
    else:
        assert root.tag == f"{ATOM}feed"
        _check_atom(path, root)


def _check_rss(path: str, root: etree._Element) -> None:
    (channel,) = root
    assert channel.tag == "channel" and root.get("version") == "2.0"
    assert {str(child.tag) for child in channel} <= _CHANNEL | {HISTORY}
    for name in ("title", "link", "description", "language", "lastBuildDate"):
        assert len(channel.findall(name)) == 1 and (channel.findtext(name) or "").strip(), name
    _check_links(path, channel)
    dates = [_rfc822(item.findtext("pubDate")) for item in channel.findall("item")]
    assert dates == sorted(set(dates), reverse=True), "newest first, no two at once"
    built = _rfc822(channel.findtext("lastBuildDate"))
    assert not dates or built == dates[0]
    _unique([item.findtext("guid") for item in channel.findall("item")])
    for item in channel.findall("item"):
        names = [str(child.tag) for child in item]
        assert set(names) <= _ITEM
        assert all(names.count(name) == 1 for name in _ONCE), names
        # The validator wants the summary before the whole text.
        assert names.index("description") < names.index(CONTENT)
        assert item.find("guid").get("isPermaLink") == "false"  # type: ignore[union-attr]
        _check_item(
            item.findtext("guid"),
            item.findtext("link"),
            item.findtext("title"),
            item.findtext("description"),
            item.findtext(CONTENT),
            [category.text for category in item.findall("category")],
        )


def _check_atom(path: str, root: etree._Element) -> None:
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    for name in ("id", "title", "updated"):
        assert len(root.findall(f"{ATOM}{name}")) == 1 and (root.findtext(f"{ATOM}{name}") or "").strip(), name
    assert (root.findtext(f"{ATOM}author/{ATOM}name") or "").strip()
    _check_links(path, root)
    entries = root.findall(f"{ATOM}entry")
    updated = [_rfc3339(entry.findtext(f"{ATOM}updated")) for entry in entries]
    # The validator warns of two entries that were updated at the same moment.
    assert updated == sorted(set(updated), reverse=True), "newest first, no two at once"
    newest = _rfc3339(root.findtext(f"{ATOM}updated"))
    assert not updated or newest == updated[0]
    _unique([entry.findtext(f"{ATOM}id") for entry in entries])
    for entry in entries:
        for name in ("id", "title", "updated", "published", "summary", "content", "link", "author"):
            assert len(entry.findall(f"{ATOM}{name}")) == 1, name
        assert entry.findtext(f"{ATOM}published") == entry.findtext(f"{ATOM}updated")
        content, link = entry.find(f"{ATOM}content"), entry.find(f"{ATOM}link")
        assert content is not None and content.get("type") == "html"
        assert link is not None and link.get("rel", "alternate") == "alternate"
        _check_item(
            entry.findtext(f"{ATOM}id"),
            link.get("href"),
            entry.findtext(f"{ATOM}title"),
            entry.findtext(f"{ATOM}summary"),
            content.text,
            [category.get("term") for category in entry.findall(f"{ATOM}category")],
        )


def _check_json(path: str, content: bytes) -> None:
    feed: dict[str, Any] = json.loads(content.decode("utf-8"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"].strip() and feed["language"] == "en" and feed["authors"][0]["name"].strip()
    _absolute(feed["home_page_url"])
    assert urlsplit(feed["feed_url"]).path.endswith(f"/{path}")
    assert feed.get("next_url") != feed["feed_url"]
    _unique([item["id"] for item in feed["items"]])
    dates = [_rfc3339(item["date_published"]) for item in feed["items"]]
    assert dates == sorted(set(dates), reverse=True), "newest first, no two at once"
    for item in feed["items"]:
        assert set(item) <= {*("id", "url", "title", "summary", "content_html", "date_published", "authors", "tags")}
        tags = item.get("tags", [])
        _check_item(item["id"], item["url"], item["title"], item["summary"], item["content_html"], tags)


def check_opml(content: bytes) -> None:
    root = etree.fromstring(content)
    assert root.tag == "opml" and root.get("version") == "2.0"
    assert [child.tag for child in root] == ["head", "body"]
    assert (root.findtext("head/title") or "").strip()
    outlines = root.findall("body//outline")
    assert all((outline.get("text") or "").strip() for outline in outlines)
    feeds = [outline for outline in outlines if outline.get("type") == "rss"]
    assert feeds and all(len(outline) for outline in outlines if outline not in feeds)
    _unique([outline.get("xmlUrl") for outline in feeds])
    for outline in feeds:
        _absolute(outline.get("xmlUrl"))
        _absolute(outline.get("htmlUrl"))


def _check_links(path: str, parent: etree._Element) -> None:
    links = parent.findall(f"{ATOM}link")
    relations = [link.get("rel", "alternate") for link in links]
    assert set(relations) <= _RELATIONS
    assert len(relations) == len(set(relations)) and "self" in relations
    for link in links:
        _absolute(link.get("href"))
    (own,) = (link for link in links if link.get("rel") == "self")
    assert urlsplit(own.get("href") or "").path.endswith(f"/{path}"), "self is where it lies"
    assert own.get("type") == _MEDIA[path.rpartition(".")[2]]
    # RFC 5005, 4: a document of the archive says so, and where the present one is.
    archived = parent.find(HISTORY) is not None
    assert archived == path.startswith("archive/") == ("current" in relations)


def _check_item(
    guid: str | None,
    link: str | None,
    title: str | None,
    summary: str | None,
    content: str | None,
    categories: list[str | None],
) -> None:
    assert guid and _TAG_URI.match(guid), guid
    _absolute(link)
    for text in (title, summary, *categories):
        assert text and text.strip() == text and "\n" not in text, repr(text)
        assert text.isprintable() or not re.search("[\x00-\x1f\ud800-\udfff\ufffe\uffff]", text)
    assert len(categories) == len(set(categories)) <= 40
    assert content and content.strip()
    _check_html(content)


def _check_html(content: str) -> None:
    for element in html.fragments_fromstring(content):
        if isinstance(element, str):
            continue
        for inner in element.iter(etree.Element):
            assert inner.tag not in _UNSAFE, inner.tag
            names = {str(name) for name in inner.attrib}
            assert names <= {"href", "src", "alt", "width", "height", "dir"}, names
            assert inner.tag != "img" or inner.get("alt")
            for name in names & {"href", "src"}:
                _absolute(inner.get(name))


def _absolute(address: str | None) -> None:
    """A full address in the characters of a URI (RFC 3986)."""
    parts = urlsplit(address or "")
    assert parts.scheme in ("http", "https") and parts.netloc, address
    assert re.fullmatch(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+", address or ""), address


def _unique(values: list[Any]) -> None:
    assert len(values) == len(set(values)), "an id twice"


def _rfc822(text: str | None) -> datetime:
    assert text and text.endswith(" GMT"), text
    moment = parsedate_to_datetime(text)
    assert format_datetime(moment, usegmt=True) == text, "the day of the week, too"
    return moment


def _rfc3339(text: str | None) -> datetime:
    assert text and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text), text
    return datetime.fromisoformat(text)
