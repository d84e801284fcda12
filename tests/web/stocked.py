"""An application with papers, readings, rows and a real issue made of the records that ship with litwatch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from litwatch.app import App
from litwatch.domain.run import PollReceipt
from litwatch.store import runs
from tests.conftest import ROOT
from tests.web.conftest import settings

NOW = datetime(2025, 3, 28, 12, 0, tzinfo=UTC)
SAMPLE = ROOT / "src" / "litwatch" / "sample" / "records.xml"


@contextmanager
def stocked(url: str, folder: Path) -> Iterator[App]:
    """58 papers, and one issue about them."""
    with closing(App(settings(url, folder), clock=lambda: NOW)) as app:
        app.import_file(SAMPLE)
        day = NOW.date()
        with app.database.write() as tx:
            runs.save_receipt(tx, PollReceipt("exercise-pain", "exercise AND pain", NOW, 1.0, (day, day), day))
        app.publish_issue()
        yield app
