"""What an answer of the E-utilities means, judged by its content. Pure.

The status code alone proves nothing: error bodies come with HTTP 200, passing faults with HTTP 400, and any of them
as JSON, XML, HTML or plain text whatever was asked for. None of these may ever be taken for "no new papers".
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any, Literal

from litwatch.domain.text import clean_text

Operation = Literal["esearch", "efetch"]
Verdict = Literal["success", "transient", "rejected"]

_SET_ROOTS = frozenset({"PubmedArticleSet", "PubmedBookArticleSet"})

# Said of our request: asking again gives the same answer.
_REFUSALS = (
    "api key invalid",
    "api key not valid",
    "empty term and query_key",
    "cannot be larger than 9998",
    "out of range",
    "unable to obtain query",
    "invalid db name",
    "mandatory parameter",
    "empty id list",
    "ids have invalid value",
)
# Said of the service: it passes, at whatever status it comes.
_FAULTS = (
    "rate limit",
    "backend failed",
    "database is not supported",
    "external viewer error",
    "unable to open connection",
    "txclient",
    "error forwarding",
    "unable to route request",
    "document summary",
    "error 500",
    "internal server error",
    "bad gateway",
    "service unavailable",
    "gateway time",
    "temporarily",
    "maintenance",
    "timed out",
)
_BACKEND_TIMEOUT = re.compile(r"external viewer error|status: timeout", re.IGNORECASE)

_ROOT = re.compile(
    rb"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?[^>]*>)*<([A-Za-z_][\w.\-]*)", re.DOTALL | re.IGNORECASE
)
_ERROR = re.compile(rb"<ERROR[^>]*>(.*?)(?:</ERROR>|\Z)", re.DOTALL | re.IGNORECASE)
_ERROR_TAGS = (b"<ERROR", b"<error", b"<Error")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_KEY = re.compile(r"""(api[-_]?key["']?\s*[=:]\s*["']?)[^"'&\s,}]+""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """The meaning of an answer, with the reason in one line ("" for a success)."""

    verdict: Verdict
    reason: str = ""
    backend_timeout: bool = False
    """PubMed's own backend ran out of time: a smaller batch may get through."""


SUCCESS = Answer("success")


class UnusableError(Exception):
    """An answer that looked like one and was not whole; the request is tried again."""


def redact(text: str, secret: str | None = None) -> str:
    """`text` without API keys: the value of anything called api_key, and `secret` wherever it stands."""
    text = _KEY.sub(r"\1…", text)
    return text.replace(secret, "…") if secret else text


def classify(operation: Operation, status: int, content_type: str, body: bytes) -> Answer:
    """What this answer means: success, transient (try again) or rejected (our request is at fault).

    A success has a good status, the expected shape and no error in it. A body that names what is wrong decides before
    the status does; a body that says nothing leaves it to the status.
    """
    said, whole = _read(operation, body)
    reason = _excerpt(said, f"HTTP {status}{f' ({content_type})' if content_type else ''}")
    text = said.lower()
    if whole:
        good = 200 <= status < 300
        return SUCCESS if good else Answer("transient", f"HTTP {status} with an answer of the expected shape")
    if any(phrase in text for phrase in _REFUSALS):
        return Answer("rejected", reason)
    if any(phrase in text for phrase in _FAULTS):
        return Answer("transient", reason, backend_timeout=bool(_BACKEND_TIMEOUT.search(said)))
    if 400 <= status < 500 and status not in (408, 425, 429):
        return Answer("rejected", reason)
    return Answer("transient", reason)


def _read(operation: Operation, body: bytes) -> tuple[str, bool]:
    """(what the body says is wrong, whether it has the shape of a success)."""
    body = body.removeprefix(b"\xef\xbb\xbf").strip()
    if not body:
        return "empty answer", False
    if body[:1] in b"{[":
        return _read_json(operation, body)
    if body[:1] == b"<":
        return _read_xml(operation, body)
    return body[:400].decode("utf-8", "replace"), False


