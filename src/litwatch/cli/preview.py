"""`litwatch issue preview|test`: the mail of an issue before everybody gets it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from litwatch.cli.issue import week_of
from litwatch.cli.output import console, escape, open_app
from litwatch.domain.text import clean_text
from litwatch.errors import LitwatchError, UsageError

if TYPE_CHECKING:
    from litwatch.app import App
    from litwatch.domain.calendar import Week
    from litwatch.domain.digest import Issue

AWeek = Annotated[
    str | None, typer.Argument(metavar="WEEK", help="An ISO week. Default: the draft that waits, or the latest issue.")
]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="The draft as signed with this name.")]


def preview(
    context: typer.Context,
    week: AWeek = None,
    html: Annotated[bool, typer.Option("--html", help="Print the HTML part.")] = False,
    text: Annotated[bool, typer.Option("--text", help="Print the text part (default).")] = False,
    eml: Annotated[bool, typer.Option("--eml", help="Print the whole mail, byte for byte as it goes out.")] = False,
    open_: Annotated[bool, typer.Option("--open", help="Open it instead: in the browser, with --eml as mail.")] = False,
    to: Annotated[
        str | None, typer.Option("--to", metavar="ADDRESS", help="As this subscriber gets it, or was sent it.")
    ] = None,
    by: By = "",
) -> None:
    """Show the mail of an issue, of a draft too: the same bytes as the real run's but for address and token."""
    from litwatch.publish.proof import taken_apart

    if html + text + eml > 1:
        raise UsageError("one of --html, --text and --eml")
    with open_app(context) as app:
        issue = _issue(app, week_of(week) if week else None, by)
        message = app.proofs.preview(issue, to)
    proof = taken_apart(message)
    suffix, shown = ".html", (proof.html or proof.text).encode("utf-8")
    if eml:
        suffix, shown = ".eml", message
    elif text or not (html or open_) or not proof.html:
        suffix, shown = ".txt", proof.text.encode("utf-8")
    if open_:
        path = Path(tempfile.mkdtemp(prefix="litwatch-")) / f"{issue.week}{suffix}"
        path.write_bytes(shown)
        console.print(f"{proof.size:,} bytes, {proof.html_size:,} of HTML: {path}", markup=False)
        typer.launch(str(path), wait=True)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(shown)
    sys.stdout.buffer.flush()


def test(
    context: typer.Context,
    address: Annotated[str, typer.Argument(help="Who gets the mail. Need not be subscribed.")],
    week: AWeek = None,
    plain: Annotated[bool, typer.Option("--text", help="As plain text.")] = False,
    by: By = "",
) -> None:
    """Send the mail of an issue, of a draft too, to one address at once. The outbox knows nothing of it."""
    with open_app(context, public=True) as app:
        issue = _issue(app, week_of(week) if week else None, by)
        reply = app.proofs.send(issue, address, plain=plain)
    console.print(f"{issue.week} sent to {escape(clean_text(address))}: {escape(reply)}")


def _issue(app: App, week: Week | None, by: str) -> Issue:
    """The published issue of `week`, else its draft as approving publishes it; without a week, a draft goes first."""
    published = app.issue(week) if week else None
    draft = None if published else app.desk.waiting()
    if draft and week in (None, draft.week):
        return app.desk.as_approved(draft, by=clean_text(by))
    if by:
        raise UsageError("--by goes with a draft: a published issue has its signature")
    if week is None:
        published = max(app.issues(), key=lambda issue: issue.week, default=None)
    if published is None:
        raise LitwatchError(f"no issue was published for {week}" if week else "no issue has been published yet")
    return published
