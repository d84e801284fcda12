"""MEDLINE text: every field, odd files, and the same record in both formats."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    ParseFailure,
    PartialDate,
    Record,
    RegistryId,
    Section,
)
from litwatch.errors import InputError, TruncatedInput
from litwatch.pubmed.medline import looks_like_medline, read_medline
from litwatch.pubmed.parse import open_records
from tests.pubmed.samples import article, record

FULL = """PMID- 99000042
OWN - NLM
STAT- MEDLINE
DCOM- 20240506
LR  - 20240607
IS  - 1234-5678 (Electronic)
IS  - 1234-5670 (Linking)
VI  - 12
IP  - 3
DP  - 2024 Apr 1
TI  - [Exercise in rheuma with a title so long that the exporter has to break it over
      two lines].
PG  - 101-9
LID - S1234-5678(24)00001-2 [pii]
LID - 10.9999/INV.2024.42 [doi]
AB  - BACKGROUND: Pain is common. RESULTS: CRP fell (P<0.05). TRIAL REGISTRATION:
      ISRCTN 12345678.
CI  - (c) 2024 The Invented Society.
FAU - Muster, Eva Maria
AU  - Muster EM
AUID- ORCID: 0000-0002-1825-0097
AD  - Institute A, Nowhere, and so far from everywhere that its address needs a second
      line.
AD  - Institute B, Nowhere.
FAU - Sample, John 3rd
AU  - Sample J 3rd
CN  - MOVE Study
      Group
