"""A line that cannot be used is answered, and those after it are read."""

from __future__ import annotations

import json
from pathlib import Path

from litwatch.service.read import findings_of

GOOD = json.dumps({"id": "2", "title": "Rowing", "abstract": []}).encode()


def test_a_line_nested_too_deep_does_not_end_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "deep.jsonl"
    path.write_bytes(b'{"id": "1", "abstract": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n" + GOOD + b"\n")
    bad, good = findings_of(path)
    assert bad["id"] is None
    assert bad["error"].startswith("line 1: maximum recursion depth exceeded")
    assert good["id"] == "2"
    assert "error" not in good


def test_lines_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD + b'\n\n{"id": 7, "abstract": 1}\n{"id"\n')
    first, wrong, broken = findings_of(path)
    assert first["id"] == "2"
    assert wrong == {"id": 7, "error": "line 3: abstract must be a list of {label, text}, not a number"}
    assert (broken["id"], broken["error"][:8]) == (None, "line 4: ")
