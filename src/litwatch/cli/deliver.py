"""`litwatch deliver`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from litwatch.cli.output import console, escape, open_app, write_json


class Ambiguous(StrEnum):
    """What to do with a mail that may or may not have gone out."""

    RESEND = "resend"
    HOLD = "hold"


FAILED = 7


def deliver(
    context: typer.Context,
    ambiguous: Annotated[
        Ambiguous | None,
        typer.Option(help="A mail that may or may not have gone out when litwatch died: send it again, or hold it."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Send what waits in the outbox; safe to repeat and to interrupt."""
    with open_app(context) as app:
        counts = app.deliver(ambiguous=ambiguous.value if ambiguous else None)
    if as_json:
        write_json(counts)
    else:
        console.print(
            f"{counts.sent} sent, {counts.deferred} deferred, {counts.failed} failed, {counts.held} held, "
            f"{counts.unknown} of unknown fate"
        )
        if counts.stopped:
            console.print(f"stopped: {escape(counts.stopped)}")
    if counts.failed or counts.held or counts.unknown or counts.stopped:
        raise typer.Exit(FAILED)
