"""How long `litwatch --help` takes, against the bare interpreter, in whole processes.

usage: python benchmarks/startup.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 5


def seconds(command: list[str]) -> float:
    """Median wall time of RUNS whole processes."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    bare = seconds([sys.executable, "-c", "pass"])
    program = [sys.executable, "-c", "import sys; from litwatch.cli import main; sys.exit(main(['--help']))"]
    help_ = seconds(program)
    print(f"interpreter {bare:.3f} s, litwatch --help {help_:.3f} s, ratio {help_ / bare:.1f} (medians of {RUNS})")


if __name__ == "__main__":
    main()
