"""Reading articles into studies for poll and import: what fails is logged; several processes can share the work."""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Self

import structlog

from litwatch.domain.article import Article
from litwatch.domain.study import Study

ReadStudy = Callable[[Article], Study]
Studies = dict[str, Study]
"""By PMID; an article that could not be read has none."""

WORTH_IT = 100
"""Fewer articles than this are read in this process: starting others takes longer."""

log = structlog.get_logger(__name__)


def read_all(read_study: ReadStudy, articles: Iterable[Article]) -> Studies:
    """The studies of `articles`. One that `read_study` fails on is logged and left out; it never stops the others."""
    return _told(_attempt(read_study, articles))


def _attempt(read_study: ReadStudy, articles: Iterable[Article]) -> list[tuple[str, Study | str]]:
    """(PMID, its study or the traceback). As text: a log that draws local variables would hold the whole article."""
    results: list[tuple[str, Study | str]] = []
    for article in articles:
        try:
            results.append((article.pmid, read_study(article)))
        except Exception:
            results.append((article.pmid, traceback.format_exc()))
    return results


def _told(results: Iterable[tuple[str, Study | str]]) -> Studies:
    studies: Studies = {}
    for pmid, result in results:
        if isinstance(result, str):
            log.error("article cannot be read into a study", pmid=pmid, trace=result)
        else:
            studies[pmid] = result
    return studies


class Reader:
    """Reads batches of articles, ahead of when they are wanted if there are several `workers`.

    Other processes are started when the first large batch comes, and only if `workers` is more than 1; `read_study`
    must then be a function of a module. If they die, this process reads in their place.
    """

    def __init__(self, read_study: ReadStudy, workers: int = 1) -> None:
        self._read_study = read_study
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None
        self._broken = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def begin(self, articles: Sequence[Article]) -> Callable[[], Studies]:
        """Start reading; the function returned waits for the studies."""
        if self._workers < 2 or self._broken or len(articles) < WORTH_IT:
            return lambda: read_all(self._read_study, articles)
        size = -(-len(articles) // (2 * self._workers))
        parts = [articles[start : start + size] for start in range(0, len(articles), size)]
        try:
            futures = [self._started().submit(_attempt, self._read_study, part) for part in parts]
        except BrokenProcessPool:
            return lambda: self._instead(articles)
        return lambda: self._collected(futures, articles)

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Not forked: this process may have threads, whose locks a copy would find held for ever.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._workers, context, initializer=_ignore_interrupts)
        return self._pool

    def _collected(
        self, futures: Sequence[Future[list[tuple[str, Study | str]]]], articles: Sequence[Article]
    ) -> Studies:
        try:
            results = [future.result() for future in futures]
        except BrokenProcessPool:
            return self._instead(articles)
        return _told(result for part in results for result in part)

    def _instead(self, articles: Sequence[Article]) -> Studies:
        if not self._broken:
            log.warning("reading processes died; going on in one process")
        self._broken = True
        return read_all(self._read_study, articles)


def _ignore_interrupts() -> None:
    """Ctrl-C is for the process that started this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
