from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from litwatch.domain.article import Article
from litwatch.domain.study import Design, Stance, Study
from litwatch.service.reading import WORTH_IT, Reader, read_all
from tests.pubmed.eutils import xml
from tests.service.world import World

MANY = [Article(str(pmid), f"Title {pmid}") for pmid in range(1, WORTH_IT + 50)]


def read(article: Article) -> Study:
    """Tells which process read it. Fails on PMID 7."""
    if article.pmid == "7":
        raise ZeroDivisionError("a bug in the reader")
    return Study(article.pmid, str(os.getpid()), Design.OTHER, Stance.NONE)


def dies(article: Article) -> Study:
    """Ends any process but the one that the tests run in."""
    if multiprocessing.parent_process() is not None:
        os._exit(1)
    return read(article)


def test_an_article_that_fails_is_logged_and_left_out() -> None:
    with capture_logs() as logs:
        studies = read_all(read, MANY[:10])
    assert list(studies) == [str(pmid) for pmid in range(1, 11) if pmid != 7]
    (entry,) = logs
    assert (entry["pmid"], entry["log_level"]) == ("7", "error")
    assert "ZeroDivisionError: a bug in the reader" in entry["trace"]


@pytest.mark.parametrize("workers", [1, 2])
def test_all_are_read(workers: int) -> None:
    with Reader(read, workers) as reader, capture_logs() as logs:
        first, second = reader.begin(MANY), reader.begin(MANY[:WORTH_IT])
        studies = first()
        assert list(studies) == [article.pmid for article in MANY if article.pmid != "7"]
        assert len(second()) == WORTH_IT - 1
    own = {study.extractor for study in studies.values()} == {str(os.getpid())}
    assert own == (workers == 1)
    assert [entry["pmid"] for entry in logs] == ["7", "7"]


def test_small_batches_are_read_here() -> None:
    with Reader(read, 2) as reader:
        studies = reader.begin(MANY[7 : WORTH_IT - 1])()
    assert {study.extractor for study in studies.values()} == {str(os.getpid())}


def test_nothing_to_read() -> None:
    with Reader(read, 2) as reader:
        assert reader.begin([])() == {}


def test_when_the_processes_die_this_one_goes_on() -> None:
    with Reader(dies, 2) as reader, capture_logs() as logs:
        first, second = reader.begin(MANY), reader.begin(MANY)
        assert len(first()) == len(second()) == len(reader.begin(MANY)()) == len(MANY) - 1
    assert [entry["event"] for entry in logs].count("reading processes died; going on in one process") == 1


def test_a_poll_with_several_processes(tmp_path: Path) -> None:
    world = World.create(tmp_path)
    for pmid in range(1, 251):
        world.server.add(str(pmid), world.today, raw=xml(str(pmid)))
    receipt = world.poll_in(2)
    assert (receipt.new, receipt.failed) == (250, None)
    assert len(world.stored()) == 250
    world.database.close()
