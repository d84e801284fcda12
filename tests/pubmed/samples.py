"""PubMed records written for these tests: fictional, each element where NLM's DTD has it."""

from __future__ import annotations

import io

from litwatch.domain.article import Article, Record
from litwatch.pubmed.parse import Item, parse_record, read_records

HEAD = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2026//EN" '
    '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_260101.dtd">\n'
)


def record(
    pmid: str = "99000001",
    *,
    title: str = "A walk a day.",
    abstract: str = "",
    article: str = "",
    citation: str = "",
    data: str = "",
    pub_date: str = "<Year>2024</Year><Month>Mar</Month>",
) -> str:
    """One PubmedArticle; `article`, `citation` and `data` are further elements inside Article, MedlineCitation, PubmedData."""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE" Owner="NLM"><PMID Version="1">{pmid}</PMID>'
        f'<Article PubModel="Print"><Journal><JournalIssue CitedMedium="Print"><PubDate>{pub_date}</PubDate></JournalIssue>'
        f"<Title>Journal of Invented Trials</Title></Journal><ArticleTitle>{title}</ArticleTitle>{abstract}{article}"
        f"</Article>{citation}</MedlineCitation><PubmedData>{data}</PubmedData></PubmedArticle>"
    )


def article_set(*records: str) -> bytes:
    return (HEAD + "<PubmedArticleSet>" + "\n".join(records) + "</PubmedArticleSet>\n").encode()


def article(xml: str) -> Article:
    return parse_record(xml.encode())


def read(data: bytes) -> list[Item]:
    return list(read_records(io.BytesIO(data), "test.xml"))


def pmids(items: list[Item]) -> list[str]:
    return [item.article.pmid for item in items if isinstance(item, Record)]


BOOK = """<PubmedBookArticle><BookDocument><PMID Version="1">99000050</PMID>
  <ArticleIdList><ArticleId IdType="bookaccession">NBK99</ArticleId><ArticleId IdType="doi">10.9999/book</ArticleId>
    </ArticleIdList>
  <Book><Publisher><PublisherName>Invented Press</PublisherName><PublisherLocation>Nowhere</PublisherLocation>
    </Publisher>
    <BookTitle book="inv">The <i>Invented</i> Handbook</BookTitle><PubDate><Year>2019</Year><Month>Jun</Month></PubDate>
    <AuthorList Type="editors" CompleteYN="Y"><Author><LastName>Editor</LastName><ForeName>Ed</ForeName>
      <Initials>E</Initials></Author></AuthorList>
    <Volume>2</Volume></Book>
  <ArticleTitle book="inv" part="ch1">Walking</ArticleTitle><Language>eng</Language>
  <AuthorList Type="authors" CompleteYN="Y"><Author><LastName>Writer</LastName><ForeName>Wim</ForeName>
    <Initials>W</Initials></Author></AuthorList>
  <PublicationType UI="D016454">Review</PublicationType>
  <Abstract><AbstractText Label="AIM">To walk.</AbstractText><AbstractText>We walked.</AbstractText>
    <CopyrightInformation>Copyright 2019</CopyrightInformation></Abstract>
  <KeywordList Owner="NOTNLM"><Keyword>gait</Keyword></KeywordList>
  <ContributionDate><Year>2020</Year><Month>7</Month><Day>2</Day></ContributionDate>
  <DateRevised><Year>2021</Year><Month>01</Month><Day>02</Day></DateRevised>
  <ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.9999/foreign</ArticleId></ArticleIdList>
    </Reference></ReferenceList>
</BookDocument><PubmedBookData><History><PubMedPubDate PubStatus="pubmed"><Year>2019</Year><Month>7</Month>
  <Day>1</Day></PubMedPubDate></History>
  <PublicationStatus>ppublish</PublicationStatus><ArticleIdList><ArticleId IdType="pubmed">99000050</ArticleId>
    </ArticleIdList>
</PubmedBookData></PubmedBookArticle>"""
