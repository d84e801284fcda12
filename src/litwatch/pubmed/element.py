"""What the readers of a record need of an XML element: they take any tree, `parse` decides which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, overload


class Element(Protocol):
    """An element without comments and instructions below it, as lxml and the standard library have them."""

    @property
    def tag(self) -> str: ...
    @property
    def text(self) -> str | None: ...
    @property
    def tail(self) -> str | None: ...
    @overload
    def get(self, key: str, /) -> str | None: ...
    @overload
    def get(self, key: str, default: str, /) -> str: ...
    def __iter__(self) -> Iterator[Element]: ...
    def __len__(self) -> int: ...


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]
