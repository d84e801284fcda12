"""Fixtures for every test: where the shared real data are, and a clock that stands still."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.absent import absent

pytest_plugins = ["tests.databases"]

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--mutations",
        type=int,
        default=300,
        help="how many damaged abstracts or reports are read, or notes falsified (make drill)",
    )
    parser.addoption(
        "--api-requests",
        type=int,
        default=4,
        help="how many requests each address of the API gets, right ones and as many wrong ones (make drill)",
    )
    parser.addoption(
        "--kills",
        type=int,
        default=1,
        help="how often a delivery is killed at random moments; from 200 on also at every system call (make drill)",
    )
    parser.addoption("--requests", type=int, default=600, help="how many requests to subscribe come in (make drill)")
    parser.addoption(
        "--screenshots", help="the folder for the README's pictures (docs); else they are made and dropped"
    )


@pytest.fixture(scope="session")
def kills(pytestconfig: pytest.Config) -> int:
    """How often a delivery is killed at random moments."""
    return int(pytestconfig.getoption("--kills"))


@pytest.fixture(scope="session")
def mutations(pytestconfig: pytest.Config) -> int:
    """How many damaged abstracts or reports are read, or notes falsified."""
    return int(pytestconfig.getoption("--mutations"))


@pytest.fixture(scope="session")
def requests(pytestconfig: pytest.Config) -> int:
    """How many requests to subscribe come in at once."""
    return int(pytestconfig.getoption("--requests"))


@pytest.fixture(scope="session")
def api_requests(pytestconfig: pytest.Config) -> int:
    """How many requests each address of the API gets, right ones and as many wrong ones."""
    return int(pytestconfig.getoption("--api-requests"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real records beside the repository. Absent: skip, but fail in CI, where it must be there."""
    folder = Path(os.environ.get("SHARED_RECORDS", ROOT.parent / "shared"))
    if not folder.is_dir():
        absent("the shared folder with real records")
    return folder


@pytest.fixture
def now() -> datetime:
    """A moment for tests: Friday 21 March 2025, noon UTC."""
    return datetime(2025, 3, 21, 12, 0, tzinfo=UTC)
