"""The whole way with and without a language model: poll, compose, polish, publish."""

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from litwatch.app import App, prepare_database
from litwatch.config import load
from litwatch.domain.calendar import Week
from litwatch.domain.run import PollReceipt
from litwatch.service.issue import Published
from litwatch.store import runs
from tests.compose.noted import by_model, texts
from tests.writer.modelserver import Answer, ModelServer, reworded

KEY = "sk-f1ct10nal"
NOW = datetime(2025, 3, 21, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, root: Path) -> Path:
    """A configuration and a database with the sample records in it."""
    (tmp_path / "config.toml").write_text(
        """
        [pubmed]
        email = "ops@example.org"
        base_url = "http://127.0.0.1:9/"
        [issue]
        max_age_days = 3660
        [topics.exercise-pain]
        title = "Exercise and pain"
        query = "exercise[tiab] AND pain[tiab]"
        """,
        encoding="utf-8",
    )
    settings = load(tmp_path / "config.toml", {})
    prepare_database(settings.database.url)
    with closing(App(settings, clock=lambda: NOW, sleep=lambda seconds: None)) as app:
        app.import_file(root / "src/litwatch/sample/records.xml")
    return tmp_path


def published(folder: Path, environ: dict[str, str]) -> Published:
    with closing(App(load(folder / "config.toml", environ), clock=lambda: NOW, sleep=lambda seconds: None)) as app:
        with app.database.write() as tx:
            runs.save_receipt(tx, PollReceipt("exercise-pain", "q", NOW, 1.0, None, None))
        done = app.publish_issue()
        assert done.issue.week == Week(2025, 12)
        return done


@pytest.fixture
def plain(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """The issue without a model, published in a copy of the database."""
    copy = tmp_path_factory.mktemp("plain") / "copy"
    shutil.copytree(folder, copy)
    yield published(copy, {})


def environ(server: ModelServer) -> dict[str, str]:
    return {
        "LITWATCH_WRITER__KIND": "openai-compatible",
        "LITWATCH_WRITER__BASE_URL": server.base_url,
        "LITWATCH_WRITER__MODEL": "tiny",
        "LITWATCH_WRITER__KEY": KEY,
    }


def http_clients() -> int:
    gc.collect()
    return sum(isinstance(found, httpx.Client) for found in gc.get_objects())


def test_without_a_model_no_client_is_made(folder: Path) -> None:
    """Settings of a server that nobody switched on do nothing."""
    before = http_clients()
    with ModelServer(reworded(lambda entry: None)) as server:
        off = environ(server) | {"LITWATCH_WRITER__KIND": "none"}
        with closing(App(load(folder / "config.toml", off), clock=lambda: NOW)) as app:
            with app.database.write():
                pass
            done = published(folder, off)
            assert http_clients() == before
    assert (done.writer, server.questions) == (None, [])
    assert by_model(done.issue.nuggets[0]) == []


def test_with_a_model_its_sentences_are_published_and_counted(folder: Path, plain: Published) -> None:
    def honest(entry: dict[str, object]) -> str | None:
        introduction, colon, rows = str(entry["text"]).partition(": ")
        return (
            f"For {rows.removesuffix('.')} it was: {introduction.lower()}."
            if colon and entry["part"] == "unchanged"
            else None
        )

    with ModelServer(reworded(honest)) as server, capture_logs() as logs:
        done = published(folder, environ(server))
    assert done.writer is not None
    marked = [text for nugget in done.issue.nuggets for text in by_model(nugget)]
    assert len(marked) == done.writer.phrased > 0
    assert [len(texts(nugget)) for nugget in done.issue.nuggets] == [
        len(texts(nugget)) for nugget in plain.issue.nuggets
    ]
    assert len(server.questions) == len(done.issue.nuggets)
    assert KEY not in f"{logs!r} {done!r}"
    assert KEY.encode() not in (folder / "litwatch.sqlite3").read_bytes()
    assert KEY not in json.dumps(server.questions)


def test_with_a_model_that_is_down_the_issue_is_the_plain_one(folder: Path, plain: Published) -> None:
    with ModelServer(lambda question: Answer(status=503)) as server:
        done = published(folder, environ(server))
    assert done.issue == plain.issue
    assert done.new
    assert done.writer is not None
    assert set(done.writer.failed) == {"HTTP 503 Service Unavailable"}
