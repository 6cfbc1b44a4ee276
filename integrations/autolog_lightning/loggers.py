"""Loggers of ours among those of a trainer, which belong to a recorded call while it lasts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autolog.integration import Run
    from autolog_lightning.params import FitParams

_MODULE = "autolog_lightning.logger"


@contextmanager
def joined_by_loggers(trainer: Any, run: Run, params: FitParams | None = None) -> Iterator[None]:
    """Makes loggers of ours part of a recorded call.

    Args:
        trainer: The trainer.
        run: The run of the call.
        params: Records params of a fit.
    """
    # their module is imported only where somebody uses them
    joined = [one for one in trainer.loggers if type(one).__module__ == _MODULE]
    for logger in joined:
        logger.join(run, trainer, params)
    try:
        yield
    finally:
        for logger in joined:
            logger.leave()
