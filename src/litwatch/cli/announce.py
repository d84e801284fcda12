"""`litwatch announce`."""

from __future__ import annotations

from typing import Annotated

import typer

from litwatch.cli.output import console, escape, open_app, write_json
from litwatch.errors import UsageError

FAILED = 1


def announce(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False
) -> None:
    """Tell the WebSub hub of the feeds that have changed. `litwatch run` does it by itself."""
    from litwatch import wiring

    with open_app(context) as app:
        announcer = wiring.announcer(app.settings, app.database, app.clock)
        if announcer is None:
            raise UsageError("no hub is set (web.hub)")
        done = announcer.announce()
    if as_json:
        write_json(done)
    else:
        console.print(f"The hub was told of {done.told} feeds.")
        if done.failed:
            console.print(f"Not of all: {escape(done.failed)}")
    if done.failed:
        raise typer.Exit(FAILED)
