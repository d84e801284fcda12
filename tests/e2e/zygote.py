"""Processes of `litwatch` that start at once: a process that has imported everything forks one for each command.

Hundreds of them are killed in a campaign; importing takes longer than what they are killed in.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 120
"""Seconds that a command may take before the test ends it."""


class Started:
    """A running command. `pid` is its process's."""

    def __init__(self, zygote: subprocess.Popen[str], pid: int) -> None:
        self._zygote = zygote
        self.pid = pid

    def ended(self, within: float = 0) -> bool:
        """Whether it ends within so many seconds."""
        assert self._zygote.stdout
        return bool(select.select([self._zygote.stdout], [], [], within)[0])

    def wait(self) -> int:
        """Its exit code; negative is the signal that ended it."""
        if not self.ended(PATIENCE):
            os.kill(self.pid, signal.SIGKILL)
            raise TimeoutError(f"a command did not end within {PATIENCE} seconds")
        assert self._zygote.stdout
        return int(self._zygote.stdout.readline())


class Zygote:
    """Starts commands, one at a time."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, folder: Path, arguments: Sequence[str], *, wait_for: Path | None = None) -> Started:
        """`litwatch ARGUMENTS` in `folder`, its output in the file `said`; begun once `wait_for` exists."""
        assert self._process.stdin
        assert self._process.stdout
        order = {"folder": str(folder), "arguments": list(arguments), "wait_for": str(wait_for or folder)}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Started(self._process, int(self._process.stdout.readline()))


@contextmanager
def running() -> Iterator[Zygote]:
    # No setting of the machine reaches the installation: of the environment only what Python needs.
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME", "LANG") if name in os.environ}
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve())],
        env=kept,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            yield Zygote(process)
        finally:
            process.kill()


def _serve() -> None:
    importlib.import_module("litwatch.app")  # what takes its time

    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            os._exit(_run(**order))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _run(folder: str, arguments: list[str], wait_for: str) -> int:
    from litwatch.cli import main

    os.chdir(folder)
    said = os.open("said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(said, stream)
    while not Path(wait_for).exists():
        time.sleep(0.002)
    code = main(arguments)
    sys.stdout.flush()
    return code


if __name__ == "__main__":
    _serve()
