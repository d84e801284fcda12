"""`litwatch bounce`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from litwatch.cli.output import console, errors, escape, open_app, write_json
from litwatch.errors import LitwatchError, UsageError

if TYPE_CHECKING:
    from litwatch.publish.mailbox import Mailbox
    from litwatch.service.bounces import Collected

TRY_LATER = 75
"""EX_TEMPFAIL of sysexits.h: a mail system that pipes a report in keeps it, and tries again."""


def bounce(
    context: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE", help="A message each; without any, standard input.")
    ] = None,
    maildir: Annotated[Path | None, typer.Option(help="A Maildir: what is new in it.")] = None,
    mbox: Annotated[Path | None, typer.Option(help="An mbox file; it is not changed.")] = None,
    imap: Annotated[bool, typer.Option("--imap", help="The mailbox of mail.imap_host.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Take in reports of mail that did not arrive or was not wanted, and requests by mail to be unsubscribed.

    A mailbox that no longer exists, or a complaint, ends the mail at once; a full one after three issues in a row. Other
    mail is left alone. Reading a report again changes nothing. Of a report that is piped in, any failure is exit code 75:
    the mail system keeps it and tries again.
    """
    sources = [files, maildir, mbox, imap]
    if sum(map(bool, sources)) > 1:
        raise UsageError("bounce: FILE, --maildir, --mbox and --imap exclude each other")
    piped = not any(sources)
    if piped and sys.stdin.isatty():
        raise UsageError("bounce: give FILE…, --maildir, --mbox or --imap, or pipe a message in")
    try:
        with open_app(context) as app:
            from litwatch import wiring
            from litwatch.publish.mailbox import Maildir, Mbox

            mailbox: Mailbox
            if maildir:
                mailbox = Maildir(maildir)
            elif mbox:
                mailbox = Mbox(mbox)
            elif imap:
                mailbox = wiring.imap(app.settings)
            else:
                mailbox = _messages(files)
            collected = app.bounces.collect(mailbox)
    except LitwatchError as error:
        if not piped:
            raise
        errors.print(f"litwatch: {escape(str(error))}")
        raise typer.Exit(TRY_LATER) from error
    _tell(collected, as_json=as_json)


def _messages(files: list[Path] | None) -> Mailbox:
    from litwatch.publish.mailbox import Messages

    if files:
        return Messages([(str(path), path.read_bytes) for path in files])
    return Messages([("standard input", sys.stdin.buffer.read)])


def _tell(collected: Collected, *, as_json: bool) -> None:
    if as_json:
        write_json(collected)
        return
    c = collected
    console.print(
        f"{c.read} read: {c.hard} hard, {c.soft} soft, {c.policy} refused for policy, {c.complaint} complaints, "
        f"{c.left} left; {c.known} known before, {c.strange} of no mail of ours, {c.other} other mail"
    )
    if c.suppressed:
        console.print(f"{c.suppressed} addresses get no more mail: litwatch suppressions list")
    for said in c.refusals:
        console.print(f"refused for policy: {escape(said)}")
