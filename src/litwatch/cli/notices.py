"""`litwatch notices`: what was learned about published notes, and what an editor makes of proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from litwatch.cli.listing import Listing
from litwatch.cli.output import console, escape, open_app, write_json

if TYPE_CHECKING:
    from litwatch.domain.notice import Notice

commands = typer.Typer(
    cls=Listing,
    help="List notices about published notes; accept or dismiss proposed ones.",
    invoke_without_command=True,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Guid = Annotated[str, typer.Argument(help="The notice's id, or how it ends: NOTE/LATER, e.g. 38921661/99000060.")]


@commands.callback()
def notices(context: typer.Context, as_json: AsJson = False) -> None:
    """List all notices: proposed, accepted, dismissed; newest first."""
    if context.invoked_subcommand is None:
        _list(context, as_json)


@commands.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List all notices: proposed, accepted, dismissed; newest first."""
    _list(context, as_json)


@commands.command("accept")
def accept(context: typer.Context, guid: Guid) -> None:
    """Accept a proposed notice: the next issue tells it, and the note's page shows it."""
    from litwatch.store.notices import NoticeState

    with open_app(context) as app:
        notice = app.evidence.settle(guid, NoticeState.ACCEPTED)
        app.write_site()
    console.print(f"Accepted: {escape(notice.guid)}")


@commands.command("dismiss")
def dismiss(context: typer.Context, guid: Guid) -> None:
    """Dismiss a proposed notice: it is not told, and not proposed again."""
    from litwatch.store.notices import NoticeState

    with open_app(context) as app:
        notice = app.evidence.settle(guid, NoticeState.DISMISSED)
    console.print(f"Dismissed: {escape(notice.guid)}")


def _list(context: typer.Context, as_json: bool) -> None:
    from litwatch.store.notices import NoticeState

    with open_app(context) as app:
        found = [(state.value, notice) for state in NoticeState for notice in app.evidence.notices(state)]
    if as_json:
        write_json([{"state": state, "notice": notice} for state, notice in found])
        return
    for state, notice in found:
        _print(state, notice)
    if not found:
        console.print("No notices.")


def _print(state: str, notice: Notice) -> None:
    console.print(f"[bold]{state}[/] {notice.kind.value} {escape(notice.guid)} ({notice.made:%Y-%m-%d})")
    console.print(f"  about: {escape(notice.headline)}")
    for sentence in notice.sentences:
        console.print(f"  {escape(sentence.text)}")
    if notice.citation:
        console.print(f"  PMID {notice.citation.pmid}: {escape(notice.citation.title)}")
    console.print()
