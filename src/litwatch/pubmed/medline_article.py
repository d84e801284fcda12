"""The fields of one MEDLINE text record as an `Article`.

MEDLINE text has less than XML: no markup (so no marks), no order of qualifiers beyond the line, abstracts as one
paragraph with their labels printed inside. What is there comes out as it would from the XML of the same record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from litwatch.domain.article import (
    Article,
    Author,
    Correction,
    Grant,
    HistoryDate,
    Journal,
    MeshHeading,
    MeshQualifier,
    OtherAbstract,
    PartialDate,
    RegistryId,
    Section,
)
from litwatch.domain.registry import registered, registrations
from litwatch.pubmed.parse_dates import medline_date
from litwatch.pubmed.parse_draft import RecordError
from litwatch.pubmed.parse_fields import clean_doi, clean_orcid, clean_pmc, labelled, pmid_of
from litwatch.pubmed.parse_title import display_title

_CORRECTIONS = {
    "CIN": "CommentIn", "CON": "CommentOn", "CRI": "CorrectedandRepublishedIn", "CRF": "CorrectedandRepublishedFrom",
    "DDIN": "AssociatedDataset", "DRIN": "AssociatedPublication", "ECI": "ExpressionOfConcernIn",
    "ECF": "ExpressionOfConcernFor", "EIN": "ErratumIn", "EFR": "ErratumFor", "ORI": "OriginalReportIn",
    "PRIN": "PartialRetractionIn", "PROF": "PartialRetractionOf", "RPI": "RepublishedIn", "RPF": "RepublishedFrom",
    "RIN": "RetractionIn", "ROF": "RetractionOf",
    "RRI": "RetractedandRepublishedIn", "RRF": "RetractedandRepublishedFrom",
    "SPIN": "SummaryForPatientsIn", "UIN": "UpdateIn", "UOF": "UpdateOf",
}  # fmt: skip
_ID = re.compile(r"(.+?)\s*\[(\w+)\]$")
_STEP = re.compile(r"(\d{4})/(\d\d?)/(\d\d?)(?: [\d:]+)?(?: \[([\w-]+)\])?")
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")
_LINK = re.compile(r"^(.*?)\.?\s*(?:doi:.*?)?PMID:\s*(\d+)\s*(.*)$", re.I)
_SUBSTANCE = re.compile(r"^\S+(?: [\d.-]+)? \((.+)\)$")
_ISSN = re.compile(r"^(\d{4}-\d{3}[\dX])(?: \((\w+)\))?")
_ACRONYM = re.compile(r"[A-Z]{2,4}_?|")


@dataclass(frozen=True, slots=True)
class Fields:
    """A record's fields as (tag, value) in their order, and the values grouped by tag."""

    lines: tuple[tuple[str, str], ...]
    by_tag: dict[str, tuple[str, ...]]

    def all(self, *tags: str) -> tuple[str, ...]:
        return tuple(value for tag in tags for value in self.by_tag.get(tag, ()))

    def first(self, *tags: str) -> str | None:
        """The first value of the first tag that has one."""
        return next(iter(self.all(*tags)), None)


def read_fields(fields: Fields) -> Article:
    """The record as an `Article`. Raises `RecordError` if it has no PMID."""
    pmid = pmid_of(fields.first("PMID"))
    if pmid is None:
        raise RecordError("no PMID" if "PMID" not in fields.by_tag else f"not a PMID: {fields.first('PMID') or ''!r}")
    title, _, vernacular = display_title(fields.first("TI", "BTI") or "", (), fields.first("TT"))
    sections = _sections(fields.first("AB"))
    located, ids = _ids(fields.all("LID")), _ids(fields.all("AID"))
    return Article(
        pmid=pmid,
        title=title,
        sections=sections,
        kind="book" if "BTI" in fields.by_tag else "article",
        vernacular_title=vernacular,
        copyright=fields.first("CI"),
        other_abstracts=tuple(_other_abstracts(fields)),
        doi=located.get("doi") or ids.get("doi"),
        pmc=clean_pmc(fields.first("PMC")),
        pii=located.get("pii") or ids.get("pii"),
        journal=_journal(fields),
        published=medline_date(fields.first("DP") or ""),
        electronic=_electronic(fields.first("DEP")),
        completed=_day(fields.first("DCOM")),
        revised=_day(fields.first("LR")),
        history=_history(fields),
        authors=tuple(_authors(fields)),
        publication_types=tuple(dict.fromkeys(fields.all("PT"))),
        mesh=tuple(_heading(line) for line in fields.all("MH")),
        keywords=tuple(dict.fromkeys(keyword.removeprefix("*") for keyword in fields.all("OT"))),
        substances=_substances(fields),
        registry_ids=_registry_ids(fields, title, sections),
        grants=tuple(_grant(line) for line in fields.all("GR")),
        conflict_of_interest=fields.first("COIS"),
        corrections=tuple(_corrections(fields)),
        publication_status=fields.first("PST"),
        medline_status=fields.first("STAT"),
        languages=tuple(dict.fromkeys(fields.all("LA"))),
    )


def _sections(text: str | None) -> tuple[Section, ...]:
    return tuple(labelled(Section(None, text))) if text else ()


def _other_abstracts(fields: Fields) -> Iterator[OtherAbstract]:
    languages = fields.all("OABL")
    for index, text in enumerate(fields.all("OAB")):
        kind, colon, rest = text.partition(": ")
        named = bool(colon) and kind in ("Publisher", "plain-language-summary", "AAMC", "AIDS", "KIE", "PIP", "NASA")
        language = languages[index] if index < len(languages) else ""
        yield OtherAbstract(
            kind if named else "Publisher", language, _sections(rest if named else text), fields.first("OCI")
        )


