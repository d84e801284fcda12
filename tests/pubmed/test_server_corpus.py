"""The corpus behind the local server: loading, searching by arrival, changes while it is served, and moving in time."""

from __future__ import annotations

import gzip
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.domain.article import Article, HistoryDate, PartialDate
from litwatch.errors import InputError, QueryError
from litwatch.pubmed.parse import RecordError, parse_record
from litwatch.pubmed.server import Corpus, EUtilsServer
from litwatch.pubmed.server.dates import shift
from litwatch.pubmed.server.medline import medline_text
from litwatch.pubmed.server.render import article_xml
from tests.pubmed.server_support import ask, corpus_of, study

TODAY = date(2025, 3, 21)


def article_set(*records: bytes) -> bytes:
    return b"<?xml version='1.0'?>\n<PubmedArticleSet>" + b"\n".join(records) + b"</PubmedArticleSet>"


def test_load_takes_xml_gzip_and_medline_text(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(article_set(article_xml(study(1))))
    (tmp_path / "b.xml.gz").write_bytes(gzip.compress(article_set(article_xml(study(2)))))
    (tmp_path / "c.nbib").write_text(medline_text(study(3, "Rowing, in text", date(2025, 3, 4))))
    corpus = Corpus.load([tmp_path / "a.xml", tmp_path / "b.xml.gz", tmp_path / "c.nbib"])
    assert sorted(corpus.pmids) == ["99000001", "99000002", "99000003"]
    assert corpus.arrivals["99000003"] == date(2025, 3, 4)
    entry = corpus.get("99000003")
    assert entry is not None
    assert parse_record(entry.raw).title == "Rowing, in text"
    assert corpus.search("rowing[ti] AND brook[au]", today=TODAY) == ("99000003",)


def test_later_records_replace_earlier_ones_unless_their_version_is_lower(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    first = [study(1, "One A"), study(2, "Two A", version=2), study(3, "Three"), study(4, "Four")]
    last = [study(1, "One B"), study(2, "Two B", version=1)]
    gone = b'<DeleteCitation><PMID Version="1">99000003</PMID><PMID Version="1">12</PMID></DeleteCitation>'
    path.write_bytes(article_set(*map(article_xml, first), b"<PubmedArticle><x/></PubmedArticle>", gone))
    (tmp_path / "b.xml").write_bytes(article_set(*map(article_xml, last)))
    corpus = Corpus.load([path, tmp_path / "b.xml"])
    titles = {pmid: entry.article.title for pmid in corpus.pmids if (entry := corpus.get(pmid))}
    assert titles == {"99000001": "One B", "99000002": "Two A", "99000004": "Four"}
    assert len(corpus.failures) == 1


def test_a_cut_file_is_an_error_and_not_a_smaller_corpus(tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_bytes(article_set(article_xml(study(1)), article_xml(study(2)))[:-300])
    with pytest.raises(InputError, match=r"cut\.xml"):
        Corpus.load([path])


def test_a_bad_query_is_an_error() -> None:
    with pytest.raises(QueryError):
        corpus_of(study(1)).search("(pain", today=TODAY)


def test_results_follow_changes_of_the_corpus() -> None:
    corpus = corpus_of(study(1))
    assert corpus.search("knees[ti]", today=TODAY) == ("99000001",)
    corpus.add(study(2, "Other knees"))
    assert corpus.search("knees[ti]", today=TODAY) == ("99000002", "99000001")
    corpus.replace(study(1, "Elbows", revised=date(2025, 3, 20)))
    assert corpus.search("knees[ti]", today=TODAY) == ("99000002",)
    assert corpus.search("2025/03/20[lr]", today=TODAY) == ("99000001",)
    corpus.delete("99000002")
    assert corpus.search("knees[ti]", today=TODAY) == ()
    assert (len(corpus), "99000002" in corpus, corpus.revision) == (1, False, 3)


def test_a_revision_keeps_the_arrival_and_can_be_dated() -> None:
    corpus = corpus_of(study(1, arrived=date(2025, 3, 1)))
    corpus.replace(study(1, "New words", arrived=date(2025, 3, 20)), modified=date(2025, 3, 19))
    assert corpus.search("2025/03/01[crdt]", today=TODAY) == ("99000001",)
    assert corpus.search("2025/03/01[edat]", today=TODAY) == ("99000001",)
    assert corpus.search("2025/03/19[lr]", today=TODAY) == ("99000001",)
    assert corpus.search("2025/03/20[crdt]", today=TODAY) == ()


def test_a_record_never_revised_was_modified_when_it_arrived() -> None:
    corpus = corpus_of(study(1, arrived=date(2025, 3, 1)), study(2, revised=date(2024, 5, 5)))
    assert corpus.search("2025/03/01[lr]", today=TODAY) == ("99000001",)
    assert corpus.search("2024/05/05[lr]", today=TODAY) == ("99000002",)


def test_a_late_arrival_is_found_by_its_creation_date_only() -> None:
    corpus = corpus_of()
    corpus.add(study(1, arrived=date(2024, 1, 9)), arrived=date(2025, 3, 14))
    assert corpus.search('("2025/03/01"[crdt] : "3000"[crdt])', today=TODAY) == ("99000001",)
    assert corpus.search('("2025/03/01"[edat] : "3000"[edat])', today=TODAY) == ()
    assert corpus.search("2024/01/09[edat]", today=TODAY) == ("99000001",)
    corpus.add(study(2, arrived=date(2025, 3, 14)), entered=date(2023, 2, 2))
    assert corpus.search("2023/02/02[edat]", today=TODAY) == ("99000002",)


def test_arrivals_can_be_given_when_loading(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(article_set(article_xml(study(1)), article_xml(study(2))))
    corpus = Corpus.load([path], arrivals={"99000001": date(2025, 3, 20)})
    assert corpus.arrivals == {"99000001": date(2025, 3, 20), "99000002": date(2025, 3, 10)}
    assert corpus.newest == date(2025, 3, 20)


def test_what_cannot_be_changed() -> None:
    corpus = corpus_of(study(1))
    with pytest.raises(KeyError):
        corpus.replace(study(2))
    with pytest.raises(KeyError):
        corpus.delete("2")
    with pytest.raises(RecordError):
        corpus.add(b"<PubmedArticle>")
    assert corpus.pmids == ("99000001",)


def test_a_running_server_follows() -> None:
    with EUtilsServer(corpus_of(study(1))) as server:
        assert ask(server, "esearch", term="knees[ti]").tag("Count") == "1"
        server.corpus.add(study(2))
        assert ask(server, "esearch", term="knees[ti]").tag("Count") == "2"
        server.corpus.delete("99000001")
        assert ask(server, "efetch", id="99000001,99000002").records == ["99000002"]


SHIFTED = {
    # 2024-06-20 -> 2025-03-20: 273 days, 9 months, 1 year
    "<Year>2024</Year><Month>06</Month><Day>01</Day>": "<Year>2025</Year><Month>03</Month><Day>01</Day>",
    "<Year>2024</Year><Month>6</Month><Day>7</Day>": "<Year>2025</Year><Month>3</Month><Day>7</Day>",
    "<Year>2024</Year>\n <Month>Feb</Month>\n <Day>29</Day>": "<Year>2024</Year>\n <Month>Nov</Month>\n <Day>28</Day>",
    "<Year>2024</Year><Month>Jun</Month>": "<Year>2025</Year><Month>Mar</Month>",
    "<Year>2023</Year><Month>12</Month>": "<Year>2024</Year><Month>09</Month>",
    "<Year>2024</Year>": "<Year>2025</Year>",
    "<Year>2024</Year><Season>Summer</Season>": "<Year>2025</Year><Season>Summer</Season>",
    "<Year>2024</Year><Month>02</Month><Day>31</Day>": "<Year>2024</Year><Month>02</Month><Day>31</Day>",
    "<MedlineDate>2024 Jan-Feb</MedlineDate>": "<MedlineDate>2024 Oct-Nov</MedlineDate>",
    "<MedlineDate>2024 Mar-Apr</MedlineDate>": "<MedlineDate>2024 Dec-2025 Jan</MedlineDate>",
    "<MedlineDate>2023 Dec-2024 Jan</MedlineDate>": "<MedlineDate>2024 Sep-2024 Oct</MedlineDate>",
    "<MedlineDate>2023-2024</MedlineDate>": "<MedlineDate>2024-2025</MedlineDate>",
    "<MedlineDate>2024 Spring</MedlineDate>": "<MedlineDate>2025 Spring</MedlineDate>",
    "<MedlineDate>9999-9999</MedlineDate>": "<MedlineDate>9999-9999</MedlineDate>",
    "<AbstractText>In 2024, Jan 5</AbstractText>": "<AbstractText>In 2024, Jan 5</AbstractText>",
}


@pytest.mark.parametrize(("before", "after"), list(SHIFTED.items()))
def test_dates_move_and_keep_their_form(before: str, after: str) -> None:
    assert shift(before.encode(), 273, date(2024, 6, 20)).decode() == after


def test_a_corpus_moves_as_a_whole_and_the_xml_agrees_with_the_search(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    old = study(1, arrived=date(2011, 5, 2), published=PartialDate(2011, 5), revised=date(2012, 1, 31))
    new = study(2, arrived=date(2013, 8, 30), entered=date(2013, 8, 1), published=PartialDate(2013))
    path.write_bytes(article_set(article_xml(old), article_xml(new)))
    with EUtilsServer(Corpus.load([path], shift_to=TODAY)) as server:
        days = TODAY - date(2013, 8, 30)
        assert server.corpus.arrivals == {"99000002": TODAY, "99000001": date(2011, 5, 2) + days}
        for pmid, day in server.corpus.arrivals.items():
            assert ask(server, "esearch", term=f"{day:%Y/%m/%d}[crdt]").ids == [pmid]
        served = parse_record(_only_record(ask(server, "efetch", id="99000002").body))
        assert served.history == (HistoryDate("pubmed", TODAY), HistoryDate("entrez", date(2013, 8, 1) + days))
        assert served.published.year == 2025
        first = parse_record(_only_record(ask(server, "efetch", id="99000001").body))
        assert first.revised == date(2012, 1, 31) + days
        assert (first.published.year, first.published.month) == (2022, 11)


@settings(max_examples=40, deadline=None)
@given(
    arrived=st.dates(date(1990, 1, 1), date(2025, 12, 31)),
    target=st.dates(date(1990, 1, 1), date(2035, 12, 31)),
    gap=st.integers(0, 400),
)
def test_gaps_between_days_survive_a_move(arrived: date, target: date, gap: int) -> None:
    article = study(
        1, arrived=arrived, entered=arrived - timedelta(gap), published=PartialDate(arrived.year, arrived.month)
    )
    moved = parse_record(shift(article_xml(article), (target - arrived).days, arrived))
    assert moved.arrived == target
    assert moved.history_day("entrez") == target - timedelta(gap)
    assert (moved.published.year, moved.published.month) == (target.year, target.month)


def _only_record(body: bytes) -> bytes:
    start = body.index(b"<PubmedArticle>")
    return body[start : body.index(b"</PubmedArticle>") + len(b"</PubmedArticle>")]


@pytest.mark.parametrize(
    "article",
    [
        study(1, 'Signs < & > and "quotes"', revised=date(2025, 3, 3)),
        study(2, abstract="", published=PartialDate(None, raw="9999-9999")),
        study(3, published=PartialDate(2024, 2, 9)),
    ],
)
def test_a_rendered_article_is_read_back(article: Article) -> None:
    back = parse_record(article_xml(article))
    for name in (
        "pmid",
        "title",
        "sections",
        "history",
        "authors",
        "publication_types",
        "languages",
        "revised",
        "version",
    ):
        assert getattr(back, name) == getattr(article, name)
    if article.published.year:
        assert str(back.published) == str(article.published)
