"""`litwatch run`."""

from __future__ import annotations

import typer

from litwatch.cli.logging import configure
from litwatch.cli.output import console, open_app, options_of


def run(context: typer.Context) -> None:
    """Poll, publish and deliver for years: until SIGTERM or Ctrl-C, which it obeys after the message in hand."""
    from litwatch.daemon import Daemon
    from litwatch.stopping import Stopping
    from litwatch.wiring import mailing

    configure(verbose=options_of(context).verbose, service=True)
    stopping = Stopping()
    with open_app(context, stopping, public=True) as app:
        app.require_database()
        mailing(app.settings)  # a key that cannot sign is told now, not at the first mail
        running = f"litwatch is running: {len(app.topics)} topics; stop it with Ctrl-C or SIGTERM."
        Daemon(app, stopping).run(begun=lambda: console.print(running))
    console.print("litwatch has stopped.")
