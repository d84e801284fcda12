"""A published week in a database of its own, and its application over HTTP without a socket."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from litwatch import config
from litwatch.app import App
from litwatch.domain.run import PollReceipt
from litwatch.service.search import catch_up
from litwatch.store import issues, runs
from litwatch.store.database import Database
from litwatch.store.issues import Fate
from litwatch.web.application import application
from tests.conftest import ROOT
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


NOW = datetime(2025, 3, 28, 12, 0, tzinfo=UTC)
SAMPLE = ROOT / "src" / "litwatch" / "sample" / "records.xml"


@contextmanager
def stocked(url: str, folder: Path) -> Iterator[App]:
    """With the 58 papers that ship with litwatch, and one issue about them."""
    with closing(App(settings(url, folder), clock=lambda: NOW)) as app:
        app.import_file(SAMPLE)
        day = NOW.date()
        with app.database.write() as tx:
            runs.save_receipt(tx, PollReceipt("exercise-pain", "exercise AND pain", NOW, 1.0, (day, day), day))
        app.publish_issue()
        yield app


@pytest.fixture(scope="session")
def stock(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """What `stocked` gives, for the whole session: only to be read."""
    folder = tmp_path_factory.mktemp("stock")
    shutil.copy(sqlite_template, folder / "litwatch.sqlite3")
    with stocked(f"sqlite:///{folder / 'litwatch.sqlite3'}", folder) as app:
        yield app
