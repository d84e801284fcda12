"""JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from typing import Any

from litwatch.publish.feed_items import Item
from litwatch.publish.syndication import Document, rfc3339

VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(document: Document) -> bytes:
    """The document as JSON Feed; the archive page before it is its next page."""
    feed: dict[str, Any] = {
        "version": VERSION,
        "title": document.title,
        "home_page_url": document.home,
        "feed_url": document.url,
        "description": document.description,
        "language": "en",
        "authors": _authors(document),
    }
    if document.previous:
        feed["next_url"] = document.previous
    if document.hub:
        feed["hubs"] = [{"type": "WebSub", "url": document.hub}]
    feed["items"] = [_item(item, document) for item in document.items]
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _item(item: Item, document: Document) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": item.guid,
        "url": item.url,
        "title": item.title,
        "summary": item.summary,
        "content_html": item.content,
        "date_published": rfc3339(item.published),
        "authors": _authors(document),
    }
    return found | ({"tags": list(item.categories)} if item.categories else {})


def _authors(document: Document) -> list[dict[str, str]]:
    return [{"name": document.author, "url": document.home}]
