"""Reports that were damaged on their way, or made to do damage: whatever comes, reading them ends, and nothing is raised."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from litwatch.domain.bounce import verdict
from litwatch.publish.reports import MAX_BYTES, Leaving, NotDelivered, NotWanted, read_report
from tests.publish.returned import (
    ABSENT,
    READ_RECEIPT,
    VERP,
    by_exim,
    by_qmail,
    crlf,
    failed,
    leaving,
    not_delivered,
    not_wanted,
)

SEEDS = (
    not_delivered(to=VERP),
    not_delivered(failed(), failed("ben@example.org", status="5.2.2", said="smtp; 552 full"), to=VERP),
    not_wanted(original_mail_from=VERP),
    leaving(),
    by_qmail(),
    by_exim(),
    ABSENT,
    READ_RECEIPT,
)
ODD = (
    *(
        b"\0",
        b"\r",
        b"\n",
        b"\r\n\r\n",
        b"\xff\xfe",
        b"\xc3\x28",
        "\u2028\u202e".encode(),
        b": ",
        b";",
        b'"',
        b"=?",
        b"?=",
    ),
    *(
        b"=?utf-8?B?====?=",
        b"=?x-none?Q?=00?=",
        b"=?utf-8?q?=ED=A0=80?=",
        b"--",
        b"<",
        b">",
        b"boundary=",
        b'boundary=""',
    ),
    *(b"Content-Transfer-Encoding: base64\r\n", b"Content-Type: multipart/report\r\n", b"Content-Type: ;;;\r\n"),
    *(b"boundary*0=\"a\"; boundary*1*=utf-8''%ED%A0", b"charset*=x'y'z", b"From \r\n", b"Status: 5.99999.1\r\n"),
    *(b"A" * 2000, b"Action: failed\r\n", b"\t", b" " * 500, b"Status: 5.1.1\r\n", b"Final-Recipient: ;;@\r\n"),
)


def _flip(message: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(message) or 1)
    return message[:at] + bytes([dice.randrange(256)]) + message[at + 1 :]


def _insert(message: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(message) + 1)
    return message[:at] + dice.choice(ODD) + message[at:]


def _cut(message: bytes, dice: random.Random) -> bytes:
    start, end = sorted(dice.randrange(len(message) + 1) for _ in range(2))
    return message[:start] + message[end:] if dice.random() < 0.8 else message[start:end]


def _copy(message: bytes, dice: random.Random) -> bytes:
    start, end = sorted(dice.randrange(len(message) + 1) for _ in range(2))
    at = dice.randrange(len(message) + 1)
    return message[:at] + message[start:end] + message[at:]


def _lines(change: Callable[[list[bytes], random.Random], None]) -> Callable[[bytes, random.Random], bytes]:
    def mutate(message: bytes, dice: random.Random) -> bytes:
        lines = message.splitlines(keepends=True) or [b""]
        change(lines, dice)
        return b"".join(lines)

    return mutate


def _swap(lines: list[bytes], dice: random.Random) -> None:
    first, second = dice.randrange(len(lines)), dice.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]


def _drop(lines: list[bytes], dice: random.Random) -> None:
    del lines[dice.randrange(len(lines))]


def _double(lines: list[bytes], dice: random.Random) -> None:
    lines.insert(dice.randrange(len(lines)), dice.choice(lines))


def _odd_value(lines: list[bytes], dice: random.Random) -> None:
    at = dice.randrange(len(lines))
    name, colon, _ = lines[at].partition(b":")
    lines[at] = name + colon + b" " + dice.choice(ODD) + b"\r\n"


def _splice(message: bytes, dice: random.Random) -> bytes:
    other = dice.choice(SEEDS)
    return message[: dice.randrange(len(message) + 1)] + other[dice.randrange(len(other)) :]


MUTATIONS = (_flip, _insert, _cut, _copy, _splice, *map(_lines, (_swap, _drop, _double, _odd_value)))


def test_no_damage_raises_anything(mutations: int) -> None:
    """`make drill` reads 20,000."""
    dice = random.Random(5965)
    reports = 0
    for number in range(mutations):
        message = dice.choice(SEEDS)
        for _ in range(dice.choice((1, 1, 2, 3, 8))):
            message = dice.choice(MUTATIONS)(message, dice)
        try:
            report = read_report(message)
        except Exception as error:
            pytest.fail(f"mutation {number}: {error!r} in {message!r}")
        if report is None:
            continue
        reports += 1
        assert len(report.source) == 64
        if isinstance(report, NotDelivered):
            for failure in report.failures:
                assert "\n" not in failure.said and len(failure.said) <= 500
                assert verdict(failure.status, failure.said).why
        else:
            assert isinstance(report, NotWanted | Leaving)
    # Damage that leaves nothing to read would try nothing.
    assert mutations * 0.2 < reports < mutations * 0.95


def _nested(levels: int) -> bytes:
    head = b"".join(b"Content-Type: multipart/report; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))
    return head + b"Content-Type: message/delivery-status\r\n\r\nA: b\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n"


@pytest.mark.parametrize(
    "message",
    [
        _nested(5000),
        crlf("Content-Type: multipart/report; boundary=b", "") + b"--b\r\n\r\n" * 200_000,
        crlf("Content-Type: multipart/report; boundary=b", "", "--b", "Content-Type: message/delivery-status", "")
        + b"Action: failed\r\nStatus: 5.1.1\r\n\r\n" * 50_000,
        b"Subject: " + b"=?utf-8?B?" * 100_000 + b"\r\n\r\n",
        b"Subject: unsubscribe" + b" " * 1_000_000 + b"x\r\n\r\n",
        b"X: y\r\n" * 300_000,
        b"\r\n" * 1_000_000,
        b"To: " + b"+2a" * 500_000 + b"\r\n\r\n",
        crlf("Content-Type: multipart/report; boundary=b", "", "--b", "Content-Type: message/feedback-report", "", "Feedback-Type: abuse",
             "", "--b", "Content-Type: message/rfc822", "") + b"Message-ID: " + b"<" * 1_000_000,
        b"A" * (3 * MAX_BYTES),
        b"X: y\r\n\r\nHi. This is the " + b"<a@b>:\r\nx\r\n" * 100_000,
        b"X-Failed-Recipients: " + b"a@b," * 20_000 + b"\r\n\r\n" + b"a@b " * 400_000,
        b"X: y\r\n\r\nHi. This is the \r\n" + b"<a@b>:\r\n" + b"4 " * 900_000,
        not_delivered() + b"x" * (3 * MAX_BYTES),
    ],
    ids=range(14),
)  # fmt: skip
def test_what_was_made_to_take_forever_does_not(message: bytes) -> None:
    began = time.process_time()
    report = read_report(message)
    if isinstance(report, NotDelivered):
        assert len(report.failures) <= 100
        assert all(verdict(failure.status, failure.said) for failure in report.failures)
    assert time.process_time() - began < 3


def test_words_that_were_made_to_take_forever_do_not() -> None:
    began = time.process_time()
    for said in ("user " * 100, "mailbox " * 60, "a" * 500, "user is " * 60, "550 " * 120, "account over " * 38):
        verdict("5.0.0", said[:500])
    assert time.process_time() - began < 1
