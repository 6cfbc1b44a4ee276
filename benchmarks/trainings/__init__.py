"""Trainings as their users write them, each in a module of its library."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from benchmarks.recorders import WITH_MODELS, WITHOUT_METRICS, WITHOUT_MODELS, WRITTEN
from benchmarks.result import BARE

if TYPE_CHECKING:
    from collections.abc import Callable

AUTOLOG, MLFLOW = "autolog", "MLflow"

_LONG_WITH_METRICS = (BARE, WITHOUT_METRICS, WITHOUT_MODELS, WITH_MODELS)
_LONG_WITH_STEPS = (BARE, WRITTEN, WITHOUT_MODELS, WITH_MODELS)


def _itself(model: Any) -> Any:
    return model


@dataclass(frozen=True, slots=True)
class Training:
    """What is trained, with its data at hand.

    Attributes:
        train: Trains, and gives the model.
        kept: What of the model is worth keeping, for the line of `pickle.dump`.
        ends_with_script: Whether its run ends when the script does, and not when it returns.
        scored: Computes the metrics of its training data by hand, where these, which take
            predictions for all of them, are a good part of what recording adds. It is measured
            without them, too, then.
        written: Trains, and writes the metrics of each step by hand, where there are hundreds of
            them, so that it can be seen what no recording can do without.
    """

    train: Callable[[], Any]
    kept: Callable[[Any], Any] = _itself
    ends_with_script: bool = False
    scored: Callable[[Any], object] | None = None
    written: Callable[[], Any] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the trainings, before its library is imported.

    Attributes:
        subject: What tables call it.
        home: The module and the function that prepare it.
        flavor: The module of MLflow that records it; empty where none does.
        in_quick: Who records it where a little of everything is measured.
        in_check: Whether it has a budget.
        for_check_only: Whether it is there for its budget alone: a small training, of which what
            recording adds is a large part. It is measured by the CPU time of the caller, which
            other programs hardly change.
        ways: The ways in which it is trained at the same time, in slices, since it takes long.
    """

    subject: str
    home: str
    flavor: str
    in_quick: tuple[str, ...] = ()
    in_check: bool = False
    for_check_only: bool = False
    ways: tuple[str, ...] = ()

    def prepared(self) -> Training:
        """Imports its library, and makes its data."""
        module, _, function = self.home.partition(":")
        made: Training = getattr(import_module(f"benchmarks.trainings.{module}"), function)()
        return made


KINDS = {
    "logistic_regression": Kind(
        "LogisticRegression on iris",
        "of_sklearn:logistic_regression",
        "sklearn",
        in_quick=(AUTOLOG, MLFLOW),
        in_check=True,
    ),
    "pipeline": Kind("pipeline of two scalers and a model", "of_sklearn:pipeline", "sklearn"),
    "forest": Kind(
        "forest of 50 trees, 10 000 x 20",
        "of_sklearn:forest",
        "sklearn",
        ways=_LONG_WITH_METRICS,
    ),
    "grid": Kind(
        "GridSearchCV, 50 candidates x 3 folds",
        "of_sklearn:grid",
        "sklearn",
        in_quick=(AUTOLOG,),
        ways=_LONG_WITH_METRICS,
    ),
    "large_data": Kind(
        "GaussianNB, 1 000 000 x 50",
        "of_sklearn:large_data",
        "sklearn",
        ways=_LONG_WITH_METRICS,
    ),
    "xgboost": Kind(
        "XGBoost, 500 rounds x 2 data sets x 2 metrics",
        "of_xgboost:boosting",
        "xgboost",
        in_quick=(AUTOLOG,),
        ways=_LONG_WITH_STEPS,
    ),
    "lightgbm": Kind(
        "LightGBM, 500 rounds x 2 data sets x 2 metrics",
        "of_lightgbm:boosting",
        "lightgbm",
        ways=_LONG_WITH_STEPS,
    ),
    "ols": Kind(
        "OLS on diabetes", "of_statsmodels:least_squares", "statsmodels", in_quick=(AUTOLOG,)
    ),
    "lightning": Kind(
        "Lightning, 3 epochs of 300 batches", "of_lightning:fit", "pytorch", ways=_LONG_WITH_STEPS
    ),
    "torch_loop": Kind(
        "plain PyTorch loop, 3 epochs of 300 batches",
        "of_torch:loop",
        "",
        ways=_LONG_WITH_STEPS,
    ),
    "small_forest": Kind(
        "forest of 5 trees on iris, CPU time", "of_sklearn:small_forest", "sklearn", (), True, True
    ),
    "small_grid": Kind(
        "GridSearchCV, 25 candidates that learn nothing, CPU time",
        "of_sklearn:small_grid",
        "sklearn",
        (),
        True,
        True,
    ),
}
"""The trainings, by the name that measurements are asked for."""
