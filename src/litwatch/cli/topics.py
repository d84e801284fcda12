"""`litwatch topics`."""

from __future__ import annotations

from typing import Annotated

import typer

from litwatch.cli.output import console, escape, open_app, write_json


def topics(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the topics with their queries as PubMed gets them, and how far each is polled."""
    with open_app(context) as app:
        rows = app.topic_states()
    if as_json:
        write_json(rows)
        return
    for row in rows:
        reach = f"complete to {row.complete_to}" if row.complete_to else "never polled"
        console.print(f"[bold]{escape(row.name)}[/] – {escape(row.title)} ({row.articles} articles, {reach})")
        console.print(f"  {escape(row.query)}\n")
