"""A language model over httpx, by the chat interface that many servers share (POST …/chat/completions). No SDK.

The server is not trusted: an answer is read whole or not at all, within a size and a time, and only its text and its
count of tokens are taken out. The key goes into one header and nowhere else.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any

import httpx
import structlog

from litwatch import __version__
from litwatch.domain.text import clean_text, xml_chars
from litwatch.errors import WriterError
from litwatch.stopping import apart, go_on

LARGEST_ANSWER = 1_000_000
"""Bytes. A note's sentences have some 5,000."""
CONNECT_SECONDS = 10.0
WAIT_SECONDS = 2.0
"""Before the second try, unless Retry-After says otherwise."""
MOST_TOKENS = 10_000_000
"""Larger counts are nonsense."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_MESSAGE_CHARACTERS = 200

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model wrote. `tokens` is what the server counts for question and answer; None if it does not say."""

    text: str
    tokens: int | None = None


class ModelClient:
    """One model on one server. `base_url` ends before "chat/completions"; `key` is visible ASCII without spaces."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        key: str | None = None,
        tries: int = 2,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        check: Callable[[], None] = go_on,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self._key = key
        self._tries = tries
        self._sleep, self._check, self._monotonic = sleep, check, monotonic
        url = httpx.URL(base_url if base_url.endswith("/") else base_url + "/")
        headers = {"User-Agent": f"litwatch/{__version__}", "Accept": "application/json", "Accept-Encoding": "identity"}
        self._http = httpx.Client(
            base_url=url,
            transport=transport,
            headers=headers | ({"Authorization": f"Bearer {key}"} if key else {}),
            trust_env=url.host not in _LOOPBACK,  # a proxy from the environment cannot reach this machine's loopback
        )

    def close(self) -> None:
        self._http.close()

    def complete(self, system: str, user: str, *, max_tokens: int, seconds: float) -> Completion:
        """The model's answer, of at most `max_tokens`, within `seconds`. A passing fault is met with a second try.

        WriterError if there is none; whatever `sleep` and `check` raise.
        """
        deadline = self._monotonic() + seconds
        body = {
            "model": self.model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "max_tokens": max_tokens,
            "temperature": 0,
        }
        tries = self._tries
        while True:
            tries -= 1
            try:
                return self._within(deadline, body)
            except _TryAgainError as error:
                wait = error.retry_after
                if tries <= 0 or self._monotonic() + wait >= deadline:
                    raise WriterError(str(error), spent=error.spent) from None
                log.warning("try again", seconds=wait, reason=str(error))
                self._sleep(wait)

    def _within(self, deadline: float, body: dict[str, Any]) -> Completion:
        """One try that ends at the deadline whatever happens.

        httpx bounds each wait, not their sum, and nobody bounds the look-up of a name.
        """
        seconds = deadline - self._monotonic()
        try:
            return apart(partial(self._ask, body, deadline), check=self._check, seconds=seconds)
        except TimeoutError:
            raise WriterError(f"no whole answer within {seconds:.0f} s", spent=True) from None

    def _ask(self, body: dict[str, Any], deadline: float) -> Completion:
        seconds = max(0.001, deadline - self._monotonic())
        timeout = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds))
        try:
            with self._http.stream("POST", "chat/completions", json=body, timeout=timeout) as response:
                raw = self._read(response, deadline)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _TryAgainError(f"cannot connect ({type(error).__name__})", WAIT_SECONDS) from None
        except httpx.TimeoutException as error:
            raise WriterError(f"no whole answer within {seconds:.0f} s ({type(error).__name__})", spent=True) from None
        except httpx.HTTPError as error:
            # Its own words may repeat the request's headers.
            raise _TryAgainError(f"the connection broke ({type(error).__name__})", WAIT_SECONDS, spent=True) from None
        log.debug("asked", status=response.status_code, bytes=len(raw))
        return self._judge(response, raw)

    def _read(self, response: httpx.Response, deadline: float) -> bytes:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise WriterError("the answer is compressed, which was not asked for", spent=True)
        parts, size = [], 0
        for part in response.iter_raw():
            parts.append(part)
            size += len(part)
            if size > LARGEST_ANSWER:
                raise WriterError(f"an answer of more than {LARGEST_ANSWER:,} bytes", spent=True)
            if self._monotonic() > deadline:
                raise WriterError("the answer did not end in time", spent=True)
        return b"".join(parts)

    def _judge(self, response: httpx.Response, raw: bytes) -> Completion:
        status = response.status_code
        try:
            answer: Any = json.loads(raw)
        except (ValueError, RecursionError):
            answer = None
        if status in (408, 425, 429) or status >= 500:
            raise _TryAgainError(_status(status), _retry_after(response.headers.get("Retry-After", "")))
        if status != HTTPStatus.OK:
            raise WriterError(f"{_status(status)}{self._told(status, answer)}", passing=False)
        kind = response.headers.get("Content-Type", "no content type").partition(";")[0].strip()[:60]
        if answer is None:
            raise WriterError(f"the answer is no JSON ({clean_text(kind)})", spent=True)
        text = _text(answer)
        if text is None:
            raise WriterError("the answer has no text", spent=True)
        return Completion(xml_chars(text), _tokens(answer))

    def _told(self, status: int, answer: Any) -> str:
        """What the server says about the request, in a line. Of a refused key nothing: servers repeat what they got."""
        error = answer.get("error") if isinstance(answer, dict) else None
        message = error.get("message") if isinstance(error, dict) else error
        if status in (401, 403) or not isinstance(message, str):
            return ""
        message = clean_text(message)
        if self._key:
            message = message.replace(self._key, "***")
        return f": {message[:_MESSAGE_CHARACTERS]}"


class _TryAgainError(Exception):
    """A fault that may pass."""

    def __init__(self, message: str, retry_after: float, *, spent: bool = False) -> None:
        self.retry_after = retry_after
        self.spent = spent
        super().__init__(message)


def _status(status: int) -> str:
    try:
        return f"HTTP {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"HTTP {status}"


def _retry_after(value: str) -> float:
    """The header's seconds (RFC 9110, 10.2.3); a date or nonsense is the usual wait."""
    return float(value) if value.isascii() and value.isdecimal() and len(value) < 6 else WAIT_SECONDS


def _text(answer: Any) -> str | None:
    try:
        text = answer["choices"][0]["message"]["content"]
    except (LookupError, TypeError):
        return None
    return text if isinstance(text, str) and text.strip() else None


def _tokens(answer: Any) -> int | None:
    usage = answer.get("usage") if isinstance(answer, dict) else None
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    return total if type(total) is int and 0 < total <= MOST_TOKENS else None
