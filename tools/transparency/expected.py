"""The tests that end otherwise by their nature, each with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ASKED = (
    "counts how often its own model is asked to predict; a recorded model is asked for its "
    "training metrics and the signature too"
)
_SCORED = (
    "looks at every call of its own scorer; a recorded model is asked for its training score too"
)
_SCORERS = "sklearn.metrics.tests.test_score_objects"
_ROUTING = "sklearn.tests.test_metaestimators_metadata_routing"

EXPECTED: Mapping[str, str] = {
    f"{_SCORERS}::test_multimetric_scorer_calls_method_once_classifier_no_decision": _ASKED,
    f"{_SCORERS}::test_multimetric_scorer_calls_method_once_regressor_threshold": _ASKED,
    f"{_ROUTING}::test_metadata_is_routed_correctly_to_scorer": _SCORED,
}
"""Reasons by module and test, whatever its parameters."""


def reason_for(module: str, test: str) -> str | None:
    """Why a test ends otherwise; `None` if it should not."""
    return EXPECTED.get(f"{module}::{test.partition('[')[0]}")
