"""The site of a whole demo: real renderings of fictional records."""

from __future__ import annotations

from pathlib import Path

import pytest

from litwatch.demo import demonstrate


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return demonstrate(tmp_path_factory.mktemp("demo") / "litwatch-demo").site
