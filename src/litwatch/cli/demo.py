"""`litwatch demo`: the main job from end to end over local records, in a minute."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from litwatch.cli.output import console, escape, progress_bar
from litwatch.errors import UsageError

if TYPE_CHECKING:
    from litwatch.demo import Demonstration
    from litwatch.domain.digest import Issue, Nugget


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--as-of: not a date: {text!r} (expected YYYY-MM-DD)") from error


def demo(
    corpus: Annotated[
        list[Path] | None,
        typer.Option(
            help="PubMed XML (.xml, .xml.gz) to use instead of the fictional sample; repeat, or list more files after it."
        ),
    ] = None,
    more: Annotated[list[Path] | None, typer.Argument(metavar="PATH", help="More files for --corpus.")] = None,
    as_of: Annotated[
        date | None,
        typer.Option(
            parser=_day,
            metavar="DATE",
            help="The day that the run believes in. Default: the day after the newest match.",
        ),
    ] = None,
    lookback: Annotated[int, typer.Option(min=1, max=3660, help="Days that the first poll reaches back.")] = 365,
    weeks: Annotated[
        int | None,
        typer.Option(min=1, max=520, help="Issues in a row, a week apart. Default: one; of the sample two."),
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder for database, pages, feed and mail.")] = Path("litwatch-demo"),
) -> None:
    """Run the whole path over local records: server, poll, database, issue, feed, page and mail."""
    from litwatch.demo import demonstrate

    files = [*(corpus or ()), *(more or ())]
    if more and not corpus:
        raise UsageError(f"{more[0]}: files go with --corpus")
    with progress_bar("polling") as progress:
        result = demonstrate(output, corpus=files, as_of=as_of, lookback=lookback, weeks=weeks, on_progress=progress)
    _summarise(result)


def _summarise(result: Demonstration) -> None:
    from litwatch.publish.publication import FEED, INDEX, issue_path

    console.print(f"[bold]litwatch demo[/]: {result.records:,} records, as of {result.as_of:%A %d %B %Y}")
    for poll in result.polls[-3:]:
        first, last = poll.window or ("?", "?")
        console.print(f"  {escape(poll.topic)}: {poll.found} found from {first} to {last}, {poll.new} new")
        if poll.failed:
            console.print(f"    [red]failed[/]: {escape(poll.failed)}")
    for issue in result.issues[-2:]:
        _issue(issue)
    sent = sum(delivered.sent for delivered in result.delivered)
    console.print("\n[bold]Files[/]")
    console.print(f"  page      {result.site / issue_path(result.issues[-1].week)}")
    console.print(f"  all pages {result.site / INDEX}")
    console.print(f"  feed      {result.site / FEED}")
    console.print(f"  mail      {result.mail} ({sent} messages)")
    console.print(f"  database  {result.database}")


def _issue(issue: Issue) -> None:
    console.print(f"\n[bold]Issue {issue.week}[/]: {escape(issue.title)}")
    for number, nugget in enumerate(issue.nuggets, 1):
        console.print(f"  {number}. {escape(nugget.headline)}\n     [dim]{escape(nugget.meta)}[/]")
        _verdicts(nugget)
    for notice in issue.notices:
        console.print(f"  {notice.kind.value}: {escape(notice.headline)}\n     [dim]{escape(notice.text)}[/]")
    excluded = sum(count for _, count in issue.receipt.excluded)
    console.print(f"  also new: {len(issue.also)}; left out: {excluded} (each with its reason in the receipt)")


def _verdicts(nugget: Nugget) -> None:
    groups = (("better", nugget.better), ("no clear change", nugget.unchanged), ("worse", nugget.worse))
    for label, lines in groups:
        if lines:
            shown = "; ".join(f"{line.name} {line.numbers}".strip() for line in lines)
            console.print(f"     {label}: {escape(shown)}")
