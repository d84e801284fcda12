from __future__ import annotations

import re

import pytest

from litwatch.domain import verp

SECRET = b"a secret of the service, 32 bytes or more"
ADDRESS = "bounces@litwatch.example"


@pytest.mark.parametrize("number", [1, 15, 16, 4711, 2**31, 2**63 - 1])
def test_a_sender_leads_back_to_its_delivery(number: int) -> None:
    sender = verp.envelope_sender(ADDRESS, number, SECRET)
    local, _, domain = sender.partition("@")
    assert re.fullmatch(r"bounces\+[0-9a-z]+", local) and domain == "litwatch.example"
    assert len(local) <= len("bounces") + verp.LONGEST <= 64
    assert verp.delivery_in(sender, SECRET) == number
    assert verp.delivery_in(f"rfc822; <{sender.upper()}> (as some mail systems write it)", SECRET) == number


def test_the_longest_local_part_that_settings_allow_fits() -> None:
    sender = verp.envelope_sender(f"{'b' * (64 - verp.LONGEST)}@litwatch.example", 2**63 - 1, SECRET)
    assert len(sender.partition("@")[0]) <= 64


def test_nobody_else_can_make_one() -> None:
    sender = verp.envelope_sender(ADDRESS, 42, SECRET)
    assert verp.delivery_in(sender, b"another secret of 32 bytes or more") is None
    assert verp.delivery_in(sender.replace("+2a", "+2b"), SECRET) is None
    assert verp.delivery_in(ADDRESS, SECRET) is None
    assert verp.delivery_in("bounces+2a@litwatch.example", SECRET) is None
    changed = 0
    for index in range(sender.index("+") + 1, sender.index("@")):
        for letter in "27az":
            if sender[index] != letter:
                assert verp.delivery_in(sender[:index] + letter + sender[index + 1 :], SECRET) is None
                changed += 1
    assert changed > 50


def test_the_genuine_one_of_several_counts() -> None:
    forged, genuine = verp.envelope_sender(ADDRESS, 1, b"x" * 32), verp.envelope_sender(ADDRESS, 7, SECRET)
    assert verp.delivery_in(f"{forged}\n{genuine}", SECRET) == 7
