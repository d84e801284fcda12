"""`litwatch extract`: the findings contract on standard output, and nothing else there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def extract(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="PubMed XML (.xml, .xml.gz), MEDLINE (.nbib) or JSON Lines.")
    ],
) -> None:
    """Read abstracts and print what they found, one JSON object a line, in input order (docs/findings.md)."""
    import json
    import sys

    from litwatch.service.read import findings_of

    for path in files:
        for row in findings_of(path):
            sys.stdout.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