def _journal(fields: Fields) -> Journal:
    issns = [match.groups() for line in fields.all("IS") if (match := _ISSN.match(line))]
    own = [number for number, kind in issns if kind != "Linking"]
    linking = [number for number, kind in issns if kind == "Linking"]
    return Journal(
        title=fields.first("JT", "BTI"),
        abbreviation=fields.first("TA"),
        medline_ta=fields.first("TA"),
        issn=own[0] if own else None,
        issn_linking=linking[0] if linking else None,
        nlm_id=fields.first("JID"),
        country=fields.first("PL"),
        volume=fields.first("VI"),
        issue=fields.first("IP"),
        pages=fields.first("PG"),
    )


def _ids(lines: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        if match := _ID.match(line):
            text = clean_doi(match[1]) if match[2] == "doi" else match[1]
            if text:
                found.setdefault(match[2], text)
    return found


def _day(text: str | None) -> date | None:
    match = _DAY.fullmatch(text or "")
    return _real(match[1], match[2], match[3]) if match else None


def _real(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _electronic(text: str | None) -> PartialDate | None:
    day = _day(text)
    return PartialDate(day.year, day.month, day.day, text or "") if day else None


def _history(fields: Fields) -> tuple[HistoryDate, ...]:
    """PHST, and where it is silent EDAT, MHDA and CRDT, which are the days of kind pubmed, medline and entrez."""
    found: list[HistoryDate] = []
    for tag, status in (("PHST", ""), ("EDAT", "pubmed"), ("MHDA", "medline"), ("CRDT", "entrez")):
        for line in fields.all(tag):
            match = _STEP.match(line)
            day = _real(match[1], match[2], match[3]) if match else None
            name = status or (match[4] if match else None) or ""
            if day and not (status and any(entry.status == status for entry in found)):
                found.append(HistoryDate(name, day))
    return tuple(found)


def _authors(fields: Fields) -> Iterator[Author]:
    """Each author's lines stand together: FAU (or CN), AU, then AUID and AD; an AD before them all is the first
    author's.
    """
    people: list[dict[str, list[str]]] = [{}]
    for tag, text in fields.lines:
        last = people[-1]
        named = last.keys() & {"FAU", "CN", "AU"}
        if named and (tag in ("FAU", "CN") or (tag == "AU" and ("AU" in last or "FAU" not in last))):
            people.append({})
        if tag in ("FAU", "CN", "AU", "AUID", "AD"):
            people[-1].setdefault(tag, []).append(text)
    yield from (author for person in people if (author := _author(person)))


def _author(person: dict[str, list[str]]) -> Author | None:
    orcid = next((orcid for line in person.get("AUID", ()) if (orcid := clean_orcid(line))), None)
    places = tuple(dict.fromkeys(person.get("AD", ())))
    if "CN" in person:
        return Author(collective=person["CN"][0], orcid=orcid, affiliations=places) if person["CN"][0] else None
    short = person.get("AU", [""])[0]
    last, _, fore = person["FAU"][0].partition(", ") if "FAU" in person else ("", "", "")
    if not last:
        last, _, rest = short.rpartition(" ")
        last, rest = (last, rest) if last else (short, "")
    else:
        rest = short.removeprefix(last).strip()
    initials, _, suffix = rest.partition(" ")
    fore = fore.removesuffix(f" {suffix}") if suffix else fore
    return Author(last, fore or None, initials or None, suffix or None, None, orcid, places) if last else None


def _heading(line: str) -> MeshHeading:
    """Such as "Exercise/*physiology" -> the heading, its stars as `major`."""
    descriptor, *qualifiers = line.split("/")
    return MeshHeading(
        descriptor.removeprefix("*"),
        None,
        descriptor.startswith("*"),
        tuple(MeshQualifier(name.removeprefix("*"), None, name.startswith("*")) for name in qualifiers if name),
    )


def _substances(fields: Fields) -> tuple[str, ...]:
    names = [match[1] for line in fields.all("RN") if (match := _SUBSTANCE.match(line))]
    return tuple(dict.fromkeys((*names, *fields.all("NM"))))


def _registry_ids(fields: Fields, title: str, sections: tuple[Section, ...]) -> tuple[RegistryId, ...]:
    found: dict[str, RegistryId] = {}
    for line in fields.all("SI"):
        bank, _, printed = line.partition("/")
        if entry := registered(bank, printed):
            found.setdefault(entry.number, entry)
    for entry in registrations(title, *(section.text for section in sections)):
        found.setdefault(entry.number, entry)
    return tuple(found.values())


def _grant(line: str) -> Grant:
    """Such as "R01 AR000001/AR/NIAMS NIH HHS/United States" -> number, agency, country; the number may itself have
    slashes.
    """
    parts = line.split("/")
    country, agency = (parts.pop(), parts.pop()) if len(parts) > 1 else (None, parts.pop())
    if len(parts) > 1 and _ACRONYM.fullmatch(parts[-1]):
        parts.pop()
    return Grant("/".join(parts) or None, agency or None, country or None)


def _corrections(fields: Fields) -> Iterator[Correction]:
    for tag, text in fields.lines:
        if kind := _CORRECTIONS.get(tag):
            match = _LINK.match(text)
            if match:
                yield Correction(kind, match[2], match[1] or None, match[3] or None)
            else:
                yield Correction(kind, None, text or None)
