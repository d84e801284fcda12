"""`litwatch deliver`, and `litwatch deliver list|release|drop` for what needs a decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from litwatch.cli.listing import Listing
from litwatch.cli.output import console, escape, open_app, table, write_json
from litwatch.cli.signals import stoppable
from litwatch.domain.subscriber import DeliveryState
from litwatch.errors import LitwatchError, UsageError

if TYPE_CHECKING:
    from litwatch.service.deliver import Delivered
    from litwatch.service.postroom import Postroom
    from litwatch.store.outbox import Waiting

FAILED = 7
MAX_WORKERS = 10

commands = typer.Typer(
    cls=Listing,
    help="Send what waits in the outbox; safe to repeat and to interrupt. With a command: see what is held, and decide.",
    invoke_without_command=True,
)
Ids = Annotated[list[int] | None, typer.Argument(help="Numbers, as 'litwatch deliver list' shows them.")]


class Ambiguous(StrEnum):
    """What to do with a mail that may or may not have gone out."""

    RESEND = "resend"
    HOLD = "hold"


@commands.callback()
def deliver(
    context: typer.Context,
    ambiguous: Annotated[
        Ambiguous | None,
        typer.Option(help="A mail that may or may not have gone out when litwatch died: send it again, or hold it."),
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, max=MAX_WORKERS, help="Connections to the relay at once; more than one: PostgreSQL.")
    ] = 1,
    now: Annotated[bool, typer.Option("--now", help="Try although delivery is paused after many failures.")] = False,
    take_over: Annotated[
        bool, typer.Option("--take-over", help="Take up at once what a killed run left. Only if no other run is alive.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    if context.invoked_subcommand:
        return
    with stoppable() as stop, open_app(context, public=True) as app:
        counts = app.postroom.deliver(
            ambiguous=ambiguous.value if ambiguous else None,
            workers=workers,
            during_pause=now,
            take_over=take_over,
            stop=stop,
        )
    if as_json:
        write_json(counts)
    else:
        _tell(counts)
    if counts.failed or counts.held or counts.unknown or counts.stopped:
        raise typer.Exit(FAILED)


@commands.command("list")
def list_(
    context: typer.Context,
    state: Annotated[
        list[DeliveryState] | None, typer.Option(help="Repeat for several. Default: held, failed, deferred, in flight.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show the mails that are held, with the reason, and those that have not gone out."""
    usual = (
        DeliveryState.HELD,
        DeliveryState.FAILED,
        DeliveryState.DEFERRED,
        DeliveryState.SENDING,
        DeliveryState.CLOSING,
    )
    with open_app(context) as app:
        found = app.postroom.outbox(state or usual)
    if as_json:
        write_json([_plain(waiting) for waiting in found])
        return
    rows = table("id", "state", "mail", "to", "tries", "until", "last reply")
    for shown in map(_plain, found):
        rows.add_row(*(escape(str(value)) for value in shown.values()))
    console.print(rows if found else "nothing")


class _Ended(StrEnum):
    """What can be queued again."""

    HELD = DeliveryState.HELD.value
    FAILED = DeliveryState.FAILED.value


@commands.command("release")
def release(
    context: typer.Context,
    ids: Ids = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything that is held, or in --state.")] = False,
    state: Annotated[_Ended, typer.Option(help="With --all: which mails.")] = _Ended.HELD,
) -> None:
    """Queue held (or failed) mails again, as if they had never been tried: the same Message-ID and Date."""
    with open_app(context) as app:
        done = _decide(app.postroom, app.postroom.release, ids or (), everything, DeliveryState(state))
    console.print(f"{len(done)} queued again")


@commands.command("drop")
def drop(
    context: typer.Context,
    ids: Ids = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything that is held.")] = False,
) -> None:
    """Never send mails that are held or wait; they are kept as skipped."""
    with open_app(context) as app:
        done = _decide(app.postroom, app.postroom.drop, ids or (), everything)
    console.print(f"{len(done)} dropped")


def _decide(
    postroom: Postroom,
    decide: Callable[[Sequence[int]], list[int]],
    ids: Sequence[int],
    everything: bool,
    state: DeliveryState = DeliveryState.HELD,
) -> list[int]:
    if bool(ids) == everything:
        raise UsageError("name the mails by their numbers (litwatch deliver list), or say --all")
    wanted = [waiting.delivery.id for waiting in postroom.outbox((state,))] if everything else ids
    done = decide(wanted)
    if missed := sorted(set(wanted) - set(done)):
        raise LitwatchError(
            f"not in a state for that, or unknown: {', '.join(map(str, missed))}; done: {len(done)} (see litwatch deliver list)"
        )
    return done


def _plain(waiting: Waiting) -> dict[str, object]:
    delivery = waiting.delivery
    return {
        "id": delivery.id,
        "state": delivery.state.value,
        "mail": " ".join(part for part in (delivery.kind.value, delivery.week) if part),
        "to": delivery.subscriber.address,
        "tries": delivery.attempts,
        "until": f"{waiting.until:%Y-%m-%d %H:%M}" if waiting.until else "",
        "reply": delivery.reply or "",
    }


def _tell(counts: Delivered) -> None:
    console.print(
        f"{counts.sent} sent, {counts.deferred} deferred, {counts.failed} failed, {counts.held} held, "
        f"{counts.unknown} of unknown fate"
    )
    if counts.in_flight:
        console.print(
            f"{counts.in_flight} in the hands of another run; if it was killed, they are taken up within the hour, "
            "or now with --take-over"
        )
    if counts.held:
        console.print("litwatch deliver list tells why mail is held; release or drop it")
    if counts.stopped:
        console.print(escape(counts.stopped if counts.stopped.startswith("paused") else f"stopped: {counts.stopped}"))
