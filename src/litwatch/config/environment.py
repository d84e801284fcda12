"""Environment variables → settings, by name: `LITWATCH_<SECTION>__<KEY>`. One that names no setting is a mistake."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from litwatch.errors import Problem

PREFIX = "LITWATCH_"
CONFIG_VARIABLE = "LITWATCH_CONFIG"
"""Where the file is; the command line reads it."""

_OF_OTHERS = re.compile(r"LITWATCH_(SERVICE|PORT)(_|\Z)")
"""What Kubernetes tells every container of a service that is called litwatch."""


def variable(section: str, key: str) -> str:
    """The variable that sets this key."""
    return f"{PREFIX}{section}__{key}".upper()


def read(environ: Mapping[str, str], settings: type[BaseModel]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
    """The tables that the variables of `environ` make, and those among them that set nothing in `settings`.

    An empty variable counts as none: files for containers have no other way to leave one out.
    """
    tables: dict[str, Any] = {}
    problems = []
    for name, value in environ.items():
        if not name.startswith(PREFIX) or name == CONFIG_VARIABLE or not value or _OF_OTHERS.match(name):
            continue
        *path, key = name.removeprefix(PREFIX).lower().split("__")
        if not _is_setting(path, key, settings):
            problems.append(Problem(name, "sets nothing: expected LITWATCH_<SECTION>__<KEY>"))
            continue
        table = tables
        for part in path:
            table = table.setdefault(part, {})
        table[key] = value
    return tables, tuple(problems)


def _is_setting(path: list[str], key: str, settings: type[BaseModel]) -> bool:
    """Whether it is SECTION KEY or, of the sections that people name themselves, "topics" NAME KEY."""
    field = settings.model_fields.get(path[0]) if path else None
    if field is None:
        return False
    kind: Any = field.annotation
    if len(path) == 2 and getattr(kind, "__origin__", None) is dict:
        kind = kind.__args__[1]
    elif len(path) != 1:
        return False
    return key in getattr(kind, "model_fields", ())
