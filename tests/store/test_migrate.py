"""Migrations: the schema they make, all or nothing, backups, and what older and newer files are told."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.exc import IntegrityError

from litwatch.errors import SchemaError, StoreError, StoreUnavailable
from litwatch.store import consents, migrate, subscribers
from litwatch.store.database import Database
from litwatch.store.schema import HEAD, metadata
from tests.databases import BACKENDS, Cluster

REVISIONS = [f"{number:04}" for number in range(1, int(HEAD) + 1)]
NEXT = f"{int(HEAD) + 1:04}"

NEWER = """
from alembic import op
import sqlalchemy as sa
revision, down_revision, branch_labels, depends_on = "{revision}", "{before}", None, None
def upgrade():
    op.create_table("second", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO second (id) VALUES (1)")
    op.add_column("article", sa.Column("extra", sa.String()))
    {last}
"""


@pytest.fixture(params=BACKENDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield database
        database.close()
        return
    cluster: Cluster = request.getfixturevalue("postgresql_cluster")
    with cluster.database() as url:
        database = Database(url)
        yield database
        database.close()


@pytest.fixture
def newer_folder(tmp_path: Path) -> Path:
    """The program's own migrations and one more."""
    return _with_newer(tmp_path, "pass")


def _with_newer(tmp_path: Path, last: str) -> Path:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / f"{NEXT}_newer.py").write_text(NEWER.format(last=last, revision=NEXT, before=HEAD))
    return folder


def _in_one_language(name: str | None, kind: str = "table", parents: object = None) -> bool:
    """Whether the table is of the common schema: full-text search has tables of its own on each database."""
    del parents
    return kind != "table" or not (name or "").startswith("search_words")


def _shape(tx: Connection) -> dict[str, Any]:
    """All that the database knows of its tables."""
    inspector = inspect(tx)
    shape: dict[str, Any] = {"words": [name for name in inspector.get_table_names() if not _in_one_language(name)]}
    for table in inspector.get_table_names():
        if table == "alembic_version" or not _in_one_language(table):
            continue
        shape[table] = (
            [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in inspector.get_columns(table)],
            inspector.get_pk_constraint(table),
            sorted(inspector.get_foreign_keys(table), key=str),
            sorted(inspector.get_unique_constraints(table), key=str),
            sorted(inspector.get_indexes(table), key=str),
            sorted(inspector.get_check_constraints(table), key=str),
        )
    return shape


def test_migrations_make_the_schema_of_the_program(database: Database) -> None:
    with database.read() as tx:
        assert (
            compare_metadata(
                MigrationContext.configure(tx, opts={"compare_type": True, "include_name": _in_one_language}), metadata
            )
            == []
        )


def test_migrated_and_created_tables_are_the_same(empty: Database, now: datetime) -> None:
    with empty.write() as tx:
        metadata.create_all(tx)
        created = _shape(tx)
        metadata.drop_all(tx)
    migrate.upgrade(empty, now=now)
    with empty.read() as tx:
        migrated = _shape(tx)
    assert len(created) - 1 == len(metadata.tables)
    assert "search_words" in created["words"]
    assert migrated == created


def test_upgrade_tells_what_it_applied_and_does_it_once(empty: Database, now: datetime) -> None:
    assert migrate.upgrade(empty, now=now) == REVISIONS
    assert migrate.upgrade(empty, now=now) == []
    migrate.require_current(empty)


def test_head_is_the_last_revision_and_revisions_sort() -> None:
    revisions = [revision.revision for revision in migrate._script(migrate.migrations_folder()).walk_revisions()]
    assert revisions[0] == HEAD
    assert revisions == sorted(revisions, reverse=True)


def test_only_what_is_missing_is_applied(empty: Database, newer_folder: Path, now: datetime) -> None:
    migrate.upgrade(empty, now=now)
    assert migrate.upgrade(empty, now=now, folder=newer_folder) == [NEXT]
    with empty.read() as tx:
        assert tx.scalar(text("SELECT version_num FROM alembic_version")) == NEXT
        assert tx.scalar(text("SELECT count(*) FROM second")) == 1


