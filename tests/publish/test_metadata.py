"""What reference managers and search engines read from a note's page."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from lxml import html

from litwatch.publish.archive import Archive
from litwatch.publish.metadata import linked, linked_issue, tags
from litwatch.publish.pages import issue_page, note_page
from litwatch.publish.publication import issue_path, note_path
from litwatch.publish.references import ris
from litwatch.publish.sitemap import sitemap
from tests.publish import zotero
from tests.publish.later import ARCHIVE
from tests.publish.nasty import any_text
from tests.publish.sample import COHORT, ISSUE, PROTOCOL, PUBLICATION, REVIEW

CITED = (
    (
        "citation_title",
        "Walking groups for people with inflamed fictional joints: a systematic review and meta-analysis",
    ),
    ("citation_author", "Sample, A."),
    ("citation_author", "Ejemplo-Ruiz, B."),
    ("citation_author", "Muster Jr, C.D."),
    ("citation_author", "Przykład, E."),
    ("citation_author", "The FICTION Study Group,"),
    ("citation_journal_title", "J Fict Rehabil"),
    ("citation_journal_abbrev", "J Fict Rehabil"),
    ("citation_publication_date", "2026/01"),
    ("citation_volume", "12"),
    ("citation_issue", "1"),
    ("citation_firstpage", "113"),
    ("citation_lastpage", "123"),
    ("citation_doi", "10.99999/fict.2026.01.001"),
    ("citation_pmid", "99000001"),
    ("citation_abstract_html_url", "https://pubmed.ncbi.nlm.nih.gov/99000001/"),
)


def test_a_reference_manager_gets_the_paper() -> None:
    page = html.document_fromstring(note_page(ISSUE, REVIEW, PUBLICATION, Archive([ISSUE])).decode())
    metas = page.xpath("//head/meta[starts-with(@name, 'citation_')]")
    assert tuple((meta.get("name"), meta.get("content")) for meta in metas) == CITED


def test_what_is_not_known_has_no_tag() -> None:
    assert tags(PROTOCOL.citation) == (
        ("citation_title", "Cold baths for sore keyboards"),
        ("citation_pmid", "99000003"),
        ("citation_abstract_html_url", "https://pubmed.ncbi.nlm.nih.gov/99000003/"),
    )


def test_a_healed_citation_is_the_present_one() -> None:
    page = html.document_fromstring(note_page(ISSUE, COHORT, PUBLICATION, ARCHIVE).decode())
    assert page.xpath("//meta[@name='citation_volume']/@content") == ["7"]


def imported(**changed: Any) -> dict[str, Any]:
    """The paper in Zotero, saved from its note's page."""
    nugget = replace(REVIEW, citation=replace(REVIEW.citation, **changed))
    return zotero.item(note_page(ISSUE, nugget, PUBLICATION, Archive([ISSUE])).decode())


def test_zotero_saves_the_paper_and_not_the_page() -> None:
    assert imported() == {
        "itemType": "journalArticle",
        "title": "Walking groups for people with inflamed fictional joints: a systematic review and meta-analysis",
        "creators": [
            ("A.", "Sample"),
            ("B.", "Ejemplo-Ruiz"),
            ("C. D.", "Muster Jr"),
            ("E.", "Przykład"),
            ("", "The FICTION Study Group"),
        ],
        "publicationTitle": "J Fict Rehabil",
        "journalAbbreviation": "J Fict Rehabil",
        "date": "2026/01",
        "volume": "12",
        "issue": "1",
        "pages": "113-123",
        "DOI": "10.99999/fict.2026.01.001",
        "extra": "PMID: 99000001",
        "url": "https://pubmed.ncbi.nlm.nih.gov/99000001/",
        "abstractNote": f"A note by litwatch: {REVIEW.meta}",
        "language": "en",
    }


@pytest.mark.parametrize(
    ("printed", "creator"),
    [
        ("Muster CD", ("C. D.", "Muster")),
        ("Muster ABCD", ("A. B. C. D.", "Muster")),
        ("van der Berg AB", ("A. B.", "van der Berg")),
        ("Muster CD 3rd", ("C. D.", "Muster 3rd")),
        ("Muster C III", ("C.", "Muster III")),
        ("Martin J-P", ("J. P.", "Martin")),
        ("Öztürk ÖÇ", ("Ö Ç", "Öztürk")),
        ("O’Neil-Łuć Å", ("Å", "O’Neil-Łuć")),
        ("The FICTION Study Group", ("", "The FICTION Study Group")),
        ("Pain, Sleep and Exercise Network", ("", "Pain Sleep and Exercise Network")),
        ("One; Two Trialists", ("", "One Two Trialists")),
        ("Plato", ("", "Plato")),
    ],
)
def test_zotero_keeps_an_author_whole_alone_and_among_others(printed: str, creator: tuple[str, str]) -> None:
    assert imported(authors=(printed,))["creators"] == [creator]
    assert imported(authors=("Sample A", printed))["creators"] == [("A.", "Sample"), creator]


def test_zotero_gets_what_there_is_of_a_sparse_record() -> None:
    found = imported(authors=(), journal="", volume=None, issue=None, pages=None, doi=None, date="2025")
    assert (found["itemType"], found["date"], found["creators"]) == ("journalArticle", "2025", [])
    assert not {"pages", "DOI", "volume", "publicationTitle"} & set(found)


