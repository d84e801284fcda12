"""`litwatch init` and `litwatch migrate`."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from litwatch.cli.output import console, escape, options_of, settings_of
from litwatch.errors import UsageError

Email = Annotated[str | None, typer.Option(help="The contact address that NCBI asks every client for.")]


def init(context: typer.Context, email: Email = None) -> None:
    """Write a configuration file where there is none, and create the database."""
    from litwatch import config
    from litwatch.app import prepare_database

    path = options_of(context).config
    if not path.exists():
        config.write_template(path, email=email)
        console.print(f"Wrote {escape(str(path))}: look through topics, addresses and when the issue is due.")
    elif email:
        raise UsageError(f"{path} exists already; set pubmed.email in it")
    # The database can be made before an address is given; everything else asks for one.
    has_email = config.has_email(path, os.environ)
    environ = dict(os.environ) if has_email else {**os.environ, config.EMAIL_VARIABLE: "nobody@litwatch.example"}
    applied = prepare_database(config.load(path, environ).database.url)
    console.print("Created the database." if applied else "The database is there already.")
    if not has_email:
        console.print("Next: set pubmed.email; NCBI asks every client for a contact address. Then: litwatch poll")


def migrate(context: typer.Context) -> None:
    """Bring the database's schema up to this version (an SQLite file is backed up first)."""
    from litwatch.app import prepare_database

    applied = prepare_database(settings_of(context).database.url)
    for revision in applied:
        console.print(f"applied {revision}")
    if not applied:
        console.print("The schema is up to date.")
