"""The checkpoints that the user's own callbacks write, noted where they lie."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autolog.integration import Run

FOLDER = "checkpoints"
_SETTINGS = ("monitor", "mode", "save_top_k")


def checkpoint_params(callbacks: Iterable[Any]) -> dict[str, object]:
    """What decides which checkpoints are kept: `checkpoint_monitor`, `checkpoint_2_monitor`.

    Args:
        callbacks: The trainer's callbacks that write checkpoints.
    """
    params: dict[str, object] = {}
    for number, callback in _numbered(callbacks):
        prefix = "checkpoint" if number == 1 else f"checkpoint_{number}"
        for name in _SETTINGS:
            value = getattr(callback, name, None)
            if value is not None:
                params[f"{prefix}_{name}"] = value
    return params


class Checkpoints:
    """Notes the best and the last checkpoint whenever they are other ones than before.

    Args:
        run: The run of the fit.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._noted: dict[str, str] = {}
        self._best: dict[str, object] = {}

    def note(self, callbacks: Iterable[Any]) -> None:
        """Looks at what has been written by now; nothing is copied.

        Args:
            callbacks: The trainer's callbacks that write checkpoints.
        """
        for number, callback in _numbered(callbacks):
            folder = FOLDER if number == 1 else f"{FOLDER}_{number}"
            for role in ("best", "last"):
                path = str(getattr(callback, f"{role}_model_path", "") or "")
                if path:
                    self._note(f"{folder}/{role}{Path(path).suffix}", path)

    def log_best(self, callbacks: Iterable[Any]) -> None:
        """Records the path and the score of the best checkpoint of each callback, as params.

        Args:
            callbacks: The trainer's callbacks that write checkpoints.
        """
        params: dict[str, object] = {}
        for number, callback in _numbered(callbacks):
            path, score = callback.best_model_path, callback.best_model_score
            prefix = "best_model" if number == 1 else f"best_model_{number}"
            if path:
                params[f"{prefix}_path"] = path
            if score is not None and not math.isnan(float(score)):
                params[f"{prefix}_score"] = float(score)
        if params != self._best:
            self._best = params
            self._run.log_params(params)

    def _note(self, place: str, path: str) -> None:
        file = Path(path)
        # a URL is no file, and a checkpoint of several files is a folder
        if not file.is_file():
            return
        state = f"{path} {file.stat().st_mtime_ns}"
        if self._noted.get(place) != state:
            self._noted[place] = state
            self._run.log_reference(file, place)


def _numbered(callbacks: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    """The callbacks that know which of their checkpoints is the best."""
    return enumerate((one for one in callbacks if hasattr(one, "best_model_path")), start=1)
