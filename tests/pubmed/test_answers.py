"""Every body that the E-utilities are known to fail with, at every status that it could come with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from litwatch.pubmed.answers import Answer, Operation, UnusableError, Verdict, classify, read_search, redact

STATUSES = (200, 400, 414, 429, 500, 502, 503)
XML = '<?xml version="1.0" encoding="UTF-8" ?>\n'
SEARCH_XML = XML + "<!DOCTYPE eSearchResult PUBLIC '-//NLM//DTD esearch 20060628//EN' 'esearch.dtd'>\n"

# (name, body): the service's own trouble. Transient at any status, even at 400 and 414.
PASSING: list[tuple[str, str]] = [
    ("limit", '{"error":"API rate limit exceeded","api-key":"192.0.2.9","count":"4","limit":"3"}\n'),
    ("limit, short", '{"error":"API rate limit exceeded","count":"11"}'),
    (
        "database gone",
        SEARCH_XML
        + "<eSearchResult><ERROR>Search Backend failed: Database is not supported: pubmed</ERROR></eSearchResult>",
    ),
    (
        "no connection to the backend",
        SEARCH_XML
        + "<eSearchResult>\n\t<ERROR>Search Backend failed: Unable to open connection to #PMQuerySrv?x</ERROR>",
    ),
    ("backend, JSON", '{"header":{"type":"esearch"},"esearchresult":{"ERROR":"Search Backend failed: 502"}}'),
    (
        "viewer time-out",
        "<eFetchResult><ERROR> Error: External viewer error: Empty Response. Bytes read: 0 Status: Timeout</ERROR>"
        "</eFetchResult>",
    ),
    ("summary", "<eSummaryResult><DocSum/><error>cannot get document summary</error></eSummaryResult>"),
    (
        "error among good records",
        "<PubmedArticleSet><PubmedArticle/><ERROR>Search Backend failed: x</ERROR></PubmedArticleSet>",
    ),
    ("raw newline in JSON", '{"linksets":[],"ERROR":"NCBI C++ Exception:\n  Error: TXCLIENT --- Read failed: EOF"}'),
    ("forwarding", '{"error":"error forwarding request"}'),
    ("routing", "Unable to route request! service name: /http/service/ratecontrol"),
    (
        "diagnostic page",
        "<html><head><title>NCBI/eutils202 - WWW Error 500 Diagnostic</title></head><body>…</body></html>",
    ),
    ("gateway page", "<!DOCTYPE HTML><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"),
    ("server page", "<HTML><HEAD><TITLE>500 Internal Server Error</TITLE></HEAD></HTML>"),
    ("unavailable page", "<html><title>503 Service Unavailable</title></html>"),
    ("gateway time-out", "<html><head><title>504 Gateway Time-out</title></head></html>"),
    ("maintenance page", "\n<html lang='en'><body><h1>NCBI is down for scheduled maintenance</h1></body></html>"),
]
# Our request is at fault, whatever the status.
REFUSING: list[tuple[str, str]] = [
    ("bad key", '{"error":"API key invalid","api-key":"SECRETKEY","type":"invalid",\n"status":"unknown"}'),
    (
        "too far, JSON",
        '{"esearchresult":{"ERROR":"Search Backend failed: Exception:\n'
        "'retstart' cannot be larger than 9998. For PubMed…\"}}",
    ),
    (
        "too far, XML",
        XML + "<eFetchResult>\n\t<ERROR>Search backend cannot retrieve history data. Reason: Exception: "
        "'retstart' cannot be larger than 9998.</ERROR>\n</eFetchResult>\n",
    ),
    (
        "out of range",
        XML
        + "<!DOCTYPE eEfetchResult PUBLIC 'x' 'y'>\n<eFetchResult>\n<ERROR>Cannot retrieve history data: OUT OF RANGE."
        " History includes 1 IDs.</ERROR></eFetchResult>",
    ),
    ("expired, XML", XML + "<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>"),
    ("expired, JSON", '{"esearchresult":{"ERROR":"Unable to obtain query #1"}}'),
    ("nothing asked, JSON", '{"esearchresult":{"ERROR":"Empty term and query_key - nothing todo"}}'),
    ("nothing asked, XML", "<eSearchResult><ERROR>Empty term and query_key - nothing todo</ERROR></eSearchResult>"),
    ("no such database", "<eSearchResult><ERROR>Invalid db name specified: pub</ERROR></eSearchResult>"),
    ("no database", "Mandatory parameter: db - is omitted"),
]
# Says nothing of use: the status decides.
MUTE: list[tuple[str, str]] = [
    ("empty", ""),
    ("white space", " \n"),
    ("prolog only", '<?xml version="1.0" ?>\n'),
    ("other page", "<!doctype html><html><head><title>Sign in to the hotel network</title></head></html>"),
    ("page in XML clothes", '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"></html>'),
    ("cut JSON", '{"esearchresult":{"count":"3","idlist":["1","2'),
    ("cut XML", "<PubmedArticleSet><PubmedArticle><MedlineCitation>"),
    ("cut in the prolog", "<?xml version="),
    ("JSON without a result", "{}"),
    ("a JSON list", "[1, 2]"),
    ("a count that is none", '{"esearchresult":{"count":"many","idlist":[]}}'),
    ("a result that is none", '{"esearchresult":[]}'),
    ("ids that are none", '{"esearchresult":{"count":"1","idlist":["12a"]}}'),
    ("no ids", '{"esearchresult":{"count":"1"}}'),
    ("another document", "<eSummaryResult><DocSum/></eSummaryResult>"),
    ("an unknown error", "<eFetchResult><ERROR>The dog ate it</ERROR></eFetchResult>"),
    ("an error without text", "<eFetchResult><ERROR></ERROR></eFetchResult>"),
    ("bytes", "\x00\x01\x02"),
]
OPERATIONS: tuple[Operation, ...] = ("esearch", "efetch")


def by_status(status: int) -> Verdict:
    return "rejected" if status in (400, 414) else "transient"


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(("name", "body"), PASSING, ids=[name for name, _ in PASSING])
def test_trouble_of_the_service_is_transient(operation: Operation, status: int, name: str, body: str) -> None:
    assert classify(operation, status, "text/xml", body.encode()).verdict == "transient"


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(("name", "body"), REFUSING, ids=[name for name, _ in REFUSING])
def test_a_refusal_is_rejected(operation: Operation, status: int, name: str, body: str) -> None:
    answer = classify(operation, status, "application/json", body.encode())
    assert answer.verdict == "rejected"
    assert "SECRETKEY" not in answer.reason


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(("name", "body"), MUTE, ids=[name for name, _ in MUTE])
def test_a_body_that_says_nothing_leaves_it_to_the_status(
    operation: Operation, status: int, name: str, body: str
) -> None:
    answer = classify(operation, status, "text/html", body.encode("latin-1"))
    assert answer.verdict == by_status(status)
    assert answer.reason.startswith(f"HTTP {status} (text/html): ")
    assert answer.reason.isprintable()


GOOD: list[tuple[Operation, str]] = [
    ("esearch", '{"esearchresult":{"count":"2","retmax":"2","idlist":["11","12"]}}'),
    ("esearch", '\ufeff{"esearchresult":{"count":"0","idlist":[]}}'),
    ("efetch", "<PubmedArticleSet></PubmedArticleSet>"),
    ("efetch", XML + "<!DOCTYPE PubmedArticleSet PUBLIC 'x' 'y'>\n<PubmedArticleSet/>\n"),
    ("efetch", "<!-- c --><PubmedArticleSet><PubmedArticle>a &lt;error> b</PubmedArticle></PubmedArticleSet>\n"),
    ("efetch", "<PubmedBookArticleSet><PubmedBookArticle/></PubmedBookArticleSet>"),
]


@pytest.mark.parametrize(("operation", "body"), GOOD)
def test_a_whole_answer_of_the_expected_shape_is_a_success(operation: Operation, body: str) -> None:
    assert classify(operation, 200, "", body.encode()) == Answer("success")


@pytest.mark.parametrize("status", STATUSES[1:])
@pytest.mark.parametrize(("operation", "body"), GOOD)
def test_a_good_body_with_a_bad_status_is_tried_again(operation: Operation, body: str, status: int) -> None:
    assert classify(operation, status, "", body.encode()).verdict == "transient"


@pytest.mark.parametrize(("operation", "body"), GOOD)
def test_the_other_operation_does_not_take_it(operation: Operation, body: str) -> None:
    other: Operation = "efetch" if operation == "esearch" else "esearch"
    assert classify(other, 200, "", body.encode()).verdict == "transient"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (301, "transient"),
        (401, "rejected"),
        (403, "rejected"),
        (404, "rejected"),
        (408, "transient"),
        (504, "transient"),
    ],
)
def test_other_statuses(status: int, verdict: Verdict) -> None:
    assert classify("efetch", status, "", b"").verdict == verdict


def test_only_the_backend_time_out_asks_for_a_smaller_batch() -> None:
    small = {name for name, body in PASSING if classify("efetch", 400, "", body.encode()).backend_timeout}
    assert small == {"viewer time-out"}


def test_reasons_are_short_and_name_the_page() -> None:
    page = "<html><head><title>NCBI &amp; co: sorry</title></head>" + "x" * 5000
    assert (
        classify("efetch", 503, "text/html", page.encode()).reason
        == "HTTP 503 (text/html): HTML page: NCBI & co: sorry"
    )
    long = classify("efetch", 200, "", b"word " * 1000).reason
    assert len(long) < 200
    assert long.endswith("…")


def test_xml_cut_at_any_byte_is_no_success() -> None:
    body = (
        XML + "<!DOCTYPE PubmedArticleSet PUBLIC 'x' 'y'>\n<PubmedArticleSet><PubmedArticle/></PubmedArticleSet>"
    ).encode()
    assert classify("efetch", 200, "", body).verdict == "success"
    for at in range(len(body)):
        assert classify("efetch", 200, "", body[:at]).verdict == "transient", body[:at]


def test_json_cut_at_any_byte_is_no_success() -> None:
    body = b'{"esearchresult":{"count":"2","retmax":"2","idlist":["11","12"]}}'
    for at in range(len(body)):
        assert classify("esearch", 200, "", body[:at]).verdict == "transient", body[:at]


def test_deeply_nested_json_is_only_broken() -> None:
    assert classify("esearch", 200, "", b"[" * 200_000).verdict == "transient"


EXPECTED: dict[str, Verdict] = {
    "rate_limit_429": "transient",
    "rate_limit_documented": "transient",
    "api_key_invalid": "rejected",
    "retstart_over_9998_esearch_json": "rejected",
    "retstart_over_9998_efetch_xml": "rejected",
    "efetch_backend_timeout": "transient",
    "history_out_of_range": "rejected",
    "history_expired_efetch": "rejected",
    "history_expired_esearch_json": "rejected",
    "search_backend_db_not_supported": "transient",
    "search_backend_connection": "transient",
    "search_backend_json": "transient",
    "empty_term": "rejected",
    "phrase_not_found_json": "success",
    "retmax_clipped": "transient",  # XML, where JSON was asked for
    "pmid_not_available": "success",  # an empty set: the missing ids are found by counting
    "empty_body": "transient",
    "prolog_only": "transient",
    "txclient_json": "transient",
    "server_500": "transient",
    "forwarding_error": "transient",
    "missing_db": "rejected",
}


def test_recorded_errors(shared: Path) -> None:
    recorded = json.loads((shared / "corpus/recorded/errors.json").read_text())
    assert {entry["id"] for entry in recorded} == set(EXPECTED)
    for entry in recorded:
        operation: Operation = (
            "efetch" if entry["id"] in ("pmid_not_available", "efetch_backend_timeout") else "esearch"
        )
        status = entry["status"] if isinstance(entry["status"], int) else 200
        answer = classify(operation, status, entry["content_type"], entry["body"].encode())
        assert answer.verdict == EXPECTED[entry["id"]], entry["id"]
        assert "BADKEY" not in answer.reason


def test_recorded_fetches_are_successes(shared: Path) -> None:
    files = sorted((shared / "corpus/recorded/efetch").glob("*pubmed[1-7].xml"))
    assert len(files) >= 5
    for file in files:
        assert classify("efetch", 200, "text/xml", file.read_bytes()).verdict == "success", file.name


def search(count: int, ids: list[str], **more: object) -> bytes:
    return json.dumps({"esearchresult": {"count": str(count), "idlist": ids, **more}}).encode()


def test_search_is_read() -> None:
    result = read_search(search(2, ["12", "11"], querytranslation='"pain"[All Fields]'), 9999)
    assert (result.count, result.ids, result.translation, result.warnings) == (
        2,
        ("12", "11"),
        '"pain"[All Fields]',
        (),
    )


@pytest.mark.parametrize(
    ("count", "ids", "limit"),
    [(3, ["1", "2"], 9999), (1, ["1", "2"], 9999), (2, ["1", "1"], 9999), (5, ["1"], 2), (0, ["1"], 0)],
)
def test_ids_that_do_not_agree_with_the_count_are_unusable(count: int, ids: list[str], limit: int) -> None:
    with pytest.raises(UnusableError, match="where the count says"):
        read_search(search(count, ids), limit)


def test_more_hits_than_asked_for_are_fine() -> None:
    assert read_search(search(50_000, ["1", "2"]), 2).count == 50_000


def test_warnings_are_told() -> None:
    body = search(
        1,
        ["1"],
        errorlist={"phrasesnotfound": ["zzzq"], "fieldsnotfound": ["foo"]},
        warninglist={
            "phrasesignored": ["the"],
            "quotedphrasesnotfound": ['"a  b"'],
            "outputmessages": ["No items found.", "Wildcard too broad"],
        },
    )
    result = read_search(body, 9999)
    assert result.warnings == (
        "unknown field: foo",
        "not found: zzzq",
        'not found as a phrase: "a b"',
        "left out: the",
        "Wildcard too broad",
    )
    assert result.unknown_fields == ("foo",)


@pytest.mark.parametrize("errors", [None, [], "", {"phrasesnotfound": None}, {"phrasesnotfound": "alone"}])
def test_odd_error_lists_do_no_harm(errors: object) -> None:
    result = read_search(search(0, [], errorlist=errors), 9999)
    assert result.warnings in ((), ("not found: alone",))


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ('{"api-key":"abc123","x":1}', '{"api-key":"…","x":1}'),
        ("?db=pubmed&api_key=abc123&x=1", "?db=pubmed&api_key=…&x=1"),
        ("API_KEY: abc123", "API_KEY: …"),
        ("the key is s3cret.", "the key is …."),
        ("nothing", "nothing"),
    ],
)
def test_redact(text: str, clean: str) -> None:
    assert redact(text, "s3cret") == clean
