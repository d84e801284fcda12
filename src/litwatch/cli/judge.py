"""`litwatch judge`: answers to prompts on standard output, and nothing else there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def judge(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="JSON Lines: id, title, abstract, and intervention, comparator, outcome to be judged."
        ),
    ],
) -> None:
    """Say what an intervention did to an outcome, one JSON object a line, in input order (docs/findings.md)."""
    import json
    import sys

    from litwatch.service.judge import judgements_of

    for row in judgements_of(file):
        sys.stdout.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
