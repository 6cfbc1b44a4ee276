"""What early stopping was told to look at, and what it has made of that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_SETTINGS = (
    "monitor",
    "mode",
    "patience",
    "min_delta",
    "stopping_threshold",
    "divergence_threshold",
)


def early_stopping_params(trainer: Any) -> dict[str, object]:
    """The settings of each `EarlyStopping`, by MLflow's names; from the second on, numbered."""
    return {
        f"{prefix}{name}": value
        for prefix, callback in _numbered(trainer)
        for name in _SETTINGS
        if (value := getattr(callback, name, None)) is not None
    }


def early_stopping_metrics(trainer: Any) -> dict[str, float]:
    """The best score, how long it was waited, and where the training was stopped, if it was."""
    found: dict[str, float] = {}
    for prefix, callback in _numbered(trainer):
        found[f"{prefix}best_score"] = float(callback.best_score)
        found[f"{prefix}wait_count"] = float(callback.wait_count)
        if _has_stopped(trainer, callback):
            stopped = callback.stopped_epoch
            found[f"{prefix}stopped_epoch"] = float(stopped)
            found[f"{prefix}restored_epoch"] = float(stopped - max(1, callback.patience))
    return found


def _numbered(trainer: Any) -> Iterator[tuple[str, Any]]:
    for number, callback in enumerate(trainer.early_stopping_callbacks, start=1):
        yield ("" if number == 1 else f"early_stopping_{number}_"), callback


def _has_stopped(trainer: Any, callback: Any) -> bool:
    """Whether it was this callback; that of epoch 0 is known by what it waited for alone."""
    waited = callback.wait_count >= callback.patience
    return bool(callback.stopped_epoch > 0 or (trainer.should_stop and waited))
