"""How a group lists its commands: each with its whole sentence, where typer would cut it off at the end of the line."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup

_WHOLE = 1_000
"""Characters."""


class Listing(TyperGroup):
    """To be given to `typer.Typer` as `cls`."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        shown = [(name, command) for name, command in found if command and not command.hidden]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(_WHOLE)) for name, command in shown])
