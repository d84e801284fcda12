"""Logs go to standard error, one line an event; standard output belongs to a command's result."""

from __future__ import annotations

import logging
import sys


def configure(*, verbose: bool) -> None:
    """Logging by structlog to standard error: key=value lines, warnings and up unless `verbose`."""
    import structlog

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if verbose else logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
