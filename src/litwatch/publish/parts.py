"""Long lists as pages, so that none weighs more than `MAX_PAGE_BYTES`, whatever there is to list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_PAGE_BYTES = 100_000
"""Of a page with everything that it needs: there is nothing beside its HTML."""
LIST_BYTES = 70_000
"""Of these, for a list; the rest is for what stands around it on every page."""
ENTRY_BYTES = 350
"""Of an entry's elements and addresses, without its texts."""


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """A page of a list: where it lies, what it has, and where the pages before and after it lie ("" for none)."""

    path: str
    items: tuple[T, ...]
    number: int = 0
    """As in its path; 0 for the page at the list's own path."""
    before: str = ""
    after: str = ""

    @property
    def alone(self) -> bool:
        return not (self.before or self.after)


def part_path(path: str, number: int) -> str:
    """Where the page of that number lies, of a list that begins at `path`: "topics/x.html" → "topics/x/2.html"."""
    return f"{path.removesuffix('.html')}/{number}.html"


def numbered(path: str, items: Sequence[T], weigh: Callable[[T], int], most: int = LIST_BYTES) -> tuple[Part[T], ...]:
    """A list from its beginning: its first page lies at `path`, the second is number 2. One empty page for no items."""
    pieces = list(_pieces(items, weigh, most)) or [()]
    return _joined(path, [0, *range(2, len(pieces) + 1)], pieces)


def lasting(
    path: str, newest_first: Sequence[T], weigh: Callable[[T], int], most: int = LIST_BYTES
) -> tuple[Part[T], ...]:
    """A list that grows at its front, newest page first; one empty page for no items.

    The newest lies at `path`; older ones are counted from the oldest and keep number and items for ever. The newest has
    all that is on no other page, and is never nearly empty: a page is closed when there is enough for another one.
    """
    pieces = list(_pieces(newest_first[::-1], weigh, most // 2)) or [()]
    if len(pieces) > 1:
        pieces[-2:] = [(*pieces[-2], *pieces[-1])]
    return _joined(path, [0, *range(len(pieces) - 1, 0, -1)], [piece[::-1] for piece in reversed(pieces)])


def entry(*texts: str) -> int:
    """About how many bytes an entry of a list with these texts takes, at most."""
    return ENTRY_BYTES + sum(
        len(text.encode("utf-8", "replace")) + 5 * sum(map(text.count, "&<>\"'")) for text in texts
    )


def _pieces(items: Iterable[T], weigh: Callable[[T], int], most: int) -> Iterator[tuple[T, ...]]:
    """The items in order, as many together as weigh no more than `most`; at least one."""
    piece: list[T] = []
    weight = 0
    for item in items:
        heavy = weigh(item)
        if piece and weight + heavy > most:
            yield tuple(piece)
            piece, weight = [], 0
        piece.append(item)
        weight += heavy
    if piece:
        yield tuple(piece)


def _joined(path: str, numbers: Sequence[int], pieces: Sequence[tuple[T, ...]]) -> tuple[Part[T], ...]:
    paths = [part_path(path, number) if number else path for number in numbers]
    ends = zip(["", *paths[:-1]], [*paths[1:], ""], strict=True)
    return tuple(
        Part(path, piece, number, before, after)
        for path, piece, number, (before, after) in zip(paths, pieces, numbers, ends, strict=True)
    )
