"""The published values: nugget and issue. Page, feed and both mail parts are rendered from these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from litwatch.domain.calendar import Week
from litwatch.domain.citation import Citation
from litwatch.domain.difference import MinimalDifference
from litwatch.domain.notice import Notice
from litwatch.domain.prose import Paragraph, Sentence
from litwatch.domain.run import PollReceipt, RecheckReceipt
from litwatch.domain.study import Direction, Effect, Outcome


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One outcome as told to readers. `numbers` is "" where the abstract gives none; `quote` is the sentence behind it."""

    name: str
    numbers: str
    quote: str
    comparison: str
    timepoint: str | None = None
    subgroup: str | None = None
    effect: Effect | None = None
    """What `numbers` says, as values: only what `quote` states. None without numbers, and in issues from before."""
    noticeable: MinimalDifference | None = None
    """The smallest difference that people notice in this outcome, where the effect is on its scale."""


@dataclass(frozen=True, slots=True)
class AmendedRow:
    """A ledger row that the editor tells otherwise than it was read, in one note. The stored reading stays as it is."""

    row: Outcome
    """As it was read."""
    direction: Direction | None
    """In which it is told; None: it is left out of the ledger, and this says so in its place."""
    why: str
    by: str
    """The editor's name."""


@dataclass(frozen=True, slots=True)
class Rating:
    """Stars by an open key (docs/nuggets.md), with what was counted; `editor` is who overrode it, if somebody did."""

    stars: int
    """1 to 5."""
    reasons: tuple[str, ...]
    editor: str | None = None


class Length(StrEnum):
    """How long a note is."""

    SHORT = "short"
    """A line or two: too little to say for a note."""
    NOTE = "note"
    """100 to 300 words."""
    FEATURE = "feature"
    """The issue's first note, up to 450 words."""


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another report of a nugget's trial, or another record of its paper, that is told with it."""

    pmid: str
    title: str
    meta: str
    """Design, size, verdict in one line, as in `Nugget.meta`."""
    adds: str
    """What it tells that the nugget does not: "better: sleep; no clear change: CRP", "the plan of the study"; or ""."""
    doi: str | None = None


@dataclass(frozen=True, slots=True)
class Tags:
    """What a note can be found by, by our own names; what the abstract does not say is empty."""

    design: str = ""
    """"Randomised trial"; "" for a note of before there were tags."""
    conditions: tuple[str, ...] = ()
    """What people have: "knee osteoarthritis"."""
    exercises: tuple[str, ...] = ()
    """The kinds of exercise that are tested: "tai chi"."""


@dataclass(frozen=True, slots=True)
class Nugget:
    """One study's note."""

    pmid: str
    guid: str
    """A `tag:` URI, fixed when the nugget is made (RFC 4151)."""
    slug: str
    """Permanent file name part, made from immutable ids."""
    headline: str
    meta: str
    """Design, size, verdict in one line: "Randomised trial, n=120: 2 better, 1 no clear change"."""
    topics: tuple[str, ...]
    better: tuple[LedgerLine, ...]
    unchanged: tuple[LedgerLine, ...]
    worse: tuple[LedgerLine, ...]
    other: tuple[LedgerLine, ...]
    """Mixed results, and results given without a direction."""
    citation: Citation
    paragraphs: tuple[Paragraph, ...] = ()
    """The note's text; every sentence carries where it comes from."""
    takeaway: Sentence | None = None
    """The note in one line."""
    length: Length = Length.NOTE
    rating: Rating | None = None
    why: str = ""
    """Why it was picked, in words, with the points of its score."""
    siblings: tuple[Sibling, ...] = ()
    """The other reports of the same trial or review that came in with it, the best first."""
    amended: tuple[AmendedRow, ...] = ()
    """The rows that the editor has corrected. Everything else in the note is made from the ledger with them in it."""
    tags: Tags = Tags()


@dataclass(frozen=True, slots=True)
class Mention:
    """A study listed in one line under "Also new"."""

    pmid: str
    title: str
    meta: str
    topics: tuple[str, ...]
    doi: str | None = None
    siblings: tuple[Sibling, ...] = ()
    earlier: str = ""
    """The slug of the earlier note on the same trial or review; "" if there is none."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A study that an issue considered and does not show."""

    pmid: str
    title: str
    reason: str
    """In words, what all such papers share before a colon, if there is more to say: "older than 400 days: published 2021"."""
    journal: str | None = None
    year: int | None = None
    doi: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was searched for this issue, and what became of it."""

    polls: tuple[PollReceipt, ...]
    considered: int
    """Articles first seen since the previous issue."""
    nuggets: int
    mentioned: int
    """Listed in a line each, under "Also new" or with another report of the same trial."""
    excluded: tuple[tuple[str, int], ...] = ()
    """(reason in words, how many), most first."""
    until: datetime | None = None
    """What came in and was searched up to here is in the issue; None: up to its publication."""
    rechecks: tuple[RecheckReceipt, ...] = ()
    """How often, since the previous issue, PubMed was asked again for what was published; oldest first."""


class Signature(StrEnum):
    """Who answers for an issue."""

    AUTO = "auto"
    """Nobody looked at it, and nobody was meant to."""
    EDITOR = "editor"
    UNSIGNED = "unsigned"
    """It waited for its editor in vain and was published without."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One dated weekly digest, immutable once published."""

    week: Week
    guid: str
    title: str
    summary: str
    """One line."""
    published: datetime
    nuggets: tuple[Nugget, ...]
    also: tuple[Mention, ...]
    receipt: Receipt
    signature: Signature = Signature.AUTO
    notices: tuple[Notice, ...] = ()
    """What was learned about earlier notes since the previous issue: updates, corrections, retractions."""
    foreword: str = ""
    """The editor's own words about the week; "" if there are none."""
    editor: str = ""
    """Who signed it; readers see the name. "" in a draft, and where nobody did."""

    @property
    def lines(self) -> tuple[Mention | Sibling, ...]:
        """Every paper that is told in one line: under "Also new", or beside another report of its study."""
        beside_notes = (sibling for nugget in self.nuggets for sibling in nugget.siblings)
        beside_lines = (sibling for mention in self.also for sibling in mention.siblings)
        return (*beside_notes, *beside_lines, *self.also)
