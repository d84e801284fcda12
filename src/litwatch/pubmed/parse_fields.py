"""Parts of a PubMed record that several kinds of record share: ids, people, subjects, links."""

from __future__ import annotations

import re

from litwatch.domain.article import (
    Author,
    Correction,
    Grant,
    HistoryDate,
    MeshHeading,
    MeshQualifier,
    RegistryId,
    Section,
)
from litwatch.domain.labels import category_of, split_labels
from litwatch.domain.registry import registered
from litwatch.domain.text import clean_text
from litwatch.pubmed.element import Element
from litwatch.pubmed.parse_dates import day_of
from litwatch.pubmed.parse_maker import maker
from litwatch.pubmed.parse_text import cut, plain, rich

_new_author, _new_section, _new_step = maker(Author), maker(Section), maker(HistoryDate)
_new_heading, _new_qualifier = maker(MeshHeading), maker(MeshQualifier)

_PMID = re.compile(r"[1-9][0-9]{0,9}")
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.I)
_DOI = re.compile(r"10\.\d{3,9}(?:\.\d+)*/\S+")
_PMC = re.compile(r"(?:PMC)?(\d{1,10})(?:\.\d+)?", re.I)
_ORCID = re.compile(r"(000[09])-?(\d{4})-?(\d{4})-?(\d{3}[\dXx])/?$")


def value(element: Element) -> str | None:
    """The element's own text, folded; None if there is none."""
    text = element.text
    return (clean_text(text) or None) if text else None


def texts(element: Element, name: str) -> tuple[str, ...]:
    """The texts of the children called `name`, each once, in order."""
    found = {plain(child): None for child in element if child.tag == name}
    found.pop("", None)
    return tuple(found)


def pmid_of(text: str | None) -> str | None:
    """A PMID, or None if `text` is not one."""
    text = (text or "").strip()
    return text if _PMID.fullmatch(text) else None


def clean_doi(text: str | None) -> str | None:
    """The bare DOI as printed (case is kept: DOIs compare without it), or None if `text` is none."""
    doi = clean_text(text or "")
    if not doi.startswith("10."):
        doi = _DOI_PREFIX.sub("", doi)
    return doi if _DOI.fullmatch(doi) else None


def clean_pmc(text: str | None) -> str | None:
    """A PMC id with its letters and without the version of its text, or None."""
    match = _PMC.fullmatch(clean_text(text or ""))
    return f"PMC{match[1]}" if match else None


def clean_orcid(text: str | None) -> str | None:
    """The bare ORCID in any of its spellings, or None if it has none or its check digit is wrong.

    ORCID's blocks of numbers begin with 0000 and 0009; the last character is the ISO 7064 MOD 11-2 check digit of the fifteen before it
    (https://support.orcid.org/hc/en-us/articles/360006897674).
    """
    match = _ORCID.search((text or "").strip())
    if not match:
        return None
    digits = "".join(match.groups()).upper()
    total = 0
    for digit in digits[:15]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return "-".join(match.groups()).upper() if digits[15] == ("X" if check == 10 else str(check)) else None


def sections_of(abstract: Element) -> tuple[tuple[Section, ...], str | None]:
    """The sections of an Abstract or OtherAbstract, empty ones left out, and its copyright line."""
    sections: list[Section] = []
    copyright_line = None
    for child in abstract:
        if child.tag == "AbstractText":
            text, marks = rich(child)
            if text:
                label = child.get("Label")
                sections.append(
                    _new_section(clean_text(label) or None if label else None, text, child.get("NlmCategory"), marks)
                )
        elif child.tag == "CopyrightInformation":
            copyright_line = plain(child) or None
    if len(sections) == 1 and sections[0].label is None:
        sections = labelled(sections[0])
    return tuple(sections), copyright_line


def labelled(section: Section) -> list[Section]:
    """An unlabelled section as several, if labels are clearly printed inside its text."""
    parts = list(split_labels(section.text))
    if len(parts) == 1:
        return [section]
    return [
        Section(label, section.text[start:end], category_of(label or ""), cut(section.marks, start, end))
        for label, start, end in parts
        if end > start
    ]


def authors_of(people: Element) -> tuple[Author, ...]:
    """The authors of an AuthorList; names marked as invalid (superseded spellings) are left out."""
    authors = [_author(child) for child in people if child.tag == "Author" and child.get("ValidYN") != "N"]
    return tuple([author for author in authors if author])


