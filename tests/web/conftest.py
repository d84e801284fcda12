"""A published week in a database of its own, and its application over HTTP without a socket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from litwatch import config
from litwatch.app import App
from litwatch.service.search import catch_up
from litwatch.store import issues
from litwatch.store.database import Database
from litwatch.store.issues import Fate
from litwatch.web.application import application
from tests.publish.sample import ISSUE
from tests.store.samples import store
from tests.web.inside import Inside

SECRET = "a secret of at least thirty-two characters, for tests"


def settings(url: str, folder: Path, **more: str) -> config.Settings:
    """The shipped configuration over the database at `url`."""
    environment = {
        config.EMAIL_VARIABLE: "tests@litwatch.example",
        "LITWATCH_DATABASE__URL": url,
        "LITWATCH_SITE__DIRECTORY": str(folder / "site"),
        "LITWATCH_SITE__SECRET": SECRET,
        "LITWATCH_WEB__ENABLED": "true",
    }
    return config.load(config.template(), environment | more)


def publish_sample(database: Database) -> None:
    """The sample issue, published."""
    with database.write() as tx:
        store(tx, *(nugget.pmid for nugget in ISSUE.nuggets))
        issues.publish(tx, ISSUE, {nugget.pmid: (Fate.NUGGET, "") for nugget in ISSUE.nuggets})


@contextmanager
def published(url: str, folder: Path, now: datetime) -> Iterator[App]:
    """The sample issue in the database at `url`."""
    with closing(App(settings(url, folder), clock=lambda: now)) as made:
        publish_sample(made.database)
        catch_up(made.database)
        yield made


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path, now: datetime) -> Iterator[App]:
    with published(sqlite_url, tmp_path, now) as made:
        yield made


@pytest.fixture
def on_both(database_url: str, tmp_path: Path, now: datetime) -> Iterator[App]:
    """The same, once on each kind of database."""
    with published(database_url, tmp_path, now) as made:
        yield made


@pytest.fixture
def inside(app: App) -> Inside:
    return Inside(application(app))
