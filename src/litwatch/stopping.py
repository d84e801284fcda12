"""The wish that a process end, and waits that it cuts short.

Whoever waits for long takes the wait as an argument (`sleep`, `check`) and knows nothing of signals.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

from litwatch.errors import Stopped

LOOK_SECONDS = 0.25
"""Between two looks at whether the end is asked for, while somebody else is waited for."""
T = TypeVar("T")


class Stopping:
    """Asked for once, for good. Safe to use from signal handlers and from all threads."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def ask(self) -> None:
        """Nothing new is to be begun."""
        self._event.set()

    def is_asked(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Whether the end was asked for within so many seconds; True at once when it is."""
        return self._event.wait(seconds)

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds; Stopped at once when the end is asked for."""
        if self._event.wait(seconds):
            raise Stopped

    def check(self) -> None:
        """Stopped if the end was asked for."""
        if self._event.is_set():
            raise Stopped


def go_on() -> None:
    """A `check` by which nothing ever stops."""


def apart(work: Callable[[], T], *, check: Callable[[], None], seconds: float = math.inf) -> T:
    """What `work` gives or raises, done in a thread of its own, because nobody bounds how long it takes.

    Raises TimeoutError after so many seconds, and whatever `check` raises meanwhile. The thread is then left to itself,
    and ends with the process at the latest.
    """
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except BaseException as error:
            result.set_exception(error)

    threading.Thread(target=run, name=f"apart: {getattr(work, '__name__', 'work')}", daemon=True).start()
    left = seconds
    while not wait([result], timeout=max(0.0, min(left, LOOK_SECONDS))).done:
        check()
        left -= LOOK_SECONDS
        if left <= 0:
            raise TimeoutError
    return result.result()
