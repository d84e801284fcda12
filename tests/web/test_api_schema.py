"""The OpenAPI document held against the API itself: no server error, and every answer as it is described."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from litwatch.app import App
from litwatch.web.application import application

# A wrong answer is reported as it was found: making it smaller would take minutes of requests.
_ONCE = settings(phases=[Phase.generate], deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def document(stock: App) -> Any:
    return schemathesis.openapi.from_asgi("/api/openapi.json", application(stock))


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_answer_is_as_described(document: Any, mode: GenerationMode, api_requests: int) -> None:
    """With parameters as they are described, and with others."""
    asked = 0
    for found in document.get_all_operations():
        operation = found.ok()
        if mode.is_negative and operation.path == "/api/v1/dictionary":
            continue  # it has no parameter that could be wrong

        @settings(_ONCE, max_examples=api_requests)
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            nonlocal asked
            # What a cursor is made of is nobody's business: one that was made up is refused.
            made_up = [positive_data_acceptance] if "cursor" in (case.query or {}) else []
            case.call_and_validate(excluded_checks=made_up)
            asked += 1

        ask()
    assert asked > 10 * api_requests
