"""Every field of an `Article`, from records written for the purpose."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from litwatch.domain.article import (
    Article,
    Author,
    Deletion,
    HistoryDate,
    Journal,
    Mark,
    ParseFailure,
    PartialDate,
    Record,
    Section,
)
from litwatch.pubmed.parse import RecordError, parse_record
from tests.pubmed.full_record import EXPECTED, FULL
from tests.pubmed.samples import BOOK, article, article_set, read, record


@pytest.mark.parametrize("name", [field.name for field in fields(Article)])
def test_every_field_of_a_full_record(name: str) -> None:
    assert getattr(article(FULL), name) == getattr(EXPECTED, name)


def test_a_full_record_leaves_no_field_at_its_default() -> None:
    empty = Article(pmid="1", title="")
    defaults = [f.name for f in fields(Article) if getattr(EXPECTED, f.name) == getattr(empty, f.name)]
    assert defaults == ["kind"]


def test_a_book_chapter() -> None:
    assert article(BOOK) == Article(
        pmid="99000050",
        title="Walking",
        sections=(Section("AIM", "To walk."), Section(None, "We walked.")),
        kind="book",
        copyright="Copyright 2019",
        doi="10.9999/book",
        journal=Journal(title="The Invented Handbook", volume="2"),
        published=PartialDate(2019, 6, None, "2019 Jun"),
        electronic=PartialDate(2020, 7, 2, "2020 7 2"),
        revised=date(2021, 1, 2),
        history=(HistoryDate("pubmed", date(2019, 7, 1)),),
        authors=(Author("Writer", "Wim", "W"),),
        publication_types=("Review",),
        keywords=("gait",),
        publication_status="ppublish",
        languages=("eng",),
    )


def test_a_whole_book_has_its_own_title_and_its_editors() -> None:
    chapter, people = BOOK.index("<ArticleTitle"), BOOK.index('<AuthorList Type="authors"')
    whole = BOOK[:chapter] + "<Language>eng</Language>" + BOOK[BOOK.index("<PublicationType", people) :]
    book = article(whole)
    assert (book.title, book.title_marks) == ("The Invented Handbook", (Mark(4, 12, "i"),))
    assert [author.name for author in book.authors] == ["Editor E"]


def test_a_record_keeps_its_exact_bytes() -> None:
    [item] = read(article_set(FULL))
    assert isinstance(item, Record)
    assert item.raw == FULL.encode()
    assert item.format == "xml"


def test_ids_are_never_taken_from_the_reference_list() -> None:
    references = FULL[FULL.index("<ReferenceList>") : FULL.index("</PubmedData>")]
    only = article(record(data=references))
    assert (only.doi, only.pmc) == (None, None)


@pytest.mark.parametrize(
    ("ids", "doi", "pmc", "pii"),
    [
        ('<ArticleId IdType="doi">10.9999/a</ArticleId>', "10.9999/a", None, None),
        ('<ArticleId IdType="doi"> doi:10.9999/A(1)2 </ArticleId>', "10.9999/A(1)2", None, None),
        ('<ArticleId IdType="doi">http://dx.doi.org/10.9999/a</ArticleId>', "10.9999/a", None, None),
        (
            '<ArticleId IdType="doi">n/a</ArticleId><ArticleId IdType="doi">10.9999/b</ArticleId>',
            "10.9999/b",
            None,
            None,
        ),
        ('<ArticleId IdType="pmc">PMC12.1</ArticleId>', None, "PMC12", None),
        ('<ArticleId IdType="pmc">12</ArticleId><ArticleId IdType="pii">e12</ArticleId>', None, "PMC12", "e12"),
        ('<ArticleId IdType="pmc">pending</ArticleId><ArticleId IdType="mid">NIHMS1</ArticleId>', None, None, None),
    ],
)
def test_ids(ids: str, doi: str | None, pmc: str | None, pii: str | None) -> None:
    found = article(record(data=f"<ArticleIdList>{ids}</ArticleIdList>"))
    assert (found.doi, found.pmc, found.pii) == (doi, pmc, pii)


@pytest.mark.parametrize(
    ("identifier", "orcid"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("http://orcid.org/0000-0002-1694-233X", "0000-0002-1694-233X"),
        ("https://orcid.org/0000-0002-1694-233x/", "0000-0002-1694-233X"),
        ("0000000218250097", "0000-0002-1825-0097"),
        ("ORCID: 0000-0001-5109-3700", "0000-0001-5109-3700"),
        ("0000-0002-1825-0096", None),  # check digit
        ("2708-1975-2001-2009", None),
        ("", None),
        ("none", None),
    ],
)
def test_orcids(identifier: str, orcid: str | None) -> None:
    author = f'<Author><LastName>A</LastName><Identifier Source="ORCID">{identifier}</Identifier></Author>'
    assert article(record(article=f"<AuthorList>{author}</AuthorList>")).authors == (Author("A", orcid=orcid),)


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("<LastName>A</LastName>", (Author("A"),)),
        ("<ForeName>Madonna</ForeName>", (Author(fore="Madonna"),)),
        ("<LastName/><Initials>X</Initials>", ()),
        ("", ()),
        ("<LastName>A</LastName><Affiliation>Old Place</Affiliation>", (Author("A", affiliations=("Old Place",)),)),
        ("<LastName>A</LastName><AffiliationInfo><Affiliation/></AffiliationInfo>", (Author("A"),)),
    ],
)
def test_odd_authors(author: str, expected: tuple[Author, ...]) -> None:
    assert article(record(article=f"<AuthorList><Author>{author}</Author></AuthorList>")).authors == expected


def test_labels_inside_an_unlabelled_abstract_make_sections() -> None:
    text = "BACKGROUND: Pain <i>hurts</i>. METHODS: We walked. RESULTS: It hurt less. CONCLUSION: Walk."
    found = article(record(abstract=f"<Abstract><AbstractText>{text}</AbstractText></Abstract>"))
    assert found.sections == (
        Section("BACKGROUND", "Pain hurts.", "BACKGROUND", (Mark(5, 10, "i"),)),
        Section("METHODS", "We walked.", "METHODS"),
        Section("RESULTS", "It hurt less.", "RESULTS"),
        Section("CONCLUSION", "Walk.", "CONCLUSIONS"),
    )


def test_other_abstracts_are_never_part_of_the_abstract() -> None:
    found = article(FULL)
    assert "Moving helps" not in found.abstract
    assert "häufig" not in found.abstract


def test_pages_from_start_and_end() -> None:
    pages = "<Pagination><StartPage>e12</StartPage></Pagination>"
    assert article(record(article=pages)).journal.pages == "e12"
    pages = "<Pagination><StartPage>12</StartPage><EndPage>15</EndPage></Pagination>"
    assert article(record(article=pages)).journal.pages == "12-15"


def test_unknown_elements_and_attributes_are_passed_over() -> None:
    new = '<FutureThing x="1"><Title>not a title</Title></FutureThing>'
    plain = article(record())
    assert article(record(article=new, citation=new, data=new)) == plain


def test_a_mathml_prefix_that_only_the_dtd_declares() -> None:
    xml = record(
        abstract="<Abstract><AbstractText>at <mml:math><mml:mn>5</mml:mn></mml:math> km</AbstractText></Abstract>"
    )
    assert article(xml).abstract == "at 5 km"


def test_deletions() -> None:
    gone = '<DeleteCitation><PMID Version="1">99000007</PMID>\n<PMID Version="1">99000008</PMID></DeleteCitation>'
    items = read(article_set(record(), gone))
    assert items[1:] == [Deletion(("99000007", "99000008"))]


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (record(pmid="abc"), "not a PMID: 'abc'"),
        (record(pmid=""), "not a PMID: ''"),
        (record(pmid="0"), "not a PMID: '0'"),
        (record(pmid="١٢"), "not a PMID: '١٢'"),
        (record().replace('<PMID Version="1">99000001</PMID>', ""), "no PMID of its own"),
        ("<PubmedArticle/>", "no MedlineCitation with an Article in PubmedArticle"),
        (record().replace("MedlineCitation", "Citation"), "no MedlineCitation with an Article in PubmedArticle"),
        (
            record().replace("<Article ", "<Essay ").replace("</Article>", "</Essay>"),
            "no MedlineCitation with an Article",
        ),
        ("<PubmedBookArticle></PubmedBookArticle>", "no BookDocument in PubmedBookArticle"),
        ("<NewThing><PMID>1</PMID></NewThing>", "not a record: <NewThing>"),
        ("<DeleteCitation></DeleteCitation>", "<DeleteCitation> without usable PMIDs"),
        (record(title="a &nbsp; b"), "malformed XML: Entity 'nbsp' not defined"),
        (record(title="<b>a</i>"), "malformed XML: Opening and ending tag mismatch"),
        (record(title="a \x01 b"), "malformed XML: "),
    ],
)
def test_a_bad_record_is_a_failure_and_its_neighbours_are_read(xml: str, reason: str) -> None:
    data = article_set(record("99000010"), xml, record("99000011"))
    first, failure, last = read(data)
    assert isinstance(first, Record)
    assert isinstance(last, Record)
    assert isinstance(failure, ParseFailure)
    assert failure.reason.startswith(reason)
    assert failure == replace(failure, index=1, offset=data.index(xml.encode()), raw=xml.encode())


def test_a_failure_knows_its_own_pmid_but_never_a_foreign_one() -> None:
    link = '<CommentsCorrections RefType="Cites"><PMID Version="1">99000099</PMID></CommentsCorrections>'
    broken = record(title="<b>", citation=f"<CommentsCorrectionsList>{link}</CommentsCorrectionsList>")
    nameless = broken.replace('<PMID Version="1">99000001</PMID>', "")
    failures = read(article_set(broken, nameless))
    assert [f.pmid for f in failures if isinstance(f, ParseFailure)] == ["99000001", None]


def test_an_invalid_byte_spoils_only_its_own_record() -> None:
    data = article_set(record("99000010"), record("99000011", title="caf\u00e9"), record("99000012"))
    first, failure, last = read(data.replace("caf\u00e9".encode(), b"caf\xe9"))
    assert isinstance(failure, ParseFailure)
    assert failure.pmid == "99000011"
    assert isinstance(first, Record)
    assert isinstance(last, Record)


def test_parse_record_raises_a_value_error_with_the_reason() -> None:
    with pytest.raises(RecordError, match="no MedlineCitation"):
        parse_record(b"<PubmedArticle/>")
    with pytest.raises(ValueError, match="malformed XML"):
        parse_record(b"not xml")
    with pytest.raises(ValueError, match="not a record"):
        parse_record(b"<html/>")
