"""`litwatch recheck`."""

from __future__ import annotations

from typing import Annotated

import typer

from litwatch.cli.output import console, errors, escape, open_app, progress_bar, write_json

FAILED = 4
"""Exit code when the check did not complete: that of PubMedError."""


def recheck(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipt as JSON.")] = False,
) -> None:
    """Look up again everything published; tell retractions, corrections and concerns to those who received it."""
    with open_app(context) as app, progress_bar("rechecking", quiet=as_json) as progress:
        checked = app.recheck(on_progress=progress)
        app.write_site()
    receipt = checked.receipt
    if as_json:
        write_json(checked)
    else:
        console.print(
            f"{receipt.checked} of {receipt.wanted} published papers looked up, {receipt.revised} revised, "
            f"{receipt.missing} missing; notices: {receipt.notices}, mails queued: {checked.queued}"
        )
    if receipt.failed:
        errors.print(f"[red]the check did not complete[/]: {escape(receipt.failed)}")
        raise typer.Exit(FAILED)
