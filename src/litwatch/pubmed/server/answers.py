"""What the local E-utilities server sends: the `Answer` value and NCBI's literal error bodies.

The bodies are the service's own protocol constants, collected by the users of other clients: a client must know each of
them. Their shapes differ on purpose: errors come as XML at HTTP 200, as JSON although XML was asked, with raw newlines
inside a JSON string, as HTML, as plain text, or as nothing at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html import escape

XML = "text/xml; charset=UTF-8"
JSON = "application/json; charset=UTF-8"
HTML = "text/html; charset=UTF-8"
TEXT = "text/plain; charset=UTF-8"

PROLOG = '<?xml version="1.0" encoding="UTF-8" ?>\n'
_DTD = "https://eutils.ncbi.nlm.nih.gov/eutils/dtd"
DOCTYPES = {
    "eSearchResult": (
        f'<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch 20060628//EN" "{_DTD}/20060628/esearch.dtd">\n'
    ),
    # The name in NCBI's own declaration is misspelt.
    "eFetchResult": f'<!DOCTYPE eEfetchResult PUBLIC "-//NLM//DTD efetch 20131226//EN" "{_DTD}/20131226/efetch.dtd">\n',
    "ePostResult": f'<!DOCTYPE ePostResult PUBLIC "-//NLM//DTD epost 20090526//EN" "{_DTD}/20090526/epost.dtd">\n',
    "eInfoResult": f'<!DOCTYPE eInfoResult PUBLIC "-//NLM//DTD einfo 20190110//EN" "{_DTD}/20190110/einfo.dtd">\n',
    "eSummaryResult": (
        f'<!DOCTYPE eSummaryResult PUBLIC "-//NLM//DTD esummary v1 20041029//EN" "{_DTD}/20041029/esummary-v1.dtd">\n'
    ),
    "PubmedArticleSet": (
        '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" '
        '"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n'
    ),
}
ROOTS = {
    "esearch": "eSearchResult",
    "efetch": "eFetchResult",
    "epost": "ePostResult",
    "einfo": "eInfoResult",
    "esummary": "eSummaryResult",
}
OVER_LIMIT = (
    "'retstart' cannot be larger than {last}. "
    "For PubMed, ESearch can only retrieve the first {limit:,} records matching the query."
)
_OVER_LIMIT_ADVICE = (
    " To obtain more than {limit:,} PubMed records, consider using <EDirect> that contains additional logic to batch "
    "PubMed search results automatically so that an arbitrary number can be retrieved. "
    "For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer: status, media type, body and further headers."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def xml(text: str, status: int = 200) -> Answer:
    return Answer(status, XML, text.encode())


def json_answer(kind: str, content: dict[str, object]) -> Answer:
    """`content` under the header that NCBI's JSON answers carry; `kind` is the utility's name."""
    text = json.dumps(
        {"header": {"type": kind, "version": "0.3"}, **content}, ensure_ascii=False, separators=(",", ":")
    )
    return raw_json(text)


def raw_json(text: str, status: int = 200) -> Answer:
    """`text` as it is: some of NCBI's JSON is not JSON."""
    return Answer(status, JSON, text.encode())


def document(root: str, content: str) -> str:
    """An XML document with `root`'s declaration, around `content`."""
    return f"{PROLOG}{DOCTYPES[root]}<{root}>{content}</{root}>\n"


def error(endpoint: str, *messages: str, status: int = 200, as_json: bool = False) -> Answer:
    """NCBI's upper-case ERROR for a utility. JSON carries the first message only, its newlines raw as NCBI's are."""
    if as_json and endpoint in {"esearch", "esummary", "einfo"}:
        quoted = messages[0].replace("\\", "\\\\").replace('"', '\\"')
        header = f'"header":{{"type":"{endpoint}","version":"0.3"}}'
        content = f'"esearchresult":{{"ERROR":"{quoted}"}}' if endpoint == "esearch" else f'"error":"{quoted}"'
        return raw_json(f"{{{header},{content}}}", status)
    lines = "".join(f"\n\t<ERROR>{escape(message, quote=False)}</ERROR>" for message in messages)
    return xml(document(ROOTS[endpoint], lines + "\n"), status)


def over_limit_search(limit: int, *, as_json: bool) -> Answer:
    """A search with a retstart beyond the last record that PubMed gives out; HTTP 200."""
    advice = OVER_LIMIT + _OVER_LIMIT_ADVICE
    message = "Search Backend failed: Exception:\n" + advice.format(last=limit - 1, limit=limit)
    return error("esearch", message, as_json=as_json)


