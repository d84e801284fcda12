"""`litwatch config check`."""

from __future__ import annotations

from typing import Annotated

import typer

from litwatch.cli.output import console, options_of, settings_of, write_json

commands = typer.Typer(help="Look at the configuration.", no_args_is_help=True)


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
    if as_json:
        write_json(settings.model_dump(mode="json", exclude={section: {key} for section, key in SECRETS}))
        return
    console.print(
        f"{options_of(context).config} is good: {len(settings.topics)} topics, database {_shown(settings.database.url)}"
    )


def _shown(url: str) -> str:
    """A database address without its password."""
    scheme, mark, rest = url.partition("://")
    if "@" not in rest:
        return url
    user, _, host = rest.rpartition("@")
    return f"{scheme}{mark}{user.partition(':')[0]}@{host}"
