"""Bodies with blanks: what is put in comes out again, between lines that every relay takes."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litwatch.publish.mime import ADDRESS, LEAVE, Letter, Picture, Typeset, typeset

OWN = {ADDRESS: "o'reader+a&b=c@example.org", LEAVE: "https://litwatch.example/u/" + "q3VfX1s0bE9rZ2hTd2VldA=" * 5}
texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00" + ADDRESS + LEAVE), max_size=200)


def read(letter: Typeset) -> EmailMessage:
    head = "".join(f"{name}: {value}\r\n" for name, value in letter.headers).encode()
    body = letter.filled(OWN)
    lines = body.split(b"\r\n")
    assert body.isascii()
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    assert max(map(len, lines)) <= 78
    return email.message_from_bytes(head + b"\r\n" + body, policy=email.policy.default)


def content(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert isinstance(part, EmailMessage)
    decoded = part.get_payload(decode=True)
    assert isinstance(decoded, bytes)
    return decoded.decode().replace("\r\n", "\n")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(texts, st.sampled_from([ADDRESS, LEAVE, "\n", "=", " ", "x" * 75, "é" * 25])), max_size=12))
def test_what_is_put_in_comes_out(pieces: list[str]) -> None:
    whole = "".join(pieces)
    wanted = whole.replace(ADDRESS, OWN[ADDRESS]).replace(LEAVE, OWN[LEAVE])
    assert content(read(typeset(Letter("t", whole), "=_b")), "plain").rstrip("\n") == wanted.rstrip("\n")
    both = read(typeset(Letter("t", "text", whole), "=_b"))
    escaped = OWN[ADDRESS].replace("&", "&amp;").replace("'", "&#39;")
    wanted = whole.replace(ADDRESS, escaped).replace(LEAVE, OWN[LEAVE])
    assert content(both, "html").rstrip("\n") == wanted.rstrip("\n")


@pytest.mark.parametrize("width", range(70, 80))
@pytest.mark.parametrize("last", ["x", "é", "=", " ", "."])
def test_a_blank_after_a_line_of_any_length(width: int, last: str) -> None:
    text = "x" * width + last + ADDRESS + last + "\n"
    assert content(read(typeset(Letter("t", text), "=_b")), "plain") == text.replace(ADDRESS, OWN[ADDRESS])


def test_line_ends_of_every_kind_become_one() -> None:
    assert content(read(typeset(Letter("t", "a\r\nb\rc\nd"), "=_b")), "plain") == "a\nb\nc\nd\n"


def test_pictures_stand_beside_the_html_that_shows_them() -> None:
    message = read(typeset(Letter("t", "text", "<img src='cid:a@b'>", (Picture("a@b", b"\x89PNG" * 60),)), "=_b"))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    related = list(message.iter_parts())[1]
    assert related.get_param("type") == "text/html"
    picture = list(message.walk())[-1]
    assert picture["Content-ID"] == "<a@b>"
    assert picture.get_content_disposition() == "inline"
    assert picture.get_payload(decode=True) == b"\x89PNG" * 60


def test_no_line_begins_with_a_delimiter_but_the_delimiter() -> None:
    """Readers may look no further than the boundary's own characters (RFC 2046, 5.1.1)."""
    letter = typeset(Letter("t", "text", "<img src='cid:a@b'>", (Picture("a@b", b"\x89PNG" * 60),)), "=_0a1b")
    lines = letter.filled(OWN).split(b"\r\n")
    assert [line for line in lines if line.startswith(b"--=_0a1b")] == [b"--=_0a1b", b"--=_0a1b", b"--=_0a1b--"]
