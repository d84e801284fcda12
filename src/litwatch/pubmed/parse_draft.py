"""What has been read of a record so far, and the `Article` made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

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
from litwatch.pubmed.parse_maker import maker
from litwatch.pubmed.parse_title import display_title

_new_article, _new_journal = maker(Article), maker(Journal)
UNDATED = PartialDate(None)


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
    published: PartialDate = UNDATED
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


def finished(draft: Draft) -> Article:
    """The draft as an `Article`; registrations named only in the text are added, the vernacular title stands in for
    a missing one.
    """
    if draft.pmid is None:
        raise RecordError("no PMID of its own")
    title, marks, vernacular = display_title(draft.title, draft.title_marks, draft.vernacular_title)
    known = {entry.number for entry in draft.registered}
    named = registrations(title, *[section.text for section in draft.sections])
    located, ids = draft.located, draft.ids
    return _new_article(
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
    return _new_journal(
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
