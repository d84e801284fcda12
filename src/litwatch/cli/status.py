"""`litwatch status`."""

from __future__ import annotations

from typing import Annotated

import typer

from litwatch.cli.output import console, escape, open_app, write_json
from litwatch.cli.poll import receipt_table


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell how things stand: what is kept, how far each topic is polled, the last polls, the next issue, the outbox."""
    with open_app(context) as app:
        state = app.status()
    if as_json:
        write_json(state)
        return
    t = state.totals
    console.print(
        f"{t.articles} articles, {t.studies} read ({t.outcomes} outcomes), {t.issues} issues, {t.subscribers} subscribers"
    )
    for topic in state.topics:
        reach = f"complete to {topic.complete_to}" if topic.complete_to else "never polled"
        console.print(f"  {escape(topic.name)}: {topic.articles} articles, {reach}")
    if state.last_issue:
        console.print(f"last issue {state.last_issue}")
    console.print(
        f"the issue of {state.due} is due" if state.due else f"next issue due {state.next_due:%Y-%m-%d %H:%M %Z}"
    )
    if state.draft:
        waits = "overdue since" if state.draft.overdue else "until"
        console.print(
            f"the draft of {state.draft.week} waits for its editor, {waits} {state.draft.until:%Y-%m-%d %H:%M %Z}"
        )
    waiting = ", ".join(f"{count} {name.value}" for name, count in sorted(state.deliveries.items()) if count)
    console.print(f"outbox: {waiting or 'empty'}")
    if state.pause:
        console.print(f"delivery is paused until {state.pause.until:%Y-%m-%d %H:%M %Z}: {escape(state.pause.reason)}")
    if state.suppressed:
        console.print(f"{state.suppressed} addresses get no mail: litwatch suppressions list")
    if state.refusals:
        number, last = len(state.refusals), state.refusals[-1]
        console.print(f"{number} mails refused for policy in the last days; lastly: {escape(last)}", style="red")
    if state.receipts:
        console.print("\nlast polls", style="bold")
        console.print(receipt_table(list(state.receipts)))
