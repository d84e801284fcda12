"""`litwatch eval`: figures over gold findings, in all and by design."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def record(identity: str, design: str, text: str, *outcomes: dict[str, str]) -> str:
    gold = {
        "id": identity,
        "title": f"Rowing: a {design.replace('_', ' ')}",
        "abstract": [{"label": "RESULTS", "text": text}],
        "design": design,
        "n_participants": None,
        "n_studies": None,
        "stance": "none",
        "outcomes": list(outcomes),
    }
    return json.dumps(gold) + "\n"


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text(
        record("1", "randomized_trial", "Rowing reduced pain (P = 0.01).", {"name": "pain", "direction": "improved"})
        + record(
            "2", "randomized_trial", "Rowing reduced fatigue (P = 0.01).", {"name": "fatigue", "direction": "worsened"}
        )
        + "\n"
        + record("3", "protocol", "Pain will be measured."),
        "utf-8",
    )
    return path


def test_figures(run: Run, gold: Path) -> None:
    figures = json.loads(run("eval", gold, "--json").out)
    assert (figures["records"], figures["answered"]) == (3, 3)
    assert figures["outcome_f1"] == 1.0
    assert figures["direction_f1"] == 0.5
    assert figures["design"] == 1.0
    assert figures["grounded"] == 1.0
    assert "by_design" not in figures
    assert "direction_f1             0.500\n" in run("eval", gold).out


def test_by_design(run: Run, gold: Path) -> None:
    figures = json.loads(run("eval", gold, "--by", "design", "--json").out)["by_design"]
    assert {design: found["records"] for design, found in figures.items()} == {"randomized_trial": 2, "protocol": 1}
    assert figures["randomized_trial"]["direction_f1"] == 0.5
    shown = run("eval", gold, "--by", "design").out
    assert "randomized_trial" in shown.split("gold design")[1]


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (None, ["No such file"]),
        ("", ["no gold records"]),
        ("not json\n", ["line 1"]),
        ('{"id": "1", "title": "T"}\n', ["line 1", "outcomes"]),
        ('{"title": "T", "outcomes": []}\n', ["line 1", "id must be"]),
    ],
)
def test_what_is_no_gold_is_one_line(run: Run, tmp_path: Path, content: str | None, parts: list[str]) -> None:
    path = tmp_path / "bad.jsonl"
    if content is not None:
        path.write_text(content, "utf-8")
    done = run("eval", path)
    assert (done.code, done.out, done.err.count("\n")) == (3, "", 1)
    assert all(part in done.err for part in ("bad.jsonl", *parts)), done.err


def test_an_unknown_breakdown_is_refused(run: Run, gold: Path) -> None:
    assert run("eval", gold, "--by", "colour").code == 2
