"""`litwatch poll` and `litwatch import`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from litwatch.cli.output import console, errors, escape, open_app, progress_bar, table, write_json

if TYPE_CHECKING:
    from rich.table import Table

    from litwatch.domain.run import PollReceipt

FAILED = 4
"""Exit code when a topic could not be polled completely: that of PubMedError."""


def poll(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="TOPIC", help="Only these topics.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the receipts as JSON.")] = False,
) -> None:
    """Ask PubMed for what is new in each topic, read it and keep it."""
    with open_app(context) as app, progress_bar("polling", quiet=as_json) as progress:
        receipts = app.poll(tuple(names or ()), on_progress=progress, workers=os.cpu_count() or 1)
    if as_json:
        write_json(receipts)
    else:
        console.print(receipt_table(receipts))
    failures = [receipt for receipt in receipts if receipt.failed]
    for receipt in failures:
        errors.print(f"[red]{escape(receipt.topic)}[/]: {escape(receipt.failed or '')}")
    if failures:
        raise typer.Exit(FAILED)


def receipt_table(receipts: list[PollReceipt]) -> Table:
    """Receipts as a table, a line each."""
    rows = table("topic", "from", "to", right=("found", "new", "revised", "missing", "unreadable", "seconds"))
    for receipt in receipts:
        first, last = receipt.window or ("–", "–")
        counts = (receipt.found, receipt.new, receipt.revised, receipt.missing, receipt.unreadable)
        rows.add_row(escape(receipt.topic), str(first), str(last), *map(str, counts), f"{receipt.seconds:.1f}")
    return rows


def import_(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="PubMed XML (.xml, .xml.gz) or MEDLINE (.nbib).")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Read records from files into the database; a broken file changes nothing."""
    with open_app(context) as app, progress_bar("importing", quiet=as_json) as progress:
        counts = [app.import_file(path, on_progress=progress) for path in files]
    if as_json:
        write_json(counts)
        return
    for path, count in zip(files, counts, strict=True):
        console.print(
            f"{escape(str(path))}: {count.new} new, {count.revised} revised, {count.unchanged} unchanged, "
            f"{count.unreadable} unreadable; {count.linked} belong to a topic"
        )
