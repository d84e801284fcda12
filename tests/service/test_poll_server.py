"""The poll against the local E-utilities server, over real HTTP, with the server going wrong by plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import get_args

import pytest

from litwatch.domain.run import PollReceipt
from litwatch.pubmed.client import Client
from litwatch.pubmed.pace import Pace
from litwatch.pubmed.query import parse
from litwatch.pubmed.server import Corpus, EUtilsServer
from litwatch.pubmed.server.faults import Fault, FaultKind
from litwatch.store import articles, missing
from tests.pubmed.eutils import xml
from tests.service.world import World

TODAY = date(2025, 3, 21)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World.create(tmp_path)
    world.query = str(parse("study[ti] AND pain[tiab]"))
    yield world
    world.database.close()


@pytest.fixture
def server(world: World) -> Iterator[EUtilsServer]:
    with EUtilsServer(Corpus(), clock=lambda: world.now) as server:
        yield server


def poll(world: World, server: EUtilsServer, *, tries: int = 5) -> PollReceipt:
    with Client(
        base_url=server.base_url,
        tool="litwatch-test",
        email="editor@example.org",
        pace=Pace(None),
        sleep=lambda seconds: None,
        random=Random(1),
        tries=tries,
    ) as client:
        return world.poll_with(client)


def add(server: EUtilsServer, pmids: range, arrived: date, entered: date | None = None) -> set[str]:
    return {server.corpus.add(xml(str(pmid)), arrived=arrived, entered=entered) for pmid in pmids}


def test_a_healthy_poll(world: World, server: EUtilsServer) -> None:
    expected = add(server, range(1, 231), TODAY - timedelta(days=3))
    server.corpus.add(xml("900", "Something else"), arrived=TODAY)
    receipt = poll(world, server)
    assert (receipt.failed, receipt.found, receipt.new) == (None, 230, 230)
    assert world.stored() == expected


def test_late_arrivals_with_a_back_dated_entry_are_found(world: World, server: EUtilsServer) -> None:
    poll(world, server)
    world.now += timedelta(days=30)
    expected = add(server, range(1, 6), TODAY + timedelta(days=30), entered=TODAY - timedelta(days=500))
    poll(world, server)
    assert world.stored() == expected


@pytest.mark.parametrize("kind", get_args(FaultKind))
def test_a_fault_that_passes_is_not_noticed(world: World, server: EUtilsServer, kind: FaultKind) -> None:
    expected = add(server, range(1, 211), TODAY - timedelta(days=3))
    server.set_faults(
        [Fault(kind, endpoint="efetch", times=2, seconds=0.01), Fault(kind, skip=1, times=1, seconds=0.01)]
    )
    receipt = poll(world, server)
    assert receipt.failed is None
    assert world.stored() == expected


@pytest.mark.parametrize("kind", [kind for kind in get_args(FaultKind) if kind not in ("stall", "missing")])
def test_a_fault_that_stays_fails_the_poll_and_leaves_the_cursor(
    world: World, server: EUtilsServer, kind: FaultKind
) -> None:
    expected = add(server, range(1, 6), TODAY - timedelta(days=3))
    server.set_faults([Fault(kind, endpoint="efetch")])
    receipt = poll(world, server, tries=2)
    assert receipt.failed is not None
    assert world.stored() == set()
    cursor = world.cursor().complete_to
    assert cursor is not None
    assert cursor < TODAY - timedelta(days=3)
    server.set_faults([])
    assert poll(world, server).failed is None
    assert world.stored() == expected


@pytest.mark.parametrize("seed", range(3))
def test_chaos_ends_in_the_truth(world: World, server: EUtilsServer, seed: int) -> None:
    kinds = [kind for kind in get_args(FaultKind) if kind != "stall"]
    truth: set[str] = set()
    for day in range(6):
        first = 1000 * day + 1
        truth |= add(server, range(first, first + 60), TODAY + timedelta(days=day))
        server.set_faults([Fault(kind, probability=0.06) for kind in kinds], seed=10 * seed + day)
        poll(world, server, tries=3)
        world.now += timedelta(days=1)
        cursor = world.cursor().complete_to
        arrived = {pmid for pmid, when in server.corpus.arrivals.items() if cursor and when <= cursor}
        with world.database.read() as tx:
            waiting = missing.due(tx, "pain", now=world.now + timedelta(days=400), limit=10_000)
            assert arrived <= set(articles.all_pmids(tx)) | set(waiting)
    server.set_faults([])
    world.now += timedelta(days=31)
    assert poll(world, server).failed is None
    assert world.stored() == truth


def test_a_query_that_pubmed_cannot_use_is_reported(world: World, server: EUtilsServer) -> None:
    world.query = "pain[nosuchfield]"
    receipt = poll(world, server)
    assert receipt.failed is not None
    assert "nosuchfield" in receipt.failed


def test_an_unreachable_server(world: World, server: EUtilsServer) -> None:
    server.close()
    receipt = poll(world, server)
    assert receipt.failed is not None
    assert receipt.failed.startswith("PubMed esearch: no usable answer in 5 tries; the last: cannot connect")
