"""Waits that end when a process is to end."""

from __future__ import annotations

import threading
import time

import pytest

from litwatch.errors import Stopped
from litwatch.stopping import Stopping, apart, go_on

LONG = 60.0
AT_ONCE = 10.0
"""Seconds, on a machine that has other things to do."""


def test_a_sleep_ends_when_the_end_is_asked_for() -> None:
    stopping = Stopping()
    began = time.monotonic()
    threading.Timer(0.05, stopping.ask).start()
    with pytest.raises(Stopped, match="stopped on request"):
        stopping.sleep(LONG)
    with pytest.raises(Stopped):
        stopping.sleep(LONG)
    with pytest.raises(Stopped):
        stopping.check()
    assert stopping.wait(LONG)
    assert time.monotonic() - began < AT_ONCE


def test_nothing_ends_before_it_is_asked_for() -> None:
    stopping = Stopping()
    stopping.sleep(0.01)
    stopping.check()
    assert not stopping.wait(0.01)
    assert not stopping.is_asked()


def test_work_apart_gives_what_it_gives_and_raises_what_it_raises() -> None:
    assert apart(lambda: threading.current_thread() is threading.main_thread(), check=go_on) is False

    def fail() -> None:
        raise KeyError("its own")

    with pytest.raises(KeyError, match="its own"):
        apart(fail, check=go_on)


def test_work_apart_is_left_to_itself_when_the_end_is_asked_for_or_its_time_is_up() -> None:
    stopping, never = Stopping(), threading.Event()
    began = time.monotonic()
    with pytest.raises(TimeoutError):
        apart(lambda: never.wait(LONG), check=stopping.check, seconds=0.05)
    with pytest.raises(TimeoutError):
        apart(lambda: never.wait(LONG), check=stopping.check, seconds=-1)
    threading.Timer(0.05, stopping.ask).start()
    with pytest.raises(Stopped):
        apart(lambda: never.wait(LONG), check=stopping.check)
    assert time.monotonic() - began < AT_ONCE
    never.set()