def test_a_migration_that_fails_leaves_nothing(empty: Database, tmp_path: Path, now: datetime) -> None:
    migrate.upgrade(empty, now=now)
    with empty.read() as tx:
        before = _shape(tx)
    with pytest.raises(ZeroDivisionError):
        migrate.upgrade(empty, now=now, folder=_with_newer(tmp_path, "1 / 0"))
    with empty.read() as tx:
        assert _shape(tx) == before
        assert tx.scalar(text("SELECT version_num FROM alembic_version")) == HEAD


def test_two_migrators_at_once_apply_it_once(empty: Database, now: datetime) -> None:
    with ThreadPoolExecutor(2) as pool:
        applied = [future.result() for future in [pool.submit(migrate.upgrade, empty, now=now) for _ in range(2)]]
    assert sorted(applied) == [[], REVISIONS]


def test_an_empty_database_is_told_to_run_init(empty: Database) -> None:
    with pytest.raises(SchemaError, match="run 'litwatch init'"):
        migrate.require_current(empty)


def test_asking_does_not_make_a_file(tmp_path: Path) -> None:
    path = tmp_path / "none.sqlite3"
    with pytest.raises(SchemaError, match=r"none\.sqlite3: there is no database yet; run 'litwatch init'"):
        migrate.require_current(Database(f"sqlite:///{path}"))
    assert not path.exists()


def test_an_older_schema_is_told_to_migrate(empty: Database, now: datetime) -> None:
    migrate.upgrade(empty, now=now)
    with empty.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(SchemaError, match=f"is at revision 0000 and this program needs {HEAD}; run 'litwatch migrate'"):
        migrate.require_current(empty)


def test_a_newer_schema_is_refused(empty: Database, newer_folder: Path, now: datetime) -> None:
    migrate.upgrade(empty, now=now, folder=newer_folder)
    with pytest.raises(SchemaError, match=rf"revision {NEXT}\) was made by a newer litwatch"):
        migrate.require_current(empty)
    with pytest.raises(SchemaError, match=rf"revision {NEXT}\) was made by a newer litwatch"):
        migrate.upgrade(empty, now=now)


def test_sqlite_is_backed_up_before_a_migration(
    sqlite_database: Database, newer_folder: Path, tmp_path: Path, now: datetime
) -> None:
    with sqlite_database.write() as tx:
        tx.execute(text("INSERT INTO poll_cursor (topic, query) VALUES ('pain', 'pain[ti]')"))
    migrate.upgrade(sqlite_database, now=now, folder=newer_folder)
    backup = tmp_path / f"litwatch.sqlite3.backup-{HEAD}-20250321T120000Z"
    assert [path.name for path in tmp_path.glob("*.backup-*")] == [backup.name]
    copy = Database(f"sqlite:///{backup}")
    migrate.require_current(copy)
    with copy.read() as tx:
        assert tx.execute(text("SELECT topic, query FROM poll_cursor")).all() == [("pain", "pain[ti]")]
    copy.close()
    with sqlite_database.read() as tx:
        assert tx.scalar(text("SELECT topic FROM poll_cursor")) == "pain"


def test_a_new_file_and_a_current_one_need_no_backup(empty: Database, tmp_path: Path, now: datetime) -> None:
    migrate.upgrade(empty, now=now)
    migrate.upgrade(empty, now=now)
    assert list(tmp_path.glob("*.backup-*")) == []


def test_no_backup_no_migration(sqlite_database: Database, newer_folder: Path, tmp_path: Path, now: datetime) -> None:
    (tmp_path / f"litwatch.sqlite3.backup-{HEAD}-20250321T120000Z").mkdir()
    with pytest.raises(StoreUnavailable, match="the backup before the migration failed"):
        migrate.upgrade(sqlite_database, now=now, folder=newer_folder)
    migrate.require_current(sqlite_database)
    assert list(tmp_path.glob("*.part")) == []


def _as_of(revision: str, folder: Path) -> Path:
    """The program's migrations up to this one."""
    shutil.copytree(migrate.migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / "versions").glob("*.py"):
        if path.name[:4] > revision:
            path.unlink()
    return folder


