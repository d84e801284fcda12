"""`litwatch serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from litwatch.cli.logging import configure
from litwatch.cli.output import console, open_app, options_of
from litwatch.errors import UsageError


def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option(help="Listen on this address. Default: web.host.")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="And on this port. Default: web.port.")] = None,
) -> None:
    """Serve pages, feeds, search and forms until SIGTERM or Ctrl-C. 'litwatch run' does it too (web.enabled, web.served_by)."""
    from litwatch.web.server import Server

    configure(verbose=options_of(context).verbose, service=True)
    with open_app(context) as app:
        web = app.settings.web
        if app.settings.site.secret is None:
            raise UsageError("serve needs LITWATCH_SITE__SECRET in the environment, 32 random characters or more")
        app.require_database()
        server = Server(app, host=host or web.host, port=web.port if port is None else port)
        console.print(f"litwatch serves {server.address}; stop it with Ctrl-C or SIGTERM.")
        server.run()
    console.print("litwatch has stopped.")
