"""Frozen values, made quickly.

A frozen dataclass sets each of its fields through `object.__setattr__`, which takes four times as long as plain
assignment, and a record is made of some thirty values with more than a hundred fields. A maker assigns them plainly, to
an instance of a twin that has the same slots and is not frozen yet, and hands it over to the frozen class: Python
allows that between classes with the same slots (Language Reference, "Notes on using __slots__").
"""

from __future__ import annotations

from dataclasses import MISSING, Field, field, fields, make_dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    T = TypeVar("T", bound=DataclassInstance)
else:
    T = TypeVar("T")


def maker(frozen: type[T]) -> type[T]:
    """What makes instances of `frozen`, a dataclass with slots and without a `__post_init__`: call it as the class
    itself.
    """

    def freeze(self: object) -> None:
        self.__class__ = frozen

    twin = make_dataclass(
        frozen.__name__,
        [(each.name, each.type, _with_default(each)) for each in fields(frozen)],
        namespace={"__post_init__": freeze, "__doc__": frozen.__doc__},
        slots=True, repr=False, eq=False, match_args=False,
    )  # fmt: skip
    return cast("type[T]", twin)


def _with_default(each: Field[Any]) -> Any:
    if each.default is not MISSING:
        return field(default=each.default)
    return field() if each.default_factory is MISSING else field(default_factory=each.default_factory)
