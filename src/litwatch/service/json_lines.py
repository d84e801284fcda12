"""JSON Lines in, an object a line out: a line that cannot be used is answered too, and never stops those after it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from litwatch.errors import LitwatchError

Taken = TypeVar("Taken")
Answer = TypeVar("Answer")


def answers(
    lines: Iterable[bytes], take: Callable[[object], Taken], answer: Callable[[Taken], Answer]
) -> Iterator[Answer | dict[str, Any]]:
    """`answer(take(value))` for the value of each line, in order; empty lines are passed over.

    A line that is no JSON, is nested too deep, or that `take` refuses gives `id` (null if unknown) and `error`.
    """
    for number, line in enumerate(lines, 1):
        line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        identity = None
        try:
            value = json.loads(line)
            identity = value.get("id") if isinstance(value, dict) else None
            taken = take(value)
        except (ValueError, LitwatchError, RecursionError) as error:
            yield {"id": identity, "error": f"line {number}: {error}"}
            continue
        yield answer(taken)
