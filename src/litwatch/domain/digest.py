"""The published values: nugget and issue. Page, feed and both mail parts are rendered from these and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from litwatch.domain.calendar import Week
from litwatch.domain.run import PollReceipt


@dataclass(frozen=True, slots=True)
class Citation:
    """The block under a nugget, complete enough to find and cite the paper."""

    pmid: str
    title: str
    authors: tuple[str, ...]
    """All of them, as "Zhang M"."""
    journal: str
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    date: str = ""
    """As far as known: "2025-01", "2013"."""
    doi: str | None = None
    pmc: str | None = None
    ahead_of_print: bool = False


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One outcome as told to readers. `numbers` is "" where the abstract gives none; `quote` is the sentence behind it."""

    name: str
    numbers: str
    quote: str
    comparison: str
    timepoint: str | None = None
    subgroup: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One line on who and what: "Compared with", "usual care"."""

    label: str
    text: str


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
    studied: str
    """What was studied, the abstract's own sentence."""
    better: tuple[LedgerLine, ...]
    unchanged: tuple[LedgerLine, ...]
    worse: tuple[LedgerLine, ...]
    other: tuple[LedgerLine, ...]
    """Mixed results, and results given without a direction."""
    conclusion: str
    """The authors' own conclusion, quoted; "" if there is none."""
    caveats: tuple[str, ...]
    citation: Citation
    facts: tuple[Fact, ...] = ()
    """Who took part, what they did, against what, and what is said of harms, as far as the abstract is plain."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A study listed in one line under "Also new"."""

    pmid: str
    title: str
    meta: str
    topics: tuple[str, ...]
    doi: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was searched for this issue, and what became of it."""

    polls: tuple[PollReceipt, ...]
    considered: int
    """Articles first seen since the previous issue."""
    nuggets: int
    mentioned: int
    excluded: tuple[tuple[str, int], ...] = ()
    """(reason in words, how many), most first."""


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
