"""Header values made harmless, and the last check of the finished bytes."""

from __future__ import annotations

from contextlib import suppress
from email.parser import BytesHeaderParser

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

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
    "block",
    [
        b"A: 1\r\nBcc: x\r\n\r\n",
        b"B: 1\r\n\r\n",
        b"\r\nA: 1\r\n\r\n",
        b"A: 1\r\n\r\nB: 1\r\n\r\n",
        b"A: 1\r\n",
        b"A: 1\r\n\r\n\r\n",
        b"A\r\n\r\n",
        b"A : 1\r\n\r\n",
        b" A: 1\r\n\r\n",
        b"",
    ],
)
def test_the_last_check_finds_a_header_that_is_not_ours(block: bytes) -> None:
    headers.check(headers.joined(headers.header_lines([("A", "1")])), ["A"])
    headers.check(b"A: 1\r\n and more\r\n\r\n", ["A"])
    with pytest.raises(DeliveryError, match="not well-formed"):
        headers.check(block, ["A"])


@pytest.mark.parametrize(
    "piece",
    [b"bare\nline\r\n", b"bare\rline\r\n", b"nul\0\r\n", b"\xff\r\n", b"x" * 999 + b"\r\n", b"no end", b"\n\r\r\n"],
)
def test_no_piece_of_a_mail_has_what_a_relay_would_refuse_or_repair(piece: bytes) -> None:
    assert headers.checked_lines(b"a\r\n.\r\n" + b"x" * 998 + b"\r\n") == [b"a", b".", b"x" * 998, b""]
    for whole in (piece, b"A: 1\r\n" + piece + b"\r\n"):
        with pytest.raises(DeliveryError, match="not well-formed"):
            headers.checked_lines(whole if piece != b"no end" else piece)
    with pytest.raises(DeliveryError):
        headers.check(b"A: 1\r\n" + piece + b"\r\n", ["A"])


NAMES = st.sampled_from(["A", "Subject", "List-Id", "From", "A b", "", "\u00c4"])
FIELD = st.builds(
    "{}{}{}".format, NAMES, st.sampled_from([":", ": ", ": ", " :", ""]), st.sampled_from(["1", "", "a: b", " "])
)
BLOCK = st.lists(st.one_of(FIELD, st.sampled_from([" more", "\tmore", " ", "From x", ">a", "\x0cA: 1"])), max_size=5)


@settings(max_examples=400)
@given(BLOCK, st.sampled_from(["\r\n", "\n", "\r", "\r\n\r\n", "\x0b", "\x85"]), st.data())
def test_what_passes_the_check_has_the_fields_that_a_parser_reads(
    lines: list[str], end: str, data: st.DataObject
) -> None:
    block = "".join(line + data.draw(st.sampled_from(["\r\n"] * 7 + [end])) for line in lines).encode() + b"\r\n"
    read = BytesHeaderParser().parsebytes(block).keys()
    with suppress(DeliveryError):
        names = [line.partition(":")[0] for line in lines if not line.startswith((" ", "\t"))]
        headers.check(block, names)
        assert read == names
        event("passed")
