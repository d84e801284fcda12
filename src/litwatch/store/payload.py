"""Whole values as JSON text: an issue or a study is stored as it is and comes back equal (its numbers are finite)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from litwatch.errors import StoreError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")


def dump(kind: type[T], value: T) -> str:
    """`value` as compact JSON, fields in the order of the dataclass: equal values give equal text."""
    return _adapter(_key(kind)).dump_json(value).decode()


def load(kind: type[T], text: str) -> T:
    """What `dump` wrote. Fields added to the type since then take their defaults.

    Raises StoreError for anything else.
    """
    try:
        loaded: T = _adapter(_key(kind)).validate_json(text)
    except ValueError as error:
        first = str(error).splitlines()[:3]
        raise StoreError("read", f"a stored {kind.__name__} cannot be read: {' '.join(first)}") from error
    return loaded


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # slow to import; commands that touch no database do without

    return TypeAdapter(kind)


def _key(kind: Any) -> Any:
    # mypy does not take a type variable's class for hashable.
    return kind
