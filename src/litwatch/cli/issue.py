"""`litwatch issue`: publish this week's issue, look at published ones."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from litwatch.cli.listing import Listing
from litwatch.cli.output import console, escape, open_app, table, write_json
from litwatch.domain.calendar import Week
from litwatch.domain.text import clean_text
from litwatch.errors import LitwatchError, UsageError

if TYPE_CHECKING:
    from litwatch.app import App
    from litwatch.domain.digest import Issue
    from litwatch.service.polish import Tally

commands = typer.Typer(
    cls=Listing, help="Publish this week's issue, or look at published ones.", invoke_without_command=True
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@commands.callback()
def publish(context: typer.Context, as_json: AsJson = False) -> None:
    """Publish this week's issue now: compose it, store it, write feed and pages, queue the mail. Once a week at most."""
    if context.invoked_subcommand:
        return
    with open_app(context, public=True) as app:
        published = app.publish_issue()
        files = app.write_site()
    if as_json:
        result = {"week": published.issue.week, "new": published.new, "files": [str(path) for path in files]}
        write_json(result | ({"writer": published.writer} if published.writer else {}))
        return
    state = "Published" if published.new else "Already published"
    console.print(f"{state}: {describe(published.issue)}")
    if published.writer:
        console.print(polished(published.writer))
    console.print(f"{len(files)} files under {app.settings.site.directory}")


@commands.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the published issues, newest first."""
    with open_app(context) as app:
        issues = app.issues()
    if as_json:
        write_json([{"week": issue.week, "title": issue.title, "published": issue.published} for issue in issues])
        return
    rows = table("week", "published", "nuggets", "title")
    for issue in issues:
        rows.add_row(str(issue.week), f"{issue.published:%Y-%m-%d %H:%M}", str(len(issue.nuggets)), escape(issue.title))
    console.print(rows)


@commands.command("show")
def show(
    context: typer.Context,
    week: Annotated[str | None, typer.Argument(help="An ISO week, e.g. 2026-W03. Default: the latest.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="The draft that waits, as approving it publishes it.")] = False,
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Show the draft as signed with this name.")] = "",
    as_json: AsJson = False,
) -> None:
    """Print a published issue, or the draft of one, as its plain-text mail has it."""
    from litwatch.publish.plaintext import issue_text

    if by and not draft:
        raise UsageError("--by goes with --draft: a published issue has its signature")
    with open_app(context) as app:
        chosen = week_of(week) if week else None
        issue = app.desk.as_approved(app.desk.load(chosen), by=clean_text(by)) if draft else _published(app, chosen)
        if as_json:
            write_json(issue)
        else:
            console.print(issue_text(issue, app.publication, address=None, leave=None), markup=False)


def _published(app: App, week: Week | None) -> Issue:
    week = week or max((issue.week for issue in app.issues()), default=None)
    issue = app.issue(week) if week else None
    if issue is None:
        raise LitwatchError(f"no issue was published for {week}" if week else "no issue has been published yet")
    return issue


def week_of(text: str) -> Week:
    """The week that a person has typed; UsageError if there is none."""
    try:
        return Week.parse(text)
    except ValueError as error:
        raise UsageError(str(error)) from error


def polished(tally: Tally) -> str:
    """What the language model did for an issue, as rich markup."""
    done = (
        f"Language model: {tally.phrased} of {tally.asked} sentences, {tally.refused} refused, {tally.tokens:,} tokens"
    )
    reasons = ", ".join(f"{number} × {escape(reason)}" for reason, number in Counter(tally.failed).items())
    return f"{done}; notes left as they were: {reasons}" if reasons else done


def describe(issue: Issue) -> str:
    """One line about an issue, as rich markup."""
    return f"[bold]{issue.week}[/] {escape(issue.title)} ({len(issue.nuggets)} nuggets, {len(issue.also)} also new)"
