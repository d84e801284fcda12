"""What all renderings of one installation share: its name, its address on the web, and where each page lies."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from litwatch.domain.calendar import Week
from litwatch.domain.digest import Nugget
from litwatch.domain.notice import Notice
from litwatch.domain.tally import Question

API = "api/"
"""Where the web server tells programs what they may ask; static files have no such page."""
INDEX = "index.html"
METHOD = "method.html"
FEEDS = "feeds.html"
NOTICES = "updates.html"
QUESTIONS = "questions/index.html"
SUBSCRIBE = "subscribe"
STUDIES = "studies/index.html"
FEED = "feed.xml"
NUGGETS_FEED = "nuggets.xml"
NOTICES_FEED = "updates.xml"
REJECTS_FEED = "not-picked.xml"
SITEMAP = "sitemap.xml"
ROBOTS = "robots.txt"

_NOT_ID = re.compile(r"[^A-Za-z0-9]+")
_NOT_QUESTION = re.compile(r"[^a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Publication:
    """`base_url` ends with "/"; `topic_titles` gives a topic's readable title by its name."""

    title: str
    description: str
    base_url: str
    topic_titles: Mapping[str, str] = field(default_factory=dict)
    served: bool = False
    """Whether litwatch's own web server hands out the pages: then they may link to what static files cannot do (search
    and forms)."""
    mailed: bool = False
    """Whether one can subscribe to the mail at `SUBSCRIBE`."""
    authority: str = ""
    """RFC 4151 naming authority of the feeds' own ids; "": their address is their id."""
    hub: str | None = None
    """The WebSub hub that is told of changed feeds."""

    def url(self, path: str) -> str:
        """The absolute address of a page of the site."""
        return self.base_url.rstrip("/") + "/" + quote(path, safe="/#-._~")

    def topic(self, name: str) -> str:
        return self.topic_titles.get(name, name)


def issue_path(week: Week) -> str:
    """Where an issue's page lies below the site's top folder, for ever."""
    return f"issues/{week}.html"


def rejects_path(week: Week) -> str:
    """Where the list of what that week's issue did not pick lies."""
    return f"not-picked/{week}.html"


def note_path(slug: str) -> str:
    """Where the page of a note lies, for ever."""
    return f"notes/{_plain(slug)}.html"


def picture_path(slug: str) -> str:
    """Where the picture of a note's effects lies as PNG, for ever."""
    return f"notes/{_plain(slug)}.png"


def told_path(week: Week, slug: str) -> str:
    """Where the issue of `week` tells a paper: on the page of its note; without a slug, in the issue's list."""
    return note_path(slug) if slug else f"{issue_path(week)}#also"


def question_path(question: Question) -> str:
    """Where the standing tally on a question lies."""
    return f"questions/{_NOT_QUESTION.sub('-', question.slug).strip('-')}.html"


def topic_path(topic: str) -> str:
    """Where the list of a topic's studies lies."""
    return f"topics/{_plain(topic)}.html"


def shelf_path(key: str) -> str:
    """Where the list of the studies of one design, one year, "condition NAME" or "exercise NAME" lies."""
    return f"studies/{_plain(key.casefold())}.html"


def anchor(nugget: Nugget) -> str:
    """The id of a nugget's part of its issue's page: letters, digits and single hyphens."""
    return f"n-{_plain(nugget.slug)}"


def notice_anchor(notice: Notice) -> str:
    """The id of a notice on a page, from its permanent guid."""
    return f"u-{hashlib.sha256(notice.guid.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _plain(text: str) -> str:
    return _NOT_ID.sub("-", text).strip("-")
