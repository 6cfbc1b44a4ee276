"""A logger for `Trainer(logger=...)`, for those who like to say where metrics go."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from autolog.capture.torch.scalars import read_scalars
from autolog.integration import guard
from autolog.run_scope import end_run, open_run
from autolog_lightning.checkpoints import Checkpoints
from autolog_lightning.trainers import PACKAGES, told

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.integration import Run
    from autolog_lightning.params import FitParams

_EPOCH = "epoch"


def _logger_class() -> Any:
    """The class of loggers of the package that is in use; where it is both, of the newer."""
    imported = (package for package in PACKAGES if package in sys.modules)
    return import_module(f"{next(imported, PACKAGES[0])}.loggers.logger").Logger


class AutologLogger(_logger_class()):  # type: ignore[misc]
    """Records what a trainer gives its loggers, as each logger of Lightning's does.

    While `autolog()` records a fit, the logger belongs to the run of the fit, and adds what is not
    recorded there anyway: what is logged through it by hand. Where nothing records the fit, it
    opens a run of its own with the first that it is given, and ends it with the fit.

    Args:
        name: The name of its own run; by default the script's.
        experiment: The experiment of its own run.
        tags: Tags for its own run.

    Example:
        >>> from autolog_lightning import AutologLogger
        >>> Trainer(logger=AutologLogger(experiment="mnist"), max_epochs=3)
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        experiment: str | None = None,
        tags: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__()
        self._name = name
        self._experiment = experiment
        self._tags = tags
        self._run: Run | None = None
        self._checkpoints: Checkpoints | None = None
        self._trainer: Any = None
        self._params: FitParams | None = None

    @property
    def experiment(self) -> Run:
        """The run, to record anything into."""
        if self._run is None:
            self._run = open_run(self._name, experiment=self._experiment, tags=self._tags)
        return self._run

    @property
    def name(self) -> str:
        """The name of the run's experiment."""
        return self.experiment.experiment

    @property
    def version(self) -> str:
        """The run's id."""
        return self.experiment.run_id

    def join(self, run: Run, trainer: Any, params: FitParams | None) -> None:
        """Makes the logger part of a recorded call.

        Args:
            run: The run of the call.
            trainer: The trainer.
            params: Records the params of a fit.
        """
        self._run, self._trainer, self._params = run, trainer, params

    def leave(self) -> None:
        """Ends its part in a recorded call; what is logged later goes to the run all the same."""
        self._trainer = self._params = None

    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        """Records metrics at a step, as the trainer or the user gives them."""
        run = self.experiment
        with guard("logging metrics of Lightning", run.note_failure):
            found = dict(metrics)
            if self._trainer is not None:
                known = {*self._trainer.callback_metrics, _EPOCH}
                found = {name: value for name, value in found.items() if name not in known}
            floats = dict(zip(found, read_scalars(list(found.values())), strict=True))
            if floats:
                run.log_point(floats, 0 if step is None else step)

    def log_hyperparams(self, params: Any, *_args: Any, **_kwargs: Any) -> None:
        """Records hyperparameters: a dictionary, or a namespace."""
        run = self.experiment
        with guard("logging hyperparameters of Lightning", run.note_failure):
            given = params if isinstance(params, dict) else vars(params)
            found = {str(name): told(value) for name, value in given.items()}
            if self._params is not None:
                self._params.log_hyperparameters(found)
            elif self._trainer is None:
                run.log_params(found)

    def after_save_checkpoint(self, checkpoint_callback: Any) -> None:
        """Notes a checkpoint where it lies."""
        run = self.experiment
        if self._trainer is not None:
            return  # the fit notes it
        with guard("looking at the checkpoints", run.note_failure):
            if self._checkpoints is None:
                self._checkpoints = Checkpoints(run)
            self._checkpoints.note([checkpoint_callback])

    def finalize(self, status: str) -> None:
        """Ends its own run; what a recorded fit records ends with that."""
        if self._run is not None and self._trainer is None:
            end_run(self._run, failed=status != "success")
