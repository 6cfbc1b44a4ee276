"""Questions of our own to a model, whose failure to answer is no failure of ours."""

from __future__ import annotations

from typing import Any

from autolog.capture.model.foreign_code import failing_as
from autolog.errors import ModelFailed


def ask(model: Any, method: str, *arguments: Any, **named: Any) -> Any:
    """What a model answers.

    Args:
        model: A fitted model.
        method: The name of one of its methods.
        *arguments: What the method is given.
        **named: What it is given by name.

    Raises:
        ModelFailed: It failed, as it would have if its user had asked.
    """
    with failing_as(ModelFailed, f"{method} of {type(model).__name__}"):
        return getattr(model, method)(*arguments, **named)


def number_of(answer: Any) -> float:
    """An answer as a number; NaN where it is none."""
    try:
        return float(answer)
    except (TypeError, ValueError):
        return float("nan")
