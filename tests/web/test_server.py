"""A real uvicorn on loopback: curl's conditional requests, publishing while people read, and clean ends."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from litwatch import config
from litwatch.app import App
from litwatch.domain.calendar import Week
from litwatch.errors import LitwatchError
from litwatch.pubmed.server import Corpus, EUtilsServer
from litwatch.store import issues, subscribers
from litwatch.web.server import Server
from tests.absent import absent
from tests.publish.sample import ISSUE, many_issues
from tests.web.conftest import SECRET
from tests.web.listening import HOST, running

SECONDS = 20.0
"""So long may anything here take to begin or end."""


@pytest.fixture
def server(app: App) -> Iterator[Server]:
    with running(app) as made:
        yield made


def curl(*arguments: str) -> str:
    if not shutil.which("curl"):
        absent("curl")
    command = ["curl", "--silent", "--show-error", "--max-time", "10", "--noproxy", "*", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_curl_fetches_once_and_then_only_asks(server: Server, tmp_path: Path) -> None:
    etags, body, url = str(tmp_path / "etag"), str(tmp_path / "feed.xml"), f"{server.address}/feed.xml"
    tell = ("--write-out", "%{http_code} %{size_download}", "--output", body)
    code, size = curl(*tell, "--etag-save", etags, url).split()
    assert code == "200" and int(size) == Path(body).stat().st_size
    assert b"<rss" in Path(body).read_bytes(), "not compressed for who did not ask for it"
    assert curl(*tell, "--etag-compare", etags, url) == "304 0"
    assert curl(*tell, "--remote-time", url).startswith("200 ")
    assert curl(*tell, "--time-cond", body, url) == "304 0"
    assert curl(*tell, "--compressed", "--etag-compare", etags, url).startswith("200 "), "another representation"
    assert curl(*tell, "--head", "--etag-compare", etags, url).split()[0] == "304"
    matrix = {
        (): "200",
        ("--header", "If-None-Match: *"): "304",
        ("--header", 'If-None-Match: "x"'): "200",
        ("--header", 'If-None-Match: "x"', "--header", "If-Modified-Since: Fri, 31 Dec 2100 00:00:00 GMT"): "200",
        ("--header", "If-Modified-Since: Fri, 31 Dec 2100 00:00:00 GMT"): "304",
        ("--header", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT"): "200",
        ("--header", 'If-Match: "x"'): "412",
        ("--header", "Range: bytes=0-3"): "200",
    }
    for headers, expected in matrix.items():
        for more in ((), ("--compressed",), ("--head",)):
            assert curl(*tell, *headers, *more, url).split()[0] == expected, (headers, more)


def test_the_wire_has_no_more_than_it_should(server: Server) -> None:
    with socket.create_connection((HOST, server.port), timeout=5) as wire:
        wire.sendall(b"HEAD /feed.xml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        told = b"".join(iter(lambda: wire.recv(65536), b""))
    head, _, rest = told.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200") and rest == b""
    names = [line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:]]
    assert b"date" in names and b"content-length" in names
    assert not {b"server", b"set-cookie", b"x-powered-by"} & set(names)
    assert len(names) == len(set(names)), "each header once"


def test_publishing_while_people_read(app: App) -> None:
    """Readers see each answer whole, from before or after; never an error; and the writer is not kept waiting."""
    weeks = [issue for issue in many_issues(6) if issue.week != ISSUE.week]
    wrong: list[str] = []
    sizes: set[int] = set()
    done = threading.Event()

    def read(address: str) -> None:
        with httpx.Client(base_url=address, timeout=SECONDS, trust_env=False) as client:
            had = ""
            while not done.is_set():
                answer = client.get("/index.html", headers={"If-None-Match": had} if had else {})
                note = client.get(f"/notes/{ISSUE.nuggets[0].slug}.html")
                if answer.status_code not in (200, 304) or note.status_code != 200:
                    wrong.append(f"{answer.status_code} {note.status_code}")
                elif answer.status_code == 200:
                    had = answer.headers["etag"]
                    sizes.add(len(answer.content))
                    if not answer.text.endswith("</html>"):
                        wrong.append("half a page")

    slowest = 0.0
    with running(app) as server:
        readers = [threading.Thread(target=read, args=(server.address,)) for _ in range(4)]
        for reader in readers:
            reader.start()
        try:
            for number, week in enumerate(weeks):
                time.sleep(0.3)
                began = time.monotonic()
                with app.database.write() as tx:
                    issues.publish(tx, replace(week, nuggets=()), {})
                    subscribers.add(tx, f"r{number}@example.org", topics=(), seed=f"seed-{number}", now=app.clock())
                slowest = max(slowest, time.monotonic() - began)
            _until(lambda: str(weeks[0].week) in httpx.get(f"{server.address}/", trust_env=False).text)
        finally:
            done.set()
            for reader in readers:
                reader.join(SECONDS)
    assert wrong == []
    assert len(sizes) > 1, "somebody saw it change"
    assert slowest < 5, "far below the fifteen seconds after which a writer gives up"


def test_a_reader_who_is_slow_locks_nobody_out(server: Server, app: App) -> None:
    with socket.create_connection((HOST, server.port), timeout=5) as slow:
        slow.sendall(b"GET /feed.xml HTTP/1.1\r\nHost: x\r\n")  # and never the end of it
        assert httpx.get(f"{server.address}/feed.xml", trust_env=False).status_code == 200
        with app.database.write() as tx:
            assert issues.load(tx, Week(2026, 3))


def test_a_port_that_is_taken_is_one_clear_line(app: App, server: Server) -> None:
    with pytest.raises(
        LitwatchError, match=rf"cannot listen on 127\.0\.0\.1 port {server.port}: Address already in use"
    ):
        Server(app, host=HOST, port=server.port)
    with pytest.raises(LitwatchError, match=r"cannot listen on no-such-host\.invalid"):
        Server(app, host="no-such-host.invalid", port=0)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_serve_ends_cleanly(app: App, sqlite_url: str, tmp_path: Path, end: signal.Signals) -> None:
    port = _free_port()
    with _process(tmp_path, sqlite_url, "serve", "--port", str(port)) as process:
        url = f"http://{HOST}:{port}/feed.xml"
        _until(lambda: _answers(url))
        process.send_signal(end)
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    assert f"litwatch serves http://{HOST}:{port}" in out and "litwatch has stopped." in out
    assert "Traceback" not in err
    assert "event='request'" in err and "path='/feed.xml'" in err
    assert HOST not in err, "no address of a reader"


def test_run_serves_beside_its_work_and_ends_cleanly(app: App, sqlite_url: str, tmp_path: Path, root: Path) -> None:
    port = _free_port()
    with EUtilsServer(Corpus.load([root / "src/litwatch/sample/records.xml"])) as pubmed:
        more = {
            "LITWATCH_PUBMED__BASE_URL": pubmed.base_url,
            "LITWATCH_SITE__BASE_URL": "https://news.example/",
            "LITWATCH_SITE__AUTHORITY": "news.example,2026",
            "LITWATCH_WEB__ENABLED": "true",
            "LITWATCH_WEB__PORT": str(port),
        }
        with _process(tmp_path, sqlite_url, "run", **more) as process:
            _until(lambda: _answers(f"http://{HOST}:{port}/healthz"))
            assert ISSUE.title in httpx.get(f"http://{HOST}:{port}/", trust_env=False).text
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    assert "litwatch has stopped." in out and "Traceback" not in err


def test_serve_without_a_secret_says_what_is_missing(sqlite_url: str, tmp_path: Path) -> None:
    with _process(tmp_path, sqlite_url, "serve", without="LITWATCH_SITE__SECRET") as process:
        _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 2
    assert err == "litwatch: serve needs LITWATCH_SITE__SECRET in the environment, 32 random characters or more\n"


@contextmanager
def _process(
    folder: Path, url: str, *arguments: str, without: str = "", **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """`litwatch` itself, in a folder of its own."""
    config.write_template(folder / "config.toml", email="ops@litwatch.example")
    given = {
        "LITWATCH_DATABASE__URL": url,
        "LITWATCH_SITE__SECRET": SECRET,
    }
    command = [sys.executable, "-c", "import sys; from litwatch.cli import main; sys.exit(main())", *arguments]
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={name: value for name, value in {**os.environ, **given, **environment}.items() if name != without},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def _until(condition: object) -> None:
    assert callable(condition)
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)
