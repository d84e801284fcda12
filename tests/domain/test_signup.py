"""What limits take for one mailbox and one network, and how old a form is."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from litwatch.domain import tokens
from litwatch.domain.signup import Stamp, mailbox, network, read_stamp, stamp

SECRET = b"a secret of at least thirty-two characters"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ann@example.org", "Ann@example.org", True),
        ("ann@example.org", "ann+news@example.org", True),
        ("a.nn@gmail.com", "ann+x@googlemail.com", True),
        ("a.nn@example.org", "ann@example.org", False),
        ("ann@example.org", "ann@example.com", False),
        ("+ann@example.org", "+bob@example.org", False),
    ],
)
def test_mailboxes(one: str, other: str, same: bool) -> None:
    assert (mailbox(one) == mailbox(other)) is same


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "elsewhere"),
        ("unix:/run/x", "elsewhere"),
    ],
)
def test_networks(host: str, expected: str) -> None:
    assert network(host) == expected


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(seconds=-5), Stamp.EARLY),
        (timedelta(seconds=2), Stamp.EARLY),
        (timedelta(seconds=3), Stamp.GOOD),
        (timedelta(days=1), Stamp.GOOD),
        (timedelta(days=1, seconds=1), Stamp.STALE),
    ],
)
def test_the_age_of_a_form(now: datetime, age: timedelta, expected: Stamp) -> None:
    assert read_stamp(SECRET, stamp(SECRET, now), now + age) is expected


def test_a_stamp_of_another_secret_or_of_another_kind_is_none_of_ours(now: datetime) -> None:
    seconds = str(int(now.timestamp()))
    later = now + timedelta(minutes=1)
    assert read_stamp(b"another secret of thirty-two characters", stamp(SECRET, now), later) is Stamp.STALE
    assert read_stamp(SECRET, f"{seconds}.{tokens.personal(SECRET, seconds)}", later) is Stamp.STALE


def test_what_confirms_is_void_once_its_person_has_left(now: datetime) -> None:
    keys = {
        tokens.confirming(SECRET, seed, left) for seed in ("s", "t") for left in (None, now, now + timedelta(days=1))
    }
    assert len(keys) == 6
    assert tokens.personal(SECRET, "s") not in keys
