from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from litwatch.domain.article import Article
from litwatch.domain.study import Study
from litwatch.errors import InputError, TruncatedInput
from litwatch.pubmed.query import parse
from litwatch.service.ingest import Imported, import_file
from litwatch.store import articles, missing, studies
from tests.pubmed.eutils import article_set, unreadable, xml
from tests.service.world import World, read_study

TOPICS = {"pain": parse("pain[tiab]"), "exercise": parse("exercise[ti]")}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World.create(tmp_path)
    yield world
    world.database.close()


def load(world: World, path: Path) -> Imported:
    return import_file(path, database=world.database, topics=TOPICS, read_study=read_study, now=world.now)


def written(folder: Path, *records: bytes, packed: bool = False, keep: int | None = None) -> Path:
    body = article_set(records)
    body = gzip.compress(body) if packed else body
    path = folder / f"records.xml{'.gz' if packed else ''}"
    path.write_bytes(body[:keep])
    return path


@pytest.mark.parametrize("packed", [False, True])
def test_import(world: World, tmp_path: Path, packed: bool) -> None:
    quiet = xml("3", "Sleep").replace(b"Pain fell.", b"Nothing happened.")
    path = written(tmp_path, xml("1"), xml("2", "Exercise and mood"), quiet, unreadable("4"), packed=packed)
    assert load(world, path) == Imported(new=3, unreadable=1, linked=2)
    assert world.stored() == {"1", "2", "3"}
    assert world.linked() == {"1": ("pain",), "2": ("exercise", "pain")}
    with world.database.read() as tx:
        assert set(studies.load(tx, ["1", "2", "3"])) == {"1", "2", "3"}
    assert load(world, path) == Imported(unchanged=3, unreadable=1, linked=2)


def test_a_revision_and_a_deletion(world: World, tmp_path: Path) -> None:
    load(world, written(tmp_path, xml("1"), xml("2")))
    gone = b"<DeleteCitation><PMID Version='1'>2</PMID></DeleteCitation>"
    assert load(world, written(tmp_path, xml("1", "Revised"), gone)) == Imported(revised=1, deleted=1, linked=1)
    assert set(world.linked()) == {"1"}
    with world.database.read() as tx:
        assert studies.load(tx, ["1"])["1"].extractor == "Revised"


@pytest.mark.parametrize("packed", [False, True])
def test_a_cut_file_leaves_nothing_half_stored(world: World, tmp_path: Path, packed: bool) -> None:
    records = [xml(str(pmid)) for pmid in range(1, 601)]  # several chunks were written before the end is missed
    size = written(tmp_path, *records, packed=packed).stat().st_size
    with pytest.raises(TruncatedInput):
        load(world, written(tmp_path, *records, packed=packed, keep=size - 40))
    assert world.stored() == set()
    assert world.linked() == {}


@pytest.mark.parametrize("content", [b"", b"no XML at all", b"<html></html>", b"\x1f\x8b broken"])
def test_a_file_that_is_none_is_one_clear_line(world: World, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.xml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"odd\.xml") as caught:
        load(world, path)
    assert "\n" not in str(caught.value)
    assert world.stored() == set()


def test_an_article_that_the_reader_fails_on_is_stored(world: World, tmp_path: Path) -> None:
    def fails(article: Article) -> Study:
        raise ValueError("a bug")

    path = written(tmp_path, xml("1"))
    assert import_file(path, database=world.database, topics=TOPICS, read_study=fails, now=world.now).new == 1
    assert world.stored() == {"1"}


def test_what_is_imported_is_no_longer_missing(world: World, tmp_path: Path) -> None:
    with world.database.write() as tx:
        missing.note(tx, "pain", ["1"], now=world.now, reason="not delivered")
    load(world, written(tmp_path, xml("1")))
    with world.database.read() as tx:
        assert missing.due(tx, "pain", now=world.now.replace(year=2030)) == []


def test_progress_and_flat_memory(world: World, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def peak(number: int) -> int:
        path = written(tmp_path, *(xml(str(pmid), "Long " * 400) for pmid in range(1, number + 1)))
        tracemalloc.start()
        import_file(
            path,
            database=world.database,
            topics=TOPICS,
            read_study=read_study,
            now=world.now,
            on_progress=lambda done, total: told.append((done, total)),
        )
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(200)  # what is loaded once
    small = peak(400)
    assert peak(1600) < 1.5 * small
    assert told[-1] == (1600, 1600)
    with world.database.read() as tx:
        assert len(articles.all_pmids(tx)) == 1600
