"""`litwatch pubmed serve`: an E-utilities server over local records."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from litwatch.cli.listing import Listing
from litwatch.cli.output import console, errors, escape
from litwatch.errors import LitwatchError

commands = typer.Typer(cls=Listing, help="PubMed's side: a local E-utilities server.", no_args_is_help=True)


@commands.callback()
def group() -> None:
    """PubMed's side: a local E-utilities server."""


@commands.command("serve")
def serve(
    corpus: Annotated[list[Path], typer.Argument(metavar="CORPUS", help="PubMed XML (.xml, .xml.gz) or .nbib files.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8080,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    shift_dates: Annotated[
        bool, typer.Option("--shift-dates", help="Move all dates so that the newest record arrives today.")
    ] = False,
    rate_limit: Annotated[
        bool,
        typer.Option("--rate-limit", help="Refuse more than 3 requests a second (10 with an API key), as NCBI does."),
    ] = False,
    fault: Annotated[
        str | None,
        typer.Option(
            help="Go wrong now and then: a comma-separated list of 429,truncate,error-body,html,missing,stall,…"
        ),
    ] = None,
) -> None:
    """Serve local records as PubMed's E-utilities would: for tests, offline use, and NCBI's own command-line client."""
    from litwatch.domain.calendar import pubmed_day, system_clock
    from litwatch.pubmed.server import Corpus, EUtilsServer
    from litwatch.pubmed.server.faults import parse_faults

    faults = parse_faults(fault) if fault else ()
    records = Corpus.load(corpus, shift_to=pubmed_day(system_clock()) if shift_dates else None)
    for failure in records.failures:
        errors.print(f"skipped record {failure.index + 1} (PMID {failure.pmid or '?'}): {escape(failure.reason)}")
    try:
        server = EUtilsServer(records, host=host, port=port, faults=faults, rate_limit=rate_limit)
    except OSError as error:
        raise LitwatchError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    console.print(f"{len(records):,} records at {server.base_url} (Ctrl-C stops)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        console.print("stopped")
    finally:
        server.close()
