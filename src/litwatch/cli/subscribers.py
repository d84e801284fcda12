"""`litwatch subscribers add|list|remove`."""

from __future__ import annotations

from typing import Annotated

import typer

from litwatch.cli.output import console, escape, open_app, table, write_json
from litwatch.errors import LitwatchError

commands = typer.Typer(help="The people who get the issue by email.", no_args_is_help=True)


@commands.command("add")
def add(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="An email address that asked for it.")],
    topic: Annotated[list[str] | None, typer.Option(help="Only this topic; repeat for several. Default: all.")] = None,
) -> None:
    """Add a subscriber."""
    with open_app(context) as app:
        subscriber = app.subscribe(address, topics=tuple(topic or ()))
    if subscriber is None:
        raise LitwatchError(f"{address} is subscribed already")
    console.print(f"added {escape(subscriber.address)} ({escape(', '.join(subscriber.topics) or 'all topics')})")


@commands.command("remove")
def remove(context: typer.Context, address: Annotated[str, typer.Argument(help="The address to unsubscribe.")]) -> None:
    """Unsubscribe an address; nothing more is sent to it, queued mail included."""
    with open_app(context) as app:
        removed = app.unsubscribe(address)
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
        people = app.subscribers(active_only=not everyone)
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
