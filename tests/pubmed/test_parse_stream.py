"""Streams: what is cut, corrupt, in another encoding, hostile, or something else altogether."""

from __future__ import annotations

import gzip
import io
import socket
from pathlib import Path

import pytest

from litwatch.domain.article import ParseFailure, Record
from litwatch.errors import InputError, TruncatedInput
from litwatch.pubmed.parse import open_records, read_records
from litwatch.pubmed.records import split
from tests.pubmed.full_record import FULL
from tests.pubmed.samples import BOOK, HEAD, article_set, pmids, read, record

THREE = article_set(record("99000001"), FULL, record("99000003"))


class Drip(io.RawIOBase):
    """A stream that gives few bytes at a time."""

    def __init__(self, data: bytes, step: int) -> None:
        self._data = data
        self._step = step

    def read(self, size: int = -1) -> bytes:
        block, self._data = self._data[: self._step], self._data[self._step :]
        return block


@pytest.mark.parametrize("step", [1, 2, 7, 64, 1000])
def test_records_do_not_depend_on_where_the_blocks_end(step: int) -> None:
    data = THREE + b"\n<!-- the end -->\n"
    whole = [(chunk.raw, chunk.offset) for chunk in split(io.BytesIO(data))]
    assert [(chunk.raw, chunk.offset) for chunk in split(Drip(data, step))] == whole  # type: ignore[arg-type]
    assert [data[offset : offset + len(raw)] for raw, offset in whole] == [raw for raw, _ in whole]
    assert len(whole) == 3


@pytest.mark.parametrize(
    "data",
    [
        record("99000001").encode(),
        b"\n\n" + record("99000001").encode() + b"\n",
        (HEAD + record("99000001")).encode(),
        b"\xef\xbb\xbf" + article_set(record("99000001")),
        article_set("<!-- <PubmedArticle> -->", record("99000001"), "<?pi </PubmedArticleSet> ?>"),
        article_set(record("99000001")).replace(b"<PubmedArticleSet>", b"<PubmedArticleSet\n  lang='a>b'>"),
        article_set(record("99000001")).replace(b"</PubmedArticleSet>", b"</PubmedArticleSet  >"),
        article_set(record("99000001").replace("<Article ", "<!-- </PubmedArticle> --><Article ")),
        article_set(record("99000001", title="<![CDATA[</PubmedArticle><PubmedArticle>]]>")),
        b"<PubmedArticleSet/>" + article_set(record("99000001")),
        article_set(record("99000001")).decode().replace('?>', ' encoding="UTF-8"?>', 1).encode(),
        (HEAD + "<PubmedBookArticleSet>" + record("99000001") + "</PubmedBookArticleSet>").encode(),
        gzip.compress(article_set(record("99000001"))),
        gzip.compress(article_set(record("99000001"))[:40]) + gzip.compress(article_set(record("99000001"))[40:]) + b"\0\0",
    ],
)  # fmt: skip
def test_every_form_of_one_record(data: bytes) -> None:
    assert pmids(read(data)) == ["99000001"]


def test_documents_one_after_the_other_are_read_as_one() -> None:
    assert pmids(read(article_set(record("99000001")) + article_set(BOOK))) == ["99000001", "99000050"]


