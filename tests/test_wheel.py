"""The built wheel carries everything: configuration, migrations, sample, templates, lexicon."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def unpacked(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the tree and unpacked as an installer does."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(folder), str(root)],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def litwatch(site: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = "import sys, litwatch, litwatch.cli as c; assert litwatch.__file__.startswith(sys.argv[1]); sys.exit(c.main(sys.argv[2:]))"
    return subprocess.run(
        [sys.executable, "-c", code, str(site), *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_init_migrate_and_demo_from_the_wheel_in_an_empty_folder(unpacked: Path, tmp_path: Path) -> None:
    assert litwatch(unpacked, tmp_path, "init", "--email", "ops@example.org").returncode == 0
    assert (tmp_path / "config.toml").exists()
    migrated = litwatch(unpacked, tmp_path, "migrate")
    assert (migrated.returncode, migrated.stdout.strip()) == (0, "The schema is up to date.")
    shown = litwatch(unpacked, tmp_path, "demo")
    assert shown.returncode == 0, shown.stderr
    assert (tmp_path / "litwatch-demo" / "site" / "feed.xml").exists()


def test_the_package_is_typed_and_whole(unpacked: Path) -> None:
    for path in ("litwatch/py.typed", "litwatch/_shipped/config.toml", "litwatch/sample/records.xml"):
        assert (unpacked / path).is_file()