def _author(element: Element) -> Author | None:
    last = fore = initials = None
    rest: list[Element] = []
    for child in element:
        name = child.tag
        if name == "LastName":
            last = plain(child) or last
        elif name == "ForeName":
            fore = plain(child) or fore
        elif name == "Initials":
            initials = plain(child) or initials
        else:
            rest.append(child)
    if rest:
        return _fuller_author(last, fore, initials, rest)
    return _new_author(last, fore, initials) if last or fore else None


def _fuller_author(last: str | None, fore: str | None, initials: str | None, rest: list[Element]) -> Author | None:
    """An author of whom more is given than a name."""
    found: dict[str, str] = {}
    affiliations: list[str] = []
    for child in rest:
        name = child.tag
        if name == "AffiliationInfo":
            affiliations += [text for line in child if line.tag == "Affiliation" and (text := plain(line))]
        elif name != "Identifier":
            if text := plain(child):
                found[name] = text
        elif child.get("Source") == "ORCID":
            found["ORCID"] = clean_orcid(child.text) or ""
    get = found.get
    if old := get("Affiliation"):  # directly below Author until 2014
        affiliations.append(old)
    group = get("CollectiveName")
    if not (last or fore or group):
        return None
    return _new_author(last, fore, initials, get("Suffix"), group, get("ORCID") or None, tuple(affiliations))


def history_of(history: Element) -> tuple[HistoryDate, ...]:
    """The dated steps of a record's way; a step without a real day is left out."""
    found: list[HistoryDate] = []
    for child in history:
        day = day_of(child) if child.tag == "PubMedPubDate" else None
        if day is not None:
            found.append(_new_step(child.get("PubStatus", ""), day))
    return tuple(found)


def mesh_of(headings: Element) -> tuple[MeshHeading, ...]:
    return tuple([heading for child in headings if child.tag == "MeshHeading" and (heading := _heading(child))])


def _heading(element: Element) -> MeshHeading | None:
    descriptor, ui, major = "", None, False
    qualifiers: list[MeshQualifier] = []
    for child in element:
        name, text = child.tag, value(child)
        if not text:
            continue
        if name == "DescriptorName":
            descriptor, ui, major = text, child.get("UI"), child.get("MajorTopicYN") == "Y"
        elif name == "QualifierName":
            qualifiers.append(_new_qualifier(text, child.get("UI"), child.get("MajorTopicYN") == "Y"))
    return _new_heading(descriptor, ui, major, tuple(qualifiers)) if descriptor else None


def substances_of(chemicals: Element) -> tuple[str, ...]:
    names = (value(child) for chemical in chemicals for child in chemical if child.tag == "NameOfSubstance")
    return tuple(dict.fromkeys(name for name in names if name))


def grants_of(grants: Element) -> tuple[Grant, ...]:
    found: list[Grant] = []
    for grant in grants:
        parts = {child.tag: text for child in grant if (text := value(child))}
        if parts:
            found.append(Grant(parts.get("GrantID"), parts.get("Agency"), parts.get("Country")))
    return tuple(found)


def registrations_of(banks: Element) -> tuple[RegistryId, ...]:
    """The registrations in a DataBankList; data sets (GENBANK, PDB, …) are left out."""
    found: dict[str, RegistryId] = {}
    for bank in banks:
        name: str = ""
        numbers: tuple[str, ...] = ()
        for child in bank:
            if child.tag == "DataBankName":
                name = value(child) or ""
            elif child.tag == "AccessionNumberList":
                numbers = texts(child, "AccessionNumber")
        for printed in numbers:
            if entry := registered(name, printed):
                found.setdefault(entry.number, entry)
    return tuple(found.values())


def corrections_of(links: Element) -> tuple[Correction, ...]:
    found: list[Correction] = []
    for link in links:
        parts = {child.tag: text for child in link if (text := plain(child))}
        found.append(
            Correction(link.get("RefType", ""), pmid_of(parts.get("PMID")), parts.get("RefSource"), parts.get("Note"))
        )
    return tuple(found)


def ids_of(article_ids: Element) -> dict[str, str]:
    """An ArticleIdList as {IdType: id}, the first usable one of each type."""
    found: dict[str, str] = {}
    for child in article_ids:
        kind, text = child.get("IdType", "pubmed"), child.text
        if kind == "doi":
            text = clean_doi(text)
        elif kind == "pmc":
            text = clean_pmc(text)
        elif kind == "pii":
            text = value(child)
        if text:
            found.setdefault(kind, text)
    return found
