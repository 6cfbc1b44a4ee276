"""The steps of the optimisers that fit a model, seen from within, without a trace in its result."""

from __future__ import annotations

import math
from collections import deque
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any

from autolog.integration import Call, HookSteps, Run, guard, skipped_by_warnings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

OBJECTIVE, GRADIENT_NORM = "iteration_objective", "iteration_gradient_norm"
"""What an optimiser makes small, mostly the negative log-likelihood of an observation, and how
steep it was where the optimiser last looked."""

_MODEL_OF_FUNCTION = "self"
_KEEPS_THE_SCORE = "_fit_basinhopping"
"""Writes it into the user's own settings, which become a part of the result."""

_MOST_REMEMBERED = 64
"""Values that are remembered: between two steps, a slope may be computed from many of them."""


class Optimisation:
    """The steps of all optimisers that fit one model, numbered in a row.

    Args:
        model: The model.
        run: The run of its fit.

    Attributes:
        steps: How many there were.
        told: What the last optimiser has told of its work.
    """

    def __init__(self, model: Any, run: Run) -> None:
        self.model = model
        self.run = run
        self.steps = 0
        self.told: Mapping[str, Any] = {}

    def log(self, metrics: dict[str, float]) -> None:
        """Records a step."""
        finite = {name: value for name, value in metrics.items() if math.isfinite(value)}
        if finite:
            self.run.log_metrics(finite, step=self.steps)
        self.steps += 1


_current: ContextVar[Optimisation | None] = ContextVar("autolog_statsmodels", default=None)


@contextmanager
def optimisation(model: Any, run: Run) -> Iterator[Optimisation]:
    """Records the steps of the optimisers that fit a model within the block."""
    made = Optimisation(model, run)
    token = _current.set(made)
    try:
        yield made
    finally:
        _current.reset(token)


def record_steps(call: Call, _run: Run) -> HookSteps:
    """The hook around an optimiser, which calls back what the result of the fit will not hold.

    The `callback` of a fit becomes a part of its result; one that is given here does not.
    """
    current, function = _current.get(), call.get("f")
    # models that are fitted on the way, for a start, say, are not the user's
    if current is None or _model_of(function) is not current.model:
        yield
        return
    seen = _Seen(current)
    call.replace("f", seen.watching(function))
    score = call.get("score")
    if score is not None and call.function.__name__ != _KEEPS_THE_SCORE:
        call.replace("score", seen.watching_slope(score))
    call.replace("callback", seen.calling(call.get("callback")))
    _found, told = yield
    if isinstance(told, dict):
        current.told = told


class _Seen:
    """Keeps what an optimiser has computed, so that nothing is computed for our sake."""

    def __init__(self, current: Optimisation) -> None:
        self._current = current
        self._latest: deque[tuple[Any, float]] = deque(maxlen=_MOST_REMEMBERED)
        self._best: tuple[Any, float] | None = None
        self._slope: Any = None

    def watching(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @skipped_by_warnings
        def watched(params: Any, *args: Any) -> Any:  # pragma: no cover
            value = function(params, *args)
            with guard("looking at an optimiser", self._current.run.note_failure):
                self._note(params, value)
            return value

        return watched

    def watching_slope(self, score: Callable[..., Any]) -> Callable[..., Any]:
        @skipped_by_warnings
        def watched(params: Any, *args: Any) -> Any:  # pragma: no cover
            self._slope = slope = score(params, *args)
            return slope

        return watched

    def calling(self, callback: Callable[..., Any] | None) -> Callable[..., Any]:
        """What first calls the user's callback, and returns what that does."""
        if callback is None:
            return self._called_back

        @wraps(callback)  # SciPy reads its signature
        @skipped_by_warnings
        def both(*args: Any, **named: Any) -> Any:  # pragma: no cover
            answer = callback(*args, **named)
            self._called_back(*args, **named)
            return answer

        return both

    def _note(self, params: Any, value: Any) -> None:
        import numpy as np

        if np.ndim(value) == 0 and np.ndim(params) <= 1:
            point = np.array(params), float(value)
            self._latest.append(point)
            if self._best is None or value < self._best[1]:
                self._best = point

    def _called_back(self, *args: Any, **named: Any) -> None:
        with guard("looking at a step of an optimiser", self._current.run.note_failure):
            place = args[0] if args else named["intermediate_result"].x
            self._current.log(self._figures(place))

    def _figures(self, place: Any) -> dict[str, float]:
        import numpy as np

        found = {}
        # the best first: a simplex keeps it for long, and the others compute slopes around it
        for known in (self._best, *reversed(self._latest)):
            if known is not None and np.array_equal(known[0], place):
                found[OBJECTIVE] = known[1]
                break
        if self._slope is not None:
            found[GRADIENT_NORM] = float(np.linalg.norm(self._slope))
        return found


def _model_of(function: Any) -> Any:
    """The model whose likelihood a function computes: `fit` makes it, and refers to `self`."""
    code = getattr(function, "__code__", None)
    if code is None or _MODEL_OF_FUNCTION not in code.co_freevars:
        return None
    return function.__closure__[code.co_freevars.index(_MODEL_OF_FUNCTION)].cell_contents
