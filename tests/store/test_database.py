"""Transactions, and what each way in which a database can be unusable is called."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from litwatch.errors import StoreError, StoreUnavailable
from litwatch.store import articles, runs
from litwatch.store.database import JOURNAL_LIMIT, Database
from tests.store.samples import MONDAY, record, store

NOBODY = 65534


@contextmanager
def _without_privileges() -> Iterator[None]:
    """Root may write everything, so tests of permissions run as somebody else."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everybody may enter (pytest's own are private)."""
    with tempfile.TemporaryDirectory(prefix="litwatch-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_failure_rolls_back(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as tx:
        store(tx, "11", "12")
        raise ZeroDivisionError
    with database.read() as tx:
        assert articles.all_pmids(tx) == []


def test_a_failing_statement_rolls_back_the_rest(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as tx:
        store(tx, "11")
        articles.link(tx, "pain", ["99"], seen=MONDAY)  # foreign key: there is no such article
    with database.read() as tx:
        assert articles.all_pmids(tx) == []


def test_a_reader_cannot_write_and_a_later_writer_can(database: Database) -> None:
    for _ in range(2):
        with pytest.raises(StoreError, match="a read transaction cannot write") as caught, database.read() as tx:
            store(tx, "11")
        assert not isinstance(caught.value, StoreUnavailable)
        with database.write() as tx:
            store(tx, "12")
    with database.read() as tx:
        assert articles.all_pmids(tx) == ["12"]


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.read() as reader:
        assert articles.all_pmids(reader) == []
        with database.write() as writer:
            store(writer, "11")
        assert articles.all_pmids(reader) == []
    with database.read() as reader:
        assert articles.all_pmids(reader) == ["11"]


def test_a_fault_of_the_program_is_not_hidden(database: Database) -> None:
    with pytest.raises(Exception, match="no_such_table") as caught, database.read() as tx:
        tx.execute(text("SELECT * FROM no_such_table"))
    assert not isinstance(caught.value, StoreError)


def test_a_closed_database_opens_again(database: Database) -> None:
    database.close()
    with database.write() as tx:
        store(tx, "11")


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("foreign_keys", 1),
        ("busy_timeout", 15_000),
        ("journal_size_limit", JOURNAL_LIMIT),
    ],
)
def test_settings_of_sqlite(sqlite_database: Database, pragma: str, value: object) -> None:
    for transaction in (sqlite_database.read, sqlite_database.write):
        with transaction() as tx:
            assert tx.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "the database URL is malformed"),
        ("mysql://localhost/litwatch", "unknown kind of database 'mysql'"),
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:///:memory:", "SQLite needs a file"),
    ],
)
def test_urls_that_cannot_be_used(url: str, message: str) -> None:
    with pytest.raises(StoreUnavailable, match=message):
        Database(url)


def test_a_missing_driver_names_the_extra() -> None:
    # A fresh interpreter, in which psycopg cannot be imported.
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from litwatch.store.database import Database\n"
        "try: Database('postgresql://localhost/x')\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(
        "StoreUnavailable database, open: PostgreSQL needs the extra 'postgres': install litwatch"
    )
    assert "(pip install '.[postgres]')" in done.stdout


def test_a_missing_folder(tmp_path: Path) -> None:
    path = tmp_path / "none" / "litwatch.sqlite3"
    database = Database(f"sqlite:///{path}")
    message = f"{path}: the folder {path.parent} does not exist"
    with pytest.raises(StoreUnavailable, match=message), database.write():
        pass
    assert not path.parent.exists()


@pytest.mark.parametrize("content", [b"# not a database at all, but a text\n" * 99, bytes(range(256)) * 64])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "litwatch.sqlite3"
    path.write_bytes(content)
    database = Database(f"sqlite:///{path}")
    message = f"^database, read: {path}: the file is not an SQLite database$"
    with pytest.raises(StoreUnavailable, match=message), database.read() as tx:
        articles.all_pmids(tx)
    assert path.read_bytes() == content


def test_a_damaged_file(sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_database.write() as tx:
        articles.save(tx, [record(str(number), os.urandom(2000)) for number in range(200)], seen=MONDAY)
    sqlite_database.close()
    path = tmp_path / "litwatch.sqlite3"
    with path.open("rb+") as file:
        file.seek(8192)
        file.write(b"\x55" * (path.stat().st_size - 8192))
    with pytest.raises(StoreUnavailable, match="the file is damaged; restore a backup"), sqlite_database.read() as tx:
        articles.load(tx, [str(number) for number in range(200)])


def test_a_directory_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="the file cannot be opened"), Database(f"sqlite:///{tmp_path}").read():
        pass


