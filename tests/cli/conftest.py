"""Running commands as the `litwatch` script does, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from litwatch.cli import main
from litwatch.pubmed.server import Corpus, EUtilsServer


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A command sets up logging for its process; here other tests follow in the same one."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    return command


@pytest.fixture
def sample(root: Path) -> Path:
    """The fictional records that ship with litwatch."""
    return root / "src" / "litwatch" / "sample" / "records.xml"


@pytest.fixture
def server(sample: Path) -> Iterator[EUtilsServer]:
    with EUtilsServer(Corpus.load([sample])) as running:
        yield running


@pytest.fixture
def home(tmp_path: Path, server: EUtilsServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with a configuration that asks the local server."""
    (tmp_path / "config.toml").write_text(
        f"""
        [pubmed]
        email = "ops@example.org"
        base_url = "{server.base_url}"
        lookback_days = 730
        [site]
        base_url = "https://news.example/"
        authority = "news.example,2026"
        [mail]
        transport = "folder"
        sender = "litwatch@news.example"
        unsubscribe = "leave@news.example"
        [topics.exercise-pain]
        title = "Exercise and pain"
        query = "exercise[tiab] AND pain[tiab]"
        """,
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path