def _fill(tx: Connection, now: datetime) -> None:
    """A row in every table, each foreign key of it referring to one."""
    tables, inspector = MetaData(), inspect(tx)
    tables.reflect(tx, only=lambda name, _: _in_one_language(name) and name != "alembic_version")
    kinds = {int: 1, float: 0.5, str: "x", bytes: b"x", bool: True, date: now.date(), datetime: now}
    for table in tables.sorted_tables:
        allowed = {
            column.name: re.findall(r"'(\w+)'", check["sqltext"])[0]
            for check in inspector.get_check_constraints(table.name)
            for column in table.columns
            if re.search(rf"\b{column.name}\b", check["sqltext"])
        }
        row = {column.name: allowed.get(column.name, kinds[column.type.python_type]) for column in table.columns}
        tx.execute(table.insert().values(row))


def _rows(tx: Connection) -> dict[str, dict[str, Any]]:
    """The first row of each table of the common schema."""
    names = [name for name in inspect(tx).get_table_names() if _in_one_language(name) and name != "alembic_version"]
    rows = {name: tx.execute(text(f"SELECT * FROM {name}")).mappings().first() for name in names}
    return {name: dict(row) for name, row in rows.items() if row is not None}


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_a_database_that_was_used_is_upgraded_with_every_row(
    empty: Database, revision: str, tmp_path: Path, now: datetime
) -> None:
    migrate.upgrade(empty, now=now, folder=_as_of(revision, tmp_path / "older"))
    with empty.write() as tx:
        _fill(tx, now)
        before = _rows(tx)
    assert before["delivery"]["subscriber_id"] == before["subscriber"]["id"]
    assert migrate.upgrade(empty, now=now) == REVISIONS[REVISIONS.index(revision) + 1 :]
    with empty.read() as tx:
        after = _rows(tx)
    for table, row in before.items():
        kept = {name: value for name, value in row.items() if name in after[table]}
        assert kept == {name: after[table][name] for name in kept}
        assert len(row) - len(kept) <= (table == "subscriber")  # its token is called seed
    with pytest.raises(IntegrityError), empty.write() as tx:
        tx.execute(text("UPDATE delivery SET subscriber_id = 7"))


def test_a_migration_that_leaves_a_row_referring_to_nothing_is_undone(
    sqlite_database: Database, tmp_path: Path, now: datetime
) -> None:
    with sqlite_database.write() as tx:
        _fill(tx, now)
    folder = _with_newer(tmp_path, "op.execute('DELETE FROM subscriber')")
    with pytest.raises(StoreError, match=r"row 1 of \w+ refers to a row of subscriber that is not there"):
        migrate.upgrade(sqlite_database, now=now, folder=folder)
    migrate.require_current(sqlite_database)
    with sqlite_database.read() as tx:
        assert tx.scalar(text("SELECT count(*) FROM subscriber")) == 1


def test_who_was_subscribed_before_consent_was_recorded_has_a_record_too(
    empty: Database, tmp_path: Path, now: datetime
) -> None:
    assert migrate.upgrade(empty, now=now, folder=_as_of("0002", tmp_path / "older")) == REVISIONS[:2]
    row = {"address": "ann@example.org", "topics": "[]", "status": "active", "token": "t", "created": now}
    columns = ", ".join(row)
    with empty.write() as tx:
        tx.execute(text(f"INSERT INTO subscriber ({columns}) VALUES (:{columns.replace(', ', ', :')})"), row)
    assert migrate.upgrade(empty, now=now) == REVISIONS[2:]
    with empty.read() as tx:
        (person,) = subscribers.listing(tx)
        assert (person.address, person.seed, person.min_stars) == ("ann@example.org", "t", 1)
        assert [(line.what.value, line.at) for line in consents.history(tx, person.id)] == [("added", now)]


def test_a_table_of_someone_else_is_backed_up_and_kept(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE mine (id INTEGER)")
    database = Database(f"sqlite:///{path}")
    assert migrate.upgrade(database, now=now) == REVISIONS
    database.close()
    assert (tmp_path / "other.sqlite3.backup-none-20250321T120000Z").exists()
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT count(*) FROM mine").fetchone() == (0,)
