"""Logs go to standard error, one line an event; standard output belongs to a command's result."""

from __future__ import annotations

import logging
import sys


def configure(*, verbose: bool = False, service: bool = False) -> None:
    """Logging by structlog to standard error: key=value lines.

    A command tells its result itself, so only errors are logged; a `service` that runs for years tells what it does.
    """
    import structlog

    level = logging.DEBUG if verbose else logging.INFO if service else logging.ERROR
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Looked up at each use: a stream that was replaced or closed is not written to.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
