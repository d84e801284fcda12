"""Conditional requests and compression by RFC 9110, decided without a server."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litwatch.web.pages import asked as as_asked
from litwatch.web.sheet import Answer, answer, media_type, not_modified, sheet, tag, takes_gzip

CHANGED = datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)  # RFC 9110's own example of a date
NOW = CHANGED + timedelta(days=1)
BODY = b"<p>pain</p>" * 100
PAGE = sheet("index.html", BODY, CHANGED)
PLAIN, ZIPPED = f'"{tag(BODY)}"', f'"{tag(BODY)}-gzip"'

IMF, RFC850, ASCTIME = "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"
BEFORE, AFTER = "Sun, 06 Nov 1994 08:49:36 GMT", "Sun, 06 Nov 1994 08:49:38 GMT"


def told(*lines: tuple[str, str], now: datetime = NOW) -> tuple[Answer, dict[str, str]]:
    """The answer to a request with these header lines, and its headers."""
    request = as_asked([(name.lower().encode(), value.encode("latin-1")) for name, value in lines])
    found = answer(PAGE, request, now)
    briefly = not_modified(PAGE, request)
    assert briefly == (b"".join(b"%b: %b\r\n" % line for line in found.headers) if found.status == 304 else None)
    return found, {name.decode(): value.decode() for name, value in found.headers}


MATRIX = [
    (200, []),
    (304, [("If-None-Match", PLAIN)]),
    (304, [("If-None-Match", f"W/{PLAIN}")]),
    (304, [("If-None-Match", f'"other, with a comma", {PLAIN}')]),
    (304, [("If-None-Match", '"other"'), ("If-None-Match", PLAIN)]),
    (304, [("If-None-Match", "*")]),
    (200, [("If-None-Match", '"other"')]),
    (200, [("If-None-Match", PLAIN.strip('"'))]),
    (200, [("If-None-Match", "")]),
    (200, [("If-None-Match", '"*"')]),
    (200, [("If-None-Match", ZIPPED)]),
    (304, [("If-None-Match", ZIPPED), ("Accept-Encoding", "gzip")]),
    (200, [("If-None-Match", PLAIN), ("Accept-Encoding", "gzip")]),
    (304, [("If-Modified-Since", IMF)]),
    (304, [("If-Modified-Since", RFC850)]),
    (304, [("If-Modified-Since", ASCTIME)]),
    (304, [("If-Modified-Since", AFTER)]),
    (200, [("If-Modified-Since", BEFORE)]),
    (200, [("If-Modified-Since", "yesterday")]),
    (200, [("If-Modified-Since", "Sun, 99 Nov 1994 08:49:37 GMT")]),
    (200, [("If-Modified-Since", "Sun, 06 Nov 99999999999999999999 08:49:37 GMT")]),
    # If-None-Match wins, either way.
    (200, [("If-None-Match", '"other"'), ("If-Modified-Since", AFTER)]),
    (304, [("If-None-Match", PLAIN), ("If-Modified-Since", BEFORE)]),
    (412, [("If-Match", '"other"')]),
    (200, [("If-Match", PLAIN)]),
    (200, [("If-Match", "*")]),
    (412, [("If-Match", f"W/{PLAIN}")]),  # compared strongly
    (412, [("If-Unmodified-Since", BEFORE)]),
    (200, [("If-Unmodified-Since", IMF)]),
    (200, [("If-Unmodified-Since", "nonsense")]),
    (200, [("If-Match", PLAIN), ("If-Unmodified-Since", BEFORE)]),  # If-Match wins
    (304, [("If-Match", PLAIN), ("If-None-Match", PLAIN)]),
    (200, [("Range", "bytes=0-9")]),
]


@pytest.mark.parametrize(("expected", "lines"), MATRIX)
def test_matrix(expected: int, lines: list[tuple[str, str]]) -> None:
    assert told(*lines)[0].status == expected


def test_a_304_tells_what_a_200_would_tell_of_caching_and_no_more() -> None:
    _, full = told()
    short, headers = told(("If-None-Match", PLAIN))
    assert short.body == b""
    assert headers == {name: full[name] for name in ("etag", "cache-control", "vary")}
    assert full["last-modified"] == IMF


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("feed.xml", b"<rss></rss>", b"*"),
        ("nuggets.json", b"{}", b"*"),
        ("notes/a.csl.json", b"[]", b"*"),
        ("notes/a.html", b"<p>", None),
    ],
)
def test_scripts_of_other_sites_may_read_what_is_no_page(path: str, body: bytes, expected: bytes | None) -> None:
    page = sheet(path, body, CHANGED)
    for asked in ({"accept": "*/*"}, {"if-none-match": "*"}):
        found = answer(page, asked, NOW)
        assert found.status == (304 if "if-none-match" in asked else 200)
        assert dict(found.headers).get(b"access-control-allow-origin") == expected


def test_each_encoding_has_its_own_tag() -> None:
    plain, of_plain = told(("Accept-Encoding", "identity"))
    zipped, of_zipped = told(("Accept-Encoding", "gzip"))
    assert of_plain["etag"] == PLAIN and of_zipped["etag"] == ZIPPED
    assert "content-encoding" not in of_plain and of_zipped["content-encoding"] == "gzip"
    assert plain.body == BODY == gzip.decompress(zipped.body)
    assert int(of_zipped["content-length"]) == len(zipped.body)
    assert of_plain["vary"] == of_zipped["vary"] == "Accept-Encoding"
    assert sheet("index.html", BODY, NOW).stored == PAGE.stored, "the same bytes at another time"


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZip, deflate, br", True),
        ("x-gzip", True),
        ("br", False),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("gzip;q=0.5, identity;q=0.9", False),
        ("gzip;q=0.9, identity;q=0.5", True),
        ("identity;q=0, gzip", True),
        ("gzip;q=nonsense", False),
        ("gzip ;q=1.0", True),
    ],
)
def test_whether_gzip_is_taken(accepted: str | None, expected: bool) -> None:
    assert takes_gzip(accepted) is expected


def test_a_date_that_is_still_to_come_is_not_told() -> None:
    for early in (CHANGED - timedelta(seconds=1), CHANGED, CHANGED + timedelta(seconds=0.9)):
        _, headers = told(now=early)
        assert "last-modified" not in headers and headers["etag"] == PLAIN, "the server's Date may be a second old"
    assert told(now=CHANGED + timedelta(seconds=1))[1]["last-modified"] == IMF


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("index.html", b"<!doctype html>", "text/html; charset=utf-8"),
        ("feed.xml", b"<?xml version='1.0'?>\n<rss version='2.0'>", "application/rss+xml; charset=utf-8"),
        ("feed.atom.xml", b"<?xml version='1.0'?>\n<feed xmlns='x'>", "application/atom+xml; charset=utf-8"),
        ("sitemap.xml", b"<?xml version='1.0'?>\n<urlset>", "application/xml; charset=utf-8"),
        ("feed.atom", b"", "application/atom+xml; charset=utf-8"),
        ("feed.json", b"{}", "application/feed+json"),
        ("robots.txt", b"", "text/plain; charset=utf-8"),
    ],
)
def test_media_types(path: str, body: bytes, expected: str) -> None:
    assert media_type(path, body) == expected


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["If-None-Match", "If-Match", "If-Modified-Since", "If-Unmodified-Since", "Accept-Encoding"]
            ),
            st.one_of(st.sampled_from([PLAIN, ZIPPED, IMF, "*", "gzip"]), st.text(st.characters(max_codepoint=255))),
        ),
        max_size=4,
    )
)
def test_no_header_breaks_the_answer(lines: list[tuple[str, str]]) -> None:
    assert told(*lines)[0].status in (200, 304, 412)
