"""The PubMed record as a frozen value, with every field that litwatch uses.

Text is plain: entities decoded, inner text of markup kept, white space folded (`domain.text.clean_text`).
Markup survives as `Mark`s, offsets into the plain text, so that a quotation of the text stays exact.
A superscript made of digits, signs or n/i is written with Unicode superscripts ("10⁹", "m²"), because "109/L" would be another number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

MarkKind = Literal["i", "b", "sub", "sup", "u"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Inline markup: `text[start:end]` of the text it belongs to is italic, bold, sub- or superscript or underlined."""

    start: int
    end: int
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class Section:
    """One part of an abstract. An unstructured abstract is a single section with `label` None."""

    label: str | None
    """As printed, e.g. "MAIN RESULTS"."""
    text: str
    category: str | None = None
    """NLM's category of the label: BACKGROUND, OBJECTIVE, METHODS, RESULTS, CONCLUSIONS or UNASSIGNED."""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherAbstract:
    """An abstract that is not the article's main one: another language, or a plain-language summary."""

    kind: str
    """NLM's type, e.g. "Publisher" or "plain-language-summary"."""
    language: str
    """Three-letter code, e.g. "spa"; "" when not given."""
    sections: tuple[Section, ...]
    copyright: str | None = None


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date known to the year, month or day. `raw` is what the record says, e.g. "2011 Oct-Dec" or "1999 Winter".

    Of a range the first month counts. `year` is None where nothing usable is given ("9999-9999").
    """

    year: int | None
    month: int | None = None
    day: int | None = None
    raw: str = ""

    def earliest(self) -> date | None:
        """The first day that this date can mean."""
        return None if self.year is None else date(self.year, self.month or 1, self.day or 1)

    def __str__(self) -> str:
        if self.year is None:
            return ""
        parts = [f"{self.year:04d}"]
        if self.month:
            parts.append(f"{self.month:02d}")
            if self.day:
                parts.append(f"{self.day:02d}")
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class HistoryDate:
    """An entry of PubmedData/History: `status` is received, accepted, pubmed, entrez, medline, …"""

    status: str
    day: date


@dataclass(frozen=True, slots=True)
class Author:
    """A person (`last` set) or a group (`collective` set)."""

    last: str | None = None
    fore: str | None = None
    initials: str | None = None
    suffix: str | None = None
    collective: str | None = None
    orcid: str | None = None
    """Bare, e.g. "0000-0002-1825-0097"."""
    affiliations: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As a citation prints it: "Zhang M", "Smith J Jr", or the group's name."""
        if self.collective:
            return self.collective
        return " ".join(part for part in (self.last, self.initials or self.fore, self.suffix) if part)


@dataclass(frozen=True, slots=True)
class Journal:
    """Where an article appeared, with its place there."""

    title: str | None = None
    abbreviation: str | None = None
    """The ISO abbreviation, or MedlineTA where there is none."""
    medline_ta: str | None = None
    issn: str | None = None
    issn_linking: str | None = None
    nlm_id: str | None = None
    country: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    """As printed: "113-123", "e65279"."""


@dataclass(frozen=True, slots=True)
class MeshQualifier:
    """A subheading of a MeSH heading; `major` if starred."""

    name: str
    ui: str | None = None
    major: bool = False


@dataclass(frozen=True, slots=True)
class MeshHeading:
    """A MeSH descriptor with its subheadings."""

    descriptor: str
    ui: str | None = None
    major: bool = False
    """The descriptor itself is starred (a starred qualifier counts in `is_major` only)."""
    qualifiers: tuple[MeshQualifier, ...] = ()

    @property
    def is_major(self) -> bool:
        return self.major or any(qualifier.major for qualifier in self.qualifiers)


@dataclass(frozen=True, slots=True)
class RegistryId:
    """A trial or review registration. `source` tells where it was found: in DataBankList or only in the text."""

    bank: str
    """ClinicalTrials.gov, ISRCTN, ANZCTR, PROSPERO, …"""
    number: str
    """Upper case, without spaces: NCT01234567, ISRCTN…, ACTRN…, CRD…"""
    source: Literal["databank", "text"] = "databank"


@dataclass(frozen=True, slots=True)
class Grant:
    """Who paid."""

    number: str | None = None
    agency: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """A CommentsCorrections link. `kind` is NLM's RefType: RetractionIn, RetractionOf, ErratumIn, UpdateOf, CommentIn, Cites, …"""

    kind: str
    pmid: str | None = None
    source: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """One PubMed record (`kind` "article"), or one book or chapter of NCBI Bookshelf ("book")."""

    pmid: str
    title: str
    sections: tuple[Section, ...] = ()
    version: int = 1
    kind: Literal["article", "book"] = "article"
    title_marks: tuple[Mark, ...] = ()
    vernacular_title: str | None = None
    copyright: str | None = None
    other_abstracts: tuple[OtherAbstract, ...] = ()
    doi: str | None = None
    pmc: str | None = None
    """With its letters: "PMC3680414"."""
    pii: str | None = None
    journal: Journal = field(default_factory=Journal)
    published: PartialDate = PartialDate(None)
    """The journal issue's date (for a book, its publication date)."""
    electronic: PartialDate | None = None
    """ArticleDate of type Electronic."""
    completed: date | None = None
    revised: date | None = None
    history: tuple[HistoryDate, ...] = ()
    authors: tuple[Author, ...] = ()
    authors_complete: bool = True
    publication_types: tuple[str, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    keywords: tuple[str, ...] = ()
    substances: tuple[str, ...] = ()
    registry_ids: tuple[RegistryId, ...] = ()
    grants: tuple[Grant, ...] = ()
    conflict_of_interest: str | None = None
    corrections: tuple[Correction, ...] = ()
    publication_status: str | None = None
    """ppublish, epublish or aheadofprint."""
    medline_status: str | None = None
    """MEDLINE, PubMed-not-MEDLINE, In-Process, Publisher, …"""
    languages: tuple[str, ...] = ()

    @property
    def abstract(self) -> str:
        """The main abstract as one text, labels left out."""
        return " ".join(section.text for section in self.sections)

    def history_day(self, *statuses: str) -> date | None:
        """The latest History date of one of `statuses`."""
        days = [entry.day for entry in self.history if entry.status in statuses]
        return max(days) if days else None

    @property
    def arrived(self) -> date | None:
        """When the record came to PubMed as far as the record itself tells.

        The true creation date (`crdt`) is not in the XML. The latest History date of kind pubmed or entrez comes
        closest; else the revision date, else the first day of the publication date.
        """
        return self.history_day("pubmed", "entrez") or self.revised or self.published.earliest()

    @property
    def paper_day(self) -> date | None:
        """The paper's own date: the earliest of electronic and issue date."""
        days = [day for day in (self.electronic and self.electronic.earliest(), self.published.earliest()) if day]
        return min(days) if days else None


@dataclass(frozen=True, slots=True)
class Record:
    """An article together with the exact bytes it was read from (one record's XML, or one MEDLINE text record)."""

    article: Article
    raw: bytes
    format: Literal["xml", "medline"] = "xml"


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """A record that could not be read. It never stops the file that it stands in."""

    reason: str
    index: int
    """0-based position among the records of its file."""
    offset: int
    """Byte offset of the record's start in its (decompressed) file."""
    pmid: str | None = None
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Deletion:
    """A DeleteCitation element: PMIDs that PubMed has withdrawn."""

    pmids: tuple[str, ...]
