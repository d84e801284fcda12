"""`litwatch site`: the same files as `litwatch issue` writes, anywhere; and the index of the search."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from litwatch.errors import PublishError
from tests.cli.conftest import Run


@pytest.fixture
def published(run: Run, home: Path) -> Path:
    assert run("init").code == 0
    assert run("poll").code == 0
    assert run("issue").code == 0
    return home


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_build_writes_the_site_anywhere_and_only_what_changed(run: Run, published: Path) -> None:
    built = run("site", "build", "elsewhere")
    assert built.code == 0
    assert files(published / "elsewhere") == files(published / "public")
    assert f"{len(files(published / 'public'))} files written under elsewhere" in built.out
    (published / "elsewhere" / "feed.xml").write_text("damaged")
    again = json.loads(run("site", "build", "elsewhere", "--json").out)
    assert again == {"directory": "elsewhere", "files": ["elsewhere/feed.xml"]}
    assert json.loads(run("site", "build", "--json").out)["files"] == [], "the folder of the configuration"
    done = run("site", "reindex")
    assert (done.code, done.out) == (0, "1 issue indexed\n")


def test_build_where_nothing_can_be_written(run: Run, home: Path) -> None:
    assert run("init").code == 0
    (home / "file").write_text("")
    failed = run("site", "build", "file/site")
    assert failed.code == PublishError.exit_code
    assert failed.err.startswith("litwatch: file/site/") and failed.err.count("\n") == 1


def test_serve_at_an_address_that_is_none(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("init").code == 0
    monkeypatch.setenv("LITWATCH_SITE__SECRET", "a secret of at least thirty-two characters")
    failed = run("serve", "--host", "no-such-host.invalid")
    assert failed.code == 1
    assert failed.err.startswith("litwatch: cannot listen on no-such-host.invalid port 8640: ")
