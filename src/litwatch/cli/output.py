"""What commands share: the settings they were started with, the console, JSON for scripts, progress bars."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.markup import escape

from litwatch.domain.calendar import Week

if TYPE_CHECKING:
    from rich.table import Table

    from litwatch.app import App
    from litwatch.config import Settings
    from litwatch.stopping import Stopping

DEFAULT_CONFIG = Path("config.toml")

# What goes into a pipe is not folded: a row, and an error, is one line however long.
console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 10_000)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

__all__ = ["console", "errors", "escape", "open_app", "progress_bar", "settings_of", "table", "write_json"]


@dataclass(frozen=True)
class Options:
    """The options before the command."""

    config: Path
    verbose: bool


def options_of(context: typer.Context) -> Options:
    options = context.find_root().obj
    if not isinstance(options, Options):
        raise RuntimeError("the root callback has not run")
    return options


def settings_of(context: typer.Context) -> Settings:
    """The settings of --config and the environment; ConfigError with every problem, the topics' queries included."""
    from litwatch.config import load
    from litwatch.wiring import topic_queries

    path = options_of(context).config
    settings = load(path, os.environ)
    topic_queries(settings, path)
    return settings


@contextmanager
def open_app(context: typer.Context, stopping: Stopping | None = None, *, public: bool = False) -> Iterator[App]:
    """The whole program, wired; closed at the end. Its waits are cut short by `stopping`.

    `public`: what it does reaches readers, so the names that they see have to be set.
    """
    from litwatch.app import App
    from litwatch.config import require_own_names

    settings = settings_of(context)
    if public:
        require_own_names(settings, options_of(context).config)
    made = App(settings, sleep=stopping.sleep, check=stopping.check) if stopping else App(settings)
    with closing(made) as app:
        yield app


def plain(value: Any) -> Any:
    """`value` as JSON types: dataclasses as objects, dates in ISO form, weeks as "2026-W03"."""
    if isinstance(value, Week):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {part.name: plain(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def write_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2) + "\n")


def table(*titles: str, right: tuple[str, ...] = ()) -> Table:
    """An empty table without lines; the columns of `right` follow, aligned to the right."""
    from rich.table import Table

    made = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        made.add_column(title)
    for title in right:
        made.add_column(title, justify="right")
    return made


@contextmanager
def progress_bar(label: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error for long work, fed with (done, total); none when it is not a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    hidden = quiet or not errors.is_terminal
    with Progress(*columns, console=errors, transient=True, disable=hidden) as bar:
        task = bar.add_task(label, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield advance
