"""One page or feed as it goes out: its bytes compressed, and the answers to conditional requests (RFC 9110, 13)."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

from litwatch.publish.channels import content_type
from litwatch.publish.references import FORMS

GZIPPED = "-gzip"
"""What distinguishes the tag of the compressed bytes: they are another representation (RFC 9110, 8.8.3.3)."""
PAGE_SECONDS = 300
FEED_SECONDS = 900
PICTURE_SECONDS = 7 * 24 * 3600
"""How long an answer may be used without asking again. The picture of a note never changes, but drawing has its bugs."""

PNG = "image/png"

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_QUALITY = re.compile(r"\s*;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*\Z", re.IGNORECASE)
_FEEDS = ((b"<rss", "application/rss+xml"), (b"<feed", "application/atom+xml"), (b"<opml", "text/x-opml"))
_BY_ENDING = {
    "html": "text/html",
    "xml": "application/xml",
    "json": "application/feed+json",
    "opml": "text/x-opml",
    "txt": "text/plain",
    "png": PNG,
    **{form.ending: form.media_type for form in FORMS.values()},
}

OPEN = {"access-control-allow-origin": "*"}
"""Scripts of other sites may read it (Fetch standard, 3.3): it is public, and nobody has a cookie or a key here."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`etag` is the SHA-256 of the body, shortened; `changed` is when the body became what it is, in whole seconds."""

    media_type: str
    stored: bytes
    zipped: bool
    """Whether it is stored compressed, and may go out so; a picture is small as it is."""
    etag: str
    changed: datetime
    link: str = ""
    """The value of its Link header; "" for none."""

    @property
    def body(self) -> bytes:
        """Uncompressed."""
        return gzip.decompress(self.stored) if self.zipped else self.stored


Lines = list[tuple[bytes, bytes]]
"""Header lines as ASGI has them: names in lower case."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out."""

    status: int
    headers: Lines
    body: bytes


def tag(body: bytes) -> str:
    """The entity tag of these bytes, without quotes: 128 bits of their SHA-256."""
    return hashlib.sha256(body).hexdigest()[:32]


def sheet(path: str, body: bytes, changed: datetime, link: str | None = None) -> Sheet:
    """`body` made ready for sending. The same bytes make the same sheet: no time stands in the gzip header."""
    kind = media_type(path, body)
    zipped = kind != PNG
    return Sheet(kind, gzip.compress(body, 6, mtime=0) if zipped else body, zipped, tag(body), changed, link or "")


def media_type(path: str, body: bytes) -> str:
    """A feed's own; otherwise by the ending of `path`, an XML feed by its first element."""
    known = content_type(path)
    if known:
        return known
    ending = "csl.json" if path.endswith(".csl.json") else path.rpartition(".")[2]
    found = _BY_ENDING.get(ending, "application/octet-stream")
    if ending == "xml":
        found = next((kind for mark, kind in _FEEDS if mark in body[:500]), found)
    return found if found == PNG else f"{found}; charset=utf-8"


def answer(page: Sheet, asked: Mapping[str, str], now: datetime) -> Answer:
    """The page, 304 if the reader has it already, or 412 where it asked for another one only (RFC 9110, 13.2.2).

    `asked`: the request's header fields by their names in lower case, several of a name joined by commas.
    """
    zipped = page.zipped and takes_gzip(asked.get("accept-encoding"))
    etag = _etag(page, zipped)
    if _fails(asked, etag, page.changed):
        return _another()
    told = _told(etag, page.media_type, page.link)
    if _has_it(asked, etag, page.changed):
        return Answer(304, _raw(told), b"")
    # No date that is still to come for the server (RFC 9110, 8.8.2.1): its Date is up to a second old, and what changed
    # twice within a second is dated a second ahead.
    if page.changed <= now - timedelta(seconds=1):
        told["last-modified"] = format_datetime(page.changed, usegmt=True)
    if zipped:
        told["content-encoding"] = "gzip"
    body = page.stored if zipped else page.body
    return Answer(200, _raw(told | {"content-type": page.media_type, "content-length": str(len(body))}), body)


def not_modified(page: Sheet, asked: Mapping[str, str]) -> bytes | None:
    """The header lines of the 304 that `answer` gives, for who has the page already; None where it gives another."""
    if "if-none-match" not in asked and "if-modified-since" not in asked:
        return None
    etag = _etag(page, page.zipped and takes_gzip(asked.get("accept-encoding")))
    if _fails(asked, etag, page.changed) or not _has_it(asked, etag, page.changed):
        return None
    return _lines(etag, page.media_type, page.link)


def _etag(page: Sheet, zipped: bool) -> str:
    return f'"{page.etag}{GZIPPED if zipped else ""}"'


def _told(etag: str, media_type: str, link: str) -> dict[str, str]:
    """What every answer says of a page (RFC 9110, 15.4.5)."""
    lasting = PICTURE_SECONDS if media_type == PNG else PAGE_SECONDS if "html" in media_type else FEED_SECONDS
    told = {"etag": etag, "cache-control": f"public, max-age={lasting}"}
    if media_type != PNG:
        told["vary"] = "Accept-Encoding"
    return told | ({} if "html" in media_type else OPEN) | ({"link": link} if link else {})


@lru_cache(maxsize=2048)
def _lines(etag: str, media_type: str, link: str) -> bytes:
    """The same as it goes over the wire."""
    return b"".join(b"%b: %b\r\n" % line for line in _raw(_told(etag, media_type, link)))


def _another() -> Answer:
    text = b"What is here now is not what was asked for.\n"
    length = str(len(text))
    return Answer(
        412, _raw({"content-type": "text/plain", "content-length": length, "cache-control": "no-store"}), text
    )


def _raw(headers: Mapping[str, str]) -> Lines:
    return [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]


@lru_cache(maxsize=128)
def takes_gzip(accepted: str | None) -> bool:
    """Whether Accept-Encoding allows gzip, and does not prefer the bytes as they are (RFC 9110, 12.5.3)."""
    weights = dict(_weights(accepted or ""))
    zipped = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return zipped > 0 and zipped >= weights.get("identity", 0.0)


def _weights(accepted: str) -> list[tuple[str, float]]:
    found = []
    for part in accepted.split(","):
        name, _, parameters = part.partition(";")
        given = _QUALITY.match(f";{parameters}") if parameters else None
        found.append((name.strip().lower(), float(given[1]) if given else 1.0 if not parameters else 0.0))
    return found


def _fails(asked: Mapping[str, str], etag: str, changed: datetime) -> bool:
    """If-Match, or without one If-Unmodified-Since."""
    wanted = asked.get("if-match")
    if wanted is not None:
        return wanted.strip() != "*" and not any(
            not weak and f'"{name}"' == etag for weak, name in _TAG.findall(wanted)
        )
    until = _moment(asked.get("if-unmodified-since"))
    return until is not None and changed > until


def _has_it(asked: Mapping[str, str], etag: str, changed: datetime) -> bool:
    """If-None-Match, compared weakly; only without one If-Modified-Since."""
    had = asked.get("if-none-match")
    if had is not None:
        return had in (etag, "*") or had.strip() == "*" or any(f'"{name}"' == etag for _, name in _TAG.findall(had))
    since = _moment(asked.get("if-modified-since"))
    return since is not None and changed <= since


def _moment(text: str | None) -> datetime | None:
    """An HTTP date in any of its three forms; None, as if it were not there, for anything else (RFC 9110, 5.6.7)."""
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
