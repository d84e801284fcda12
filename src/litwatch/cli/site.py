"""`litwatch site`: the published pages and feeds as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from litwatch.cli.listing import Listing
from litwatch.cli.output import console, open_app, write_json

commands = typer.Typer(cls=Listing, help="Write the published pages and feeds as files.", no_args_is_help=True)


@commands.command("build")
def build(
    context: typer.Context,
    directory: Annotated[Path | None, typer.Argument(help="Where to. Default: site.directory.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the changed files as JSON.")] = False,
) -> None:
    """Write every page and feed of what is published into a folder, for any web server; only changed files are touched."""
    with open_app(context) as app:
        directory = directory or app.settings.site.directory
        files = app.write_site(directory)
    if as_json:
        write_json({"directory": str(directory), "files": [str(path) for path in files]})
    else:
        console.print(f"{len(files)} files written under {directory}")


@commands.command("reindex")
def reindex(context: typer.Context) -> None:
    """Make the index of the search anew from issues and readings. It keeps itself up to date; this mends it."""
    from litwatch.service.search import rebuild

    with open_app(context) as app:
        weeks = rebuild(app.database)
    console.print(f"{weeks} {'issue' if weeks == 1 else 'issues'} indexed")
