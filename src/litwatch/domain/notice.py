"""Notices: what was learned later about a published note. A note itself never changes; a notice is a new item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import quote

from litwatch.domain.citation import Citation
from litwatch.domain.prose import Sentence
from litwatch.domain.study import Direction


class NoticeKind(StrEnum):
    """What has happened to a published note or its paper."""

    UPDATE = "update"
    """A later study bears on it."""
    CORRECTION = "correction"
    """The editor corrects the note."""
    RETRACTION = "retraction"
    ERRATUM = "erratum"
    CONCERN = "concern"
    """The journal has published an expression of concern."""
    FINAL = "final"
    """The paper was ahead of print and now has its volume and pages. Heals the citation; no news to readers."""


MAILED = frozenset({NoticeKind.CORRECTION, NoticeKind.RETRACTION, NoticeKind.ERRATUM, NoticeKind.CONCERN})
"""The kinds that go by mail to those who received the note. An update is an item of the feed and of the next issue."""


class Bearing(StrEnum):
    """How a later result stands to an earlier one of the same outcome."""

    AGREES = "agrees"
    CONFLICTS = "conflicts"
    REFINES = "refines"
    """Another time point, subgroup or comparison, or a direction where there was none."""


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One outcome in both studies. `outcome` is the lexicon's name, `before` and `after` the rows' directions."""

    outcome: str
    bearing: Bearing
    before: Direction
    after: Direction
    before_at: str = ""
    """Where the earlier result stands, if the later one stands elsewhere: "12 weeks", "women", "before and after"."""
    after_at: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice about the note on `pmid`."""

    guid: str
    """A `tag:` URI, fixed when the notice is made (RFC 4151); the same event about the same note gives the same one."""
    kind: NoticeKind
    pmid: str
    slug: str
    """Of the note that it is about; "" if the paper was only listed in one line and has no note."""
    headline: str
    """Of that note, or the title as listed."""
    made: datetime
    sentences: tuple[Sentence, ...]
    """In an update, a sentence's `rows` are indices into the notice's own `rows`."""
    citation: Citation | None = None
    """Of the later study or of the journal's own notice."""
    rows: tuple[ComparedRow, ...] = ()

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)


def notice_guid(authority: str, kind: NoticeKind, pmid: str, source: str) -> str:
    """The permanent `tag:` URI of one event (`source`) about the note on `pmid`; `authority` as in RFC 4151."""
    return f"tag:{authority}:notice/{pmid}/{kind}/{quote(source, safe='')}"
