"""Header values made harmless, and the last check of the finished bytes."""

from __future__ import annotations

import pytest

from litwatch.errors import DeliveryError
from litwatch.publish import headers


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("plain", 150, "plain"),
        ("=?utf-8?q?x?=", 150, "= ?utf-8?q?x?="),
        ("=?=?=?", 150, "= ?= ?= ?"),
        ("a\x00b\x85c\u2028d\u202ee\x9bf", 150, "ab c d e f"),
        ("one two three four", 12, "one two..."),
        ("x" * 200, 150, "x" * 147 + "..."),
    ],
)
def test_header_text(text: str, limit: int, expected: str) -> None:
    assert headers.header_text(text, limit) == expected


@pytest.mark.parametrize(
    "message",
    [
        b"A: 1\r\nBcc: x\r\n\r\nbody\r\n",
        b"B: 1\r\n\r\nbody\r\n",
        b"\r\nA: 1\r\n\r\nbody\r\n",
        b"A: 1\r\n\r\nbare\nline\r\n",
        b"A: 1\r\n\r\nbare\rline\r\n",
        b"A: 1\r\n\r\nnul\0\r\n",
        b"A: 1\r\n\r\n\xff\r\n",
        b"A: 1\r\n\r\n" + b"x" * 999 + b"\r\n",
        b"A: 1\r\n\r\nno end",
    ],
)
def test_the_last_check_finds_what_must_not_leave(message: bytes) -> None:
    lines = headers.header_lines([("A", "1")])
    headers.check(headers.joined(lines) + b"body\r\n", lines)
    with pytest.raises(DeliveryError, match="not well-formed"):
        headers.check(message, lines)
