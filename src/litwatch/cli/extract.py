"""`litwatch extract`: the findings contract on standard output, and nothing else there; or, asked for, how it came about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer


def extract(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE", help="PubMed XML (.xml, .xml.gz), MEDLINE (.nbib) or JSON Lines.")
    ],
    explain: Annotated[
        bool, typer.Option("--explain", help="Print, as text, how each outcome was read and what gave none.")
    ] = False,
) -> None:
    """Read abstracts and print what they found, one JSON object a line, in input order (docs/findings.md)."""
    import sys

    for path in files:
        for line in _explained(path) if explain else _found(path):
            sys.stdout.write(f"{line}\n")


def _found(path: Path) -> Iterator[str]:
    import json

    from litwatch.service.read import findings_of

    for row in findings_of(path):
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _explained(path: Path) -> Iterator[str]:
    from litwatch.cli.explanation import explanation
    from litwatch.extract.study import ReadStudy
    from litwatch.service.read import readings_of

    for read in readings_of(path):
        if isinstance(read, ReadStudy):
            yield from explanation(read)
        else:
            yield f"{read['id'] or 'a record without id'}  error: {read['error']}\n"
