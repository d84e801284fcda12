"""One database, its connections and its kinds of transaction.

SQLite: WAL, so that readers and the one writer do not wait for each other; `synchronous=FULL`, because a delivery
that is recorded as sent must still be so after a power cut; `secure_delete`, because who is erased must not be legible
in the file's free space; every writing transaction begins with BEGIN IMMEDIATE,
because an upgrade from reading to writing fails at once whatever the time-out (SQLITE_BUSY_SNAPSHOT).
PostgreSQL: psycopg 3; readers get one snapshot, as on SQLite; connections are tested before use.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from litwatch.errors import StoreError, StoreUnavailable
from litwatch.store.faults import as_store_error

__all__ = ["Connection", "Database"]

JOURNAL_LIMIT = 64 * 1024 * 1024
"""Bytes that the write-ahead log's file keeps after a checkpoint."""

Mode = Literal["read", "write", "migrate"]


class Database:
    """`url` is `sqlite:///PATH` or `postgresql://…`. Opens nothing until it is used; safe to share between threads."""

    def __init__(self, url: str, *, busy_seconds: float = 15.0) -> None:
        """`busy_seconds`: how long to wait for a lock. Raises StoreUnavailable for a URL that cannot be used."""
        parsed = _parse(url)
        self.dialect = parsed.get_backend_name()
        """"sqlite" or "postgresql"."""
        self.path = Path(parsed.database) if self.dialect == "sqlite" and parsed.database else None
        """SQLite's file; None on PostgreSQL."""
        self.place = str(self.path) if self.path else parsed.render_as_string(hide_password=True)
        """The database as messages name it, without a password."""
        make = _sqlite_engine if self.dialect == "sqlite" else _postgresql_engine
        self._engine = make(parsed, busy_seconds)

    def read(self) -> AbstractContextManager[Connection]:
        """A short transaction that sees one snapshot. The database refuses to write in it (StoreError)."""
        return self._transaction("read")

    def write(self) -> AbstractContextManager[Connection]:
        """A transaction that may write from its start: committed at the end, rolled back on any exception."""
        return self._transaction("write")

    def truncate_log(self) -> None:
        """SQLite: what is committed goes into the file and the write-ahead log, with older contents of pages, is emptied,
        unless somebody reads from it for longer than a lock is waited for.
        """
        if self.dialect == "sqlite":
            with closing(self._engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()

    def migrate(self) -> AbstractContextManager[Connection]:
        """A transaction that may rebuild tables: as `write`, but SQLite checks foreign keys only at its end.

        There a table is changed by copying it, dropping it and renaming the copy. Enforced meanwhile, a foreign key
        would refuse the drop or, where it cascades, delete the rows that refer to the table, and it can be switched
        only outside of a transaction (https://www.sqlite.org/lang_altertable.html#otheralter). Raises StoreError, and
        rolls back, if a row is left that refers to nothing.
        """
        return self._transaction("migrate")

    def close(self) -> None:
        """Closes every idle connection. The object can be used again; it then opens new ones."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self, mode: Mode) -> Iterator[Connection]:
        self._require_folder(mode)
        try:
            with self._engine.connect() as connection:
                _set_mode(connection, mode, self.dialect)
                with connection.begin():
                    yield connection
                    if mode == "migrate" and self.dialect == "sqlite":
                        _require_whole(connection, self.place)
        except SQLAlchemyError as error:
            known = as_store_error(error, mode, self.place)
            if known is None:
                raise
            raise known from error

    def _require_folder(self, mode: Mode) -> None:
        if self.path is not None and not self.path.parent.is_dir():
            raise StoreUnavailable(mode, f"{self.path}: the folder {self.path.parent} does not exist")


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreUnavailable(
            "open", "the database URL is malformed (expected sqlite:///PATH or postgresql://…)"
        ) from None
    name = parsed.get_backend_name()
    if name not in ("sqlite", "postgresql"):
        raise StoreUnavailable("open", f"unknown kind of database {name!r} (expected sqlite:///PATH or postgresql://…)")
    if name == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StoreUnavailable("open", "SQLite needs a file: sqlite:///PATH")
    return parsed


def _set_mode(connection: Connection, mode: Mode, dialect: str) -> None:
    if dialect == "postgresql" and mode == "read":
        connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return
    connection.execution_options(litwatch_mode=mode)
    if mode == "migrate" and dialect == "sqlite":
        connection.detach()  # closed afterwards: nobody gets it from the pool without foreign keys


def _require_whole(connection: Connection, place: str) -> None:
    """SQLite's own check of what it was told not to enforce."""
    row = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if row is not None:
        table, rowid, parent, _ = row
        raise StoreError("migrate", f"{place}: row {rowid} of {table} refers to a row of {parent} that is not there")


def _sqlite_engine(url: URL, busy_seconds: float) -> Engine:
    # isolation_level None: the driver begins nothing by itself, so every BEGIN stands below.
    engine = create_engine(url, connect_args={"timeout": busy_seconds, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def _connected(connection: sqlite3.Connection, _: Any) -> None:
        try:
            _use_wal(connection, time.sleep)
            for pragma in (
                "synchronous=FULL",
                "foreign_keys=ON",
                "secure_delete=ON",
                "cache_size=-512",  # kB for each connection; the system keeps the file in memory anyway
                f"journal_size_limit={JOURNAL_LIMIT}",
            ):
                connection.execute(f"PRAGMA {pragma}").close()
        except sqlite3.Error:
            connection.close()  # the pool forgets a connection that could not be set up
            raise

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode: Mode = connection.get_execution_options()["litwatch_mode"]
        if mode == "migrate":
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if mode == 'read' else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if mode == "read" else "BEGIN IMMEDIATE")

    return engine


def _use_wal(connection: sqlite3.Connection, sleep: Callable[[float], None], tries: int = 50) -> None:
    """Turns the file to WAL unless it is. SQLite does not wait for the lock that two at once would meet here."""
    for left in reversed(range(tries)):
        try:
            (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
            if mode != "wal":
                connection.execute("PRAGMA journal_mode=WAL").close()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname not in ("SQLITE_BUSY", "SQLITE_BUSY_RECOVERY") or not left:
                raise
            sleep(0.02)


def _postgresql_engine(url: URL, busy_seconds: float) -> Engine:
    try:
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,
            connect_args={
                "connect_timeout": max(2, round(busy_seconds)),
                "options": f"-c lock_timeout={round(busy_seconds * 1000)}",
            },
        )
    except ModuleNotFoundError as error:
        way = "install litwatch with it (pip install '.[postgres]')"
        message = f"PostgreSQL needs the extra 'postgres': {way} (no module {error.name})"
        raise StoreUnavailable("open", message) from error
