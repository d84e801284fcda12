"""The E-utilities over httpx: searched by window, fetched in batches, every answer judged by its content.

The home of httpx. ESearch and EFetch go by POST, so that no query is too long for a URL, with `tool` and `email`
as NCBI asks (NBK25497). WebEnv is not used: it expires, and ids by POST need none.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from types import TracebackType
from typing import Self, TypeVar

import httpx
import structlog

from litwatch import __version__
from litwatch.domain.calendar import Clock, system_clock
from litwatch.errors import InputError, PubMedRejected, PubMedUnavailable, TooManyResults
from litwatch.pubmed import backoff
from litwatch.pubmed.answers import Answer, Operation, SearchResult, UnusableError, classify, read_search, redact
from litwatch.pubmed.batches import Batch, Item, complete
from litwatch.pubmed.pace import Pace
from litwatch.pubmed.parse import read_records
from litwatch.pubmed.windows import Window
from litwatch.stopping import apart, go_on

NCBI = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
MOST_IDS = 9_999
"""PubMed gives out no more ids of one query."""
BATCH = 200
LARGEST_BODY = 200_000_000
"""Bytes of one answer. 200 records have 2 to 5 MB; ten times the largest seen would still be far below."""
CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS = 10.0, 60.0, 180.0
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

T = TypeVar("T")
Progress = Callable[[int, int], None]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WindowResult:
    """All that a query finds in a window of days: `len(ids) <= count`, equal unless days changed while being asked."""

    count: int
    ids: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reply:
    """An answer with its whole body, or the fault that kept it from arriving."""

    answer: Answer
    body: bytes = b""
    retry_after: float | None = None


class _BackendTimeoutError(Exception):
    """PubMed's backend ran out of time over a batch that can be made smaller."""


