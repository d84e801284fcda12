"""`litwatch suppressions list|explain|add|lift`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from litwatch.cli.listing import Listing
from litwatch.cli.output import console, escape, open_app, table, write_json
from litwatch.errors import LitwatchError, UsageError

if TYPE_CHECKING:
    from litwatch.service.bounces import Explained
    from litwatch.store.suppressions import Suppression

commands = typer.Typer(cls=Listing, help="The addresses that get no mail, and why.", no_args_is_help=True)

Address = Annotated[str, typer.Argument(help="An email address.")]
Because = Annotated[str, typer.Option(help="Why; it is kept.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@commands.command("list")
def list_(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Those that were lifted, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the addresses that get no mail, oldest first."""
    with open_app(context) as app:
        found = app.bounces.suppressions(everything=everything)
    if as_json:
        write_json(found)
        return
    rows = table("address", "kind", "since", "reason")
    for one in found:
        rows.add_row(escape(one.address), one.kind.value, f"{one.made:%Y-%m-%d}", escape(_reason(one)))
    console.print(rows)


@commands.command("explain")
def explain(context: typer.Context, address: Address, as_json: AsJson = False) -> None:
    """Tell why an address gets no mail: every mail that came back, when, and what was said."""
    with open_app(context) as app:
        found = app.bounces.explain(address)
    if as_json:
        write_json(found)
    else:
        _tell(found)


@commands.command("add")
def add(context: typer.Context, address: Address, because: Because) -> None:
    """Let an address have no mail, whatever else is known of it."""
    with open_app(context) as app:
        added = app.bounces.suppress(address, because=because)
    if not added:
        raise LitwatchError(f"{address} is suppressed already: litwatch suppressions explain {address}")
    console.print(f"{escape(address)} gets no more mail")


@commands.command("lift")
def lift(
    context: typer.Context,
    because: Because,
    addresses: Annotated[list[str] | None, typer.Argument(help="Email addresses.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="All whose mail came back since then (UTC)."),
    ] = None,
) -> None:
    """Let addresses have mail again; who complained or left has to come back themselves."""
    if bool(addresses) == bool(since):
        raise UsageError("name the addresses, or say --since")
    with open_app(context) as app:
        if since:
            addresses = app.bounces.came_back(since.replace(tzinfo=UTC))
        lifted = [address for address in addresses or () if app.bounces.lift(address, because=because)]
    for address in lifted:
        console.print(f"{escape(address)} may get mail again")
    if missed := sorted(set(addresses or ()) - set(lifted)):
        raise LitwatchError(f"not suppressed: {', '.join(missed)}; lifted: {len(lifted)}")
    if since:
        console.print(f"{len(lifted)} lifted")


def _reason(one: Suppression) -> str:
    return f"{one.reason} (lifted {one.lifted:%Y-%m-%d}: {one.lifted_because})" if one.lifted else one.reason


def _tell(found: Explained) -> None:
    if not found.suppressions and not found.reports:
        console.print(f"{escape(found.address)}: nothing ever came back, and nobody suppressed it")
        return
    for one in found.suppressions:
        console.print(f"{one.made:%Y-%m-%d %H:%M} suppressed ({one.kind.value}): {escape(one.reason)}")
        if one.lifted:
            console.print(f"{one.lifted:%Y-%m-%d %H:%M} lifted: {escape(one.lifted_because or '')}")
    if all(one.lifted for one in found.suppressions):
        console.print(f"{escape(found.address)} is not suppressed now")
    for report, mail in found.reports:
        which = f"{mail.kind.value} {mail.week} of {mail.at:%Y-%m-%d} {mail.message_id}" if mail else "a mail of ours"
        said = ", ".join(part for part in (report.status, report.text) if part)
        console.print(f"{report.at:%Y-%m-%d %H:%M} {report.kind.value}: {escape(which)}: {escape(said)}")
