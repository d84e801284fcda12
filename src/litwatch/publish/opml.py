"""The list of all feeds as OPML 2.0 (opml.org/spec2.opml), for readers that subscribe to several at once."""

from __future__ import annotations

from collections.abc import Iterable

from lxml.etree import Element, SubElement, _Element, tostring

from litwatch.domain.text import clean_text
from litwatch.publish.channels import Channel, Format
from litwatch.publish.publication import Publication


def opml(channels: Iterable[Channel], publication: Publication) -> bytes:
    """Every feed once, in its first format: who takes in the list does not want each three times. Topics stand apart."""
    root = Element("opml", version="2.0")
    SubElement(SubElement(root, "head"), "title").text = clean_text(publication.title) or "litwatch"
    body = SubElement(root, "body")
    folder: _Element | None = None
    for channel in channels:
        if channel.topic and folder is None:
            folder = SubElement(body, "outline", text="Topics", title="Topics")
        _outline(body if folder is None else folder, channel, publication)
    return tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _outline(parent: _Element, channel: Channel, publication: Publication) -> None:
    title = clean_text(channel.title)
    home, feed = publication.url(channel.home), publication.url(channel.path(Format.RSS))
    SubElement(parent, "outline", type="rss", text=title, title=title, xmlUrl=feed, htmlUrl=home)
