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


FULL = """<PubmedArticle>
  <MedlineCitation Status="MEDLINE" IndexingMethod="Automated" Owner="NLM">
    <PMID Version="2">99000042</PMID>
    <DateCompleted><Year>2024</Year><Month>05</Month><Day>06</Day></DateCompleted>
    <DateRevised><Year>2024</Year><Month>06</Month><Day>07</Day></DateRevised>
    <Article PubModel="Print-Electronic">
      <Journal>
        <ISSN IssnType="Electronic">1234-5678</ISSN>
        <JournalIssue CitedMedium="Internet">
          <Volume>12</Volume><Issue>3</Issue>
          <PubDate><Year>2024</Year><Month>Apr</Month><Day>01</Day></PubDate>
        </JournalIssue>
        <Title>Journal of Invented Trials &amp; Reviews</Title>
        <ISOAbbreviation>J Inv Trials</ISOAbbreviation>
      </Journal>
      <ArticleTitle>[Exercise in <i>Rheuma</i> with 10<sup>9</sup> cells].</ArticleTitle>
      <Pagination><StartPage>101</StartPage><EndPage>109</EndPage><MedlinePgn>101-9</MedlinePgn></Pagination>
      <ELocationID EIdType="pii" ValidYN="Y">S1234-5678(24)00001-2</ELocationID>
      <ELocationID EIdType="doi" ValidYN="N">10.9999/wrong</ELocationID>
      <ELocationID EIdType="doi" ValidYN="Y">https://doi.org/10.9999/INV.2024.42</ELocationID>
      <Abstract>
        <AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">Pain is
          common.</AbstractText>
        <AbstractText Label="METHODS" NlmCategory="METHODS"/>
        <AbstractText Label="RESULTS" NlmCategory="RESULTS">CRP fell (<i>P</i>\u2009&lt;\u20090.05) in m<sup>2</sup> and CO<sub>2</sub>.</AbstractText>
        <AbstractText Label="TRIAL REGISTRATION" NlmCategory="UNASSIGNED">NCT01234567 and ISRCTN 12345678.</AbstractText>
        <CopyrightInformation>© 2024 The Invented Society.</CopyrightInformation>
      </Abstract>
      <AuthorList CompleteYN="N">
        <Author ValidYN="Y" EqualContrib="Y"><LastName>Muster</LastName><ForeName>Eva Maria</ForeName><Initials>EM</Initials>
          <Identifier Source="ORCID">http://orcid.org/0000-0002-1825-0097</Identifier>
          <AffiliationInfo><Affiliation>Institute A, Nowhere.</Affiliation><Identifier Source="ROR">https://ror.org/x</Identifier></AffiliationInfo>
          <AffiliationInfo><Affiliation>Institute B, Nowhere.</Affiliation></AffiliationInfo></Author>
        <Author ValidYN="N"><LastName>Mustre</LastName><ForeName>Eva</ForeName><Initials>E</Initials></Author>
        <Author ValidYN="Y"><LastName>Sample</LastName><ForeName>John</ForeName><Initials>J</Initials><Suffix>3rd</Suffix>
          <Identifier Source="ORCID">0000-0002-1825-0098</Identifier></Author>
        <Author ValidYN="Y"><CollectiveName>MOVE Study <i>Group</i></CollectiveName></Author>
      </AuthorList>
      <Language>ger</Language><Language>eng</Language>
      <DataBankList CompleteYN="Y">
        <DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>
          <AccessionNumber>NCT01234567</AccessionNumber><AccessionNumber>nct 07654321</AccessionNumber></AccessionNumberList></DataBank>
        <DataBank><DataBankName>GENBANK</DataBankName><AccessionNumberList>
          <AccessionNumber>AF012345</AccessionNumber></AccessionNumberList></DataBank>
      </DataBankList>
      <GrantList CompleteYN="Y"><Grant><GrantID>R01 XX000001</GrantID><Acronym>XX</Acronym><Agency>NIXX NIH HHS</Agency>
        <Country>United States</Country></Grant></GrantList>
      <PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType>
        <PublicationType UI="D016449">Randomized Controlled Trial</PublicationType></PublicationTypeList>
      <VernacularTitle>Bewegung bei Rheuma.</VernacularTitle>
      <ArticleDate DateType="Electronic"><Year>2024</Year><Month>02</Month><Day>28</Day></ArticleDate>
    </Article>
    <MedlineJournalInfo><Country>Germany</Country><MedlineTA>J Inv Trials</MedlineTA><NlmUniqueID>999000111</NlmUniqueID>
      <ISSNLinking>1234-5670</ISSNLinking></MedlineJournalInfo>
    <ChemicalList><Chemical><RegistryNumber>9007-41-4</RegistryNumber><NameOfSubstance UI="D002097">C-Reactive Protein</NameOfSubstance>
      </Chemical></ChemicalList>
    <CommentsCorrectionsList>
      <CommentsCorrections RefType="RetractionIn"><RefSource>J Inv Trials. 2025;13:1</RefSource><PMID Version="1">99000043</PMID></CommentsCorrections>
      <CommentsCorrections RefType="UpdateOf"><RefSource>medRxiv. 2023</RefSource><Note>preprint</Note></CommentsCorrections>
    </CommentsCorrectionsList>
    <MeshHeadingList>
      <MeshHeading><DescriptorName UI="D005081" MajorTopicYN="Y">Exercise Therapy</DescriptorName></MeshHeading>
      <MeshHeading><DescriptorName UI="D001172" MajorTopicYN="N">Arthritis, Rheumatoid</DescriptorName>
        <QualifierName UI="Q000628" MajorTopicYN="Y">therapy</QualifierName><QualifierName UI="Q000097" MajorTopicYN="N">blood</QualifierName>
      </MeshHeading>
    </MeshHeadingList>
    <OtherAbstract Type="Publisher" Language="ger"><AbstractText Label="HINTERGRUND">Schmerz ist häufig.</AbstractText></OtherAbstract>
    <OtherAbstract Type="plain-language-summary" Language="eng"><AbstractText>Moving helps.</AbstractText></OtherAbstract>
    <KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">pain</Keyword><Keyword MajorTopicYN="Y">walking </Keyword><Keyword>pain</Keyword></KeywordList>
    <CoiStatement>The authors declare <b>none</b>.</CoiStatement>
  </MedlineCitation>
  <PubmedData>
    <History>
      <PubMedPubDate PubStatus="received"><Year>2023</Year><Month>2</Month><Day>30</Day></PubMedPubDate>
      <PubMedPubDate PubStatus="pubmed"><Year>2024</Year><Month>3</Month><Day>1</Day><Hour>6</Hour><Minute>0</Minute></PubMedPubDate>
      <PubMedPubDate PubStatus="entrez"><Year>2024</Year><Month>2</Month><Day>29</Day><Hour>23</Hour><Minute>9</Minute></PubMedPubDate>
    </History>
    <PublicationStatus>ppublish</PublicationStatus>
    <ArticleIdList><ArticleId IdType="pubmed">99000042</ArticleId><ArticleId IdType="doi">10.9999/second</ArticleId>
      <ArticleId IdType="pmc">PMC9900042</ArticleId></ArticleIdList>
    <ReferenceList><Title>References</Title><Reference><Citation>Someone else. 10.9999/foreign</Citation>
      <ArticleIdList><ArticleId IdType="doi">10.9999/foreign</ArticleId><ArticleId IdType="pmc">PMC1</ArticleId></ArticleIdList></Reference></ReferenceList>
  </PubmedData>
</PubmedArticle>"""

