"""`litwatch subscribers`: the list in and out, and what a wrong file is told."""

from __future__ import annotations

import csv
import os
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.cli.test_bad_input import assert_one_line

SOURCE = ("--source", "our old list")


@pytest.fixture
def people(run: Run, home: Path) -> Path:
    run("init")
    path = home / "people.csv"
    path.write_bytes(
        b"\xef\xbb\xbfaddress,topics,min_stars\r\nann@example.org,exercise-pain,3\r\nbob@example.org,,\r\n"
    )
    return path


def test_import_export_erase(run: Run, home: Path, people: Path) -> None:
    assert "would be: 2 new" in run("subscribers", "import", people, *SOURCE, "--dry-run").out
    assert "imported: 2 new" in run("subscribers", "import", people, *SOURCE).out
    assert "imported: 2 subscribed already" in run("subscribers", "import", people, *SOURCE).out
    exported = home / "out.csv"
    assert "2 written to" in run("subscribers", "export", exported).out
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600
    assert exported.read_bytes().decode() == run("subscribers", "export").out
    rows = list(csv.DictReader(exported.read_text("utf-8").splitlines()))
    assert [(row["address"], row["min_stars"]) for row in rows] == [("ann@example.org", "3"), ("bob@example.org", "1")]
    erased = run("subscribers", "erase", "ann@EXAMPLE.org")
    assert erased.code == 0 and "erased ann@EXAMPLE.org" in erased.out and "Backups" in erased.out
    assert run("subscribers", "erase", "ann@example.org").code == 1
    assert "ann" not in run("subscribers", "export", "--all").out


def test_an_export_to_what_is_no_file_leaves_it_as_it_is(run: Run, home: Path) -> None:
    assert run("init").code == 0
    folder = home / "folder"
    folder.mkdir(mode=0o755)
    assert_one_line(run("subscribers", "export", folder), 1, "folder", "Is a directory")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    pipe = home / "pipe"
    os.mkfifo(pipe, 0o644)
    pipe.chmod(0o644)
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as end:
        assert "0 written to" in run("subscribers", "export", pipe).out
        assert end.read().startswith(b"address,")
    assert stat.S_IMODE(pipe.stat().st_mode) == 0o644


def test_a_wrong_file_adds_nobody(run: Run, home: Path, people: Path) -> None:
    people.write_text("address\r\nann@example.org\r\nnot an address\r\n")
    assert_one_line(run("subscribers", "import", people, *SOURCE), 3, "people.csv, line 3: not an email address")
    people.write_bytes(b"address\r\n\xff@example.org\r\n")
    assert_one_line(run("subscribers", "import", people, *SOURCE), 3, "not UTF-8")
    assert_one_line(run("subscribers", "import", home / "none.csv", *SOURCE), 3, "none.csv", "No such file")
    assert run("subscribers", "import", people).code == 2, "where the consent comes from has to be said"
    assert_one_line(run("subscribers", "import", people, "--source", " "), 2, "--source")
    assert_one_line(run("subscribers", "export", home / "config.toml" / "no.csv"), 6, "no.csv")
    assert run("subscribers", "export", "--all").out.splitlines()[1:] == []


def test_an_export_takes_the_place_of_the_last_one_when_it_is_whole(run: Run, home: Path) -> None:
    """Never written over in place: a disk that is full then would have cost both."""
    file, same = home / "people.csv", home / "same.csv"
    assert run("init").code == run("subscribers", "export", file).code == 0
    same.hardlink_to(file)
    before = file.read_bytes()
    assert run("subscribers", "add", "ann@example.org").code == run("subscribers", "export", file).code == 0
    assert same.read_bytes() == before != file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