def over_limit_fetch(limit: int) -> Answer:
    """A fetch with a retstart beyond the last record that PubMed gives out; HTTP 400 and no document type."""
    reason = OVER_LIMIT.format(last=limit - 1, limit=limit)
    message = f"Search backend cannot retrieve history data. Reason: Exception: {reason}"
    return xml(f"{PROLOG}<eFetchResult>\n\t<ERROR>{message}</ERROR>\n</eFetchResult>\n", 400)


def out_of_range(start: int, count: int) -> Answer:
    """A fetch that asks for history entries after the last."""
    message = (
        f"Cannot retrieve history data: OUT OF RANGE. Parameter retstart={start} + 1 is greater than number of records "
        f"available in history. History includes {count} IDs."
    )
    return error("efetch", message, status=400)


def expired(endpoint: str, key: str, *, as_json: bool = False) -> Answer:
    """A WebEnv or query key that the history server does not (or no longer) know; HTTP 200."""
    message = f"Unable to obtain query #{key}"
    if as_json and endpoint == "esearch":
        return raw_json(f'{{"esearchresult":{{"ERROR":"{message}"}}}}')
    return error(endpoint, message)


def rate_limited(caller: str, count: int, limit: int) -> Answer:
    """Too many requests a second: JSON whatever was asked. `caller` is the API key, or the address of one without."""
    body = json.dumps(
        {"error": "API rate limit exceeded", "api-key": caller, "count": str(count), "limit": str(limit)},
        separators=(",", ":"),
    )
    return raw_json(body + "\n", 429)


def bad_key(key: str) -> Answer:
    """A key that NCBI does not know. The body quotes it, on two lines."""
    body = '{"error":"API key invalid","api-key":%s,"type":"invalid",\n"status":"unknown"}'
    return raw_json(body % json.dumps(key), 400)


MISSING_DB = Answer(400, TEXT, b"Mandatory parameter: db - is omitted")
NO_SUCH_UTILITY = Answer(
    404, HTML, b"<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>\n"
)
TOO_LONG = Answer(
    414, HTML, b"<html><head><title>414 Request-URI Too Large</title></head><body>Request-URI Too Large</body></html>\n"
)
TOO_LARGE = Answer(
    413,
    HTML,
    b"<html><head><title>413 Request Entity Too Large</title></head><body>Request Entity Too Large</body></html>\n",
)
DATABASE_UNSUPPORTED = "Search Backend failed: Database is not supported: pubmed"
NO_CONNECTION = "Search Backend failed: Unable to open connection to #PMQuerySrv?dbaf=taxonomy"
EMPTY_TERM = "Empty term and query_key - nothing todo"
BACKEND_502 = "Search Backend failed: 502"
FETCH_TIMEOUT = Answer(
    400,
    XML,
    b"<eFetchResult><ERROR> Error: External viewer error: Empty Response. Bytes read: 0 Status: Timeout</ERROR>"
    b"</eFetchResult>",
)
EMPTY = Answer(200, XML, b"")
PROLOG_ONLY = Answer(200, XML, b'<?xml version="1.0" ?>\n')
TXCLIENT = raw_json(
    '{"header":{"type":"elink","version":"0.3"},"linksets":[],"ERROR":"NCBI C++ Exception:\n'
    "    Error: TXCLIENT(CException::eUnknown) --- Read failed: EOF "
    "(the other side has unexpectedly closed connection), "
    'peer: 130.14.18.86:8064"}'
)
FORWARDING = raw_json('{"error":"error forwarding request"}')
SERVER_ERROR = Answer(
    500,
    HTML,
    b"<!DOCTYPE HTML><html><head><title>500 Internal Server Error</title></head>"
    b"<body><h1>Internal Server Error</h1></body></html>",
)
BAD_GATEWAY = Answer(
    502,
    HTML,
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n",
)
DIAGNOSTIC = Answer(
    200,
    HTML,
    b"<!DOCTYPE html>\n<html><head><title>NCBI/eutils202 - WWW Error 500 Diagnostic</title></head>\n"
    b"<body><h1>Error 500</h1><p>Internal server error</p></body></html>\n",
)
UNROUTED = Answer(200, TEXT, b"Unable to route request! service name: /http/service/ratecontrol\n")
MAINTENANCE = Answer(
    200, HTML, b"<html><head><title>Scheduled maintenance</title></head><body><p>Back on Monday.</p></body></html>\n"
)
