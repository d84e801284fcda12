"""What it costs to answer a feed reader that has the feed already (304), beside nginx with the same bytes in a file.

    python benchmarks/serve_speed.py [--issues 500] [--requests 3000] [--rounds 7]

Both are asked by one client over one kept connection, in turn, in one run; medians of the rounds. Printed for each:
requests a second by the clock, and processor time of the server a request; then the first answer and the
memory of `litwatch serve`. Without nginx on the PATH only litwatch is measured. Aims: half of nginx's rate; < 120 MB.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

import httpx

from litwatch import config
from litwatch.app import prepare_database
from litwatch.domain.calendar import Week
from litwatch.service.search import catch_up
from litwatch.store import issues
from litwatch.store.database import Database
from litwatch.store.issues import Fate

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.publish.sample import ISSUE  # noqa: E402 - the fictional issue is the tests'
from tests.store.samples import store  # noqa: E402

FIRST = date(2016, 1, 4)
A_CONNECTION = 500
"""Requests; nginx ends a connection after 1,000."""


def fill(url: str, number: int) -> None:
    """So many weeks, each with the notes of the fictional issue."""
    prepare_database(url)
    database = Database(url)
    with database.write() as tx:
        for week in range(number):
            notes = tuple(
                replace(
                    note, pmid=f"{week:04}{place}", slug=f"pmid-{week:04}{place}", guid=f"tag:x,2016:{week}/{place}"
                )
                for place, note in enumerate(ISSUE.nuggets * 2)
            )
            store(tx, *(note.pmid for note in notes))
            day = FIRST + timedelta(weeks=week)
            published = datetime(day.year, day.month, day.day, tzinfo=UTC)
            issue = replace(
                ISSUE, week=Week.of(day), guid=f"tag:x,2016:{day}", published=published, nuggets=notes, also=()
            )
            issues.publish(tx, issue, {note.pmid: (Fate.NUGGET, "") for note in notes})
    catch_up(database)
    database.close()


@contextmanager
def litwatch(folder: Path, url: str) -> Iterator[tuple[int, int]]:
    """`litwatch serve`: its process and port."""
    config.write_template(folder / "config.toml", email="bench@litwatch.example")
    environment = {"LITWATCH_DATABASE__URL": url, "LITWATCH_SITE__SECRET": "s" * 40, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", "from litwatch.cli import main; main()", "serve", "--port", "0"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | environment, stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            assert process.stdout
            yield process.pid, int(process.stdout.readline().partition(";")[0].rpartition(":")[2])
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def nginx(folder: Path, program: str) -> Iterator[tuple[int, int]]:
    """nginx over `folder`: its worker's process and port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    temporary = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error; events {{}}\n"
        f"http {{ access_log {folder}/access; root {folder}; {temporary} server {{ listen 127.0.0.1:{port}; }} }}\n"
    )
    process = subprocess.Popen([program, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        yield process.pid, port
    finally:
        process.terminate()
        process.wait(30)


def ask(process: int, port: int, requests: int) -> tuple[float, float]:
    """Requests a second, and microseconds of the server's processor time for each."""
    plain = {"Accept-Encoding": "identity"}
    etag = httpx.head(f"http://127.0.0.1:{port}/feed.xml", headers=plain, trust_env=False).headers["etag"]
    line = f"GET /feed.xml HTTP/1.1\r\nHost: x\r\nUser-Agent: reader\r\nIf-None-Match: {etag}\r\n\r\n".encode()
    seconds, before = 0.0, processor(process)
    for _ in range(requests // A_CONNECTION):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
            began = time.perf_counter()
            for _ in range(A_CONNECTION):
                wire.sendall(line)
                answer = b""
                while not answer.endswith(b"\r\n\r\n"):
                    answer += wire.recv(65536)
                assert answer.startswith(b"HTTP/1.1 304"), answer
            seconds += time.perf_counter() - began
    done = requests // A_CONNECTION * A_CONNECTION
    return done / seconds, (processor(process) - before) / done * 1e6


def processor(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(process: int) -> float:
    """Resident megabytes."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--issues", type=int, default=500)
    parser.add_argument("--requests", type=int, default=3000, help="in a round")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'litwatch.sqlite3'}"
        fill(url, arguments.issues)
        with litwatch(folder, url) as (process, port):
            empty, began = memory(process), time.perf_counter()
            feed = httpx.get(f"http://127.0.0.1:{port}/feed.xml", timeout=120, trust_env=False).content
            first = time.perf_counter() - began
            (folder / "feed.xml").write_bytes(feed)
            if program := shutil.which("nginx"):
                with nginx(folder, program) as (other, place):
                    rounds = [
                        (*ask(process, port, arguments.requests), *ask(other, place, arguments.requests))
                        for _ in range(arguments.rounds)
                    ]
                ours, cost, theirs, their_cost = (median(each) for each in zip(*rounds, strict=True))
                print(f"litwatch: {ours:,.0f} requests/s, {cost:,.0f} µs of processor time each")
                print(f"nginx: {theirs:,.0f} requests/s, {their_cost:,.0f} µs each")
                by_clock, by_cost = median([a / c for a, _, c, _ in rounds]), median([d / b for _, b, _, d in rounds])
                print(f"ratio: {by_clock:.2f} by the clock, {by_cost:.2f} by processor time")
            else:
                ours, cost = ask(process, port, arguments.requests)
                print(f"litwatch: {ours:,.0f} requests/s, {cost:,.0f} µs of processor time each")
            print(f"{arguments.issues} issues, feed of {len(feed):,} bytes: first answer after {first:.1f} s")
            print(
                f"memory: {empty:.0f} MB when it begins to listen, {memory(process):.0f} MB with everything published"
            )


if __name__ == "__main__":
    main()
