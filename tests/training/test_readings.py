"""The annotations hold places and judgements, never words of the abstracts that they are about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from litwatch.domain.study import Design, Direction, Stance

_CODES = {*Design, *Direction, *Stance, "increased", "decreased", "between", "within", "association"}
_MEASURES = {"MD", "SMD", "WMD", "OR", "RR", "HR", "RD", "r", "beta", "mean_change", "percent", "other"}


def _strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _strings(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part, key)


@pytest.mark.parametrize("name", ["readings.jsonl", "readings_measured.jsonl"])
def test_annotations_hold_no_text(root: Path, name: str) -> None:
    rows = [json.loads(line) for line in (root / "training" / name).read_text(encoding="utf-8").splitlines()]
    free = {
        (key, text)
        for row in rows
        for key, text in _strings(row)
        if key not in ("id", "p") and text not in _CODES | _MEASURES
    }
    assert free == set()
    assert all(len(text) <= 24 for row in rows for key, text in _strings(row) if key in ("id", "p"))


def test_measured_records_take_no_part_in_training(root: Path) -> None:
    trained, measured = (
        {json.loads(line)["id"] for line in (root / "training" / name).read_text(encoding="utf-8").splitlines()}
        for name in ("readings.jsonl", "readings_measured.jsonl")
    )
    assert measured
    assert trained.isdisjoint(measured)
