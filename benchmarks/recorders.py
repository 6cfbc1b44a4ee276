"""The ways in which trainings are recorded, and what turns recording on and off."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol

from benchmarks.result import BARE

WITHOUT_METRICS = "without models and training metrics"
WITHOUT_MODELS = "without models"
WITH_MODELS = "with models"
WRITTEN = "bare + os.write of the metrics of each step"

UNRECORDED = frozenset({BARE, WRITTEN})

_EVERYTHING: dict[str, Any] = {
    "log_models": True,
    "log_signatures": True,
    "log_input_examples": True,
    "log_datasets": True,
    "log_plots": True,
    "silent": True,
}


class Recorder(Protocol):
    """What records trainings."""

    def to(self, way: str) -> None:
        """Has the next training recorded in some way, or not at all."""

    def settle(self) -> None:
        """Waits for what the training before has left to do."""


class OfAutolog:
    """Recording by autolog."""

    def __init__(self) -> None:
        import autolog

        self._autolog = autolog

    def to(self, way: str) -> None:
        self._autolog.disable()
        if way not in UNRECORDED:
            options = {**_EVERYTHING, "log_models": way == WITH_MODELS}
            if way == WITHOUT_METRICS:
                options["sklearn"] = {"training_metrics": False}
            self._autolog.autolog(**options)

    def settle(self) -> None:
        self._autolog.flush()


class OfMlflow:
    """Recording by MLflow.

    Args:
        flavor: The module of MLflow that records the library.
    """

    def __init__(self, flavor: str) -> None:
        import mlflow

        mlflow.set_tracking_uri("sqlite:///mlflow.db")
        self._mlflow = mlflow
        self._flavor = import_module(f"mlflow.{flavor}")

    def to(self, way: str) -> None:
        self._flavor.autolog(disable=way == BARE, log_models=way == WITH_MODELS, silent=True)

    def settle(self) -> None:
        while self._mlflow.active_run():
            self._mlflow.end_run()
