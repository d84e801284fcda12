"""MEDLINE text: every field, odd files, and the same record in both formats."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.domain.article import (
    Article,
    Author,
    ParseFailure,
    Record,
)
from litwatch.errors import InputError, TruncatedInput
from litwatch.pubmed.medline import looks_like_medline, read_medline
from litwatch.pubmed.parse import open_records
from tests.pubmed.full_medline import EXPECTED, FULL
from tests.pubmed.samples import article, record


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
        (
            "CN  - A Group\nFAU - Muster, Eva\nAU  - Muster E",
            (Author(collective="A Group"), Author("Muster", "Eva", "E")),
        ),
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
        change = data.draw(
            st.sampled_from(
                ["", "\n", "      \n", "PMID- 5\n", "AU  - \n", "GR  - \n", "MH  - /*\n", "LID - [doi]\n", "x\n"]
            )
        )
        lines[index] = data.draw(
            st.sampled_from([change, lines[index] + change, lines[index][: len(lines[index]) // 2]])
        )
    try:
        items = read("".join(lines))
    except InputError:
        return
    assert all(isinstance(item, Record | ParseFailure) for item in items)


def test_real_exports(shared: Path) -> None:
    folder = shared / "corpus" / "recorded" / "medline-text"
    items = [item for path in sorted(folder.iterdir()) for item in open_records(path)]
    articles = [item.article for item in items if isinstance(item, Record)]
    assert [a.pmid for a in articles] == [
        "12230038",
        "16403221",
        "16377612",
        "14871861",
        "14630660",
        "23039619",
        "20146148",
    ]
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
    twins = [
        i.article for i in open_records(corpus / "medline.xml.gz") if isinstance(i, Record) and i.article.pmid in texts
    ]
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
