"""`litwatch config check`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from litwatch.cli.listing import Listing
from litwatch.cli.output import console, options_of, settings_of, write_json
from litwatch.errors import ConfigError, Problem, StoreUnavailable

if TYPE_CHECKING:
    from litwatch.config import Settings

commands = typer.Typer(cls=Listing, help="Look at the configuration.", no_args_is_help=True)


@commands.callback()
def group() -> None:
    """Look at the configuration."""


@commands.command("check")
def check(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print the settings as JSON, without secrets.")] = False,
) -> None:
    """Tell whether the configuration can be used; report every problem at once."""
    from litwatch.config import SECRETS, require_own_names

    settings = settings_of(context)
    require_own_names(settings, options_of(context).config)
    unusable = tuple(_unusable(settings))
    if unusable:
        raise ConfigError(unusable, options_of(context).config)
    if as_json:
        write_json(settings.model_dump(mode="json", exclude={section: {key} for section, key in SECRETS}))
        return
    console.print(
        f"{options_of(context).config} is good: {len(settings.topics)} topics, database {_shown(settings.database.url)}"
    )


def _unusable(settings: Settings) -> Iterator[Problem]:
    """What is well written and cannot be used on this machine. Opens no connection."""
    from litwatch import wiring
    from litwatch.store.database import Database

    try:
        Database(settings.database.url).close()
    except StoreUnavailable as error:
        yield Problem("database.url", error.message)
    try:
        wiring.mailing(settings)
    except ConfigError as error:
        yield from error.problems
    maildir = settings.mail.bounce_maildir
    if maildir and not (maildir / "new").is_dir():
        yield Problem("mail.bounce_maildir", f"{maildir}: no Maildir is there")


def _shown(url: str) -> str:
    """A database address without its password."""
    scheme, mark, rest = url.partition("://")
    if "@" not in rest:
        return url
    user, _, host = rest.rpartition("@")
    return f"{scheme}{mark}{user.partition(':')[0]}@{host}"
