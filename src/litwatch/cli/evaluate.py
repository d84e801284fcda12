"""`litwatch eval`."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from litwatch.cli.output import console, escape, table, write_json

if TYPE_CHECKING:
    from litwatch.extract.evaluation import Figures
    from litwatch.service.evaluate import Evaluation

COLUMNS = ("design", "n_participants", "n_studies", "stance", "outcome_f1", "direction_f1", "effect_f1", "p_f1")
"""What the breakdown shows of each design."""


class By(Enum):
    """What a breakdown can go by."""

    DESIGN = "design"


def evaluate(
    gold: Annotated[
        Path,
        typer.Argument(metavar="GOLD", help="JSON Lines: findings with the title and abstract they were read from."),
    ],
    by: Annotated[By | None, typer.Option(help="Break the figures down.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Read the abstracts of gold findings and tell how well the reading agrees with them (all figures 0 to 1)."""
    from litwatch.extract.study import read_study
    from litwatch.service.evaluate import evaluate

    result = evaluate(gold, read_study)
    if as_json:
        write_json({**result.figures, **({"by_design": result.by_design} if by else {})})
        return
    for name, value in result.figures.items():
        console.print(f"{name:24} {_shown(value)}")
    if by:
        console.print()
        _print_designs(result)


def _print_designs(result: Evaluation) -> None:
    rows = table("gold design", right=("records", *COLUMNS))
    for design, figures in result.by_design.items():
        rows.add_row(escape(design), *(_shown(_measured(figures, name)) for name in ("records", *COLUMNS)))
    console.print(rows)


def _measured(figures: Figures, name: str) -> float | int | None:
    """A figure; None where gold has no such rows."""
    return figures[name] if figures.get(name.replace("_f1", "_gold"), 1) else None


def _shown(value: float | int | None) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "–" if value is None else str(value)
