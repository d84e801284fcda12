"""`litwatch judge`: one answer a line, in input order, and a line for what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

PROMPT = {
    "id": "p1",
    "title": "Swimming for stiffness",
    "abstract": [
        {"label": "RESULTS", "text": "Stiffness was significantly lower with swimming than with rest (P = 0.01)."}
    ],
    "intervention": "swimming",
    "comparator": "rest",
    "outcome": "stiffness",
}


def lines(*rows: object) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows)


def test_answers_in_input_order(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "prompts.jsonl"
    file.write_text(
        lines(PROMPT, "not json", "", {**PROMPT, "id": "p2", "outcome": None}, {**PROMPT, "id": 3, "abstract": []}),
        "utf-8",
    )
    done = run("judge", file)
    assert done.code == 0
    first, broken, wrong, bare = (json.loads(line) for line in done.out.splitlines())
    assert (first["id"], first["change"]) == ("p1", "decreased")
    assert 0.5 < first["confidence"] <= 1
    text = str(PROMPT["abstract"][0]["text"])  # type: ignore[index]
    assert first["evidence"] == {"section": 0, "start": 0, "end": len(text), "text": text}
    assert broken["id"] is None
    assert "line 2" in broken["error"]
    assert wrong == {"id": "p2", "error": "line 4: outcome must be a string, not null"}
    assert bare["id"] == "3"
    assert bare["evidence"]["section"] == -1


def test_nothing_to_read(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "prompts.jsonl"
    file.write_text(lines({**PROMPT, "title": "", "abstract": []}), "utf-8")
    assert json.loads(run("judge", file).out) == {
        "id": "p1",
        "change": "no_difference",
        "confidence": 0.0,
        "evidence": None,
    }


@pytest.mark.parametrize(("content", "said"), [(None, "No such file"), ("<html></html>", "expected JSON Lines")])
def test_a_file_that_cannot_be_used_is_one_line(run: Run, tmp_path: Path, content: str | None, said: str) -> None:
    file = tmp_path / "prompts.jsonl"
    if content is not None:
        file.write_text(content, "utf-8")
    done = run("judge", file)
    assert (done.code, done.out, done.err.count("\n")) == (3, "", 1)
    assert done.err.startswith("litwatch: ")
    assert said in done.err
