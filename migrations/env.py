"""Runs revisions on the connection that `litwatch.store.migrate` hands in, inside its transaction.

There is no alembic.ini and no other way in: `litwatch init` and `litwatch migrate` are the commands. That transaction
covers the version row too, so a migration is applied as a whole or not at all.
"""

from __future__ import annotations

from alembic import context

from litwatch.store.schema import metadata

connection = context.config.attributes["connection"]
# Batch mode: SQLite changes most of a table only by building it anew.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=connection.dialect.name == "sqlite")
context.run_migrations()
