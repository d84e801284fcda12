"""The command line. Errors are one line on standard error, without a traceback; exit codes are those of `litwatch.errors`.

0 done · 1 something went wrong · 2 configuration, query or usage · 3 an input file · 4 PubMed · 5 database · 6 publishing ·
7 delivery · 75 try later (a report piped into `litwatch bounce`) · 130 interrupted
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence

from litwatch.errors import LitwatchError

_UNWRITABLE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. Called by the `litwatch` script."""
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
        return code
    except LitwatchError as error:
        print(f"litwatch: {_one_line(str(error))}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("litwatch: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # The reader of our output has gone ("| head"): quiet, and keep the interpreter from complaining at exit.
        _discard_output()
        return 0
    except OSError as error:
        if error.filename is not None or error.errno not in _UNWRITABLE:
            raise
        _discard_output()
        print(f"litwatch: standard output: {error.strerror}", file=sys.stderr)
        return 1


def _run(arguments: list[str]) -> int:
    from litwatch.cli.root import root

    try:
        root(args=arguments)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0


def _discard_output() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _one_line(text: str) -> str:
    return " ".join(text.split())
