"""A patched method that is called within a recorded one, and has nothing to record."""

from __future__ import annotations

from statistics import median
from typing import Any

import wrapt
from sklearn.base import BaseEstimator

from benchmarks.timing import durations_ns

CALLS = 100


@wrapt.decorator
def _letting_pass(wrapped: Any, _instance: Any, args: Any, kwargs: Any) -> Any:
    return wrapped(*args, **kwargs)


class _Inner(BaseEstimator):  # type: ignore[misc]
    """An estimator that does nothing: in a patched method, and in a wrapped one."""

    def fit(self) -> None:
        pass

    @_letting_pass
    def wrapped(self) -> None:
        pass


class _Outer(BaseEstimator):  # type: ignore[misc]
    """An estimator whose fit times calls that are nested in it."""

    def fit(self, rounds: int) -> None:
        inner = _Inner()
        self.found = [
            [median(durations_ns(lambda _: _repeat(inner, method), CALLS)) / CALLS]  # noqa: B023 - called at once
            for _ in range(rounds)
            for method in ("wrapped", "fit")
        ]


def nanoseconds(rounds: int) -> list[tuple[float, float]]:
    """What a call takes through an empty wrapper, and through autolog's, in turn.

    Args:
        rounds: How often both take their turn.
    """
    import autolog

    autolog.autolog(silent=True, sklearn={"training_metrics": False})
    outer = _Outer()
    outer.fit(rounds)
    found = [one for (one,) in outer.found]
    return list(zip(found[::2], found[1::2], strict=True))


def _repeat(inner: _Inner, method: str) -> None:
    for _ in range(CALLS):
        getattr(inner, method)()
