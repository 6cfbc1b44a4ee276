"""LightGBM's own interface: what is recorded of a call of `lightgbm.train`."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING, Any

from lightgbm import Booster, Dataset

from autolog.capture.boosting.importance import log_importance
from autolog.capture.boosting.plain_params import own_arguments, plain_params
from autolog.capture.effort import Effort
from autolog.integration import Call, HookSteps, Patch, Run, guard
from autolog_lightgbm.data_sets import UsedDataSets, input_rows
from autolog_lightgbm.flavor import LightGBMFlavor
from autolog_lightgbm.round_metrics import RoundMetrics
from autolog_lightgbm.trainings import current_training, training

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from lightgbm.callback import CallbackEnv

NO_PARAMS = frozenset(
    {"callbacks", "feval", "fobj", "init_model", "params", "train_set", "valid_names", "valid_sets"}
)
"""Arguments that are data, functions or models, or are recorded otherwise."""

IMPORTANCE_TYPES = ("split", "gain")
"""What LightGBM can say of the importance of features."""

_TRAINING_SET = "training"


def record_train(call: Call, run: Run) -> HookSteps:
    """The hook around `lightgbm.train`."""
    train_set = call.get("train_set")
    with training() as current:
        _log_params(call, run)
        rows = None
        used = UsedDataSets(run)
        with guard("looking at the training data", run.note_failure):
            if isinstance(train_set, Dataset):
                used.log_train_set(train_set)
                rows = input_rows(train_set)
        effort = Effort()
        booster = yield from _record_rounds(
            call, run, used, evaluates=call.options.training_metrics
        )
        run.log_metrics(effort.metrics())
        flavor = LightGBMFlavor().with_text(current.text_of(booster))
        run.log_model(booster, flavor, inputs=rows)


def record_train_of_fit(call: Call, run: Run) -> HookSteps:
    """The hook around the `train` that an estimator's fit calls, whose data are known by then."""
    current = current_training()
    current.is_evaluated = bool(call.get("valid_sets"))
    _log_params(call, run)
    yield from _record_rounds(call, run, UsedDataSets(run), evaluates=current.evaluates_itself)


def add_callback(call: Call, callback: Callable[[CallbackEnv], None]) -> None:
    """Gives LightGBM one callback more, in a list of its own.

    It stands first, so that the order that LightGBM gives to the user's callbacks, by their places
    from the end, stays the same.

    Args:
        call: The call.
        callback: The callback.
    """
    callbacks = call.get("callbacks")
    if callbacks is None or isinstance(callbacks, Collection):  # else LightGBM refuses them
        call.replace("callbacks", [callback, *(callbacks or ())])


def _record_rounds(
    call: Call, run: Run, used: UsedDataSets, *, evaluates: bool
) -> Generator[None, Any, Booster]:
    train_set, named = call.get("train_set"), _evaluation_sets(call)
    with guard("looking at the evaluation sets", run.note_failure):
        for name, data_set in named:
            used.log(data_set, name, "eval")
    names = [name for name, data_set in named if data_set is train_set]
    round_metrics = RoundMetrics(run, names[-1] if names else _TRAINING_SET, evaluates=evaluates)
    add_callback(call, round_metrics.callback())
    booster: Booster = yield
    with guard("looking at the data sets", run.note_failure):
        used.log_built()
    with guard("looking at the rounds of LightGBM", run.note_failure):
        round_metrics.log_stopping(booster.best_iteration)
    with guard("reading the importance of features", run.note_failure):
        _log_importance(run, booster, call.options.importance_types)
    return booster


def _log_params(call: Call, run: Run) -> None:
    with guard("reading the params of LightGBM", run.note_failure):
        # where both say something, LightGBM goes by the params
        params = own_arguments(call, NO_PARAMS) | plain_params(call.get("params") or {})
        current_training().log_params(run, params)


def _log_importance(run: Run, booster: Booster, kinds: Sequence[str]) -> None:
    features = booster.feature_name()
    for kind in kinds:
        if kind not in IMPORTANCE_TYPES:
            expected = ", ".join(IMPORTANCE_TYPES)
            raise ValueError(f"importance_types: expected some of {expected}, got {kind!r}")
        importance = booster.feature_importance(kind).tolist()
        by_name = dict(zip(features, importance, strict=True))
        keep = partial(log_importance, run, kind, by_name, total=len(features))
        run.later(f"keeping the importance of features by {kind}", keep)


def _evaluation_sets(call: Call) -> list[tuple[str, Dataset]]:
    """The evaluation sets by the names that LightGBM gives them."""
    train_set, sets, names = (call.get(name) for name in ("train_set", "valid_sets", "valid_names"))
    sets = [sets] if isinstance(sets, Dataset) else sets
    names = [names] if isinstance(names, str) else names
    if not isinstance(sets, list | tuple):  # an iterator can be gone through only once
        return []
    given = names if isinstance(names, list | tuple) else ()
    unnamed = [
        _TRAINING_SET if data_set is train_set else f"valid_{place}"
        for place, data_set in enumerate(sets)
    ]
    found = zip([*given[: len(sets)], *unnamed[len(given) :]], sets, strict=True)
    return [(name, data_set) for name, data_set in found if isinstance(data_set, Dataset)]


NATIVE_PATCHES = (
    Patch("lightgbm:train", record_train),
    Patch("lightgbm.engine:train", record_train),
    Patch("lightgbm.sklearn:train", record_train_of_fit, "attached"),
)
"""Patches of `lightgbm.train`, by all the names that LightGBM has for it."""
