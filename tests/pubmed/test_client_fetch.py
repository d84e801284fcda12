"""Fetching: every PMID asked for comes back once, as an item or as missing, and never half."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import date
from random import Random

import httpx
import pytest

from litwatch.domain.article import Article, Deletion, ParseFailure, Record
from litwatch.errors import PubMedUnavailable
from litwatch.pubmed.batches import Batch, Item, complete
from tests.pubmed.eutils import FakePubMed, Fields, article_set, fetched, unreadable, xml

TIMEOUT = "<eFetchResult><ERROR> Error: External viewer error: Empty Response. Status: Timeout</ERROR></eFetchResult>"


def filled(number: int) -> FakePubMed:
    server = FakePubMed()
    for pmid in range(1, number + 1):
        server.add(str(pmid), date(2025, 3, 1))
    return server


def ids(number: int) -> list[str]:
    return [str(pmid) for pmid in range(1, number + 1)]


def pmids(batches: Iterable[Batch]) -> list[str]:
    """Of the records, in order."""
    return [item.article.pmid for batch in batches for item in batch.items if isinstance(item, Record)]


def asked(server: FakePubMed) -> list[int]:
    """The sizes of the efetch requests."""
    return [len(fields["id"].split(",")) for fields in server.asked("efetch")]


def test_no_id_makes_no_request() -> None:
    server = filled(1)
    assert list(server.client().fetch([])) == []
    assert server.requests == []


def test_batches_of_200_with_progress() -> None:
    server = filled(450)
    told: list[tuple[int, int]] = []
    batches = list(server.client().fetch(ids(450), lambda done, total: told.append((done, total))))
    assert asked(server) == [200, 200, 50]
    assert pmids(batches) == ids(450)
    assert told == [(200, 450), (400, 450), (450, 450)]


def test_an_id_given_twice_is_asked_for_once() -> None:
    server = filled(2)
    (batch,) = server.client().fetch(["2", "1", "2"])
    assert batch.asked == ("2", "1")
    assert pmids([batch]) == ["2", "1"]


def test_a_batch_is_fetched_only_when_it_is_wanted() -> None:
    server = filled(450)
    batches = server.client().fetch(ids(450))
    next(batches)
    assert asked(server) == [200]


def test_records_are_matched_by_pmid_and_not_by_position() -> None:
    server = filled(5)
    server.fault = lambda operation, fields, number: fetched(xml(pmid) for pmid in ("5", "3", "1", "4", "2"))
    (batch,) = server.client().fetch(ids(5))
    assert pmids([batch]) == ids(5)


def test_what_nobody_asked_for_is_dropped_and_told() -> None:
    server = filled(2)
    server.fault = lambda operation, fields, number: fetched([xml("1"), xml("77"), xml("2")])
    (batch,) = server.client().fetch(ids(2))
    assert pmids([batch]) == ["1", "2"]
    assert batch.unasked == ("77",)


def test_missing_ids_are_asked_for_singly_and_then_reported() -> None:
    server = filled(5)
    del server.entries["2"], server.entries["4"]
    (batch,) = server.client().fetch(ids(5))
    assert [fields["id"] for fields in server.asked("efetch")] == ["1,2,3,4,5", "2", "4"]
    assert batch.missing == ("2", "4")
    assert pmids([batch]) == ["1", "3", "5"]


def test_when_most_is_missing_the_batch_is_asked_for_again_first() -> None:
    server = filled(5)
    server.fault = lambda operation, fields, number: fetched([xml("1")]) if number == 0 else None
    (batch,) = server.client().fetch(ids(5))
    assert [fields["id"] for fields in server.asked("efetch")] == ["1,2,3,4,5", "2,3,4,5"]
    assert pmids([batch]) == ids(5)
    assert batch.missing == ()


def test_an_unknown_single_id_is_asked_for_twice() -> None:
    server = filled(0)
    (batch,) = server.client().fetch(["7"])
    assert asked(server) == [1, 1]
    assert batch == Batch(("7",), (), ("7",))


def test_singles_are_bounded() -> None:
    server = filled(0)
    (batch,) = server.client().fetch(ids(200))
    assert asked(server) == [200, 200] + [1] * 100
    assert batch.missing == tuple(ids(200))


@pytest.mark.parametrize("seed", range(30))
def test_randomly_dropped_records_come_or_are_reported(seed: int) -> None:
    server, random = filled(300), Random(seed)

    def drop(operation: str, fields: Fields, number: int) -> httpx.Response:
        share = random.uniform(0, 0.3)
        wanted = fields["id"].split(",")
        kept = [pmid for pmid in wanted if random.random() >= share]
        random.shuffle(kept)
        return fetched(xml(pmid) for pmid in kept)

    server.fault = drop
    batches = list(server.client().fetch(ids(300)))
    missing = [pmid for batch in batches for pmid in batch.missing]
    assert sorted(pmids(batches) + missing, key=int) == ids(300)
    assert len(missing) < 30


def test_a_backend_time_out_halves_the_batch_for_the_rest() -> None:
    server = filled(400)

    def slow(operation: str, fields: Fields, number: int) -> httpx.Response | None:
        return httpx.Response(400, text=TIMEOUT) if len(fields["id"].split(",")) > 60 else None

    server.fault = slow
    batches = list(server.client().fetch(ids(400)))
    assert asked(server) == [200, 100] + [50] * 8
    assert pmids(batches) == ids(400)


def test_a_backend_that_never_answers_ends_at_a_single_id() -> None:
    server = filled(200)
    server.fault = lambda operation, fields, number: httpx.Response(400, text=TIMEOUT)
    with pytest.raises(PubMedUnavailable, match="External viewer error"):
        list(server.client().fetch(ids(200)))
    assert asked(server) == [200, 100, 50, 25, 12, 6, 3] + [1] * 5


@pytest.mark.parametrize("packed", [False, True])
def test_a_body_cut_at_any_place_never_leaves_a_partial_record(packed: bool) -> None:
    server = filled(24)
    body = article_set(entry.raw for entry in server.entries.values())
    body = gzip.compress(body, 1) if packed else body
    headers = {"Content-Encoding": "gzip"} if packed else {}
    whole = list(server.client().fetch(ids(24)))
    for declared in (False, True):
        for at in range(0, len(body), 97):
            server.requests.clear()
            length = {"Content-Length": str(len(body))} if declared else {}
            cut = httpx.Response(200, headers={**headers, **length}, stream=httpx.ByteStream(body[:at]))
            server.fault = lambda operation, fields, number, cut=cut: cut if number == 0 else None
            assert list(server.client().fetch(ids(24))) == whole
            assert asked(server) == [24, 24]


def test_a_body_that_stays_cut_yields_nothing() -> None:
    server = filled(3)
    body = article_set(entry.raw for entry in server.entries.values())
    server.fault = lambda operation, fields, number: httpx.Response(200, content=body[:-30])
    batches = server.client().fetch(ids(3))
    with pytest.raises(PubMedUnavailable, match="cut short"):
        next(batches)


def test_a_failure_in_the_middle_keeps_what_came_before() -> None:
    server = filled(450)
    server.fault = lambda operation, fields, number: httpx.Response(503) if number >= 2 else None
    got: list[Batch] = []
    with pytest.raises(PubMedUnavailable):
        got.extend(server.client().fetch(ids(450)))
    # extend() takes what came before the error
    assert pmids(got) == ids(400)


def test_an_unreadable_record_is_passed_on_as_an_item() -> None:
    server = filled(3)
    server.entries["2"].raw = unreadable("2")
    (batch,) = server.client().fetch(ids(3))
    assert pmids([batch]) == ["1", "3"]
    (failure,) = [item for item in batch.items if isinstance(item, ParseFailure)]
    assert failure.pmid == "2"
    assert batch.missing == ()


# What `complete` makes of items, without the network.


def record(pmid: str, version: int = 1) -> Record:
    return Record(Article(pmid, f"Title of {pmid}", version=version), b"")


def failure(pmid: str | None) -> ParseFailure:
    return ParseFailure("broken", 0, 0, pmid)


class Asking:
    """Gives the answers in turn and notes what was asked for."""

    def __init__(self, *answers: list[Item]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, wanted: Iterable[str]) -> list[Item]:
        self.asked.append(tuple(wanted))
        return self.answers.pop(0)


def test_a_nameless_failure_gets_its_name_by_being_asked_for_alone() -> None:
    ask = Asking([record("1"), failure(None), record("3")], [failure(None)])
    batch = complete(["1", "2", "3"], ask)
    assert ask.asked == [("1", "2", "3"), ("2",)]
    assert batch.items == (record("1"), failure("2"), record("3"))
    assert batch.missing == ()


def test_a_nameless_failure_that_replaces_nobody_is_kept() -> None:
    batch = complete(["1"], Asking([record("1"), failure(None)]))
    assert batch.items == (record("1"), failure(None))


def test_a_deletion_answers_for_its_ids() -> None:
    batch = complete(["1", "2"], Asking([record("1"), Deletion(("2", "99"))]))
    assert batch == Batch(("1", "2"), (record("1"), Deletion(("2",))))


def test_a_record_wins_over_its_deletion() -> None:
    batch = complete(["1"], Asking([Deletion(("1",)), record("1")]))
    assert batch.items == (record("1"),)


@pytest.mark.parametrize(
    ("items", "kept"),
    [
        ([record("1", 2), record("1", 1)], record("1", 2)),
        ([record("1", 1), record("1", 2)], record("1", 2)),
        ([record("1"), failure("1")], record("1")),
        ([failure("1"), record("1")], record("1")),
    ],
)
def test_of_two_items_the_better_one_is_kept(items: list[Item], kept: Item) -> None:
    assert complete(["1"], Asking(items)).items == (kept,)
