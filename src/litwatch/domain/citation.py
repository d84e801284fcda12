"""The citation of a paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
class DatedCitation:
    """A citation that a note has had, and since when."""

    seen: datetime
    citation: Citation
