"""What a test needs and does not find: a reason to skip on a developer's machine, a failure in CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def absent(what: str) -> NoReturn:
    """Skip the test that needs `what`; with CI=true fail, because there it must run."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what}: absent, and CI must run these tests")
    pytest.skip(f"{what}: absent")
