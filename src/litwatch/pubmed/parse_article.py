"""A PubmedArticle element as an `Article`.

Each element that matters has one handler in a table by its name; all others, also those of future versions of the format, are
passed over. Ids come from the record's own lists only: a ReferenceList holds other articles' ids.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from litwatch.domain.article import (
    Article,
    Author,
    Correction,
    Grant,
    HistoryDate,
    Journal,
    Mark,
    MeshHeading,
    OtherAbstract,
    PartialDate,
    RegistryId,
    Section,
)
from litwatch.domain.registry import registrations
from litwatch.pubmed import parse_fields as fields
from litwatch.pubmed.parse_dates import day_of, partial_of
from litwatch.pubmed.parse_text import plain, rich
from litwatch.pubmed.parse_title import display_title

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


class RecordError(ValueError):
    """An element that is not a usable record; the message says why in one line."""


@dataclass(slots=True)
class Draft:
    """What has been read of a record so far; the fields are those of `Article`."""

    pmid: str | None = None
    cites: bool = False
    """An Article element was there."""
    version: int = 1
    title: str = ""
    title_marks: tuple[Mark, ...] = ()
    vernacular_title: str | None = None
    sections: tuple[Section, ...] = ()
    copyright: str | None = None
    other_abstracts: list[OtherAbstract] = field(default_factory=list)
    located: dict[str, str] = field(default_factory=dict)
    """Ids from ELocationID by type; they outrank `ids`."""
    ids: dict[str, str] = field(default_factory=dict)
    journal: dict[str, str] = field(default_factory=dict)
    published: PartialDate = PartialDate(None)
    electronic: PartialDate | None = None
    completed: date | None = None
    revised: date | None = None
    history: tuple[HistoryDate, ...] = ()
    authors: tuple[Author, ...] = ()
    authors_complete: bool = True
    publication_types: tuple[str, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    keywords: tuple[str, ...] = ()
    substances: tuple[str, ...] = ()
    registered: tuple[RegistryId, ...] = ()
    grants: tuple[Grant, ...] = ()
    conflict_of_interest: str | None = None
    corrections: tuple[Correction, ...] = ()
    publication_status: str | None = None
    medline_status: str | None = None
    languages: list[str] = field(default_factory=list)


Handler = Callable[[Draft, "Element"], None]


def walk(draft: Draft, element: Element, handlers: Mapping[str, Handler]) -> None:
    """Give each child of `element` to its handler."""
    for child in element:
        handler = handlers.get(child.tag)
        if handler is not None:
            handler(draft, child)


def read_article(element: Element) -> Article:
    """A PubmedArticle element. Raises `RecordError` if it has no citation, no article or no PMID of its own."""
    draft = Draft()
    walk(draft, element, _RECORD)
    if not draft.cites:
        raise RecordError("no MedlineCitation with an Article in PubmedArticle")
    return finished(draft)


def finished(draft: Draft) -> Article:
    """The draft as an `Article`; registrations named only in the text are added, the vernacular title stands in for a missing one."""
    if draft.pmid is None:
        raise RecordError("no PMID of its own")
    title, marks, vernacular = display_title(draft.title, draft.title_marks, draft.vernacular_title)
    known = {entry.number for entry in draft.registered}
    named = registrations(title, *[section.text for section in draft.sections])
    located, ids = draft.located, draft.ids
    return Article(
        pmid=draft.pmid,
        title=title,
        sections=draft.sections,
        version=draft.version,
        title_marks=marks,
        vernacular_title=vernacular,
        copyright=draft.copyright,
        other_abstracts=tuple(draft.other_abstracts),
        doi=located.get("doi") or ids.get("doi"),
        pmc=ids.get("pmc"),
        pii=located.get("pii") or ids.get("pii"),
        journal=_journal(draft.journal),
        published=draft.published,
        electronic=draft.electronic,
        completed=draft.completed,
        revised=draft.revised,
        history=draft.history,
        authors=draft.authors,
        authors_complete=draft.authors_complete,
        publication_types=draft.publication_types,
        mesh=draft.mesh,
        keywords=draft.keywords,
        substances=draft.substances,
        registry_ids=draft.registered + tuple(entry for entry in named if entry.number not in known),
        grants=draft.grants,
        conflict_of_interest=draft.conflict_of_interest,
        corrections=draft.corrections,
        publication_status=draft.publication_status,
        medline_status=draft.medline_status,
        languages=tuple(dict.fromkeys(draft.languages)),
    )


def _journal(found: Mapping[str, str]) -> Journal:
    get = found.get
    return Journal(
        title=get("Title"),
        abbreviation=get("ISOAbbreviation") or get("MedlineTA"),
        medline_ta=get("MedlineTA"),
        issn=get("ISSN"),
        issn_linking=get("ISSNLinking"),
        nlm_id=get("NlmUniqueID"),
        country=get("Country"),
        volume=get("Volume"),
        issue=get("Issue"),
        pages=get("MedlinePgn") or "-".join(page for page in (get("StartPage"), get("EndPage")) if page) or None,
    )


def _citation(draft: Draft, element: Element) -> None:
    draft.medline_status = element.get("Status")
    walk(draft, element, _CITATION)


def _article(draft: Draft, element: Element) -> None:
    draft.cites = True
    walk(draft, element, _ARTICLE)


def pmid(draft: Draft, element: Element) -> None:
    draft.pmid = fields.pmid_of(element.text)
    if draft.pmid is None:
        raise RecordError(f"not a PMID: {(element.text or '').strip()[:40]!r}")
    version = element.get("Version", "1")
    draft.version = int(version) if version.isascii() and version.isdigit() and len(version) < 6 else 1


def _title(draft: Draft, element: Element) -> None:
    draft.title, draft.title_marks = rich(element)


def vernacular(draft: Draft, element: Element) -> None:
    draft.vernacular_title = plain(element) or None


def abstract(draft: Draft, element: Element) -> None:
    draft.sections, draft.copyright = fields.sections_of(element)


def other_abstract(draft: Draft, element: Element) -> None:
    sections, copyright_line = fields.sections_of(element)
    if sections:
        draft.other_abstracts.append(
            OtherAbstract(element.get("Type", ""), element.get("Language", ""), sections, copyright_line)
        )


def _authors(draft: Draft, element: Element) -> None:
    draft.authors = fields.authors_of(element)
    draft.authors_complete = element.get("CompleteYN", "Y") != "N"


def _location(draft: Draft, element: Element) -> None:
    kind = element.get("EIdType", "")
    text = fields.clean_doi(element.text) if kind == "doi" else fields.value(element)
    if text and element.get("ValidYN", "Y") != "N":
        draft.located.setdefault(kind, text)


def language(draft: Draft, element: Element) -> None:
    if text := fields.value(element):
        draft.languages.append(text)


def _types(draft: Draft, element: Element) -> None:
    draft.publication_types = fields.texts(element, "PublicationType")


def _electronic(draft: Draft, element: Element) -> None:
    if element.get("DateType", "Electronic") == "Electronic":
        draft.electronic = partial_of(element)


def published(draft: Draft, element: Element) -> None:
    draft.published = partial_of(element)


def _completed(draft: Draft, element: Element) -> None:
    draft.completed = day_of(element)


def revised(draft: Draft, element: Element) -> None:
    draft.revised = day_of(element)


def keywords(draft: Draft, element: Element) -> None:
    draft.keywords = tuple(dict.fromkeys((*draft.keywords, *fields.texts(element, "Keyword"))))


def _mesh(draft: Draft, element: Element) -> None:
    draft.mesh = fields.mesh_of(element)


def _substances(draft: Draft, element: Element) -> None:
    draft.substances = fields.substances_of(element)


def _banks(draft: Draft, element: Element) -> None:
    draft.registered = fields.registrations_of(element)


def grants(draft: Draft, element: Element) -> None:
    draft.grants = fields.grants_of(element)


def _conflicts(draft: Draft, element: Element) -> None:
    draft.conflict_of_interest = plain(element) or None


def _corrections(draft: Draft, element: Element) -> None:
    draft.corrections = fields.corrections_of(element)


def ids(draft: Draft, element: Element) -> None:
    for kind, text in fields.ids_of(element).items():
        draft.ids.setdefault(kind, text)


def history(draft: Draft, element: Element) -> None:
    draft.history = fields.history_of(element)


def status(draft: Draft, element: Element) -> None:
    draft.publication_status = fields.value(element)


def _into_journal(draft: Draft, element: Element) -> None:
    if text := plain(element):
        draft.journal[element.tag] = text


def _nested(handlers: Mapping[str, Handler]) -> Handler:
    def handler(draft: Draft, element: Element) -> None:
        walk(draft, element, handlers)

    return handler


_ISSUE: Mapping[str, Handler] = {"Volume": _into_journal, "Issue": _into_journal, "PubDate": published}
_JOURNAL: Mapping[str, Handler] = {
    "ISSN": _into_journal,
    "Title": _into_journal,
    "ISOAbbreviation": _into_journal,
    "JournalIssue": _nested(_ISSUE),
}
PAGES: Mapping[str, Handler] = {"MedlinePgn": _into_journal, "StartPage": _into_journal, "EndPage": _into_journal}
_JOURNAL_INFO: Mapping[str, Handler] = dict.fromkeys(
    ("Country", "MedlineTA", "NlmUniqueID", "ISSNLinking"), _into_journal
)
_ARTICLE: Mapping[str, Handler] = {
    "Journal": _nested(_JOURNAL),
    "ArticleTitle": _title,
    "VernacularTitle": vernacular,
    "Pagination": _nested(PAGES),
    "ELocationID": _location,
    "Abstract": abstract,
    "AuthorList": _authors,
    "Language": language,
    "DataBankList": _banks,
    "GrantList": grants,
    "PublicationTypeList": _types,
    "ArticleDate": _electronic,
}
_CITATION: Mapping[str, Handler] = {
    "PMID": pmid,
    "DateCompleted": _completed,
    "DateRevised": revised,
    "Article": _article,
    "MedlineJournalInfo": _nested(_JOURNAL_INFO),
    "ChemicalList": _substances,
    "CommentsCorrectionsList": _corrections,
    "MeshHeadingList": _mesh,
    "OtherAbstract": other_abstract,
    "KeywordList": keywords,
    "CoiStatement": _conflicts,
}
_DATA: Mapping[str, Handler] = {"History": history, "PublicationStatus": status, "ArticleIdList": ids}
_RECORD: Mapping[str, Handler] = {"MedlineCitation": _citation, "PubmedData": _nested(_DATA)}