def _read_json(operation: Operation, body: bytes) -> tuple[str, bool]:
    try:
        document = json.loads(body, strict=False)  # NCBI's errors hold raw newlines
    except (ValueError, RecursionError):
        return "JSON that is cut short or broken", False
    fault = _json_fault(document)
    if fault:
        return fault, False
    if operation == "efetch":
        return "JSON instead of XML", False
    result = document.get("esearchresult") if isinstance(document, dict) else None
    if not isinstance(result, dict) or _integer(result.get("count")) is None:
        return "JSON without a count", False
    ids = result.get("idlist")
    if not isinstance(ids, list) or not all(isinstance(pmid, str) and pmid.isdecimal() for pmid in ids):
        return "JSON without a list of ids", False
    return "", True


def _json_fault(document: Any) -> str:
    """The error that a JSON answer carries, at its top or in its result; "" if none."""
    if not isinstance(document, dict):
        return ""
    result = document.get("esearchresult")
    for holder in (document, result if isinstance(result, dict) else {}):
        for name in ("ERROR", "error"):
            if holder.get(name):
                return str(holder[name])
    return ""


def _read_xml(operation: Operation, body: bytes) -> tuple[str, bool]:
    match = _ROOT.match(body)
    if match is None:
        return "XML without a root element", False
    root = match[1].decode("ascii")
    if root.lower() == "html" or b"<html" in body[:400].lower():
        return _page(body), False
    error = _ERROR.search(body) if any(tag in body for tag in _ERROR_TAGS) else None  # `in` is many times faster
    if error:
        return _plain(error[1][:1000]) or "an ERROR element without text", False
    if operation == "esearch":
        return f"XML ({root}) instead of JSON", False
    if root not in _SET_ROOTS:
        return f"{root} instead of PubmedArticleSet", False
    closing = f"</{root}>".encode()
    empty = body.endswith(b"/>") and b"<" not in body[match.end() :]
    return ("", True) if body.endswith(closing) or empty else ("XML that is cut short", False)


def _page(body: bytes) -> str:
    """What an HTML page is about."""
    text = body[:4000].decode("utf-8", "replace")
    title = _TITLE.search(text)
    return "HTML page: " + _plain((title[1] if title and title[1].strip() else text).encode())


def _plain(markup: bytes) -> str:
    return clean_text(unescape(_TAG.sub(" ", markup.decode("utf-8", "replace"))))


def _excerpt(said: str, where: str, width: int = 160) -> str:
    """`said` in one short line without keys, and where it was said."""
    line = redact(clean_text(said))
    return f"{where}: {line if len(line) <= width else line[: width - 1] + '…'}"


def _integer(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isdecimal() else None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What ESearch found. `ids` are the first 9,999 of `count` PMIDs, in PubMed's order, none twice."""

    count: int
    ids: tuple[str, ...]
    translation: str = ""
    """The query as PubMed understood it."""
    warnings: tuple[str, ...] = ()
    """Terms that PubMed did not know or left out."""
    unknown_fields: tuple[str, ...] = ()


def read_search(body: bytes, limit: int) -> SearchResult:
    """The result in a JSON answer of ESearch that `classify` found good; `limit` is the number of ids asked for.

    UnusableError when there are fewer or more ids than the count says, or one of them twice.
    """
    result = json.loads(body.removeprefix(b"\xef\xbb\xbf"), strict=False)["esearchresult"]
    count, ids = int(result["count"]), tuple(result["idlist"])
    expected = min(count, limit)
    if len(ids) != expected or len(set(ids)) != len(ids):
        raise UnusableError(f"{len(set(ids))} ids where the count says {expected}")
    errors, warnings = result.get("errorlist") or {}, result.get("warninglist") or {}
    fields = _strings(errors, "fieldsnotfound")
    told = [f"unknown field: {name}" for name in fields]
    told += [f"not found: {phrase}" for phrase in _strings(errors, "phrasesnotfound")]
    told += [f"not found as a phrase: {phrase}" for phrase in _strings(warnings, "quotedphrasesnotfound")]
    told += [f"left out: {phrase}" for phrase in _strings(warnings, "phrasesignored")]
    told += [text for text in _strings(warnings, "outputmessages") if text != "No items found."]
    return SearchResult(count, ids, str(result.get("querytranslation") or ""), tuple(told), fields)


def _strings(holder: object, name: str) -> tuple[str, ...]:
    """The list of texts called `name`, also where NCBI gives a single text or nothing."""
    value = holder.get(name) if isinstance(holder, dict) else None
    values = value if isinstance(value, list) else [value] if value else []
    return tuple(clean_text(str(text)) for text in values)