def test_a_read_only_file(sqlite_template: Path, public: Path) -> None:
    path = Path(shutil.copy(sqlite_template, public / "litwatch.sqlite3"))
    path.chmod(0o444)
    public.chmod(0o755 if os.geteuid() == 0 else 0o555)
    database = Database(f"sqlite:///{path}")
    with _without_privileges():
        with pytest.raises(StoreUnavailable, match=r"read-only|cannot be opened"), database.write() as tx:
            store(tx, "11")
        database.close()
    public.chmod(0o755)


def test_a_full_disk_keeps_what_was_there(sqlite_database: Database) -> None:
    with sqlite_database.write() as tx:
        store(tx, "11", "12")
        pages = tx.exec_driver_sql("PRAGMA page_count").scalar_one()
    with pytest.raises(StoreUnavailable, match="the disk is full"), sqlite_database.write() as tx:
        tx.exec_driver_sql(f"PRAGMA max_page_count={pages + 20}")
        articles.save(tx, [record(str(number), os.urandom(4000)) for number in range(1000, 1200)], seen=MONDAY)
    with sqlite_database.read() as tx:
        assert articles.all_pmids(tx) == ["11", "12"]
        assert tx.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    sqlite_database.close()  # the limit was the connection's own: now there is room again
    with sqlite_database.write() as tx:
        articles.save(tx, [record("13")], seen=MONDAY)


def test_a_lock_that_is_not_given_up(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url, busy_seconds=0.05)
    with closing(sqlite3.connect(tmp_path / "litwatch.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="it is locked by another process"), database.write():
            pass
        with database.read() as tx:  # readers do not wait
            assert articles.all_pmids(tx) == []
    with database.write() as tx:
        store(tx, "11")
    database.close()


def test_threads_that_read_and_write_never_meet_a_lock(sqlite_database: Database) -> None:
    def work(thread: int) -> int:
        for turn in range(25):
            with sqlite_database.write() as tx:
                seen = articles.all_pmids(tx)  # a read, then a write: the upgrade that fails without BEGIN IMMEDIATE
                articles.save(tx, [record(f"{thread}{turn:03}")], seen=MONDAY)
                assert f"{thread}{turn:03}" not in seen
            with sqlite_database.read() as tx:
                assert len(articles.all_pmids(tx)) > len(seen)
                runs.receipts(tx, since=MONDAY, until=MONDAY)
        return turn + 1

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, range(1, 9))) == 200
    with sqlite_database.read() as tx:
        assert len(articles.all_pmids(tx)) == 200


def test_processes_that_make_a_file_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from litwatch.store.database import Database\n"
        "from sqlalchemy import make_url, text\n"
        "for turn in range(5):\n"
        "    database = Database(sys.argv[1])\n"
        "    with database.write() as tx:\n"
        "        tx.execute(text('CREATE TABLE IF NOT EXISTS t (i)')); tx.execute(text('INSERT INTO t VALUES (1)'))\n"
        "    database.close()\n"
    )
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    command = [sys.executable, "-c", code, url]
    running = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[1] for process in running] == ["", "", ""]
    database = Database(url)
    with database.read() as tx:
        assert tx.scalar(text("SELECT count(*) FROM t")) == 15
    database.close()


def test_nobody_listens(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    database = Database(f"postgresql://ann:secret@/litwatch?host={tmp_path}")
    message = r"^database, read: postgresql://ann:\*+@.*: no connection \(.*No such file or directory"
    with pytest.raises(StoreUnavailable, match=message) as caught, database.read():
        pass
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_such_database(postgresql_url: str) -> None:
    database = Database(make_url(postgresql_url).set(database="elsewhere").render_as_string())
    with pytest.raises(StoreUnavailable, match="elsewhere"), database.read():
        pass
    database.close()


def test_a_connection_that_is_cut_fails_once_and_then_comes_back(postgresql_database: Database) -> None:
    cut = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    with pytest.raises(StoreUnavailable, match=r"it is shutting down|no connection"), postgresql_database.write() as tx:
        store(tx, "11")
        with postgresql_database.write() as other:
            other.execute(cut)
        store(tx, "12")
    with postgresql_database.read() as tx:
        assert articles.all_pmids(tx) == []


def test_an_idle_connection_that_was_cut_is_replaced(postgresql_database: Database, postgresql_url: str) -> None:
    with postgresql_database.read() as tx:
        victim = tx.scalar(text("SELECT pg_backend_pid()"))
    other = Database(postgresql_url)
    with other.write() as tx:
        tx.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": victim})
    other.close()
    with postgresql_database.write() as tx:
        store(tx, "11")


def test_a_fault_of_the_program_on_postgresql_keeps_its_kind(postgresql_database: Database) -> None:
    with pytest.raises(ProgrammingError), postgresql_database.write() as tx:
        tx.execute(text("SELEC 1"))
