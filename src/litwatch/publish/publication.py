"""What all renderings of one installation share: its name, its address on the web, and where each page lies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from litwatch.domain.calendar import Week
from litwatch.domain.digest import Nugget

INDEX = "index.html"
METHOD = "method.html"
FEED = "feed.xml"
NUGGETS_FEED = "nuggets.xml"

_NOT_ID = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Publication:
    """`base_url` ends with "/"; `topic_titles` gives a topic's readable title by its name."""

    title: str
    description: str
    base_url: str
    topic_titles: Mapping[str, str] = field(default_factory=dict)

    def url(self, path: str) -> str:
        """The absolute address of a page of the site."""
        return self.base_url.rstrip("/") + "/" + quote(path, safe="/#-._~")

    def topic(self, name: str) -> str:
        return self.topic_titles.get(name, name)


def issue_path(week: Week) -> str:
    """Where an issue's page lies below the site's top folder, for ever."""
    return f"issues/{week}.html"


def anchor(nugget: Nugget) -> str:
    """The id of a nugget's part of its issue's page: letters, digits and single hyphens."""
    return _anchor(nugget.slug)


def note_path(week: Week, slug: str) -> str:
    """Where the note of that slug stands in the issue of `week`."""
    return f"{issue_path(week)}#{_anchor(slug)}"


def _anchor(slug: str) -> str:
    return "n-" + _NOT_ID.sub("-", slug).strip("-")
