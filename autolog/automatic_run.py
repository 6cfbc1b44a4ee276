"""A run as integrations see it: the user's options are obeyed here, once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.recording import Run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.config.settings import Settings


class AutomaticRun(Run):
    """The same run, recording automatically: what the user switched off is not recorded.

    Args:
        run: The run.
        settings: The options in force for the integration's library.
    """

    def __init__(self, run: Run, settings: Settings) -> None:
        self.__dict__.update(vars(run))
        self._settings = settings

    def log_params(self, params: Mapping[str, object]) -> None:
        """Records params, unless `log_params=False`."""
        if self._settings.log_params:
            super().log_params(params)

    def log_metrics(self, metrics: Mapping[str, float], step: int | None = None) -> None:
        """Records metrics; of those with a step, the steps that `every_n_steps` keeps."""
        if step is None or step % self._settings.every_n_steps == 0:
            super().log_metrics(metrics, step)
