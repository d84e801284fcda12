"""How long the answer to a request takes tells nothing about the address either.

One sample for each kind of address, the requests of all kinds in turns, and between any two samples the rank test of
Mann and Whitney. The bound is in standard deviations of what chance does, so that it is as hard to pass by chance with
few requests as with many; what more requests bring is that smaller differences are seen.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Iterator
from datetime import datetime
from itertools import combinations
from pathlib import Path

import pytest
from sqlalchemy import text

from litwatch.service.subscribe import IN_ALL
from tests.web.inside import Kept
from tests.web.people import Town, opened
from tests.web.ranks import deviation

KINDS = ("unknown", "pending", "active-", "has-left", "stopped", "refused")
KNOWN = KINDS[1:]
"""One address each; an unknown one is another at every request."""
CHANCE = 5.0
"""Standard deviations: chance alone goes beyond once in 1.7 million comparisons."""
EACH = 60
"""Requests of a kind; W2's 500 in the long campaign."""


@pytest.fixture
def town(database_url: str, tmp_path: Path, now: datetime) -> Iterator[Town]:
    yield from opened(database_url, tmp_path, now)


def address(kind: str, number: int) -> str:
    """Of one length for all kinds."""
    return f"{kind:-<8}-{number if kind == 'unknown' else 0:06d}@example.org"


def settle(town: Town) -> None:
    """Every kind but the unknown has its person."""
    links = {kind: town.asked(address(kind, 0)) for kind in KNOWN if kind != "refused"}
    for kind in ("active-", "has-left", "stopped"):
        town.web.post(links[kind])
    town.web.post(links["has-left"].partition("/confirm")[0], data={"List-Unsubscribe": "One-Click"})
    with town.app.database.write() as tx:
        stopped, refused = address("stopped", 0), address("refused", 0)
        tx.execute(text("UPDATE subscriber SET status = 'suppressed' WHERE address = :it"), {"it": stopped})
        tx.execute(
            text(
                "INSERT INTO suppression (address, kind, reason, made) "
                "VALUES (:it, 'complaint', 'abuse', '2025-01-01 00:00:00')"
            ),
            {"it": refused},
        )


def test_the_time_of_the_answer_tells_nothing_about_an_address(town: Town, requests: int) -> None:
    """W2. That the measure sees a difference, however busy the machine, is shown by one more kind: asked twice over."""
    settle(town)
    each = max(EACH, requests // 20)
    seconds: dict[str, list[float]] = {kind: [] for kind in (*KINDS, "twice")}
    dice, number = random.Random(11), 0
    with Kept(town.served).open() as web:

        def ask(kind: str) -> int:
            data = {"address": address(kind, number), "stamp": stamp, "topics": list(town.app.settings.topics)}
            whence = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
            return web.post("/subscribe", data=data, headers={"X-Forwarded-For": whence}).status_code

        for turn in range(each):
            stamp = town.stamp()
            kinds = [*KINDS, "twice"]
            dice.shuffle(kinds)
            for kind in kinds:
                number += 256  # from another network
                town.wait(seconds=3600 / (IN_ALL * 3 / 4))
                gc.collect(0)
                began = time.perf_counter()
                answers = [ask("active-") for _ in range(2)] if kind == "twice" else [ask(kind)]
                seconds[kind].append(time.perf_counter() - began)
                assert set(answers) == {202}
            if turn % 10 == 9:
                town.app.deliver()  # who was unknown is asked, who is pending is asked again one day
    found = {pair: abs(deviation(*(seconds[kind] for kind in pair))) for pair in combinations(KINDS, 2)}
    assert {pair: far for pair, far in found.items() if far > CHANCE} == {}
    assert deviation(seconds["twice"], [value for kind in KINDS for value in seconds[kind]]) > CHANCE
