"""What stands around every answer: headers, limits, HEAD, errors in words, and a log without persons in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Form, Request
from structlog.testing import capture_logs

from litwatch.app import App
from litwatch.errors import StoreUnavailable
from litwatch.web.application import application
from litwatch.web.shell import MAX_BODY_BYTES, logged
from tests.web.inside import Inside

TOKEN = "Zm9yLXRlc3RzLW9ubHktMTIzNDU2Nzg5"


@pytest.fixture
def web(app: App) -> FastAPI:
    """The application with a few routes more, in front of the one that takes every path."""
    web = application(app)
    extra = FastAPI()

    @extra.get("/probe/whence")
    def whence(request: Request) -> str:
        return request.client.host if request.client else ""

    @extra.post("/probe/form")
    def form(name: str = Form()) -> str:
        return name

    @extra.post("/probe/raw")
    async def raw(request: Request) -> int:
        return len(await request.body())

    @extra.get("/probe/broken")
    def broken() -> None:
        raise RuntimeError(f"somebody@example.org {TOKEN}")

    @extra.get("/probe/unable")
    def unable() -> None:
        raise StoreUnavailable("read", "secret-host: no connection")

    @extra.get("/api/broken")
    def broken_api() -> None:
        raise RuntimeError("somebody@example.org")

    web.router.routes[:0] = extra.router.routes
    return web


@pytest.fixture
def probe(web: FastAPI) -> Inside:
    return Inside(web)


@pytest.mark.parametrize("path", ["/", "/feed.xml", "/nothing", "/probe/broken", "/probe/form"])
def test_every_answer_has_its_security_headers_and_no_cookie(probe: Inside, path: str) -> None:
    headers = probe.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in policy and "form-action 'self'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert "cache-control" in headers
    assert "set-cookie" not in headers


def test_the_policy_allows_the_style_sheet_of_the_page(probe: Inside) -> None:
    answer = probe.get("/")
    allowed = answer.headers["content-security-policy"].partition("style-src '")[2].partition("'")[0]
    assert f"style-src '{allowed}'" in answer.text
    assert "form-action 'self'" in answer.text.partition("</head>")[0]


@pytest.mark.parametrize("path", ["/", "/feed.xml", "/nothing", "/probe/broken", "/probe/form"])
def test_head_is_get_without_content(probe: Inside, path: str) -> None:
    get, head = probe.get(path), probe.head(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    assert {**head.headers} == {**get.headers}


def test_errors_are_pages_in_words(probe: Inside) -> None:
    for method, path, status in [
        ("GET", "/nothing/here", 404),
        ("POST", "/index.html", 405),
        ("GET", "/probe/form", 405),
        ("POST", "/probe/form", 400),
        ("GET", "/probe/broken", 500),
        ("GET", "/probe/unable", 503),
    ]:
        answer = probe.request(method, path)
        assert answer.status_code == status, path
        assert "<h1>" in answer.text and 'name="robots" content="noindex"' in answer.text
        assert "canonical" not in answer.text
        assert "RuntimeError" not in answer.text and "secret-host" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
    assert 'href="../index.html"' in probe.get("/nothing/here").text
    assert probe.post("/index.html").headers["allow"] == "GET, HEAD"
    assert probe.get("/probe/form").headers["allow"] == "POST"
    assert probe.delete("/subscribe").headers["allow"] == "GET, POST, HEAD"
    assert probe.delete("/search").headers["allow"] == "GET, HEAD"
    assert probe.get("/api/nothing").json() == {
        "detail": "There is no such page. Perhaps the address was copied incompletely."
    }
    assert probe.get("/api/broken").json()["detail"].startswith("Something went wrong")


def test_a_body_that_is_too_long_is_refused(probe: Inside) -> None:
    assert probe.post("/probe/raw", content=b"x" * MAX_BODY_BYTES).json() == MAX_BODY_BYTES
    assert probe.post("/probe/raw", content=b"x" * (MAX_BODY_BYTES + 1)).status_code == 413
    assert probe.post("/probe/form", data={"name": "x" * MAX_BODY_BYTES}).status_code == 413
    assert probe.post("/probe/form", data={"name": "x"}).json() == "x"

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY_BYTES // 1024 + 1):
            yield b"x" * 1024

    refused = probe.post("/probe/raw", content=in_pieces())
    assert refused.status_code == 413
    assert "larger than anything" in refused.text


def test_a_proxy_is_believed_about_the_address_and_nobody_else_is(web: FastAPI, probe: Inside) -> None:
    assert probe.get("/probe/whence").json() == "127.0.0.1"
    assert probe.get("/probe/whence", headers={"X-Forwarded-For": "203.0.113.7"}).json() == "203.0.113.7"
    forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}
    assert probe.get("/probe/whence", headers=forged).json() == "203.0.113.7", "what the proxy added counts"
    stranger = Inside(web, address=("203.0.113.9", 4000))
    assert stranger.get("/probe/whence", headers=forged).json() == "203.0.113.9"


def test_the_log_has_no_address_no_token_and_no_search(probe: Inside) -> None:
    with capture_logs() as lines:
        for path in (
            f"/u/{TOKEN}",
            f"/u/{TOKEN}/leave",
            f"/elsewhere/{TOKEN}",
            "/somebody@example.org",
            "/somebody%40example.org",
            "/search?q=incontinence",
            "/probe/broken",
        ):
            probe.get(
                path, headers={"X-Forwarded-For": "203.0.113.7", "User-Agent": "nosy", "Referer": "https://x.example"}
            )
    text = repr(lines)
    for secret in (TOKEN, "somebody", "203.0.113.7", "incontinence", "nosy", "x.example"):
        assert secret not in text
    assert [line["path"] for line in lines if line["event"] == "request"][:2] == ["/u/…", "/u/…/leave"]
    (failed,) = [line for line in lines if line["event"] == "request failed"]
    assert failed["reason"] == "RuntimeError"
    assert any("test_shell.py" in place for place in failed["at"])


def test_what_is_logged_of_a_path() -> None:
    assert logged("/notes/pmid-99000001.html") == "/notes/pmid-99000001.html"
    assert logged("/issues/2026-W03.html") == "/issues/2026-W03.html"
    assert logged(f"/u/short/{TOKEN}") == "/u/…/…"
    assert logged(f"/u/{TOKEN}/confirm/{TOKEN[:20]}") == "/u/…/confirm/…", "copied incompletely"
    assert logged(f"/{TOKEN[:12]}%20{TOKEN[12:]}/leave") == "/…%…/leave"
    assert len(logged("/" + "x" * 5000)) < 130
