"""What makes a feed valid: our own rules after RSS 2.0, the RSS Advisory Board's profile, RFC 4287, RFC 5005, JSON Feed
1.1, OPML 2.0, and the errors and warnings of the W3C's feed validator that can concern such feeds (it is on no package
index; its list was gone through one by one). Each raises AssertionError with what is wrong; test_rules.py shows that
each can fail. Whether the HTML in a feed is valid is asked of the Nu checker (test_feed_html.py).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from html import escape, unescape
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
_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/syndication/history/1.0": "fh",
    "http://www.w3.org/2005/Atom": "atom",
}
"""The customary prefixes; in Atom its own namespace has none."""
_ATTRIBUTES = {
    "rss": {"version"},
    "guid": {"isPermaLink"},
    f"{ATOM}feed": {"{http://www.w3.org/XML/1998/namespace}lang"},
    f"{ATOM}link": {"href", "rel", "type"},
    f"{ATOM}category": {"term"},
    f"{ATOM}content": {"type"},
}
_HAS_CHILDREN = {"rss", "channel", "item", *(f"{ATOM}{name}" for name in ("feed", "entry", "author"))}
_FEED_KEYS = {"version", "title", "home_page_url", "feed_url", "description", "language", "authors", "items"}
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# C1 controls, noncharacters, and the sign for a lost character: valid XML, but no text.
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff\U0001fffe\U0010ffff]"
)
_LIKE_MARKUP = re.compile(r"<[A-Za-z/!?]|&#?\w+;")
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
    assert not (odd := _NO_TEXT.search(content.decode("utf-8"))), repr(odd)
    if path.endswith(".json"):
        _check_json(path, content)
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(content, parser)
    assert content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n")
    assert root.getroottree().docinfo.doctype == ""
    _check_elements(root)
    if root.tag == "rss":
        _check_rss(path, root)
    else:
        assert root.tag == f"{ATOM}feed"
        _check_atom(path, root)


def _check_elements(root: etree._Element) -> None:
    """What holds wherever an element stands."""
    own: dict[str | None, str] = {None: ATOM[1:-1]} if root.tag == f"{ATOM}feed" else {}
    for element in root.iter():
        assert isinstance(element.tag, str), "no comments, no instructions for programs"
        for prefix, namespace in element.nsmap.items():
            assert own.get(prefix) == namespace or _PREFIXES[namespace] == prefix, (prefix, namespace)
        allowed = _ATTRIBUTES.get(element.tag, set())
        assert set(map(str, element.attrib)) <= allowed, (element.tag, dict(element.attrib))
        assert all(str(value).strip() for value in element.attrib.values()), element.tag
        if element.tag in _HAS_CHILDREN:
            texts = [element.text, *(child.tail for child in element)]
            assert not any(text and text.strip() for text in texts), f"text between the children of {element.tag}"
        elif element.tag not in (HISTORY, f"{ATOM}link", f"{ATOM}category"):
            assert len(element) == 0 and (element.text or "").strip(), f"{element.tag} is blank, or not only text"
        else:
            assert not element.text and len(element) == 0, f"{element.tag} has all in its attributes"
        if element.tag in ("channel", f"{ATOM}feed"):
            kinds = [child.tag in ("item", f"{ATOM}entry") for child in element]
            assert kinds == sorted(kinds), "what is of the whole feed stands before its items"


def _check_rss(path: str, root: etree._Element) -> None:
    (channel,) = root
    assert channel.tag == "channel" and root.get("version") == "2.0"
    assert {str(child.tag) for child in channel} <= _CHANNEL | {HISTORY}
    for name in ("title", "link", "description", "language", "lastBuildDate"):
        assert len(channel.findall(name)) == 1 and (channel.findtext(name) or "").strip(), name
    _check_plain(channel.findtext("title"), channel.findtext("description"))
    _absolute(channel.findtext("link"))
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
        description = item.findtext("description") or ""
        assert escape(unescape(description), quote=False) == description, "in RSS it is HTML: plain text is escaped"
        _check_plain(item.findtext(CREATOR))
        _check_item(
            item.findtext("guid"),
            item.findtext("link"),
            item.findtext("title"),
            unescape(description),
            item.findtext(CONTENT),
            [category.text for category in item.findall("category")],
        )


def _check_atom(path: str, root: etree._Element) -> None:
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    for name in ("id", "title", "updated"):
        assert len(root.findall(f"{ATOM}{name}")) == 1 and (root.findtext(f"{ATOM}{name}") or "").strip(), name
    _check_plain(*(root.findtext(f"{ATOM}{name}") for name in ("title", "subtitle", "author/{*}name")))
    _tag_or_address(root.findtext(f"{ATOM}id"))
    _check_links(path, root)
    assert root.find(f"{ATOM}link[@rel='alternate']") is not None
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
        assert (
            link is not None
            and link.get("rel", "alternate") == "alternate"
            and link.get("type", "text/html") == "text/html"
        )
        assert [str(name) for name in entry.xpath("*/@type")].count("html") == 1, "all but the content is plain text"
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
    assert _FEED_KEYS <= set(feed) <= _FEED_KEYS | {"next_url", "hubs"}
    assert feed["language"] == "en"
    _check_plain(feed["title"], feed["description"])
    _absolute(feed["home_page_url"])
    _absolute(feed["feed_url"])
    assert urlsplit(feed["feed_url"]).path.endswith(f"/{path}")
    if "next_url" in feed:
        _absolute(feed["next_url"])
        assert feed["next_url"] != feed["feed_url"]
    for hub in feed.get("hubs", ()):
        assert set(hub) == {"type", "url"}
        _absolute(hub["url"])
    for authors in (feed["authors"], *(item["authors"] for item in feed["items"])):
        assert authors and all(set(author) == {"name", "url"} for author in authors)
        for author in authors:
            _check_plain(author["name"])
            _absolute(author["url"])
    _unique([item["id"] for item in feed["items"]])
    dates = [_rfc3339(item["date_published"]) for item in feed["items"]]
    assert dates == sorted(set(dates), reverse=True), "newest first, no two at once"
    for item in feed["items"]:
        assert set(item) <= {*("id", "url", "title", "summary", "content_html", "date_published", "authors", "tags")}
        tags = item.get("tags", [])
        assert "tags" not in item or tags
        _check_item(item["id"], item["url"], item["title"], item["summary"], item["content_html"], tags)


def check_opml(content: bytes) -> None:
    assert content.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n") and not _NO_TEXT.search(content.decode())
    root = etree.fromstring(content)
    assert root.tag == "opml" and root.get("version") == "2.0"
    assert [child.tag for child in root] == ["head", "body"]
    assert (root.findtext("head/title") or "").strip()
    outlines = root.findall("body//outline")
    assert all((outline.get("text") or "").strip() for outline in outlines)
    feeds = [outline for outline in outlines if outline.get("type") == "rss"]
    assert feeds and all(len(outline) for outline in outlines if outline not in feeds)
    assert all(set(outline.attrib) == {"type", "text", "title", "xmlUrl", "htmlUrl"} for outline in feeds)
    assert all(set(outline.attrib) == {"text", "title"} for outline in outlines if outline not in feeds)
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
    assert not archived or ("prev-archive" in relations) == (not re.search(r"-1\.\w+\Z", path)), "no page is left out"
    addresses = {link.get("rel"): link.get("href") for link in links}
    assert addresses["self"] not in (addresses.get("current"), addresses.get("prev-archive"))


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
    _check_plain(title, summary, *categories)
    assert len(categories) == len(set(categories)) <= 40
    assert content and content.strip()
    _check_html(content)


def _check_plain(*texts: str | None) -> None:
    """One line that is the same whether a reader takes it for text or for HTML."""
    for text in texts:
        assert text and text.strip() == text and "\n" not in text, repr(text)
        assert not _LIKE_MARKUP.search(text), text


def _tag_or_address(identifier: str | None) -> None:
    if not _TAG_URI.match(identifier or ""):
        _absolute(identifier)


def _check_html(content: str) -> None:
    for element in html.fragments_fromstring(content):
        if isinstance(element, str):
            continue
        for inner in element.iter(etree.Element):
            assert inner.tag not in _UNSAFE, inner.tag
            names = {str(name) for name in inner.attrib}
            assert names <= {"href", "src", "alt", "width", "height", "dir"}, names
            if inner.tag == "img":
                assert inner.get("alt") and inner.get("src")
                assert all(re.fullmatch("[1-9][0-9]*", inner.get(side, "")) for side in ("width", "height"))
            assert inner.get("dir", "auto") in ("auto", "ltr", "rtl")
            for name in names & {"href", "src"}:
                _absolute(inner.get(name))


def _absolute(address: str | None) -> None:
    """A full address in the characters of a URI, in its canonical form (RFC 3986, 6.2.2 and 6.2.3)."""
    parts = urlsplit(address or "")
    assert (address or "").startswith(("http://", "https://")) and parts.netloc, address
    assert re.fullmatch(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-F]{2})+", address or ""), address
    assert parts.netloc == parts.netloc.lower() and not parts.netloc.endswith((":", ":80", ":443")), address
    assert parts.path and not {".", ".."} & set(parts.path.split("/")), address


def _unique(values: list[Any]) -> None:
    assert len(values) == len(set(values)), "an id twice"


def _rfc822(text: str | None) -> datetime:
    assert text and text.endswith(" GMT"), text
    moment = parsedate_to_datetime(text)
    assert format_datetime(moment, usegmt=True) == text, "the day of the week, too"
    assert moment >= _EARLIEST, "implausible"
    return moment


def _rfc3339(text: str | None) -> datetime:
    assert text and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text), text
    moment = datetime.fromisoformat(text)
    assert moment >= _EARLIEST, "implausible"
    return moment
