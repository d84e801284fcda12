"""`litwatch correct`."""

from __future__ import annotations

from typing import Annotated

import typer

from litwatch.cli.output import console, escape, open_app


def correct(
    context: typer.Context,
    nugget: Annotated[str, typer.Argument(metavar="NUGGET", help="A published note: its slug or its PMID.")],
    note: Annotated[str, typer.Option("--note", help="The correction, in your words.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be told to how many; change nothing.")
    ] = False,
) -> None:
    """Correct a published note: a banner on it, an item in the feed and the next issue, mail to who received it."""
    with open_app(context) as app:
        corrected = app.correct(nugget, note, dry_run=dry_run)
        if not dry_run:
            app.write_site()
    notice = corrected.notice
    if not corrected.new:
        console.print(f"This correction of {notice.slug} was made before; nothing is told twice.")
        return
    console.print(f"[bold]{notice.slug}[/] {escape(notice.headline)}")
    console.print(escape(notice.text))
    console.print(f"Mails {'that this would queue' if dry_run else 'queued'}: {corrected.people}")
