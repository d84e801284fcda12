"""A command that ends in order: the first signal asks, a second one of the kind ends the process at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Whether SIGTERM or SIGINT has come since the block was entered. For the main thread."""
    asked = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        del frame
        asked.set()
        signal.signal(number, signal.SIG_DFL)

    previous = {number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield asked.is_set
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