class Client:
    """One connection to an E-utilities server. Not thread-safe in itself; several clients share one `Pace`."""

    def __init__(
        self,
        *,
        base_url: str = NCBI,
        tool: str,
        email: str,
        api_key: str | None = None,
        pace: Pace,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        check: Callable[[], None] = go_on,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Clock = system_clock,
        random: Random | None = None,
        tries: int = 5,
    ) -> None:
        """`clock` serves only a Retry-After that is given as a date. `random` spreads the back-off.

        `sleep` waits between tries, `check` is asked while an answer is waited for; what they raise (Stopped) ends it.
        """
        self._identity = {"db": "pubmed", "tool": tool, "email": email} | ({"api_key": api_key} if api_key else {})
        self._key = api_key
        self._pace = pace
        self._sleep, self._check, self._monotonic, self._clock = sleep, check, monotonic, clock
        self._random = random or Random()  # noqa: S311 - jitter, not a secret
        self._tries = tries
        url = httpx.URL(base_url if base_url.endswith("/") else base_url + "/")
        self._http = httpx.Client(
            base_url=url,
            transport=transport,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            headers={"User-Agent": f"litwatch/{__version__}", "Accept-Encoding": "gzip"},
            trust_env=url.host not in _LOOPBACK,  # a proxy from the environment cannot reach this machine's loopback
        )

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def count(self, term: str) -> int:
        """How many records PubMed has for `term`."""
        return self._search(term, 0).count

    def search(self, term: str) -> SearchResult:
        """Count and ids (the first 9,999) of `term`, as PubMed understood it.

        PubMedRejected if nothing is found and a field of the query is unknown; PubMedUnavailable after the last try.
        """
        return self._search(term, MOST_IDS)

    def search_window(self, query: str, window: Window) -> WindowResult:
        """Every id that `query` finds in `window`; the window is halved until no part is over PubMed's limit.

        TooManyResults if a single day is over it.
        """
        result = self.search(window.term(query))
        if result.count <= MOST_IDS:
            return WindowResult(result.count, result.ids, result.warnings)
        halves = window.halves()
        if halves is None:
            raise TooManyResults(
                "esearch",
                f"{result.count:,} records on {window.first} alone, PubMed gives out {MOST_IDS:,}: narrow the query",
            )
        parts = [self.search_window(query, half) for half in halves]
        ids = tuple(dict.fromkeys(pmid for part in parts for pmid in part.ids))
        warnings = tuple(dict.fromkeys(text for part in parts for text in part.warnings))
        return WindowResult(sum(part.count for part in parts), ids, warnings)

    def fetch(self, pmids: Sequence[str], on_progress: Progress | None = None) -> Iterator[Batch]:
        """The records of `pmids`, in batches; together the batches name every PMID once, as an item or as missing.

        No id, no request. A batch is read only when the one before was taken. `on_progress(done, total)` counts ids.
        PubMedUnavailable or PubMedRejected end it; what was yielded before is whole.
        """
        wanted = tuple(dict.fromkeys(pmids))
        done, size = 0, BATCH
        while done < len(wanted):
            asked = wanted[done : done + size]
            try:
                batch = complete(asked, self._fetch)
            except _BackendTimeoutError:
                size = len(asked) // 2
                log.warning("batch halved", size=size)
                continue
            if batch.unasked or batch.missing:
                log.warning("answer incomplete", missing=len(batch.missing), unasked=len(batch.unasked))
            done += len(asked)
            yield batch
            if on_progress:
                on_progress(done, len(wanted))

    def _search(self, term: str, limit: int) -> SearchResult:
        fields = {"term": term, "retmode": "json", "retmax": str(limit), "retstart": "0"}
        result = self._ask("esearch", fields, lambda body: read_search(body, limit))
        if result.count == 0 and result.unknown_fields:
            raise PubMedRejected("esearch", f"the query has unknown fields: {', '.join(result.unknown_fields)}")
        return result

    def _fetch(self, pmids: Sequence[str]) -> list[Item]:
        fields = {"id": ",".join(pmids), "retmode": "xml"}
        return self._ask("efetch", fields, _read_items, divisible=len(pmids) > 1)

    def _ask(
        self, operation: Operation, fields: dict[str, str], read: Callable[[bytes], T], *, divisible: bool = False
    ) -> T:
        """`read` of the first good answer. `read` may find an answer `UnusableError`, which is tried again too."""
        for attempt in range(1, self._tries + 1):
            self._pace.wait()
            reply = apart(partial(self._post, operation, fields), check=self._check)
            reason = redact(reply.answer.reason, self._key)
            if reply.answer.verdict == "rejected":
                raise PubMedRejected(operation, reason)
            if reply.answer.verdict == "success":
                try:
                    return read(reply.body)
                except UnusableError as error:
                    reason = redact(str(error), self._key)
            elif reply.answer.backend_timeout and divisible:
                raise _BackendTimeoutError
            if attempt < self._tries:
                seconds = backoff.delay(attempt, self._random, reply.retry_after)
                log.warning("try again", operation=operation, attempt=attempt, seconds=round(seconds, 1), reason=reason)
                self._sleep(seconds)
        raise PubMedUnavailable(operation, f"no usable answer in {self._tries} tries; the last: {reason}")

    def _post(self, operation: Operation, fields: dict[str, str]) -> _Reply:
        """One request and its whole body, judged. A fault on the way is a transient answer."""
        started = self._monotonic()
        try:
            with self._http.stream("POST", f"{operation}.fcgi", data={**self._identity, **fields}) as response:
                body = self._body(response, started + TOTAL_SECONDS)
        except httpx.HTTPError as error:
            return _Reply(Answer("transient", _fault(error)))
        except UnusableError as error:
            return _Reply(Answer("transient", str(error)))
        log.debug("asked", operation=operation, status=response.status_code, bytes=len(body))
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip()
        wait = backoff.retry_after(response.headers.get("Retry-After"), self._clock())
        return _Reply(classify(operation, response.status_code, kind, body), body, wait)

    def _body(self, response: httpx.Response, deadline: float) -> bytes:
        """The whole body, unpacked. UnusableError when it is too large, too slow, or shorter than announced."""
        parts, size = [], 0
        measured = not response.is_stream_consumed  # a transport may hand over an answer that is read already
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > LARGEST_BODY:
                raise UnusableError(f"an answer of more than {LARGEST_BODY:,} bytes")
            if self._monotonic() > deadline:
                raise UnusableError(f"not finished after {TOTAL_SECONDS:.0f} s")
        announced = response.headers.get("Content-Length", "")
        if measured and announced.isdecimal() and response.num_bytes_downloaded != int(announced):
            raise UnusableError(f"{response.num_bytes_downloaded} of {announced} bytes arrived")
        return b"".join(parts)


def _read_items(body: bytes) -> list[Item]:
    """All items of a whole efetch answer; UnusableError if it cannot be read to its end."""
    try:
        return list(read_records(io.BytesIO(body), "efetch"))
    except InputError as error:
        raise UnusableError(error.message) from error


def _fault(error: httpx.HTTPError) -> str:
    """A transport error in words, without the request's data."""
    name = type(error).__name__
    if isinstance(error, httpx.ConnectTimeout):
        return f"no connection within {CONNECT_SECONDS:.0f} s"
    if isinstance(error, httpx.TimeoutException):
        return f"no answer within {READ_SECONDS:.0f} s ({name})"
    if isinstance(error, httpx.ConnectError):
        return f"cannot connect: {error}"
    return f"{name}: {error}" if str(error) else name
