"""`litwatch subscribers add|remove|list|export|import|erase`."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from litwatch.cli.listing import Listing
from litwatch.cli.output import console, escape, open_app, table, write_json
from litwatch.errors import InputError, LitwatchError, UsageError

commands = typer.Typer(cls=Listing, help="The people who get the issue by email.", no_args_is_help=True)


@commands.command("add")
def add(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="An email address that asked for it.")],
    topic: Annotated[list[str] | None, typer.Option(help="Only this topic; repeat for several. Default: all.")] = None,
) -> None:
    """Add a subscriber."""
    with open_app(context) as app:
        subscriber = app.roster.add(address, topics=tuple(topic or ()))
    if subscriber is None:
        raise LitwatchError(f"{address} is subscribed already")
    console.print(f"added {escape(subscriber.address)} ({escape(', '.join(subscriber.topics) or 'all topics')})")


@commands.command("remove")
def remove(context: typer.Context, address: Annotated[str, typer.Argument(help="The address to unsubscribe.")]) -> None:
    """Unsubscribe an address; nothing more is sent to it, queued mail included."""
    with open_app(context) as app:
        removed = app.roster.remove(address)
    if not removed:
        raise LitwatchError(f"{address} is not subscribed")
    console.print(f"removed {escape(address)}")


@commands.command("list")
def list_(
    context: typer.Context,
    everyone: Annotated[bool, typer.Option("--all", help="Those who left, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, without tokens.")] = False,
) -> None:
    """List the subscribers."""
    with open_app(context) as app:
        people = app.roster.listing(active_only=not everyone)
    if as_json:
        write_json(
            [{"address": p.address, "topics": p.topics, "status": p.status, "created": p.created} for p in people]
        )
        return
    rows = table("address", "topics", "status", "since")
    for person in people:
        shown = ", ".join(person.topics) or "all"
        rows.add_row(escape(person.address), escape(shown), person.status.value, f"{person.created:%Y-%m-%d}")
    console.print(rows)


@commands.command("export")
def export(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="Where to write it; without, standard output.")] = None,
    everyone: Annotated[
        bool, typer.Option("--all", help="Also who left, has not confirmed, or is suppressed.")
    ] = False,
) -> None:
    """Write the subscribers as CSV, each with the record of their consent; `import` reads it."""
    text = io.StringIO(newline="")
    with open_app(context) as app:
        number = app.roster.export(text, active_only=not everyone)
    if file is None:
        sys.stdout.write(text.getvalue())
        return
    try:
        _write_private(file, text.getvalue().encode("utf-8"))
    except OSError as error:
        raise LitwatchError(f"{file}: {error.strerror or error}") from error
    console.print(f"{number} written to {escape(str(file))}")


def _write_private(path: Path, content: bytes) -> None:
    """Addresses are nobody else's business: the file is readable by its owner only, from the first byte.

    It takes the place of an earlier one when it is whole. A pipe or a device stays what it is and is written to.
    """
    from litwatch.publish.files import write_atomically

    if path.exists() and not path.is_file():
        with path.open("wb") as there:
            there.write(content)
    else:
        write_atomically(path.resolve(), content, mode=0o600)


@commands.command("import")
def import_(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="CSV with a column address; topics, min_stars, format, status if you like.")
    ],
    source: Annotated[
        str, typer.Option(help='Where these people agreed to get mail, e.g. "our old list, confirmed by mail 2024-25".')
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of each.")] = False,
) -> None:
    """Add everybody in a CSV file, or nobody if a line is wrong. Who left here before stays away."""
    if not source.strip():
        raise UsageError("--source: say where these people agreed to get mail")
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines, open_app(context) as app:
            become = app.roster.import_(lines, name=str(file), source=source.strip(), dry_run=dry_run)
    except OSError as error:
        raise InputError(file, error.strerror or str(error)) from error
    told = ", ".join(f"{number} {state}" for state, number in sorted(become.items()))
    console.print(f"{'would be' if dry_run else 'imported'}: {told or 'nobody'}")


@commands.command("erase")
def erase(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="Whose rows are to be deleted everywhere.")],
) -> None:
    """Delete all that is kept of a person: choices, consent, mails with the servers' replies, bounces."""
    with open_app(context) as app:
        erased = app.roster.erase(address)
    if not erased.found and not erased.suppressed:
        raise LitwatchError(f"nothing is kept of {address}")
    console.print(
        f"erased {escape(address)}" if erased.found else f"nothing but a suppression is kept of {escape(address)}"
    )
    if erased.suppressed:
        console.print("Kept: the address in the list of suppressions, so that no mail goes to it again.")
    console.print("Backups of the database, mails in mail.folder and the relay's own logs are not litwatch's to erase.")
