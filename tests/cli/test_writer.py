"""The commands with a language model: what it did is told, its key is not, and nothing it does ends a command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.writer.modelserver import Answer, ModelServer, Question, reworded

KEY = "sk-f1ct10nal"


def switch_on(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"KIND": "openai-compatible", "BASE_URL": server.base_url, "MODEL": "tiny", "KEY": KEY}.items():
        monkeypatch.setenv(f"LITWATCH_WRITER__{name}", value)
    monkeypatch.setenv("LITWATCH_ISSUE__MAX_AGE_DAYS", "3660")  # the sample records grow old


def test_the_issue_tells_what_the_model_did(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("init")
    run("poll")
    with ModelServer(reworded(lambda entry: "It is a cure.")) as server:
        switch_on(server, monkeypatch)
        done = run("issue", "--json")
    assert done.code == 0
    writer = json.loads(done.out)["writer"]
    assert writer["phrased"] == 0
    assert writer["refused"] == writer["asked"] > 0
    assert KEY not in done.out + done.err


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_model_that_fails_ends_no_command(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    def repeats(question: Question) -> Answer:
        return Answer((json.dumps({"error": {"message": f"not with {KEY}"}}).encode(),), status)

    run("init")
    run("poll")
    with ModelServer(repeats) as server:
        switch_on(server, monkeypatch)
        done = run("issue")
    assert done.code == 0
    assert "Language model: 0 of 0 sentences, 0 refused, 0 tokens; notes left as they were: " in " ".join(
        done.out.split()
    )
    assert f"HTTP {status}" in done.out
    assert KEY not in done.out + done.err
    assert "Published" in done.out


def test_config_check_shows_no_key(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITWATCH_WRITER__KEY", KEY)
    checked = run("config", "check", "--json")
    assert checked.code == 0
    assert "key" not in json.loads(checked.out)["writer"]
    assert KEY not in checked.out
