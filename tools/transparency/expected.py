"""The tests that end otherwise by their nature, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ASKED = (
    "counts how often its own model is asked to predict; a recorded model is asked for its "
    "training metrics too"
)
_SCORERS = "sklearn.metrics.tests.test_score_objects"

EXPECTED: Mapping[str, str] = {
    f"{_SCORERS}::test_multimetric_scorer_calls_method_once_classifier_no_decision": _ASKED,
    f"{_SCORERS}::test_multimetric_scorer_calls_method_once_regressor_threshold": _ASKED,
}
"""Reasons by module and test, whatever its parameters."""


def reason_for(module: str, test: str) -> str | None:
    """Why a test ends otherwise; `None` if it should not."""
    return EXPECTED.get(f"{module}::{test.partition('[')[0]}")
