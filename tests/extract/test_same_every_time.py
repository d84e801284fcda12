"""The same abstract reads the same in every process, whatever order sets have there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

READ = "import sys; from litwatch.cli import main; sys.exit(main(['extract', *sys.argv[1:]]))"


def read(path: Path, seed: int) -> bytes:
    environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
    return subprocess.run(
        [sys.executable, "-c", READ, str(path)], check=True, capture_output=True, env=environment
    ).stdout


def test_the_sample_reads_the_same(root: Path) -> None:
    sample = root / "src" / "litwatch" / "sample" / "records.xml"
    first = read(sample, 1)
    assert first.count(b"\n") > 50
    assert first == read(sample, 2)


@pytest.mark.parametrize("seed", [2, 3])
def test_real_abstracts_read_the_same(shared: Path, seed: int) -> None:
    corpus = shared / "corpus" / "abstracts.jsonl"
    assert read(corpus, 1) == read(corpus, seed)