LA  - ger
LA  - eng
SI  - ClinicalTrials.gov/NCT01234567
SI  - GENBANK/AF012345
GR  - R01 XX000001/XX/NIXX NIH HHS/United States
GR  - MC_UU_1/5/MRC_/Medical Research Council/United Kingdom
GR  - 12/Invented Trust/Germany
PT  - Journal Article
PT  - Randomized Controlled Trial
TT  - Bewegung bei Rheuma.
DEP - 20240228
PL  - Germany
TA  - J Inv Trials
JT  - Journal of Invented Trials & Reviews
JID - 999000111
RN  - 9007-41-4 (C-Reactive Protein)
RN  - EC 3.4.- (Peptide (Hydrolases))
OAB - Publisher: Schmerz ist haeufig.
OABL- ger
RIN - J Inv Trials. 2025;13:1. PMID: 99000043
UOF - medRxiv. 2023
MH  - *Exercise Therapy
MH  - Arthritis, Rheumatoid/*therapy/blood and a qualifier that needs more than one
      line
OTO - NOTNLM
OT  - pain
OT  - *walking
COIS- The authors declare
      none.
PMC - PMC9900042
EDAT- 2024/03/02 06:00
MHDA- 2024/05/07 06:00
CRDT- 2024/02/29 23:09
PHST- 2023/02/30 00:00 [received]
PHST- 2024/03/01 06:00 [pubmed]
AID - 10.9999/second [doi]
PST - ppublish
SO  - J Inv Trials. 2024 Apr 1;12(3):101-9.
"""

EXPECTED = Article(
    pmid="99000042",
    title="Exercise in rheuma with a title so long that the exporter has to break it over two lines.",
    sections=(
        Section("BACKGROUND", "Pain is common.", "BACKGROUND"),
        Section("RESULTS", "CRP fell (P<0.05).", "RESULTS"),
        Section("TRIAL REGISTRATION", "ISRCTN 12345678.", "METHODS"),
    ),
    vernacular_title="Bewegung bei Rheuma.",
    copyright="(c) 2024 The Invented Society.",
    other_abstracts=(OtherAbstract("Publisher", "ger", (Section(None, "Schmerz ist haeufig."),)),),
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
    published=PartialDate(2024, 4, 1, "2024 Apr 1"),
    electronic=PartialDate(2024, 2, 28, "20240228"),
    completed=date(2024, 5, 6),
    revised=date(2024, 6, 7),
    history=(
        HistoryDate("pubmed", date(2024, 3, 1)),
        HistoryDate("medline", date(2024, 5, 7)),
        HistoryDate("entrez", date(2024, 2, 29)),
    ),
    authors=(
        Author(
            "Muster",
            "Eva Maria",
            "EM",
            orcid="0000-0002-1825-0097",
            affiliations=(
                "Institute A, Nowhere, and so far from everywhere that its address needs a second line.",
                "Institute B, Nowhere.",
            ),
        ),
        Author("Sample", "John", "J", "3rd"),
        Author(collective="MOVE Study Group"),
    ),
    publication_types=("Journal Article", "Randomized Controlled Trial"),
    mesh=(
        MeshHeading("Exercise Therapy", None, True),
        MeshHeading(
            "Arthritis, Rheumatoid",
            None,
            False,
            (MeshQualifier("therapy", None, True), MeshQualifier("blood and a qualifier that needs more than one line")),
        ),
    ),
    keywords=("pain", "walking"),
    substances=("C-Reactive Protein", "Peptide (Hydrolases)"),
    registry_ids=(RegistryId("ClinicalTrials.gov", "NCT01234567"), RegistryId("ISRCTN", "ISRCTN12345678", "text")),
    grants=(
        Grant("R01 XX000001", "NIXX NIH HHS", "United States"),
        Grant("MC_UU_1/5", "Medical Research Council", "United Kingdom"),
        Grant("12", "Invented Trust", "Germany"),
    ),
    conflict_of_interest="The authors declare none.",
    corrections=(Correction("RetractionIn", "99000043", "J Inv Trials. 2025;13:1"), Correction("UpdateOf", None, "medRxiv. 2023")),
    publication_status="ppublish",
    medline_status="MEDLINE",
    languages=("ger", "eng"),
)


def read(data: bytes | str) -> list[Record | ParseFailure]:
    return list(read_medline(io.BytesIO(data.encode() if isinstance(data, str) else data), "test.nbib"))


def only(text: str) -> Article:
    [item] = read(text)
    assert isinstance(item, Record), item
    return item.article


@pytest.mark.parametrize("name", EXPECTED.__dataclass_fields__)
def test_every_field_of_a_full_record(name: str) -> None:
    assert getattr(only(FULL), name) == getattr(EXPECTED, name)


def test_a_record_keeps_its_exact_bytes() -> None:
    second = FULL.replace("99000042", "99000043")
    first_item, second_item = read(f"\n{FULL}\n\n{second}")
    assert isinstance(first_item, Record)
    assert isinstance(second_item, Record)
    assert (first_item.raw, second_item.raw) == (FULL.encode(), second.encode())
    assert first_item.format == "medline"
    assert second_item.article == replace(first_item.article, pmid="99000043")


def test_the_same_record_in_both_formats() -> None:
    xml = record(
        abstract='<Abstract><AbstractText Label="AIM" NlmCategory="OBJECTIVE">To walk.</AbstractText>'
        '<AbstractText Label="RESULTS" NlmCategory="RESULTS">We did.</AbstractText></Abstract>',
        article="<Pagination><MedlinePgn>e12</MedlinePgn></Pagination><AuthorList><Author><LastName>de Muster</LastName>"
        "<ForeName>Eva</ForeName><Initials>E</Initials></Author></AuthorList><Language>eng</Language>"
        '<ELocationID EIdType="doi">10.9999/a</ELocationID>'
        "<PublicationTypeList><PublicationType>Review</PublicationType></PublicationTypeList>",
        data="<History><PubMedPubDate PubStatus='pubmed'><Year>2024</Year><Month>3</Month><Day>1</Day></PubMedPubDate></History>"
        "<PublicationStatus>epublish</PublicationStatus>",
    )
    text = """PMID- 99000001
STAT- MEDLINE
DP  - 2024 Mar
TI  - A walk a day.
PG  - e12
LID - 10.9999/a [doi]
AB  - AIM: To walk. RESULTS: We did.
FAU - de Muster, Eva
AU  - de Muster E
LA  - eng
PT  - Review
JT  - Journal of Invented Trials
EDAT- 2024/03/01 06:00
PST - epublish
"""
    assert only(text) == article(xml)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("FAU - Muster, Eva\nAU  - Muster E", (Author("Muster", "Eva", "E"),)),
        ("AU  - Muster E\nAU  - Sample J Jr", (Author("Muster", None, "E"), Author("Sample J", None, "Jr"))),
        ("AU  - Muster", (Author("Muster"),)),
        ("FAU - Plato\nAU  - Plato", (Author("Plato"),)),
        ("AD  - First.\nFAU - Muster, Eva\nAU  - Muster E", (Author("Muster", "Eva", "E", affiliations=("First.",)),)),
        ("CN  - A Group\nFAU - Muster, Eva\nAU  - Muster E", (Author(collective="A Group"), Author("Muster", "Eva", "E"))),
        ("FAU - \nAU  - ", ()),
        ("FAU - Muster, Eva\nAU  - Muster E\nAUID- 0000-0002-1825-0096", (Author("Muster", "Eva", "E"),)),
    ],
)
def test_authors(lines: str, expected: tuple[Author, ...]) -> None:
    assert only(f"PMID- 1\nTI  - T.\n{lines}\n").authors == expected


def test_a_book() -> None:
    book = only("PMID- 1\nBTI - The Invented Handbook\nTI  - Walking\nDP  - 2019\nPT  - Book Chapter\n")
    assert (book.kind, book.title, book.journal.title) == ("book", "Walking", "The Invented Handbook")


def test_line_ends_of_windows_and_a_byte_order_mark() -> None:
    text = b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode()
    [item] = read(text)
    assert isinstance(item, Record)
    assert item.article == EXPECTED


@pytest.mark.parametrize(
    ("text", "reason", "pmid"),
    [
        ("TI  - No number.\n", "no PMID", None),
        ("PMID- abc\nTI  - T.\n", "not a PMID: 'abc'", None),
        ("PMID- \nTI  - T.\n", "not a PMID: ''", None),
        ("PMID- 7\nwhat is this\nTI  - T.\n", "not a MEDLINE field: 'what is this'", "7"),
        ("PMID- 7\nTI  - caf\udce9\n", "not UTF-8 at byte 17 of the record", "7"),
    ],
)
def test_a_bad_record_is_a_failure_and_its_neighbours_are_read(text: str, reason: str, pmid: str | None) -> None:
    raw = text.encode("utf-8", "surrogateescape")
    first, failure, last = read(b"PMID- 1\nTI  - A.\n\n" + raw + b"\nPMID- 2\nTI  - B.\n")
    assert isinstance(first, Record)
    assert isinstance(last, Record)
    assert failure == ParseFailure(reason, 1, 18, pmid, raw)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it is empty"),
        (b"\n\n", "it is empty"),
        (b"hello", "not MEDLINE text: it begins with 'hello'"),
        (gzip.compress(FULL.encode())[:-8] + b"\0" * 8, "corrupt"),
    ],
)
def test_what_is_not_medline_text(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(data)


def test_cut_gzip_data_and_endless_records() -> None:
    with pytest.raises(TruncatedInput):
        read(gzip.compress(FULL.encode())[:-8])
    with pytest.raises(InputError, match="without an end"):
        list(read_medline(io.BytesIO(b"PMID- 1\n" + b"AB  - x\n" * 200_000), "test.nbib", largest=1 << 20))
    with pytest.raises(InputError, match="without an end"):
        list(read_medline(io.BytesIO(b"PMID- 1\nAB  - " + b"x" * (3 << 20)), "test.nbib", largest=1 << 20))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"PMID- 1\n", True),
        (b"\r\n\r\nPMID- 1", True),
        (b"\xef\xbb\xbfOWN - NLM", True),
        (b"TI  - x", True),
        (b"<?xml", False),
        (b"TY  : JOUR", False),
        (b"", False),
    ],
)
def test_recognising_medline_text(head: bytes, expected: bool) -> None:
    assert looks_like_medline(head) is expected


@settings(deadline=None, max_examples=80)
@given(st.data())
def test_whatever_is_done_to_the_text_each_record_is_read_or_fails(data: st.DataObject) -> None:
    lines = (FULL + "\n" + FULL.replace("99000042", "99000043")).splitlines(keepends=True)
    for _ in range(data.draw(st.integers(1, 4))):
        index = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["", "\n", "      \n", "PMID- 5\n", "AU  - \n", "GR  - \n", "MH  - /*\n", "LID - [doi]\n", "x\n"]))
        lines[index] = data.draw(st.sampled_from([change, lines[index] + change, lines[index][: len(lines[index]) // 2]]))
    try:
        items = read("".join(lines))
    except InputError:
        return
    assert all(isinstance(item, Record | ParseFailure) for item in items)


def test_real_exports(shared: Path) -> None:
    folder = shared / "corpus" / "recorded" / "medline-text"
    items = [item for path in sorted(folder.iterdir()) for item in open_records(path)]
    articles = [item.article for item in items if isinstance(item, Record)]
    assert [a.pmid for a in articles] == ["12230038", "16403221", "16377612", "14871861", "14630660", "23039619", "20146148"]
    assert len(articles) == len(items)
    for found in articles:
        assert found.title
        assert found.sections
        assert found.authors
        assert found.mesh
        assert found.published.month or found.pmid == "16403221"
        assert found.arrived
    assert [section.label for section in articles[5].sections] == ["PURPOSE", "METHODS", "RESULTS", "CONCLUSIONS"]


def test_a_real_record_in_both_formats(shared: Path) -> None:
    """Where a MEDLINE export and an XML record of the same article are there, they say the same."""
    corpus = shared / "corpus"
    texts = {
        item.article.pmid: item.article
        for path in sorted((corpus / "recorded" / "medline-text").iterdir())
        for item in open_records(path)
        if isinstance(item, Record)
    }
    twins = [i.article for i in open_records(corpus / "medline.xml.gz") if isinstance(i, Record) and i.article.pmid in texts]
    for xml in twins:
        text = texts[xml.pmid]
        assert (text.title, text.doi, text.published) == (xml.title, xml.doi, xml.published)
        assert [author.name for author in text.authors] == [author.name for author in xml.authors]
        assert [heading.descriptor for heading in text.mesh] == [heading.descriptor for heading in xml.mesh]


def test_biopython_is_imported_late_and_writes_nothing_under_home(tmp_path: Path) -> None:
    program = (
        "import io, sys; from litwatch.pubmed.parse import open_records; assert 'Bio' not in sys.modules;"
        "from litwatch.pubmed.medline import read_medline;"
        "[item] = read_medline(io.BytesIO(b'PMID- 1\\nTI  - T.\\n'), 'x'); assert 'Bio.Medline' in sys.modules;"
        "assert 'Bio.Entrez' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "HOME": str(tmp_path)})
    assert list(tmp_path.iterdir()) == []
