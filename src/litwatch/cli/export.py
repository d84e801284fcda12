"""`litwatch export`: every outcome row as a file."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from litwatch.cli.output import errors, open_app


class Format(StrEnum):
    """The formats of a table."""

    CSV = "csv"
    JSONL = "jsonl"


def export(
    context: typer.Context,
    form: Annotated[Format, typer.Option("--format", "-f", help="CSV, or JSON Lines.")] = Format.CSV,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="A file, replaced as a whole; without it, standard output.")
    ] = None,
) -> None:
    """Write every outcome row that was read, with its paper and its sentence (docs/data-dictionary.md)."""
    from litwatch.publish.files import write_atomically
    from litwatch.publish.tables import table
    from litwatch.service.filters import Filters

    with open_app(context) as app:
        pieces = table(app.catalogue.export(Filters()), form.value)
        if out is None:
            sys.stdout.flush()
            sys.stdout.buffer.writelines(pieces)
            sys.stdout.buffer.flush()
        else:
            write_atomically(out, pieces)
            errors.print(f"Written: {out}", markup=False)
