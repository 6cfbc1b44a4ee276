"""What fitting and scoring on one fold gave."""

from __future__ import annotations

from itertools import dropwhile
from typing import TYPE_CHECKING, Any

import msgspec

from autolog.integration import RunError

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMES = ("fit_time", "score_time")
_TRACEBACK = "Traceback (most recent call last):\n"


class Fold(msgspec.Struct, frozen=True):
    """One fold of one candidate.

    Attributes:
        metrics: Scores and times, under the names that `cross_validate` gives them.
        error: The traceback of a fit that failed.
        started_ns: When it began, in nanoseconds since the epoch.
        ended_ns: When its result was there.
    """

    metrics: Mapping[str, float]
    error: str | None
    started_ns: int
    ended_ns: int


def fold_of(result: Mapping[str, Any], *, dispatched_ns: int, arrived_ns: int) -> Fold:
    """What scikit-learn's workers say of a fold.

    Args:
        result: What a worker returned.
        dispatched_ns: When the fold was handed to the workers.
        arrived_ns: When its result came from them.
    """
    metrics = _scores("test", result.get("test_scores"))
    metrics.update(_scores("train", result.get("train_scores")))
    seconds = 0.0
    for name in _TIMES:
        if name in result:
            metrics[name] = taken = float(result[name])
            seconds += taken
    return Fold(
        metrics=metrics,
        error=result.get("fit_error"),
        # It may have waited for a worker, but has not begun before it was handed over.
        started_ns=max(dispatched_ns, arrived_ns - round(seconds * 1e9)),
        ended_ns=arrived_ns,
    )


def _scores(kind: str, scores: Any) -> dict[str, float]:
    if scores is None:
        return {}
    if isinstance(scores, dict):
        return {f"{kind}_{name}": float(score) for name, score in scores.items()}
    return {f"{kind}_score": float(scores)}


def error_told(traceback: str) -> RunError:
    """The error that a worker told as text."""
    lines = traceback.rpartition(_TRACEBACK)[2].splitlines()
    said = "\n".join(dropwhile(lambda line: line.startswith(" "), lines))
    kind, _, message = said.partition(": ")
    return RunError(kind.rpartition(".")[2] or "Exception", message, traceback)
