"""The chapter's data files, each read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The TOML file `data/{name}.toml` of this package."""
    return tomllib.loads((files("litwatch.extract") / "data" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def word_set(name: str, key: str) -> frozenset[str]:
    """A list of words of a data file, as a set."""
    return frozenset(load(name)[key])


@cache
def nested_set(name: str, key: str) -> frozenset[str]:
    """The like, in lower case, for lists that are compared with words in lower case."""
    return frozenset(word.lower() for word in load(name)[key])