@pytest.mark.parametrize("encoding", ["iso-8859-1", "windows-1252", "utf-16"])
def test_other_encodings_are_transcoded(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><PubmedArticleSet>{record(title="Müßiggang für alle")}</PubmedArticleSet>'
    [item] = read(text.encode(encoding))
    assert isinstance(item, Record)
    assert item.article.title == "Müßiggang für alle"
    assert "Müßiggang".encode() in item.raw


def test_an_invalid_byte_of_another_encoding_spoils_its_own_record() -> None:
    declared = '<?xml version="1.0" encoding="cp1252"?>'
    text = f"{declared}<PubmedArticleSet>{record('99000001', title='a?b')}{record('99000002')}</PubmedArticleSet>"
    first, second = read(text.encode().replace(b"a?b", b"a\x81b"))
    assert isinstance(first, ParseFailure)
    assert isinstance(second, Record)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "it is empty"),
        (b" \n ", "it is empty"),
        (b"PubMed is closed", "not XML: it begins with 'PubMed is closed'"),
        (b'{"error":"API rate limit exceeded"}', "not XML: it begins with '{\"error\""),
        (b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title>", "an HTML page, not PubMed XML (502 Bad Gateway)"),
        (b"<HTML><body>", "an HTML page, not PubMed XML"),
        (b"<eFetchResult>\n<ERROR>UID=x: cannot &amp; get</ERROR></eFetchResult>", "an error message, not records: UID=x: cannot & get"),
        (b"<pmc-articleset><article/></pmc-articleset>", "not PubMed XML: its root element is <pmc-articleset>"),
        (b"<?xml version='1.0' encoding='klingon'?><PubmedArticleSet/>" + b" " * 256, "the declared encoding 'klingon' is unknown"),
        (b"<?xml version='1.0' encoding='base64'?><PubmedArticleSet/>" + b" " * 256, "the declared encoding 'base64' is unknown"),
        (b"\xff\xfe<\x00P\x00\x00\xd8<\x00", "the text is not in the declared encoding 'utf-16'"),
        (gzip.compress(THREE)[:200] + b"\0\1" + gzip.compress(THREE)[202:], "the gzip data are corrupt"),
        (gzip.compress(THREE) + b"junk", "the gzip data are corrupt (something else follows them)"),
        (article_set(record()) + b"junk", "after record 1 (PMID 99000001): something else follows the end of the XML"),
        (article_set(record()) + b"<html>", "after record 1 (PMID 99000001): something else follows the end of the XML"),
        (b"<!DOCTYPE x [ <!ENTITY a 'b'" + b" " * (1 << 21), "its document type has no end"),
    ],
)  # fmt: skip
def test_what_is_not_pubmed_xml_says_what_it_is(data: bytes, what: str) -> None:
    with pytest.raises(InputError) as caught:
        read(data)
    assert what in str(caught.value)
    assert str(caught.value).startswith("test.xml")
    assert not isinstance(caught.value, TruncatedInput)


@pytest.mark.parametrize("cut", [*range(1, len(THREE) - 1, 97), len(THREE) - 2])
def test_a_cut_stream_gives_its_whole_records_and_then_says_where_it_ends(cut: int) -> None:
    got = []
    with pytest.raises(InputError) as caught:
        for item in read_records(io.BytesIO(THREE[:cut]), "half.xml"):
            got.append(item)  # noqa: PERF402 - what came before the error counts
    whole = [chunk for chunk in split(io.BytesIO(THREE)) if chunk.offset + len(chunk.raw) <= cut]
    assert [item.raw for item in got if isinstance(item, Record)] == [chunk.raw for chunk in whole]
    assert len(got) == len(whole)
    if got:
        assert isinstance(caught.value, TruncatedInput)
        assert caught.value.place == f"after record {len(got)} (PMID {pmids(got)[-1]})"


@pytest.mark.parametrize("cut", [1, 9, 10, 30, -1, -8, -9])
def test_cut_gzip_data_are_truncated_input(cut: int) -> None:
    with pytest.raises(TruncatedInput, match="end too early") as caught:
        read(gzip.compress(THREE)[:cut] if cut != 1 else gzip.compress(THREE)[:2])
    assert caught.value.exit_code == 3


def test_a_record_without_its_closing_tag_ends_where_the_next_begins() -> None:
    lost = record("99000002").removesuffix("</PubmedArticle>")
    items = read(article_set(record("99000001"), lost, record("99000003"), lost.replace("02<", "04<")))
    assert pmids(items) == ["99000001", "99000003"]
    failures = [item for item in items if isinstance(item, ParseFailure)]
    assert [(f.index, f.pmid, f.reason) for f in failures] == [
        (1, "99000002", "<PubmedArticle> has no closing tag"),
        (3, "99000004", "<PubmedArticle> has no closing tag"),
    ]


def test_a_stray_element_without_an_end_does_not_swallow_the_record_behind_it() -> None:
    items = read(article_set(record("99000001"), "<Journal>", record("99000002"), "<a>", record("99000003")))
    assert pmids(items) == ["99000001", "99000002", "99000003"]
    assert [item.reason for item in items if isinstance(item, ParseFailure)] == [
        "<Journal> has no closing tag",
        "<a> has no closing tag",
    ]


def test_an_unclosed_comment_does_not_swallow_the_records_behind_it() -> None:
    spoilt = record("99000002", title="<!-- never closed")
    items = read(article_set(record("99000001"), spoilt, record("99000003")))
    assert pmids(items) == ["99000001", "99000003"]
    assert isinstance(items[1], ParseFailure)


def test_text_and_closing_tags_between_records_are_failures() -> None:
    items = read(article_set(record("99000001"), "stray words", record("99000002"), "</Odd>", "<3", record("99000003")))
    assert pmids(items) == ["99000001", "99000002", "99000003"]
    reasons = [item.reason for item in items if isinstance(item, ParseFailure)]
    assert reasons == ["not a record: 'stray words'", "not a record: '</Odd>'", "not a record: '<3'"]


