"""`litwatch tally`: what all studies told so far say about a question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from litwatch.cli.output import console, escape, open_app, table, write_json

if TYPE_CHECKING:
    from litwatch.domain.tally import Tally


def tally(
    context: typer.Context,
    question: Annotated[
        str | None,
        typer.Argument(help='"EXERCISE x OUTCOME" or "EXERCISE x OUTCOME in CONDITION", e.g. "exercise x CRP".'),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Count what the studies told so far say about a question; without one, list the questions with two or more."""
    with open_app(context) as app:
        found = (app.evidence.tally(question),) if question else app.evidence.tallies()
    if as_json:
        write_json(found[0] if question else found)
    elif question:
        _print(found[0])
    else:
        for each in found:
            console.print(escape(each.summary))
        if not found:
            console.print("No question has two studies yet.")


def _print(tally: Tally) -> None:
    from litwatch.compose.notices import SAID

    console.print(escape(tally.summary))
    for title, counted in (("By design", tally.by_design), ("By size", tally.by_size)):
        if counted:
            console.print(f"\n[bold]{title}[/]")
        for label, counts in counted:
            console.print(f"  {escape(label)}: {counts}")
    rows = table("week", "PMID", "says", "compared", "design and size", "title")
    for study in tally.studies:
        rows.add_row(
            str(study.week),
            study.pmid,
            SAID[study.direction],
            study.comparison.value,
            escape(study.size),
            escape(study.title),
        )
    if tally.studies:
        console.print()
        console.print(rows)
