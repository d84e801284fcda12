"""Faults of the local server: planned, repeatable, and as ugly on the wire as the real ones."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable

import pytest

from litwatch.errors import ConfigError
from litwatch.pubmed.server import EUtilsServer
from litwatch.pubmed.server.faults import KINDS, Fault, FaultPlan, Transfer, parse_faults
from tests.pubmed.server_support import Got, ask, connect, corpus_of, study

FIVE = [study(number) for number in range(1, 6)]
IDS = ",".join(article.pmid for article in FIVE)


def with_fault(*faults: Fault, request: Callable[[EUtilsServer], Got]) -> Got:
    with EUtilsServer(corpus_of(*FIVE), faults=faults) as server:
        return request(server)


def fetch(server: EUtilsServer) -> Got:
    return ask(server, "efetch", id=IDS)


def search(server: EUtilsServer) -> Got:
    return ask(server, "esearch", term="pain")


BODIES = [
    ("429", search, 429, '{"error":"API rate limit exceeded"'),
    ("error-body", search, 200, "<ERROR>Search Backend failed: Database is not supported: pubmed</ERROR>"),
    ("error-body", fetch, 200, "<ERROR>External viewer error: Empty Response. Bytes read: 0 Status: Timeout</ERROR>"),
    ("html", fetch, 200, "<title>NCBI/eutils202 - WWW Error 500 Diagnostic</title>"),
    ("empty", fetch, 200, ""),
    ("prolog", fetch, 200, '<?xml version="1.0" ?>\n'),
    ("json-error", search, 200, '{"error":"error forwarding request"}'),
    ("500", search, 500, "<h1>Internal Server Error</h1>"),
    ("502", search, 502, "<h1>502 Bad Gateway</h1>"),
]


@pytest.mark.parametrize(("kind", "request_", "status", "part"), BODIES)
def test_bodies_in_place_of_the_answer(
    kind: str, request_: Callable[[EUtilsServer], Got], status: int, part: str
) -> None:
    (known,) = [name for name in KINDS if name == kind]
    got = with_fault(Fault(known), request=request_)
    assert got.status == status
    assert part in got.text
    assert "<PubmedArticle>" not in got.text
    assert "<Count>" not in got.text


def test_an_error_body_in_json_is_the_backend_failing_at_200() -> None:
    got = with_fault(Fault("error-body"), request=lambda server: ask(server, "esearch", term="pain", retmode="json"))
    assert (got.status, got.json["esearchresult"]) == (200, {"ERROR": "Search Backend failed: 502"})


def test_variants_come_in_turn_or_as_asked() -> None:
    with EUtilsServer(corpus_of(*FIVE), faults=[Fault("json-error", times=2)]) as server:
        assert [search(server).text[:10] for _ in range(3)] == ['{"error":"', '{"header":', "<?xml vers"]
    got = with_fault(Fault("html", variant=2), request=search)
    assert got.text == "Unable to route request! service name: /http/service/ratecontrol\n"


def test_the_second_fetch_is_cut_at_byte_97() -> None:
    faults = [Fault("truncate", endpoint="efetch", skip=1, times=1, at=97)]
    with EUtilsServer(corpus_of(*FIVE), faults=faults) as server:
        whole = fetch(server).body
        assert search(server).tag("Count") == "5"
        with pytest.raises(http.client.IncompleteRead) as cut:
            fetch(server)
        assert cut.value.partial == whole[:97]
        assert fetch(server).body == whole
        assert [request.faults for request in server.requests] == [(), (), ("truncate",), ()]


@pytest.mark.parametrize("transfer", ["close", "exact"])
def test_a_cut_that_http_does_not_show(transfer: Transfer) -> None:
    whole = with_fault(request=fetch)
    cut = with_fault(Fault("truncate", at=1_000, transfer=transfer), request=fetch)
    assert (cut.status, cut.body) == (200, whole.body[:1_000])
    assert ("Content-Length" in cut.headers) is (transfer == "exact")


def test_a_chunked_body_without_its_end() -> None:
    with pytest.raises(http.client.IncompleteRead) as cut:
        with_fault(Fault("truncate", at=1_000, transfer="chunked"), request=fetch)
    assert len(cut.value.partial) == 1_000


def test_a_cut_anywhere_is_never_whole_and_repeats() -> None:
    whole = len(with_fault(request=fetch).body)
    lengths = []
    for _ in range(2):
        with EUtilsServer(corpus_of(*FIVE), faults=[Fault("truncate", transfer="close")], seed=7) as server:
            lengths.append([len(fetch(server).body) for _ in range(4)])
    assert lengths[0] == lengths[1]
    assert len(set(lengths[0])) == 4
    assert max(lengths[0]) < whole


@pytest.mark.parametrize("at", [None, 500])
def test_a_reset(at: int | None) -> None:
    with EUtilsServer(corpus_of(*FIVE), faults=[Fault("reset", times=1, at=at)]) as server:
        with pytest.raises(ConnectionResetError):
            fetch(server)
        assert fetch(server).status == 200


def test_a_stall_delays_the_answer_and_close_does_not_wait_for_it() -> None:
    with EUtilsServer(corpus_of(*FIVE), faults=[Fault("stall", seconds=600, at=40)]) as server:
        connection = connect(server, timeout=0.2)
        connection.request("POST", "/entrez/eutils/efetch.fcgi", f"db=pubmed&id={IDS}")
        response = connection.getresponse()
        assert response.read(40).startswith(b"<?xml")
        with pytest.raises(TimeoutError):
            response.read(1)
        response.close()
        connection.close()
        started = time.monotonic()
    assert time.monotonic() - started < 60
    whole = with_fault(Fault("stall", seconds=0.01), request=fetch)
    assert whole.text.endswith("</PubmedArticleSet>\n")


def test_missing_records() -> None:
    got = with_fault(Fault("missing", pmids=("99000002", "99000004")), request=fetch)
    assert got.records == ["99000001", "99000003", "99000005"]
    with EUtilsServer(corpus_of(*FIVE), faults=[Fault("missing", share=0.5)], seed=1) as server:
        sizes = [len(fetch(server).records) for _ in range(12)]
        assert search(server).tag("Count") == "5"
    assert min(sizes) < 5
    assert len(set(sizes)) > 1


def test_missing_combines_with_another_fault() -> None:
    faults = [Fault("missing", pmids=("99000005",)), Fault("truncate", at=200, transfer="close")]
    with EUtilsServer(corpus_of(*FIVE), faults=faults) as server:
        assert len(fetch(server).body) == 200
        assert server.requests[0].faults == ("missing", "truncate")


def plan_of(*faults: Fault, endpoints: str, seed: int = 0) -> list[str]:
    plan = FaultPlan(faults, seed=seed)
    names = {"s": "esearch", "f": "efetch"}
    return ["+".join(strike.fault.kind for strike in plan.draw(names[letter])) for letter in endpoints]


@pytest.mark.parametrize(
    ("faults", "endpoints", "expected"),
    [
        ([Fault("429", every=3)], "ssssss", ["", "", "429", "", "", "429"]),
        ([Fault("429", every=2, skip=1, times=1)], "ssssss", ["", "", "429", "", "", ""]),
        ([Fault("empty", endpoint="efetch", times=1)], "sfsf", ["", "empty", "", ""]),
        ([Fault("empty", times=1), Fault("html", times=2)], "sss", ["empty", "html", "html"]),
        ([Fault("html", every=2), Fault("missing", every=2)], "ff", ["", "html+missing"]),
        ([Fault("500", probability=0)], "ssss", ["", "", "", ""]),
    ],
)
def test_plans(faults: list[Fault], endpoints: str, expected: list[str]) -> None:
    assert plan_of(*faults, endpoints=endpoints) == expected


def test_probability_is_seeded() -> None:
    often = plan_of(Fault("500", probability=0.5), endpoints="s" * 200, seed=3)
    assert 60 < often.count("500") < 140
    assert often == plan_of(Fault("500", probability=0.5), endpoints="s" * 200, seed=3)
    assert often != plan_of(Fault("500", probability=0.5), endpoints="s" * 200, seed=4)


def test_a_new_plan_on_a_running_server() -> None:
    with EUtilsServer(corpus_of(*FIVE)) as server:
        assert search(server).status == 200
        server.set_faults([Fault("500", times=1)])
        assert [search(server).status for _ in range(2)] == [500, 200]


def test_faults_by_name() -> None:
    faults = parse_faults("429, truncate=0.5,error-body")
    assert [(fault.kind, fault.probability) for fault in faults] == [
        ("429", 0.1),
        ("truncate", 0.5),
        ("error-body", 0.1),
    ]
    assert [fault.kind for fault in parse_faults(",".join(KINDS))] == list(KINDS)
    assert parse_faults("") == ()


@pytest.mark.parametrize(("text", "part"), [("gremlins", "'gremlins'"), ("429=2", "0 to 1"), ("429=x", "0 to 1")])
def test_a_fault_that_does_not_exist(text: str, part: str) -> None:
    with pytest.raises(ConfigError, match=part):
        parse_faults(text)
