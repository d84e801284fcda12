"""Whatever goes wrong: one healthy poll later the stored set is the truth, and no cursor ever stood past a gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import httpx
import pytest

from litwatch.domain.calendar import Week
from litwatch.pubmed.client import Client
from litwatch.pubmed.pace import WITH_KEY, WITHOUT_KEY, Pace
from litwatch.store import articles, missing
from tests.pubmed.eutils import Fields, article_set, fetched, xml
from tests.service.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World.create(tmp_path)
    yield world
    world.database.close()


def truncated(world: World, operation: str, fields: Fields, random: Random) -> httpx.Response:
    whole = world.server.search(fields) if operation == "esearch" else world.server.fetch(fields)
    return httpx.Response(200, content=whole.content[: random.randrange(len(whole.content))])


def incomplete(world: World, fields: Fields, random: Random) -> httpx.Response:
    asked = [pmid for pmid in fields["id"].split(",") if random.random() > 0.3]
    return fetched(world.server.entries[pmid].raw for pmid in asked if pmid in world.server.entries)


BODIES = (
    (200, ""),
    (200, '<?xml version="1.0" ?>\n'),
    (200, '{"esearchresult":{"ERROR":"Search Backend failed: 502"}}'),
    (200, "<eFetchResult><ERROR>External viewer error: Empty Response. Status: Timeout</ERROR></eFetchResult>"),
    (400, "<eFetchResult><ERROR>External viewer error: Empty Response. Status: Timeout</ERROR></eFetchResult>"),
    (429, '{"error":"API rate limit exceeded","api-key":"192.0.2.9","count":"4","limit":"3"}'),
    (502, "<html><head><title>502 Bad Gateway</title></head></html>"),
    (200, "<html><head><title>Sign in</title></head></html>"),
    (400, "Mandatory parameter: db - is omitted"),
    (200, '{"esearchresult":{"count":"5","idlist":[]}}'),
)


def chaos(world: World, random: Random, share: float) -> Callable[[str, Fields, int], httpx.Response | None]:
    """Goes wrong in `share` of the requests, in every way there is."""

    def fault(operation: str, fields: Fields, number: int) -> httpx.Response | None:
        if random.random() >= share:
            return None
        way = random.randrange(4)
        if way == 0:
            raise random.choice([httpx.ReadTimeout(""), httpx.ConnectError("refused"), httpx.ReadError("reset")])
        if way == 1:
            return truncated(world, operation, fields, random)
        if way == 2 and operation == "efetch":
            return incomplete(world, fields, random)
        status, body = random.choice(BODIES)
        return httpx.Response(status, text=body)

    return fault


def handled(world: World) -> set[str]:
    """What is stored or waits to be asked for again."""
    with world.database.read() as tx:
        return set(articles.all_pmids(tx)) | set(
            missing.due(tx, "pain", now=world.now + timedelta(days=400), limit=100_000)
        )


def check_cursor(world: World) -> None:
    cursor = world.cursor().complete_to
    if cursor is not None:
        due = {pmid for pmid, entry in world.server.entries.items() if entry.created <= cursor}
        # Only what became findable later than its creation day can be unknown yet: within the overlap it will be found.
        late = {pmid for pmid in due if world.server.entries[pmid].visible > world.server.entries[pmid].created}
        assert due - late <= handled(world)


@pytest.mark.parametrize("seed", range(12))
def test_any_interleaving_of_faults_ends_in_the_truth(world: World, seed: int) -> None:
    random = Random(seed)
    pmid = 1000
    for _ in range(random.randrange(4, 12)):
        for _ in range(random.randrange(0, 30)):
            pmid += 1
            late = random.choice([0, 0, 0, random.randrange(1, 13)])
            created = world.today - timedelta(days=random.choice([0, 1, 5]))
            world.server.add(str(pmid), created, visible=max(created + timedelta(days=late), world.today))
        world.server.fault = chaos(world, random, random.choice([0.1, 0.4, 0.8]))
        before = world.cursor().complete_to
        receipt = world.poll(tries=random.choice([1, 2, 5]))
        after = world.cursor().complete_to
        assert before is None or (after is not None and after >= before)
        assert receipt.complete_to == after
        check_cursor(world)
        world.pass_days(random.choice([0, 1, 1, 2, 9]))
    world.server.fault = None
    world.pass_days(31)  # so long that everything missing is due
    receipt = world.poll()
    assert receipt.failed is None
    assert receipt.missing == 0
    assert world.stored() == set(world.server.entries)
    assert all(entry.visible <= world.today for entry in world.server.entries.values())


def test_no_partial_record_is_ever_stored(world: World) -> None:
    for pmid in range(1, 6):
        world.server.add(str(pmid), world.today)
    body = article_set(entry.raw for entry in world.server.entries.values())
    for at in range(0, len(body), 97):
        world.server.fault = lambda operation, fields, number, at=at: (
            httpx.Response(200, content=body[:at]) if operation == "efetch" else None
        )
        receipt = world.poll(tries=1)
        assert receipt.failed is not None
        assert receipt.complete_to is not None
        assert receipt.complete_to <= date(2025, 3, 8)  # only windows without a record are closed
    assert world.stored() == set()


def test_late_arrivals_over_eight_weeks_are_each_told_once(world: World) -> None:
    """5 % of the records arrive 1–30 days after the day that their own dates tell; daily polls miss none."""
    random = Random(5)
    truth: dict[str, date] = {}
    told: Counter[str] = Counter()
    pmid = 5000
    until = world.today + timedelta(weeks=8)
    waiting: list[tuple[date, str, date]] = []
    world.poll()
    seen: set[str] = set()
    while world.today < until:
        for _ in range(12):
            pmid += 1
            lateness = random.randrange(1, 31) if random.random() < 0.05 else 0
            waiting.append((world.today + timedelta(days=lateness), str(pmid), world.today))
        for arrival, name, own_day in [entry for entry in waiting if entry[0] == world.today]:
            # PubMed sets the entry date back; the creation day tells the true arrival.
            world.server.add(name, arrival, raw=xml(name, f"Dated {own_day}"))
            truth[name] = arrival
        world.poll()
        told.update(world.stored() - seen)
        seen = world.stored()
        world.pass_days()
    assert set(told) == set(truth)
    assert set(told.values()) == {1}
    assert {Week.of(day) for day in truth.values()} >= {Week.of(date(2025, 3, 24)), Week.of(date(2025, 5, 12))}
    assert len(truth) > 600


@pytest.mark.parametrize(("key", "rate", "limit"), [(None, WITHOUT_KEY, 3), ("s3cret", WITH_KEY, 10)])
def test_no_second_of_a_backfill_holds_more_requests_than_allowed(
    world: World, key: str | None, rate: float, limit: int
) -> None:
    """With failures, retries and a restart in between, on a clock that only sleeping and answering move."""
    now, starts, random = [0.0], [], Random(3)
    for pmid in range(1, 1501):
        world.server.add(str(pmid), world.today - timedelta(days=pmid % 60))
    world.server.fault = chaos(world, random, 0.3)

    def transport(request: httpx.Request) -> httpx.Response:
        starts.append(now[0])
        now[0] += random.choice([0.0, 0.02, 0.2, 1.5])
        return world.server(request)

    def sleep(seconds: float) -> None:
        now[0] += seconds

    def process() -> None:
        """One life of the program."""
        with Client(
            base_url="http://pubmed.test/",
            tool="t",
            email="e@example.org",
            api_key=key,
            pace=Pace(rate, monotonic=lambda: now[0], sleep=sleep),
            transport=httpx.MockTransport(transport),
            sleep=sleep,
            random=random,
        ) as client:
            world.poll_with(client)

    for _ in range(8):
        process()
    world.server.fault = None
    process()
    assert world.stored() | handled(world) == set(world.server.entries)
    assert len(starts) > 50
    assert max(sum(1 for other in starts if start <= other <= start + 1.0) for start in starts) <= limit
