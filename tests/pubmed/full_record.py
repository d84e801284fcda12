"""A record that has everything, and the article that it is."""

from __future__ import annotations

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
    MeshQualifier,
    OtherAbstract,
    PartialDate,
    RegistryId,
    Section,
)

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
        <AbstractText Label="RESULTS" NlmCategory="RESULTS">
          CRP fell (<i>P</i>\u2009&lt;\u20090.05) in m<sup>2</sup> and CO<sub>2</sub>.</AbstractText>
        <AbstractText Label="TRIAL REGISTRATION" NlmCategory="UNASSIGNED">NCT01234567 and ISRCTN 12345678.</AbstractText>
        <CopyrightInformation>© 2024 The Invented Society.</CopyrightInformation>
      </Abstract>
      <AuthorList CompleteYN="N">
        <Author ValidYN="Y" EqualContrib="Y"><LastName>Muster</LastName><ForeName>Eva Maria</ForeName>
          <Initials>EM</Initials>
          <Identifier Source="ORCID">http://orcid.org/0000-0002-1825-0097</Identifier>
          <AffiliationInfo><Affiliation>Institute A, Nowhere.</Affiliation>
            <Identifier Source="ROR">https://ror.org/x</Identifier></AffiliationInfo>
          <AffiliationInfo><Affiliation>Institute B, Nowhere.</Affiliation></AffiliationInfo></Author>
        <Author ValidYN="N"><LastName>Mustre</LastName><ForeName>Eva</ForeName><Initials>E</Initials></Author>
        <Author ValidYN="Y"><LastName>Sample</LastName><ForeName>John</ForeName><Initials>J</Initials>
          <Suffix>3rd</Suffix>
          <Identifier Source="ORCID">0000-0002-1825-0098</Identifier></Author>
        <Author ValidYN="Y"><CollectiveName>MOVE Study <i>Group</i></CollectiveName></Author>
      </AuthorList>
      <Language>ger</Language><Language>eng</Language>
      <DataBankList CompleteYN="Y">
        <DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>
          <AccessionNumber>NCT01234567</AccessionNumber><AccessionNumber>nct 07654321</AccessionNumber>
            </AccessionNumberList></DataBank>
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
    <MedlineJournalInfo><Country>Germany</Country><MedlineTA>J Inv Trials</MedlineTA>
      <NlmUniqueID>999000111</NlmUniqueID>
      <ISSNLinking>1234-5670</ISSNLinking></MedlineJournalInfo>
    <ChemicalList><Chemical><RegistryNumber>9007-41-4</RegistryNumber>
      <NameOfSubstance UI="D002097">C-Reactive Protein</NameOfSubstance>
      </Chemical></ChemicalList>
    <CommentsCorrectionsList>
      <CommentsCorrections RefType="RetractionIn"><RefSource>J Inv Trials. 2025;13:1</RefSource>
        <PMID Version="1">99000043</PMID></CommentsCorrections>
      <CommentsCorrections RefType="UpdateOf"><RefSource>medRxiv. 2023</RefSource><Note>preprint</Note>
        </CommentsCorrections>
    </CommentsCorrectionsList>
    <MeshHeadingList>
      <MeshHeading><DescriptorName UI="D005081" MajorTopicYN="Y">Exercise Therapy</DescriptorName></MeshHeading>
      <MeshHeading><DescriptorName UI="D001172" MajorTopicYN="N">Arthritis, Rheumatoid</DescriptorName>
        <QualifierName UI="Q000628" MajorTopicYN="Y">therapy</QualifierName>
          <QualifierName UI="Q000097" MajorTopicYN="N">blood</QualifierName>
      </MeshHeading>
    </MeshHeadingList>
    <OtherAbstract Type="Publisher" Language="ger">
      <AbstractText Label="HINTERGRUND">Schmerz ist häufig.</AbstractText></OtherAbstract>
    <OtherAbstract Type="plain-language-summary" Language="eng"><AbstractText>Moving helps.</AbstractText>
      </OtherAbstract>
    <KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">pain</Keyword><Keyword MajorTopicYN="Y">walking </Keyword>
      <Keyword>pain</Keyword></KeywordList>
    <CoiStatement>The authors declare <b>none</b>.</CoiStatement>
  </MedlineCitation>
  <PubmedData>
    <History>
      <PubMedPubDate PubStatus="received"><Year>2023</Year><Month>2</Month><Day>30</Day></PubMedPubDate>
      <PubMedPubDate PubStatus="pubmed"><Year>2024</Year><Month>3</Month><Day>1</Day><Hour>6</Hour><Minute>0</Minute>
        </PubMedPubDate>
      <PubMedPubDate PubStatus="entrez"><Year>2024</Year><Month>2</Month><Day>29</Day><Hour>23</Hour>
        <Minute>9</Minute></PubMedPubDate>
    </History>
    <PublicationStatus>ppublish</PublicationStatus>
    <ArticleIdList><ArticleId IdType="pubmed">99000042</ArticleId><ArticleId IdType="doi">10.9999/second</ArticleId>
      <ArticleId IdType="pmc">PMC9900042</ArticleId></ArticleIdList>
    <ReferenceList><Title>References</Title><Reference><Citation>Someone else. 10.9999/foreign</Citation>
      <ArticleIdList><ArticleId IdType="doi">10.9999/foreign</ArticleId><ArticleId IdType="pmc">PMC1</ArticleId>
        </ArticleIdList></Reference></ReferenceList>
  </PubmedData>
