"""The tree of commands. Nothing heavy is imported before a command runs: `litwatch --help` stays instant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from litwatch import __version__
from litwatch.cli import (
    announce,
    bounce,
    config,
    correct,
    database,
    deliver,
    demo,
    draft,
    evaluate,
    export,
    extract,
    issue,
    judge,
    notices,
    poll,
    preview,
    pubmed,
    recheck,
    reextract,
    run,
    serve,
    site,
    status,
    subscribers,
    suppressions,
    tally,
    topics,
)
from litwatch.cli.listing import Listing
from litwatch.cli.output import DEFAULT_CONFIG, Options, console

tree = typer.Typer(
    cls=Listing,
    name="litwatch",
    help="Watch PubMed, read every abstract into an outcome ledger, publish a weekly digest of short honest nuggets.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog="Exit codes: 0 done, 1 failed, 2 configuration or usage, 3 input file, 4 PubMed, 5 database, 6 publishing, "
    "7 delivery, 75 try later (a report that was piped in), 130 interrupted.",
)


def _version(wanted: bool) -> None:
    if wanted:
        console.print(f"litwatch {__version__}")
        raise typer.Exit


@tree.callback()
def root_options(
    context: typer.Context,
    config_file: Annotated[
        Path, typer.Option("--config", "-c", envvar="LITWATCH_CONFIG", help="The configuration file.")
    ] = DEFAULT_CONFIG,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every request and decision.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options that come before the command."""
    context.obj = Options(config_file, verbose)
    from litwatch.cli.logging import configure

    configure(verbose=verbose)


tree.command("demo")(demo.demo)
tree.command("init")(database.init)
tree.command("migrate")(database.migrate)
tree.command("poll")(poll.poll)
tree.command("import")(poll.import_)
tree.command("recheck")(recheck.recheck)
tree.command("correct")(correct.correct)
tree.command("extract")(extract.extract)
tree.command("reextract")(reextract.reextract)
tree.command("judge")(judge.judge)
tree.command("eval")(evaluate.evaluate)
tree.add_typer(issue.commands, name="issue")
issue.commands.command("draft")(draft.draft)
issue.commands.command("edit")(draft.edit)
issue.commands.command("rows")(draft.rows)
issue.commands.command("approve")(draft.approve)
issue.commands.command("skip")(draft.skip)
issue.commands.command("preview")(preview.preview)
issue.commands.command("test")(preview.test)
tree.add_typer(notices.commands, name="notices")
tree.command("tally")(tally.tally)
tree.command("export")(export.export)
tree.add_typer(deliver.commands, name="deliver")
tree.command("announce")(announce.announce)
tree.command("bounce")(bounce.bounce)
tree.command("run")(run.run)
tree.command("serve")(serve.serve)
tree.add_typer(site.commands, name="site")
tree.command("status")(status.status)
tree.command("topics")(topics.topics)
tree.add_typer(subscribers.commands, name="subscribers")
tree.add_typer(suppressions.commands, name="suppressions")
tree.add_typer(config.commands, name="config")
tree.add_typer(pubmed.commands, name="pubmed")

root = typer.main.get_command(tree)