@pytest.mark.parametrize(
    ("pages", "first", "last"),
    [
        ("113-123", "113", "123"),
        ("1205-13", "1205", "1213"),
        ("e65279", "e65279", None),
        ("S12-S19", "S12", "S19"),
        ("1-9, 12", "1", "9"),
        ("Suppl 3 p. ii", "Suppl 3 p. ii", None),
        ("7", "7", None),
    ],
)
def test_pages(pages: str, first: str, last: str | None) -> None:
    found = dict(tags(replace(REVIEW.citation, pages=pages)))
    assert (found["citation_firstpage"], found.get("citation_lastpage")) == (first, last)


def test_a_doi_goes_without_its_resolver_and_only_if_it_is_one() -> None:
    assert dict(tags(replace(REVIEW.citation, doi="https://doi.org/10.99999/x")))["citation_doi"] == "10.99999/x"
    assert "citation_doi" not in dict(tags(replace(REVIEW.citation, doi="see the journal")))


def test_the_page_as_linked_data() -> None:
    value: dict[str, Any] = json.loads(linked(ISSUE, REVIEW, PUBLICATION, Archive([ISSUE])))
    assert value["@type"] == "Article"
    assert value["url"] == "https://litwatch.example/notes/pmid-99000001.html"
    assert value["isPartOf"]["url"] == "https://litwatch.example/issues/2026-W03.html"
    paper = value["about"]
    assert paper["@type"] == "ScholarlyArticle"
    assert paper["author"][2] == {
        "@type": "Person",
        "name": "C. D. Muster Jr",
        "familyName": "Muster",
        "givenName": "C. D.",
        "honorificSuffix": "Jr",
    }
    assert paper["author"][4]["@type"] == "Organization"
    assert paper["sameAs"][:2] == [
        "https://doi.org/10.99999/fict.2026.01.001",
        "https://pubmed.ncbi.nlm.nih.gov/99000001/",
    ]
    assert "creativeWorkStatus" not in paper
    assert json.loads(linked(ISSUE, REVIEW, PUBLICATION, ARCHIVE))["about"]["creativeWorkStatus"] == "Retracted"


def test_groups_and_pages_are_those_of_the_reference_files() -> None:
    cited = replace(REVIEW.citation, authors=("Walking Study Group UK", "Li X-Y", "Fraser C Sr."), pages="iv12-18")
    paper = json.loads(linked(ISSUE, replace(REVIEW, citation=cited), PUBLICATION, Archive()))["about"]
    assert [(each["@type"], each.get("familyName")) for each in paper["author"]] == [
        ("Organization", None),
        ("Person", "Li"),
        ("Person", "Fraser"),
    ]
    assert (paper["pageStart"], paper["pageEnd"]) == ("iv12", "iv18")
    assert ("citation_lastpage", "iv18") in tags(cited)
    assert b"AU  - Walking Study Group UK,\r\n" in ris([cited]) and b"EP  - iv18\r\n" in ris([cited])


def test_a_page_tells_when_it_changed_as_the_sitemap_does() -> None:
    before: dict[str, Any] = json.loads(linked(ISSUE, REVIEW, PUBLICATION, Archive([ISSUE])))
    assert "dateModified" not in before
    after: dict[str, Any] = json.loads(linked(ISSUE, REVIEW, PUBLICATION, ARCHIVE))
    newest = max(notice.made for notice in ARCHIVE.banners(REVIEW.pmid)).date()
    assert after["dateModified"] == str(newest) > after["datePublished"]
    address, changed = PUBLICATION.url(note_path(REVIEW.slug)), f"<lastmod>{newest}</lastmod>"
    assert f"<loc>{address}</loc>{changed}" in sitemap(ARCHIVE, PUBLICATION).decode()


def test_an_issue_as_linked_data() -> None:
    page = html.document_fromstring(issue_page(ISSUE, PUBLICATION))
    (data,) = page.xpath("//script[@type='application/ld+json']/text()")
    value = json.loads(data)
    assert (value["@type"], value["issueNumber"], value["name"]) == ("PublicationIssue", "2026-W03", ISSUE.title)
    assert (value["url"], value["description"]) == (PUBLICATION.url(issue_path(ISSUE.week)), ISSUE.summary)
    assert value["datePublished"] == str(ISSUE.published.date())
    assert value["publisher"]["url"] == "https://litwatch.example/"
    assert value["hasPart"] == [
        {"@type": "Article", "headline": nugget.headline, "url": PUBLICATION.url(note_path(nugget.slug))}
        for nugget in ISSUE.nuggets
    ]
    note = json.loads(linked(ISSUE, REVIEW, PUBLICATION, Archive()))
    assert note["isPartOf"].items() <= value.items(), "a note says the same of it"


@given(any_text)
def test_no_text_ends_the_element_that_holds_the_data(text: str) -> None:
    nugget = replace(REVIEW, headline=text, citation=replace(REVIEW.citation, title=text, authors=(text,)))
    value = linked(ISSUE, nugget, PUBLICATION, Archive())
    assert not set("<>&") & set(value)
    json.loads(value)
    issue = linked_issue(replace(ISSUE, title=text, summary=text, nuggets=(nugget,)), PUBLICATION)
    assert not set("<>&") & set(issue)
    json.loads(issue)