</PubmedArticle>"""

EXPECTED = Article(
    pmid="99000042",
    title="Exercise in Rheuma with 10⁹ cells.",
    sections=(
        Section("BACKGROUND", "Pain is common.", "BACKGROUND"),
        Section("RESULTS", "CRP fell (P < 0.05) in m² and CO2.", "RESULTS", (Mark(10, 11, "i"), Mark(32, 33, "sub"))),
        Section("TRIAL REGISTRATION", "NCT01234567 and ISRCTN 12345678.", "UNASSIGNED"),
    ),
    version=2,
    kind="article",
    title_marks=(Mark(12, 18, "i"),),
    vernacular_title="Bewegung bei Rheuma.",
    copyright="© 2024 The Invented Society.",
    other_abstracts=(
        OtherAbstract("Publisher", "ger", (Section("HINTERGRUND", "Schmerz ist häufig."),)),
        OtherAbstract("plain-language-summary", "eng", (Section(None, "Moving helps."),)),
    ),
    doi="10.9999/INV.2024.42",
    pmc="PMC9900042",
    pii="S1234-5678(24)00001-2",
    journal=Journal(
        title="Journal of Invented Trials & Reviews",
        abbreviation="J Inv Trials",
        medline_ta="J Inv Trials",
        issn="1234-5678",
        issn_linking="1234-5670",
        nlm_id="999000111",
        country="Germany",
        volume="12",
        issue="3",
        pages="101-9",
    ),
    published=PartialDate(2024, 4, 1, "2024 Apr 01"),
    electronic=PartialDate(2024, 2, 28, "2024 02 28"),
    completed=date(2024, 5, 6),
    revised=date(2024, 6, 7),
    history=(HistoryDate("pubmed", date(2024, 3, 1)), HistoryDate("entrez", date(2024, 2, 29))),
    authors=(
        Author(
            "Muster",
            "Eva Maria",
            "EM",
            orcid="0000-0002-1825-0097",
            affiliations=("Institute A, Nowhere.", "Institute B, Nowhere."),
        ),
        Author("Sample", "John", "J", "3rd"),  # its ORCID has a wrong check digit
        Author(collective="MOVE Study Group"),
    ),
    authors_complete=False,
    publication_types=("Journal Article", "Randomized Controlled Trial"),
    mesh=(
        MeshHeading("Exercise Therapy", "D005081", True),
        MeshHeading(
            "Arthritis, Rheumatoid",
            "D001172",
            False,
            (MeshQualifier("therapy", "Q000628", True), MeshQualifier("blood", "Q000097", False)),
        ),
    ),
    keywords=("pain", "walking"),
    substances=("C-Reactive Protein",),
    registry_ids=(
        RegistryId("ClinicalTrials.gov", "NCT01234567"),
        RegistryId("ClinicalTrials.gov", "NCT07654321"),
        RegistryId("ISRCTN", "ISRCTN12345678", "text"),
    ),
    grants=(Grant("R01 XX000001", "NIXX NIH HHS", "United States"),),
    conflict_of_interest="The authors declare none.",
    corrections=(
        Correction("RetractionIn", "99000043", "J Inv Trials. 2025;13:1"),
        Correction("UpdateOf", None, "medRxiv. 2023", "preprint"),
    ),
    publication_status="ppublish",
    medline_status="MEDLINE",
    languages=("ger", "eng"),
)
