"""Turns what SQLAlchemy and the drivers raise into the errors of litwatch: one clear line each.

Only what means "the database cannot be used now" is turned; a broken constraint or bad SQL is a fault of the
program and keeps its traceback.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from litwatch.errors import StoreError, StoreUnavailable

# SQLite's primary result codes (https://www.sqlite.org/rescode.html), in words.
_SQLITE = {
    "SQLITE_BUSY": "it is locked by another process",
    "SQLITE_LOCKED": "it is locked",
    "SQLITE_PROTOCOL": "it is locked by another process",
    "SQLITE_READONLY": "it is read-only",
    "SQLITE_PERM": "permission denied",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_IOERR": "reading or writing the file failed (is the disk full?)",
    "SQLITE_CANTOPEN": "the file cannot be opened (check the folder and its permissions)",
    "SQLITE_NOTADB": "the file is not an SQLite database",
    "SQLITE_CORRUPT": "the file is damaged; restore a backup",
}

# PostgreSQL's SQLSTATE classes and codes (https://www.postgresql.org/docs/current/errcodes-appendix.html), in words.
_SQLSTATE = {
    "53100": "the disk is full",
    "53300": "it has too many connections",
    "53": "it is out of resources",
    "57P01": "it is shutting down",
    "57P02": "it crashed and restarts",
    "57P03": "it is starting up or shutting down",
    "25006": "it is read-only",
    "28": "the login was refused",
    "3D000": "there is no such database",
    "42501": "permission denied",
    "40": "it undid the transaction because of a conflict with another one; try again",
    "55P03": "it is locked",
    "58": "reading or writing its files failed",
    "08": "the connection is gone",
}


def as_store_error(error: SQLAlchemyError, operation: str, place: str) -> StoreError | None:
    """The StoreError that `error` means, or None if it is a fault of the program. `place` names the database."""
    if isinstance(error, PoolTimeout):
        return StoreUnavailable(operation, f"{place}: all connections are in use")
    if not isinstance(error, DBAPIError) or error.orig is None:
        return None
    if isinstance(error.orig, sqlite3.Error):
        reason = _sqlite_reason(error.orig)
    else:
        reason = _postgresql_reason(error.orig, gone=error.connection_invalidated)
    if reason is None:
        return None
    if operation == "read" and reason == "it is read-only":
        return StoreError(operation, f"{place}: a read transaction cannot write")
    return StoreUnavailable(operation, f"{place}: {reason}")


def _sqlite_reason(error: sqlite3.Error) -> str | None:
    name: str = getattr(error, "sqlite_errorname", "")  # faults found by Python's own module have none
    if name == "SQLITE_READONLY_DIRECTORY":
        return "its folder is read-only"
    return _SQLITE.get("_".join(name.split("_")[:2]))


def _postgresql_reason(error: BaseException, *, gone: bool) -> str | None:
    state = getattr(error, "sqlstate", None)
    if state:
        return _SQLSTATE.get(state) or _SQLSTATE.get(state[:2])
    # Without a SQLSTATE it was libpq, not the server: nobody answered, or the line was cut.
    if type(error).__name__ == "OperationalError" or gone:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        return f"no connection ({lines[0]})" if lines else "no connection"
    return None
