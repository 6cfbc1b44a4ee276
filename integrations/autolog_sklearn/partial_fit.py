"""Training in pieces: the calls of `partial_fit` on one estimator are one run, a step each."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from autolog.capture.asking import number_of
from autolog.capture.estimator_params import estimator_params
from autolog.capture.estimators import answer_of, estimator_tags
from autolog.capture.isolation import isolated
from autolog.capture.rows import as_rows, count_rows, first_rows, has_rows, read_only
from autolog.integration import guard
from autolog_sklearn.fitted_facts import fitted_tags
from autolog_sklearn.flavor import SklearnFlavor
from autolog_sklearn.post_training.patches import follow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.integration import Call, HookSteps, Run

SECONDS, SAMPLES, SCORE = "partial_fit_seconds", "samples_seen", "training_score"
"""The metrics of a step: what the call took, the rows so far, and the score on its own rows."""

UNKEPT_TAG = "autolog.model_skipped"
UNKEPT = "the estimator was gone, or there was no time left, when its run ended"
"""The tag that says why the run of a `partial_fit` loop has no model, and what it says."""

NOTED_ATTRIBUTES = {"loss_": "loss", "inertia_": "inertia"}
"""What estimators set at each call, by attribute, with the name of the metric."""


def partial_fit(call: Call, run: Run) -> HookSteps:
    """The hook around one call of `partial_fit`."""
    estimator, memory = call.instance, call.memory
    if not memory:
        _begin(call, run)
    started = time.perf_counter()
    yield
    seconds = time.perf_counter() - started
    step = memory["calls"]
    memory["calls"] = step + 1
    memory["samples"] += _rows(call.get("X"))
    metrics = {SECONDS: seconds, SAMPLES: memory["samples"], **_noted(estimator)}
    if call.options.partial_fit_score and run.keeps_step(step) and memory["scores"]:
        with guard(f"scoring {type(estimator).__name__}", run.note_failure):
            score = _score(call, run)
            metrics.update(score)
            memory["scores"] = bool(score)  # what it cannot do now, it cannot do at the next step
    run.log_metrics(metrics, step=step)
    if step == 0:
        run.set_tags(fitted_tags(estimator))
        with guard(f"following {type(estimator).__name__}", run.note_failure):
            follow(call, run, estimator)


def _begin(call: Call, run: Run) -> None:
    estimator = call.instance
    flavor = SklearnFlavor(call.options.model_format)
    call.memory.update(calls=0, samples=0.0, scores=True, flavor=flavor)
    run.set_tags(estimator_tags(estimator))
    with guard(f"reading the params of {type(estimator).__name__}", run.note_failure):
        run.log_params(estimator_params(estimator, note=run.set_tags))
    with guard("looking at the training data", run.note_failure):
        call.memory["inputs"] = first_rows(call.get("X"))


def _rows(inputs: Any) -> int:
    rows = as_rows(inputs)
    return count_rows(rows) if has_rows(rows) else 0


def _noted(estimator: Any) -> Mapping[str, float]:
    names = vars(estimator)
    return {
        metric: float(names[attribute])
        for attribute, metric in NOTED_ATTRIBUTES.items()
        if isinstance(names.get(attribute), float | np.floating)
    }


def _score(call: Call, run: Run) -> Mapping[str, float]:
    """How well the estimator does on the rows that it has just learnt from."""
    estimator, targets = call.instance, call.get("y")
    if not hasattr(estimator, "score"):
        return {}
    given = [read_only(as_rows(data)) for data in (call.get("X"), targets) if data is not None]
    with isolated(estimator), np.errstate(all="ignore"):
        score = answer_of(estimator, "score", *given, run=run)
    number = number_of(score)
    return {} if math.isnan(number) else {SCORE: number}


def keep_model(estimator: Any, run: Run, memory: dict[str, Any]) -> None:
    """Keeps the model as the last call has left it, where it is still there.

    To keep it at every call would cost more than most calls do.
    """
    if estimator is None:
        run.set_tags({UNKEPT_TAG: UNKEPT})
    else:
        run.log_model(estimator, memory["flavor"], inputs=memory.get("inputs"))
