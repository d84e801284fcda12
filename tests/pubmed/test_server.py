"""The local E-utilities server over HTTP: what each utility sends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest

from litwatch.domain.article import PartialDate
from litwatch.pubmed.server import EUtilsServer
from tests.pubmed.server_support import ask, corpus_of, study

NOW = datetime(2025, 3, 21, 12, tzinfo=UTC)
STUDIES = (
    study(1, "Walking and sore knees", date(2025, 3, 1), author="Cole", published=PartialDate(2025, 1, 5)),
    study(2, "Swimming & back pain", date(2025, 3, 10), author="Adder", published=PartialDate(2024)),
    study(3, "Yoga for neck pain", date(2025, 3, 10), author="Brook", published=PartialDate(2025, 3)),
    study(4, "Statins in old age", date(2025, 3, 12), abstract="", revised=date(2025, 3, 15)),
)
ALL = ["99000004", "99000003", "99000002", "99000001"]


@pytest.fixture
def server() -> Iterator[EUtilsServer]:
    with EUtilsServer(corpus_of(*STUDIES), clock=lambda: NOW) as running:
        yield running


def test_a_search_in_xml_has_ncbis_shape(server: EUtilsServer) -> None:
    got = ask(server, "esearch", term="pain[ti]")
    assert (got.status, got.headers["Content-Type"]) == (200, "text/xml; charset=UTF-8")
    assert got.text == (
        '<?xml version="1.0" encoding="UTF-8" ?>\n'
        '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" '
        '"https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd">\n'
        "<eSearchResult><Count>2</Count><RetMax>2</RetMax><RetStart>0</RetStart><IdList>\n"
        "<Id>99000003</Id>\n<Id>99000002</Id>\n</IdList><TranslationSet/>"
        "<QueryTranslation>pain[ti]</QueryTranslation></eSearchResult>\n"
    )


def test_a_search_in_json_has_ncbis_shape(server: EUtilsServer) -> None:
    got = ask(server, "esearch", term="pain[ti]", retmode="json")
    assert got.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert got.json == {
        "header": {"type": "esearch", "version": "0.3"},
        "esearchresult": {
            "count": "2",
            "retmax": "2",
            "retstart": "0",
            "idlist": ["99000003", "99000002"],
            "translationset": [],
            "querytranslation": "pain[ti]",
        },
    }


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, ALL),
        ({"sort": "relevance"}, ALL),
        ({"sort": "pub_date"}, ["99000003", "99000004", "99000001", "99000002"]),
        ({"sort": "Author"}, ["99000002", "99000004", "99000003", "99000001"]),
        ({"retmax": 2}, ALL[:2]),
        ({"retstart": 1, "retmax": 2}, ALL[1:3]),
        ({"retstart": 3, "retmax": 20}, ALL[3:]),
        ({"retstart": 40}, []),
        ({"datetype": "crdt", "mindate": "2025/03/10", "maxdate": "2025/03/11"}, ALL[1:3]),
        ({"datetype": "edat", "mindate": "2025/03", "maxdate": "2025"}, ALL),
        ({"datetype": "mdat", "mindate": "2025/03/15", "maxdate": "3000"}, ALL[:1]),
        ({"datetype": "pdat", "mindate": "2025", "maxdate": "2025"}, ["99000004", "99000003", "99000001"]),
        ({"mindate": "2025/03/11"}, ALL),  # alone it limits nothing
        ({"reldate": 9}, ALL[:1]),
        ({"reldate": 11, "datetype": "crdt"}, ALL[:3]),
    ],
)
def test_order_pages_and_date_limits(server: EUtilsServer, params: dict[str, Any], expected: list[str]) -> None:
    got = ask(server, "esearch", term='"journal of invented trials"[ta]', **params)
    assert got.ids == expected
    assert got.tag("RetMax") == str(len(expected))


def test_a_date_range_in_the_term_and_a_field(server: EUtilsServer) -> None:
    assert ask(server, "esearch", term='("2025/03/12"[crdt] : "3000"[crdt])').ids == ["99000004"]
    assert ask(server, "esearch", term="pain", field="title").ids == ["99000003", "99000002"]
    assert ask(server, "esearch", term="pain", field="title").tag("QueryTranslation") == "pain[ti]"
    assert ask(server, "esearch", term='(yoga OR "sore knees") AND walking[tiab]', field="ti").ids == [
        "99000003",
        "99000001",
    ]


def test_only_the_count(server: EUtilsServer) -> None:
    assert ask(server, "esearch", term="pain[ti]", rettype="count").text.endswith(
        "<eSearchResult>\n\t<Count>2</Count>\n</eSearchResult>\n"
    )
    got = ask(server, "esearch", term="pain[ti]", rettype="count", retmode="json")
    assert got.json["esearchresult"] == {"count": "2"}
    none = ask(server, "esearch", term="pain[ti]", retmax=0)
    assert (none.tag("Count"), none.ids) == ("2", [])


@pytest.mark.parametrize(
    ("term", "json_errors", "xml_errors"),
    [
        ("pain[foo]", {"phrasesnotfound": [], "fieldsnotfound": ["foo"]}, "<FieldNotFound>foo</FieldNotFound>"),
        (
            "yoga[ti] AND (pain",
            {"phrasesnotfound": ["pain"], "fieldsnotfound": []},
            "<PhraseNotFound>pain</PhraseNotFound>",
        ),
    ],
)
def test_a_query_at_fault_finds_nothing_and_says_why(
    server: EUtilsServer, term: str, json_errors: object, xml_errors: str
) -> None:
    got = ask(server, "esearch", term=term, retmode="json").json["esearchresult"]
    assert (got["count"], got["idlist"], got["errorlist"]) == ("0", [], json_errors)
    assert got["warninglist"]["outputmessages"][-1] == "No items found."
    assert xml_errors in ask(server, "esearch", term=term).text


def test_nothing_found_is_a_warning_and_no_error(server: EUtilsServer) -> None:
    got = ask(server, "esearch", term="unicorn[ti]", retmode="json").json["esearchresult"]
    assert got["count"] == "0"
    assert got["warninglist"]["outputmessages"] == ["No items found."]
    assert "errorlist" not in got
    assert "<WarningList><OutputMessage>No items found.</OutputMessage></WarningList>" in (
        ask(server, "esearch", term="unicorn[ti]").text
    )


def test_an_unknown_sort_is_ignored_with_a_warning(server: EUtilsServer) -> None:
    got = ask(server, "esearch", term="pain[ti]", sort="best")
    assert got.ids == ["99000003", "99000002"]
    assert got.tag("OutputMessage") == "Unknown sort schema 'best' ignored"


def test_errors_of_requests(server: EUtilsServer) -> None:
    assert ask(server, "esearch").tag("ERROR") == "Empty term and query_key - nothing todo"
    assert ask(server, "esearch", db="pub", term="x").tag("ERROR") == "Invalid db name specified: pub"
    without = ask(server, "esearch", db=None, term="x")
    assert (without.status, without.text) == (400, "Mandatory parameter: db - is omitted")
    assert ask(server, "efetch").status == 400
    assert ask(server, "elink", id="1").status == 404
    assert ask(server, "esummary").tag("ERROR") == "Neither query_key nor id specified"


def test_pubmeds_limit_met_with_few_records() -> None:
    with EUtilsServer(corpus_of(*STUDIES), limit=3) as server:
        clipped = ask(server, "esearch", term="2025[crdt]", retmax=100)
        assert (clipped.tag("Count"), clipped.ids) == ("4", ALL[:3])
        assert clipped.tag("OutputMessage") == "Restrictions achieved. start and count adjusted to 0, 3"
        beyond = ask(server, "esearch", term="2025[crdt]", retstart=3, retmode="json")
        assert beyond.status == 200
        assert "'retstart' cannot be larger than 2." in beyond.json["esearchresult"]["ERROR"]
        assert "Exception:\n" in beyond.text, "the newline is raw, which strict JSON refuses"
        kept = ask(server, "esearch", term="2025[crdt]", usehistory="y")
        params: dict[str, Any] = {"WebEnv": kept.tag("WebEnv"), "query_key": kept.tag("QueryKey")}
        assert ask(server, "efetch", retmax=10, **params).records == ALL[:3]
        refused = ask(server, "efetch", retstart=3, **params)
        assert refused.status == 400
        assert "'retstart' cannot be larger than 2." in (refused.tag("ERROR") or "")


def test_history_from_search_to_fetch(server: EUtilsServer) -> None:
    kept = ask(server, "esearch", term="pain[ti]", usehistory="y", retmax=0)
    web_env = kept.tag("WebEnv")
    assert kept.tag("QueryKey") == "1"
    assert ask(server, "efetch", WebEnv=web_env, query_key=1).records == ["99000003", "99000002"]
    assert ask(server, "efetch", WebEnv=web_env, query_key=1, retstart=1, retmax=1).records == ["99000002"]
    beyond = ask(server, "efetch", WebEnv=web_env, query_key=1, retstart=2)
    assert beyond.status == 400
    assert "retstart=2 + 1 is greater than number of records" in (beyond.tag("ERROR") or "")
    second = ask(server, "esearch", term="yoga[ti]", usehistory="y", WebEnv=web_env)
    assert (second.tag("QueryKey"), second.tag("WebEnv")) == ("2", web_env)
    within = ask(server, "esearch", term="swimming[ti]", WebEnv=web_env, query_key=1)
    assert within.ids == ["99000002"]
    combined = ask(server, "esearch", term="#1 NOT #2", WebEnv=web_env)
    assert combined.ids == ["99000002"]
    server.expire_history()
    gone = ask(server, "efetch", WebEnv=web_env, query_key=1)
    assert (gone.status, gone.tag("ERROR")) == (200, "Unable to obtain query #1")


def test_posted_ids(server: EUtilsServer) -> None:
    first = ask(server, "epost", id="99000001,99000004 99000001,7")
    web_env = first.tag("WebEnv")
    assert first.tag("QueryKey") == "1"
    second = ask(server, "epost", id="99000002", WebEnv=web_env)
    assert (second.tag("QueryKey"), second.tag("WebEnv")) == ("2", web_env)
    assert ask(server, "efetch", WebEnv=web_env, query_key=1).records == ["99000001", "99000004"]
    assert ask(server, "esearch", WebEnv=web_env, query_key=1).ids == ["99000001", "99000004"]
    assert ask(server, "esearch", WebEnv=web_env, term="#1 OR #2").ids == ["99000004", "99000002", "99000001"]
    assert ask(server, "epost", id="x").text.count("<ERROR>") == 2
    assert ask(server, "epost", id="").text.count("<ERROR>") == 1


def test_fetch_keeps_the_order_and_leaves_out_the_unknown(server: EUtilsServer) -> None:
    got = ask(server, "efetch", id="99000002,5,99000004,99000002", retmode="xml")
    assert got.records == ["99000002", "99000004"]
    assert got.text.startswith('<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, ')
    assert got.text.endswith("</PubmedArticleSet>\n")
    empty = ask(server, "efetch", id="5")
    assert (empty.status, empty.text.count("<PubmedArticle>")) == (200, 0)
    assert "<PubmedArticleSet>\n</PubmedArticleSet>" in empty.text


def test_records_are_served_as_they_were_read(server: EUtilsServer) -> None:
    entry = server.corpus.get("99000002")
    assert entry is not None
    assert b"Swimming &amp; back pain" in entry.raw
    assert entry.raw in ask(server, "efetch", id="99000002").body


@pytest.mark.parametrize(
    "params", [{"rettype": "uilist"}, {"retmode": "json"}, {"rettype": "uilist", "retmode": "text"}]
)
def test_bare_pmids(server: EUtilsServer, params: dict[str, str]) -> None:
    got = ask(server, "efetch", id="99000002,99000001", **params)
    assert got.text == "99000002\n99000001\n"


def test_medline_text(server: EUtilsServer) -> None:
    text = ask(server, "efetch", id="99000002,99000001", rettype="medline", retmode="text").text
    assert "\nPMID- 99000002\nOWN - NLM\n" in text
    assert "TI  - Swimming & back pain\n" in text
    assert "FAU - Adder, Ada\nAU  - Adder A\n" in text
    assert "DP  - 2025 Jan 5\n" in text
    assert "SO  - J Invent Trials. 2024;4.\n" in text


def test_summaries(server: EUtilsServer) -> None:
    result = ask(server, "esummary", id="99000002,5", retmode="json").json["result"]
    assert result["uids"] == ["99000002", "5"]
    assert result["5"] == {"uid": "5", "error": "cannot get document summary"}
    found = result["99000002"]
    assert (found["title"], found["pubdate"], found["lastauthor"]) == ("Swimming & back pain", "2024", "Adder A")
    assert found["authors"] == [{"name": "Adder A", "authtype": "Author", "clusterid": ""}]
    assert {"pubstatus": "entrez", "date": "2025/03/10 00:00"} in found["history"]
    old = ask(server, "esummary", id="99000002").text
    assert '<Item Name="Title" Type="String">Swimming &amp; back pain</Item>' in old
    assert '<Item Name="Author" Type="String">Adder A</Item>' in old
    new = ask(server, "esummary", id="99000002", version="2.0").text
    assert '<DocumentSummary uid="99000002">' in new
    assert "<Title>Swimming &amp; back pain</Title>" in new


def test_info(server: EUtilsServer) -> None:
    assert ask(server, "einfo", "GET", db=None).tag("DbName") == "pubmed"
    listed = ask(server, "einfo", db=None, retmode="json").json["einforesult"]
    assert listed == {"dblist": ["pubmed"]}
    info = ask(server, "einfo", retmode="json").json["einforesult"]["dbinfo"][0]
    assert (info["count"], info["lastupdate"]) == ("4", "2025/03/12 00:00")
    dates = {field["name"] for field in info["fieldlist"] if field["isdate"] == "Y"}
    assert dates >= {"CRDT", "EDAT", "MDAT", "PDAT"}
    assert "<Name>CRDT</Name>" in ask(server, "einfo").text
