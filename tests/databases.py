"""Both databases for tests: fixtures `database` (SQLite and PostgreSQL), `sqlite_database`, `postgresql_database`.

Each test gets an empty database with the schema that the real migration made once: a copy of an SQLite file, or the
one PostgreSQL database emptied again (a test that changes the schema takes `postgresql_cluster.database()`, which is
slower). PostgreSQL is a private cluster on a Unix socket, run by an unprivileged user (`initdb` refuses root), without
fsync. Where no server is installed its tests skip; with CI=true they fail.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from litwatch.store.database import Database
from litwatch.store.migrate import upgrade
from litwatch.store.schema import metadata
from tests.absent import absent

MIGRATED = datetime(2025, 1, 1, tzinfo=UTC)
BACKENDS = ("sqlite", "postgresql")


class Cluster:
    """A running PostgreSQL server for tests, on a Unix socket in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new database without any table, dropped afterwards."""
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        try:
            yield f"postgresql://litwatch@/{name}?host={self.folder}"
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def run(self, statements: str, name: str = "postgres") -> None:
        """SQL for the database `name`, past the program under test."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user="litwatch", dbname=name, autocommit=True) as connection:
            connection.execute(statements.encode())

    def empty(self, url: str) -> None:
        """Throws out everybody who is still connected, and deletes every row. (Ten times as fast as TRUNCATE.)"""
        name = make_url(url).database
        assert name
        throw_out = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        deletes = (f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))
        self.run("; ".join([f"{throw_out} AND pid <> pg_backend_pid()", *deletes]), name)


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[Cluster]:
    """A server for the session, removed at its end."""
    binaries = _binaries()
    if binaries is None:
        absent("a PostgreSQL server")
    # The path of a Unix socket has at most 107 bytes: too few for pytest's own temporary folders.
    folder = Path(tempfile.mkdtemp(prefix="litwatch-pg-", dir="/tmp"))
    try:
        with _server(binaries, folder, _unprivileged(folder)):
            yield Cluster(folder)
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the current schema and nothing in it."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database, now=MIGRATED)
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    path = shutil.copy(sqlite_template, tmp_path / "litwatch.sqlite3")
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgresql_schema(postgresql_cluster: Cluster) -> Iterator[str]:
    """The URL of the database that the tests share."""
    with postgresql_cluster.database() as url:
        database = Database(url)
        upgrade(database, now=MIGRATED)
        database.close()
        yield url


@pytest.fixture
def postgresql_url(postgresql_cluster: Cluster, postgresql_schema: str) -> str:
    postgresql_cluster.empty(postgresql_schema)
    return postgresql_schema


@pytest.fixture(params=BACKENDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with the current schema; the test runs once for each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database with the current schema; the test runs once for each kind."""
    yield from _opened(database_url)


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    yield from _opened(sqlite_url)


@pytest.fixture
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    yield from _opened(postgresql_url)


def _opened(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


def _binaries() -> Path | None:
    """The folder with the server's programs; distributions keep it off the PATH."""
    found = [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False).stdout
        found.append(Path(told.strip()))
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((path for path in found if (path / "initdb").exists() and (path / "postgres").exists()), None)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Arguments for `subprocess` to run as another user where this is root; `folder` is given to that user."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def _server(binaries: Path, folder: Path, user: dict[str, Any]) -> Iterator[None]:
    data, log = folder / "data", folder / "log"
    made = subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "litwatch", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        **user,
    )
    assert made.returncode == 0, made.stderr
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "autovacuum": "off",
        "shared_buffers": "16MB",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [binaries / "postgres", "-D", data, *options], stdout=output, stderr=output, cwd=folder, **user
        )
    try:
        _wait_until_ready(server, folder, log)
        yield
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing here is worth a checkpoint
        server.wait(30)


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path, log: Path) -> None:
    import psycopg

    for _ in range(600):
        try:
            psycopg.connect(host=str(folder), user="litwatch", dbname="postgres").close()
        except psycopg.OperationalError:
            assert server.poll() is None, log.read_text()
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}")
