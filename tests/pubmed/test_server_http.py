"""HTTP of the local E-utilities server: connections, lengths, the record of requests, starting and stopping."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from litwatch.pubmed.server import EUtilsServer
from tests.pubmed.server_support import ask, connect, corpus_of, study

STUDIES = (study(1), study(2), study(3, "Yoga for neck pain"))


@pytest.fixture
def server() -> Iterator[EUtilsServer]:
    with EUtilsServer(corpus_of(*STUDIES)) as running:
        yield running


def test_a_get_with_repeated_ids_and_any_prefix(server: EUtilsServer) -> None:
    connection = connect(server)
    connection.request("GET", "/proxy/entrez/eutils/efetch.fcgi?db=pubmed&id=99000001&id=99000002&rettype=uilist")
    assert connection.getresponse().read() == b"99000001\n99000002\n"
    connection.request("GET", "/entrez/eutils/")
    assert connection.getresponse().status == 404
    connection.close()


def test_connections_are_kept_alive_and_lengths_told(server: EUtilsServer) -> None:
    connection = connect(server)
    for _ in range(3):
        connection.request("POST", "/entrez/eutils/esearch.fcgi", "db=pubmed&term=pain")
        response = connection.getresponse()
        body = response.read()
        assert (response.version, response.headers["Content-Length"]) == (11, str(len(body)))
        assert response.headers["X-RateLimit-Limit"] == "3"
        assert not response.will_close
    connection.close()


def test_a_long_query_fits_into_a_post_only(server: EUtilsServer) -> None:
    term = " OR ".join(["yoga[ti]"] * 2_000)
    assert ask(server, "esearch", term=term).ids == ["99000003"]
    connection = connect(server)
    connection.request("GET", f"/entrez/eutils/esearch.fcgi?db=pubmed&term={quote(term)}")
    assert connection.getresponse().status == 414
    connection.close()


def test_requests_are_recorded(server: EUtilsServer) -> None:
    ask(server, "esearch", term="pain", tool="t")
    ask(server, "efetch", "GET", id="1")
    first, second = server.requests
    assert (first.endpoint, first.method, first.status) == ("esearch", "POST", 200)
    assert first.params == {"db": "pubmed", "term": "pain", "tool": "t"}
    assert (second.endpoint, second.method, second.params["id"]) == ("efetch", "GET", "1")
    assert first.time <= second.time


def test_close_ends_kept_connections_and_threads() -> None:
    before = threading.active_count()
    server = EUtilsServer(corpus_of(*STUDIES)).start()
    idle = connect(server)
    idle.request("POST", "/entrez/eutils/einfo.fcgi", "db=pubmed")
    idle.getresponse().read()
    assert threading.active_count() > before
    server.close()
    server.close()
    assert threading.active_count() == before
    idle.close()


def test_serving_from_the_calling_thread_stops_on_close() -> None:
    server = EUtilsServer(corpus_of(*STUDIES))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    assert ask(server, "einfo").status == 200
    server.close()
    thread.join(5)
    assert not thread.is_alive()


def test_a_server_that_never_served_closes() -> None:
    EUtilsServer(corpus_of()).close()


def test_a_taken_port_is_an_os_error(server: EUtilsServer) -> None:
    port = int(server.base_url.split(":")[2].split("/")[0])
    with pytest.raises(OSError, match="in use"):
        EUtilsServer(corpus_of(), port=port)


def test_a_body_that_is_too_large_is_refused(server: EUtilsServer) -> None:
    connection = connect(server)
    connection.putrequest("POST", "/entrez/eutils/efetch.fcgi")
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_many_clients_at_once(server: EUtilsServer) -> None:
    got: list[str | None] = []
    threads = [
        threading.Thread(target=lambda: got.append(ask(server, "esearch", term="walking[ti]").tag("Count")))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == ["2"] * 12
    assert len(server.requests) == 12
