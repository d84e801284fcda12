"""`litwatch export`: the same rows as the API, whole files or none."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

CONFIG = """
[pubmed]
email = "ops@example.org"
[topics.exercise-pain]
title = "Exercise and pain"
query = "exercise[tiab] AND pain[tiab]"
"""


@pytest.fixture
def filled(tmp_path: Path, run: Run, sample: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run("init").code == 0
    assert run("import", sample).code == 0
    return tmp_path


def test_export_writes_every_row_with_its_sentence(filled: Path, run: Run) -> None:
    done = run("export", "--out", filled / "rows.csv")
    assert (done.code, done.out) == (0, "")
    rows = list(csv.DictReader(io.StringIO((filled / "rows.csv").read_bytes().decode(), newline="")))
    assert len(rows) > 100 and all(row["evidence"] and row["pmid"] for row in rows)
    assert run("export", "--format", "jsonl", "--out", filled / "rows.jsonl").code == 0
    lines = [json.loads(line) for line in (filled / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["pmid"], str(line["row"])) for line in lines] == [(row["pmid"], row["row"]) for row in rows]
    printed = run("export", "-f", "jsonl")
    assert printed.code == 0 and printed.out == (filled / "rows.jsonl").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_one_line_and_nothing_is_left(filled: Path, run: Run) -> None:
    (filled / "taken").mkdir()
    done = run("export", "--out", filled / "taken")
    assert done.code == 6 and done.err.count("\n") == 1 and "taken" in done.err
    assert [path.name for path in filled.iterdir() if "part" in path.name] == []
    assert run("export", "--format", "xlsx").code == 2