BOOK = """<PubmedBookArticle><BookDocument><PMID Version="1">99000050</PMID>
  <ArticleIdList><ArticleId IdType="bookaccession">NBK99</ArticleId><ArticleId IdType="doi">10.9999/book</ArticleId></ArticleIdList>
  <Book><Publisher><PublisherName>Invented Press</PublisherName><PublisherLocation>Nowhere</PublisherLocation></Publisher>
    <BookTitle book="inv">The <i>Invented</i> Handbook</BookTitle><PubDate><Year>2019</Year><Month>Jun</Month></PubDate>
    <AuthorList Type="editors" CompleteYN="Y"><Author><LastName>Editor</LastName><ForeName>Ed</ForeName><Initials>E</Initials></Author></AuthorList>
    <Volume>2</Volume></Book>
  <ArticleTitle book="inv" part="ch1">Walking</ArticleTitle><Language>eng</Language>
  <AuthorList Type="authors" CompleteYN="Y"><Author><LastName>Writer</LastName><ForeName>Wim</ForeName><Initials>W</Initials></Author></AuthorList>
  <PublicationType UI="D016454">Review</PublicationType>
  <Abstract><AbstractText Label="AIM">To walk.</AbstractText><AbstractText>We walked.</AbstractText>
    <CopyrightInformation>Copyright 2019</CopyrightInformation></Abstract>
  <KeywordList Owner="NOTNLM"><Keyword>gait</Keyword></KeywordList>
  <ContributionDate><Year>2020</Year><Month>7</Month><Day>2</Day></ContributionDate>
  <DateRevised><Year>2021</Year><Month>01</Month><Day>02</Day></DateRevised>
  <ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.9999/foreign</ArticleId></ArticleIdList></Reference></ReferenceList>
</BookDocument><PubmedBookData><History><PubMedPubDate PubStatus="pubmed"><Year>2019</Year><Month>7</Month><Day>1</Day></PubMedPubDate></History>
  <PublicationStatus>ppublish</PublicationStatus><ArticleIdList><ArticleId IdType="pubmed">99000050</ArticleId></ArticleIdList>
</PubmedBookData></PubmedBookArticle>"""
