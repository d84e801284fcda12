"""Whole issues are the same in every process, whatever order sets have there: pages, feeds, and mail down to the byte."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

RUN = "import sys; from litwatch.cli import main; sys.exit(main(['demo', '--output', sys.argv[1]]))"
SEEDS = ("0", "1", "20")
# Random on purpose: what tells one mail from another, in its Message-ID, its file's name, and what divides its parts.
_OWN = re.compile(rb"(?<=2025-W1\d\.)[0-9a-f]{24}(?=@)|(?<==_)[0-9a-f]{32}\b")


def started(folder: Path, seed: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    return subprocess.Popen([sys.executable, "-c", RUN, str(folder)], env=environment, stdout=subprocess.DEVNULL)


def site(folder: Path) -> Mapping[str, bytes]:
    files = (path for path in (folder / "site").rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def mails(folder: Path) -> list[bytes]:
    return sorted(_OWN.sub(b"*", path.read_bytes()) for path in (folder / "mail").iterdir())


def test_two_issues_with_pages_feeds_and_mails_are_the_same_for_every_hash_seed(tmp_path: Path) -> None:
    """The first seed runs twice."""
    runs = [(tmp_path / f"run{place}", seed) for place, seed in enumerate((SEEDS[0], *SEEDS))]
    for process in [started(folder, seed) for folder, seed in runs]:
        assert process.wait() == 0
    first, *others = (folder for folder, _ in runs)
    pages, sent = site(first), mails(first)
    kinds = {name.split("/")[1] for name in pages}
    assert {"issues", "notes", "questions", "not-picked", "feed.xml", "nuggets.xml", "updates.xml"} <= kinds
    assert len(sent) == 5
    assert all(b"Message-ID: <2025-W1" in mail and b"*@" in mail for mail in sent)
    for other in others:
        assert site(other) == pages
        assert mails(other) == sent
