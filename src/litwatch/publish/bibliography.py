"""A citation taken apart as reference managers want it: names of persons and groups, first and last page, the date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import MAXYEAR
from itertools import takewhile

from litwatch.domain.citation import Citation
from litwatch.domain.links import bare_doi, doi_url, pmc_url, pubmed_url
from litwatch.domain.text import clean_text

_SUFFIX = re.compile(r" (Jr\.?|Sr\.?|II|III|IV|2nd|3rd|4th)\Z")
_INITIALS = re.compile(r" ((?:[^\W\d_]-?){1,4})\Z")
_GROUP = re.compile(
    r"\b(?:alliance|associat\w+|authors|board|cent(?:er|re)s?|collaborat\w+|committees?|consorti\w+|council|department|"
    r"federation|foundation|groups?|initiative|institutes?|investigators|network|organi[sz]ation|panel|program\w*|"
    r"project|register|registry|researchers|societ\w+|study|task ?force|teams?|trials?|trialists|union|university)\b",
    re.IGNORECASE,
)
_PAGES = re.compile(r"([A-Za-z]*)(\d+)\s*[-–]\s*([A-Za-z]*)(\d+)")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class Name:
    """A person, or with `given` empty a group (or a person of one name)."""

    family: str
    given: str = ""
    """Initials with full stops: "C. D."."""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """One paper for a reference manager. Every text is one line of plain Unicode; "" and None are unknown."""

    pmid: str
    title: str
    """Without the full stop that PubMed puts after it."""
    authors: tuple[Name, ...]
    journal: str
    date: tuple[int, ...]
    """(year), (year, month) or (year, month, day)."""
    volume: str
    issue: str
    first_page: str
    last_page: str
    doi: str
    pmc: str
    ahead_of_print: bool
    url: str
    """PubMed's page."""
    publisher: str
    """The publisher's page, through the DOI resolver."""


def reference(citation: Citation) -> Reference:
    """What the citation says, taken apart."""
    title = clean_text(citation.title)
    first, last = pages(clean_text(citation.pages or ""))
    pubmed = pubmed_url(citation.pmid) or ""
    doi = clean_text(citation.doi or "")
    return Reference(
        pmid=citation.pmid if pubmed else "",
        title=title[:-1] if title.endswith(".") and not title.endswith("..") else title,
        authors=tuple(name(clean) for author in citation.authors if (clean := clean_text(author))),
        journal=clean_text(citation.journal),
        date=_date(citation.date),
        volume=clean_text(citation.volume or ""),
        issue=clean_text(citation.issue or ""),
        first_page=first,
        last_page=last,
        doi=bare_doi(doi) or "",
        pmc=(pmc_url(citation.pmc) or "").rpartition("/articles/")[2].strip("/"),
        ahead_of_print=citation.ahead_of_print,
        url=pubmed,
        publisher=doi_url(doi) or "",
    )


def name(author: str) -> Name:
    """`"Muster CD Jr"` → Muster, C. D., Jr. What does not end in initials, or is called a group, is a name as it is."""
    suffix = _SUFFIX.search(author)
    person = author[: suffix.start()] if suffix else author
    initials = _INITIALS.search(person)
    if initials is None or not initials[1].isupper() or _GROUP.search(author):
        return Name(author)
    letters = initials[1].replace("-", "")
    return Name(person[: initials.start()], " ".join(f"{letter}." for letter in letters), suffix[1] if suffix else "")


def pages(printed: str) -> tuple[str, str]:
    """First and last page; NLM's short form is written out: `"113-23"` → 113 and 123. What is no range stays whole."""
    found = _PAGES.fullmatch(printed)
    if found is None:
        return printed, ""
    letters, first, other, last = found.groups()
    if len(last) < len(first):
        last = first[: -len(last)] + last
    return letters + first, (other or letters) + last


def _date(text: str) -> tuple[int, ...]:
    """As much of it as can be: no year 0, no month 13."""
    found = _DATE.match(text)
    parts = [int(part) for part in found.groups() if part] if found else []
    possible = takewhile(lambda pair: 1 <= pair[0] <= pair[1], zip(parts, (MAXYEAR, 12, 31), strict=False))
    return tuple(part for part, _ in possible)
