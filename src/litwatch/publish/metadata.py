"""What programs read from a note's page: the paper's citation for reference managers, and the page as linked data."""

from __future__ import annotations

import json
import re
from typing import Any

from markupsafe import Markup

from litwatch.domain.citation import Citation
from litwatch.domain.digest import Issue, Nugget
from litwatch.domain.links import doi_url, pmc_url, pubmed_url
from litwatch.domain.notice import NoticeKind
from litwatch.domain.text import xml_chars
from litwatch.publish.archive import Archive
from litwatch.publish.publication import Publication, issue_path, note_path

# As PubMed prints a person: family name, initials without dots, a generation ("Muster CD Jr").
_PERSON = re.compile(
    r"(?P<family>\S.*?) (?P<initials>[^\W\d_a-z]{1,4})(?: (?P<suffix>Jr|Sr|[IV]+|\d(?:st|nd|rd|th)))?\Z"
)
_PAGES = re.compile(r"(?P<first>[A-Za-z]*\d+)(?:[-–](?P<last>[A-Za-z]*\d+))?(?=[,;]|\Z)")
_BARE_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)


def tags(citation: Citation) -> tuple[tuple[str, str], ...]:
    """The `citation_*` meta tags that Zotero's connector and search engines read (Highwire Press tags), without empty ones.

    Google Scholar's inclusion guidelines: one tag an author, dates as 2025/01.
    """
    first, last = _first_and_last(citation.pages or "")
    found = (
        ("citation_title", citation.title.removesuffix(".")),
        *(("citation_author", _family_first(author)) for author in citation.authors),
        ("citation_journal_title", citation.journal),
        ("citation_publication_date", citation.date.replace("-", "/")),
        ("citation_volume", citation.volume or ""),
        ("citation_issue", citation.issue or ""),
        ("citation_firstpage", first),
        ("citation_lastpage", last),
        ("citation_doi", _BARE_DOI.sub("", citation.doi or "", count=1) if doi_url(citation.doi) else ""),
        ("citation_pmid", citation.pmid if pubmed_url(citation.pmid) else ""),
    )
    return tuple((name, content) for name, content in found if content)


def linked(issue: Issue, nugget: Nugget, publication: Publication, archive: Archive) -> Markup:
    """The page as schema.org JSON-LD: an article of this publication about a scholarly article.

    The text can stand in a script element: it has no "<", no ">" and no "&".
    """
    retracted = any(notice.kind is NoticeKind.RETRACTION for notice in archive.banners(nugget.pmid))
    value = _without_empty(
        {
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": nugget.headline,
            "description": nugget.meta,
            "inLanguage": "en",
            "datePublished": issue.published.date().isoformat(),
            "url": publication.url(note_path(nugget.slug)),
            "isAccessibleForFree": True,
            "isPartOf": {
                "@type": "PublicationIssue",
                "name": issue.title,
                "issueNumber": str(issue.week),
                "url": publication.url(issue_path(issue.week)),
            },
            "publisher": {"@type": "Organization", "name": publication.title, "url": publication.url("")},
            "about": {**_paper(archive.citation(nugget)), "creativeWorkStatus": "Retracted" if retracted else ""},
        }
    )
    text = xml_chars(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 (nothing is left in it that ends the element)


def _paper(citation: Citation) -> dict[str, Any]:
    first, last = _first_and_last(citation.pages or "")
    return {
        "@type": "ScholarlyArticle",
        "name": citation.title.removesuffix("."),
        "author": [_author(author) for author in citation.authors],
        "isPartOf": {"@type": "Periodical", "name": citation.journal} if citation.journal else None,
        "datePublished": citation.date,
        "pageStart": first,
        "pageEnd": last,
        "identifier": f"PMID:{citation.pmid}",
        "sameAs": [url for url in (doi_url(citation.doi), pubmed_url(citation.pmid), pmc_url(citation.pmc)) if url],
    }


def _author(name: str) -> dict[str, str]:
    person = _PERSON.match(name)
    if person is None:
        return {"@type": "Organization", "name": name}
    return {"@type": "Person", "name": name, "familyName": person["family"], "givenName": person["initials"]}


def _family_first(name: str) -> str:
    """With the comma that tells a reference manager which part is the family name; a group's name as it is."""
    person = _PERSON.match(name)
    if person is None:
        return name
    return ", ".join(part for part in (person["family"], person["initials"], person["suffix"]) if part)


def _first_and_last(pages: str) -> tuple[str, str]:
    """The first and the last page: "113-23" ends on 123 (MEDLINE leaves out what is the same)."""
    found = _PAGES.match(pages)
    if found is None:
        return pages, ""
    first, last = found["first"], found["last"] or ""
    if last.isdecimal() and first.isdecimal() and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return first, last


def _without_empty(value: dict[str, Any]) -> dict[str, Any]:
    kept = {key: _without_empty(inner) if isinstance(inner, dict) else inner for key, inner in value.items()}
    return {key: inner for key, inner in kept.items() if inner not in (None, "", [], {})}
