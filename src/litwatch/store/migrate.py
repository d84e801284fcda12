"""Brings the schema up to date, all or nothing, and tells whether it is.

The revisions stand in `migrations/` of the repository and in `litwatch/_shipped/migrations` of an installed wheel.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text

from litwatch.errors import SchemaError, StoreUnavailable
from litwatch.store.database import Database
from litwatch.store.schema import HEAD

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

_ADVISORY_LOCK = 0x6C697477  # "litw": one migrator at a time on PostgreSQL


def migrations_folder() -> Path:
    """Where the revisions are: in the installed package, else in the source checkout around it."""
    package = Path(str(resources.files("litwatch")))
    shipped = package / "_shipped" / "migrations"
    return shipped if shipped.is_dir() else package.parent.parent / "migrations"


def upgrade(database: Database, *, now: datetime, folder: Path | None = None) -> list[str]:
    """Applies what is missing, in one transaction with the version row; the revisions applied, in order.

    An SQLite file that holds anything is first copied to `NAME.backup-REVISION-TIME` beside it. Raises SchemaError if
    the schema is newer than this program, StoreError if a row would refer to nothing, StoreUnavailable if the file
    cannot be written. `folder` holds other revisions than the program's own.
    """
    script = _script(folder or migrations_folder())
    with database.migrate() as tx:
        if database.dialect == "postgresql":
            tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        current = _revision(tx)
        wanted = _missing_revisions(script, current, database.place)
        if wanted:
            if database.path is not None and inspect(tx).get_table_names():
                _back_up(database.path, f"backup-{current or 'none'}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
            _run(script, tx)
    return wanted


def require_current(database: Database) -> None:
    """Raises SchemaError, with the way out, unless the schema is the one that this program works with."""
    if database.path is not None and not database.path.exists():
        raise SchemaError("open", f"{database.path}: there is no database yet; run 'litwatch init'")
    with database.read() as tx:
        current = _revision(tx)
    if current is None:
        raise SchemaError("open", f"{database.place}: the database is empty; run 'litwatch init'")
    if current < HEAD:
        message = f"the schema is at revision {current} and this program needs {HEAD}; run 'litwatch migrate'"
        raise SchemaError("open", f"{database.place}: {message}")
    if current > HEAD:
        raise _newer(database.place, current)


def _newer(place: str, current: str) -> SchemaError:
    message = f"the schema (revision {current}) was made by a newer litwatch; use that, or restore a backup"
    return SchemaError("open", f"{place}: {message}")


def _revision(tx: Connection) -> str | None:
    # Read here and not through Alembic, which takes longer to import than a whole `litwatch status`.
    if not inspect(tx).has_table("alembic_version"):
        return None
    revision: str | None = tx.scalars(text("SELECT version_num FROM alembic_version")).one_or_none()
    return revision


def _script(folder: Path) -> ScriptDirectory:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return ScriptDirectory.from_config(config)


def _missing_revisions(script: ScriptDirectory, current: str | None, place: str) -> list[str]:
    known = [revision.revision for revision in script.walk_revisions()][::-1]
    if current is None:
        return known
    if current not in known:
        raise _newer(place, current)
    return known[known.index(current) + 1 :]


def _run(script: ScriptDirectory, tx: Connection) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext

    def steps(revision: Any, _: Any) -> Any:
        return script._upgrade_revs("head", revision)

    with EnvironmentContext(Config(attributes={"connection": tx}), script, fn=steps):
        script.run_env()


def _back_up(path: Path, ending: str) -> None:
    """A consistent copy of the committed state; the caller holds the write lock, so nothing can change meanwhile.

    VACUUM INTO does not flush what it writes (https://www.sqlite.org/lang_vacuum.html), so that is done here.
    """
    target = path.with_name(f"{path.name}.{ending}")
    unfinished = target.with_name(target.name + ".part")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as source:
            source.execute("VACUUM INTO ?", (str(unfinished),)).close()
        shutil.copymode(path, unfinished)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        raise StoreUnavailable("migrate", f"{target}: the backup before the migration failed ({error})") from error
