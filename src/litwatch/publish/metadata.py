"""What programs read from a note's page: the paper's citation for reference managers, and the page as linked data."""

from __future__ import annotations

import json
import re
from typing import Any

from markupsafe import Markup

from litwatch.domain.citation import Citation
from litwatch.domain.digest import Issue, Nugget
from litwatch.domain.links import pmc_url
from litwatch.domain.notice import NoticeKind
from litwatch.domain.text import xml_chars
from litwatch.publish.archive import Archive
from litwatch.publish.bibliography import Name, Reference, pages, reference
from litwatch.publish.publication import Publication, issue_path, note_path

_MORE_PAGES = re.compile(r"[,;].*\Z")
_NAME_MARKS = re.compile(r"[\s,،;]+")


def tags(citation: Citation) -> tuple[tuple[str, str], ...]:
    """The `citation_*` meta tags that Zotero's connector and search engines read (Highwire Press tags), without empty ones.

    Google Scholar's inclusion guidelines: one tag an author, dates as 2025/01. Names as Zotero's "Embedded Metadata"
    takes them apart. The paper's page is PubMed's: without one, Zotero would give the note's address as the paper's.
    """
    paper = reference(citation)
    first, last = _range(paper)
    found = (
        ("citation_title", paper.title),
        *(("citation_author", _family_first(author)) for author in paper.authors),
        ("citation_journal_title", paper.journal),
        ("citation_journal_abbrev", paper.journal),
        ("citation_publication_date", "/".join(f"{part:02}" for part in paper.date)),
        ("citation_volume", paper.volume),
        ("citation_issue", paper.issue),
        ("citation_firstpage", first),
        ("citation_lastpage", last),
        ("citation_doi", paper.doi),
        ("citation_pmid", paper.pmid),
        ("citation_abstract_html_url", paper.url),
    )
    return tuple((name, content) for name, content in found if content)


def linked(issue: Issue, nugget: Nugget, publication: Publication, archive: Archive) -> Markup:
    """The page as schema.org JSON-LD: an article of this publication about a scholarly article.

    The text can stand in a script element: it has no "<", no ">" and no "&".
    """
    news = archive.banners(nugget.pmid)
    retracted = any(notice.kind is NoticeKind.RETRACTION for notice in news)
    return _script(
        {
            "@context": "https://schema.org",
            **_article(nugget, publication),
            "description": nugget.meta,
            "dateModified": max((notice.made.date().isoformat() for notice in news), default=""),
            **_published(issue, publication),
            "isPartOf": _issue(issue, publication),
            "about": {**_paper(archive.citation(nugget)), "creativeWorkStatus": "Retracted" if retracted else ""},
        }
    )


def linked_issue(issue: Issue, publication: Publication) -> Markup:
    """The issue's page as schema.org JSON-LD, safe as `linked` is."""
    return _script(
        {
            "@context": "https://schema.org",
            **_issue(issue, publication),
            "description": issue.summary,
            **_published(issue, publication),
            "hasPart": [_article(nugget, publication) for nugget in issue.nuggets],
        }
    )


def _article(nugget: Nugget, publication: Publication) -> dict[str, Any]:
    return {"@type": "Article", "headline": nugget.headline, "url": publication.url(note_path(nugget.slug))}


def _issue(issue: Issue, publication: Publication) -> dict[str, Any]:
    return {
        "@type": "PublicationIssue",
        "name": issue.title,
        "issueNumber": str(issue.week),
        "url": publication.url(issue_path(issue.week)),
    }


def _published(issue: Issue, publication: Publication) -> dict[str, Any]:
    """What an issue and its notes have in common."""
    return {
        "inLanguage": "en",
        "datePublished": issue.published.date().isoformat(),
        "isAccessibleForFree": True,
        "publisher": {"@type": "Organization", "name": publication.title, "url": publication.url("")},
    }


def _script(value: dict[str, Any]) -> Markup:
    text = xml_chars(json.dumps(_without_empty(value), ensure_ascii=False, separators=(",", ":")))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 (nothing is left in it that ends the element)


def _paper(citation: Citation) -> dict[str, Any]:
    paper = reference(citation)
    first, last = _range(paper)
    return {
        "@type": "ScholarlyArticle",
        "name": paper.title,
        "author": [_author(author) for author in paper.authors],
        "isPartOf": {"@type": "Periodical", "name": paper.journal} if paper.journal else None,
        "datePublished": "-".join(f"{part:02}" for part in paper.date),
        "pageStart": first,
        "pageEnd": last,
        "identifier": f"PMID:{citation.pmid}",
        "sameAs": [url for url in (paper.publisher, paper.url, pmc_url(citation.pmc)) if url],
    }


def _author(name: Name) -> dict[str, str]:
    if not name.given:
        return {"@type": "Organization", "name": name.family}
    whole = " ".join(part for part in (name.given, name.family, name.suffix) if part)
    person = {"@type": "Person", "name": whole, "familyName": name.family, "givenName": name.given}
    return person | ({"honorificSuffix": name.suffix} if name.suffix else {})


def _family_first(name: Name) -> str:
    """As Zotero keeps it whole: a person with initials without spaces (a space would make two authors of a lone one),
    the generation with the family name (behind a second comma it is lost), a group with one comma, at its end.
    """
    if not name.given:
        return f"{_NAME_MARKS.sub(' ', name.family).strip()},"
    family = " ".join(part for part in (name.family, name.suffix) if part)
    return f"{family}, {name.given.replace(' ', '')}"


def _range(paper: Reference) -> tuple[str, str]:
    """First and last page, of the first range where there are several."""
    return (paper.first_page, paper.last_page) if paper.last_page else pages(_MORE_PAGES.sub("", paper.first_page))


def _without_empty(value: dict[str, Any]) -> dict[str, Any]:
    kept = {key: _without_empty(inner) if isinstance(inner, dict) else inner for key, inner in value.items()}
    return {key: inner for key, inner in kept.items() if inner not in (None, "", [], {})}