def test_a_record_beyond_any_size_is_refused() -> None:
    data = article_set(
        record("99000001"), record("99000002", title="x" * 5000).removesuffix("</PubmedArticle></PubmedArticleSet>")
    )
    endless = (
        article_set(record("99000001")).removesuffix(b"</PubmedArticleSet>\n") + b"<PubmedArticle>" + b" " * (3 << 20)
    )
    with pytest.raises(
        InputError, match=r"after record 1 \(PMID 99000001\): a record of more than 1 MB without an end"
    ):
        list(read_records(Drip(endless, 1 << 16), "test.xml", largest=1 << 20))  # type: ignore[arg-type]
    assert pmids(list(read_records(io.BytesIO(data), "test.xml", largest=1 << 20))) == ["99000001", "99000002"]


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize(
    ("subset", "use"),
    [
        (f'<!ENTITY l0 "ha">{BOMB}', "&l8;"),
        (f'<!ENTITY big "{"a" * 50_000}">', "&big;" * 1000),
        ('<!ENTITY secret SYSTEM "file:///etc/hostname">', "&secret;"),
        ('<!ENTITY remote SYSTEM "http://127.0.0.1:9/x">', "&remote;"),
        ('<!ENTITY % outside SYSTEM "http://127.0.0.1:9/x.dtd"> %outside;', "&anything;"),
        ("<!-- ]> --><!ELEMENT a ANY>", "&nbsp;"),
    ],
)  # fmt: skip
def test_no_entity_is_ever_expanded(subset: str, use: str) -> None:
    data = article_set(record("99000001", title=use), record("99000002")).decode()
    start, end = data.index("<!DOCTYPE"), data.index(">", data.index("<!DOCTYPE")) + 1
    hostile = f"{data[:start]}<!DOCTYPE PubmedArticleSet [{subset}]>{data[end:]}"
    failure, good = read(hostile.encode())
    assert isinstance(failure, ParseFailure)
    assert failure.pmid == "99000001"
    assert isinstance(good, Record)


def test_xml_s_own_entities_and_numeric_references_are_read() -> None:
    [item] = read(article_set(record(title="&lt;&amp;&gt; &quot;&apos; &#233;&#x3b2;")))
    assert isinstance(item, Record)
    assert item.article.title == "<&> \"' éβ"


def test_reading_never_uses_the_network() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        include = f'<Abstract xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{url}/a"/>'
        head = (
            f'<?xml-stylesheet href="{url}/b"?><PubmedArticleSet xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        )
        hostile = THREE.replace(b"<Abstract>", include.encode())
        hostile = hostile.replace(b"<PubmedArticleSet>", f'{head}xsi:schemaLocation="{url}/c {url}/d">'.encode())
        hostile = hostile.replace(b"https://dtd.nlm.nih.gov", url.encode())
        assert len(pmids(read(hostile))) == 3
        with pytest.raises(BlockingIOError):  # nobody has called
            listener.accept()


def test_a_very_deep_record_is_a_failure() -> None:
    items = read(article_set(record("99000001", title="<i>" * 2000 + "x" + "</i>" * 2000), record("99000002")))
    assert isinstance(items[0], ParseFailure)
    assert pmids(items) == ["99000002"]


def test_files_are_opened_by_what_they_hold(tmp_path: Path) -> None:
    medline = b"PMID- 99000009\nTI  - A walk.\n\n"
    for name, data, wanted in (
        ("a.nbib", THREE, ["99000001", "99000042", "99000003"]),
        ("a.txt", gzip.compress(THREE), ["99000001", "99000042", "99000003"]),
        ("a.xml", medline, ["99000009"]),
        ("a.xml.gz", gzip.compress(medline), ["99000009"]),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        assert pmids(list(open_records(path))) == wanted


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file") as caught:
        list(open_records(tmp_path / "none.xml"))
    assert caught.value.path == tmp_path / "none.xml"
    with pytest.raises(InputError, match="cannot be read"):
        list(open_records(tmp_path))
    (tmp_path / "cut.xml.gz").write_bytes(gzip.compress(THREE)[:-20])
    with pytest.raises(TruncatedInput, match=r"cut\.xml\.gz"):
        list(open_records(tmp_path / "cut.xml.gz"))
    (tmp_path / "bad.xml.gz").write_bytes(b"\x1f\x8b" + b"\0" * 30)
    with pytest.raises(InputError, match="corrupt"):
        list(open_records(tmp_path / "bad.xml.gz"))
