"""Values that are worked out once for each key: most words of an abstract have been met before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(dict[Key, Value]):
    """The values that `make` gives, the first `most` of them kept.

    A dict, so that a whole sentence is looked up by `map(kept.__getitem__, words)`, without a call for each word. What
    comes after the first `most` is worked out anew each time: the words of a language come early, the rest is chaff.
    """

    __slots__ = ("_make", "_most")

    def __init__(self, make: Callable[[Key], Value], most: int = 20_000) -> None:
        super().__init__()
        self._make = make
        self._most = most

    def __missing__(self, key: Key) -> Value:
        value = self._make(key)
        if len(self) < self._most:
            self[key] = value
        return value
