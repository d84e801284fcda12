from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from litwatch.domain.article import Article
from litwatch.domain.study import Comparison, Direction, Evidence, Outcome, Study
from litwatch.pubmed.query import parse
from litwatch.service.ingest import import_file
from litwatch.service.reextract import Reread, reextract
from litwatch.service.stored import stored_article
from litwatch.store import studies
from tests.pubmed.eutils import article_set, xml
from tests.service.world import World, read_study


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World.create(tmp_path)
    path = tmp_path / "records.xml"
    path.write_bytes(article_set([xml("1", "Yoga"), xml("2", "Mud")]))
    import_file(path, database=world.database, topics={"pain": parse("pain")}, read_study=read_study, now=world.now)
    yield world
    world.database.close()


def better(article: Article) -> Study:
    """A later reader, which finds an outcome in the article of mud."""
    rows = (Outcome("pain", Direction.IMPROVED, Comparison.WITHIN, Evidence(-1, 0, 3, "Mud")),)
    return replace(read_study(article), extractor="2", outcomes=rows if article.title.startswith("Mud") else ())


def failing(article: Article) -> Study:
    if article.pmid == "1":
        raise RuntimeError("no such word")
    return better(article)


def run(world: World, read: Callable[[Article], Study], *, apply: bool) -> list[Reread]:
    return list(reextract(world.database, parse=stored_article, read=read, now=world.now, apply=apply))


def stored(world: World) -> dict[str, Study]:
    with world.database.read() as tx:
        return studies.load(tx, ["1", "2"])


def test_without_apply_nothing_is_written(world: World) -> None:
    before = stored(world)
    first, second = run(world, better, apply=False)
    assert (first.pmid, first.before, first.after, bool(first.difference)) == ("1", "Yoga", "2", False)
    assert [outcome.name for outcome in second.difference.added] == ["pain"]
    assert stored(world) == before


def test_with_apply_the_new_reading_takes_the_place_of_the_old(world: World) -> None:
    run(world, better, apply=True)
    after = stored(world)
    assert {pmid: value.extractor for pmid, value in after.items()} == {"1": "2", "2": "2"}
    assert [outcome.name for outcome in after["2"].outcomes] == ["pain"]
    with world.database.read() as tx:
        assert tx.execute(text("SELECT pmid, name FROM outcome")).all() == [("2", "pain")]
    assert not any(found.difference for found in run(world, better, apply=False))


def test_what_cannot_be_read_is_told_and_keeps_its_reading(world: World) -> None:
    first, second = run(world, failing, apply=True)
    assert (first.after, first.problem) == (None, "cannot be read: RuntimeError: no such word")
    assert second.after == "2"
    assert {pmid: value.extractor for pmid, value in stored(world).items()} == {"1": "Yoga", "2": "2"}


def test_a_stored_reading_of_unknown_shape_is_replaced(world: World) -> None:
    with world.database.write() as tx:
        tx.execute(text("UPDATE study SET payload = '{\"design\": \"seance\"}' WHERE pmid = '1'"))
    first, _ = run(world, better, apply=True)
    assert first.before is None
    assert "stored reading" in (first.problem or "")
    assert stored(world)["1"].extractor == "2"


def test_stopping_early_keeps_what_was_done(world: World) -> None:
    rereads = reextract(world.database, parse=stored_article, read=better, now=world.now, apply=True)
    next(rereads)
    assert {pmid: value.extractor for pmid, value in stored(world).items()} == {"1": "2", "2": "Mud"}


def test_progress_counts_articles(world: World) -> None:
    seen: list[tuple[int, int]] = []
    list(
        reextract(
            world.database,
            parse=stored_article,
            read=better,
            now=world.now,
            apply=False,
            on_progress=lambda done, total: seen.append((done, total)),
        )
    )
    assert seen == [(1, 2), (2, 2)]
