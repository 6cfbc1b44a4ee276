"""What is known of a training when an optimizer joins it: params, and a summary of the models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autolog.capture.torch.modules import MODEL_SUMMARY, module_params, module_summary
from autolog.capture.torch.optimizers import optimizer_params, scheduler_params

if TYPE_CHECKING:
    from torch.nn import Module
    from torch.optim import Optimizer
    from torch.optim.lr_scheduler import LRScheduler

    from autolog.integration import Run

_CLASS = "model_class"


def describe_optimizer(
    run: Run, optimizer: Optimizer, number: int, schedulers: list[LRScheduler]
) -> None:
    """Records the settings of an optimizer and of its schedulers.

    Args:
        run: The run.
        optimizer: The optimizer.
        number: Which of the run's optimizers it is, from 1.
        schedulers: All schedulers that were found.
    """
    params = _numbered(optimizer_params([optimizer]), "optimizer", number)
    own = [one for one in schedulers if getattr(one, "optimizer", None) is optimizer]
    for place, params_of_one in enumerate(map(scheduler_params, ([one] for one in own))):
        params |= _numbered(params_of_one, "scheduler", number + place)
    run.log_params(params)


def describe_models(run: Run, models: list[Module]) -> None:
    """Records the classes of models, their sizes together, and their summaries.

    Args:
        run: The run.
        models: The models.
    """
    if not models:
        return
    described = [module_params(model) for model in models]
    classes = {_CLASS: ", ".join(str(one.pop(_CLASS)) for one in described)}
    sizes = {name: sum(int(str(one[name])) for one in described) for name in described[0]}
    run.log_params({**classes, **sizes})
    summary = "\n".join(map(module_summary, models))
    run.log_text(MODEL_SUMMARY, lambda: summary)


def _numbered(params: dict[str, object], what: str, number: int) -> dict[str, object]:
    """Params of the n-th optimizer or scheduler, by the names that Lightning's have."""
    if number == 1:
        return params
    start = f"{what}_"
    return {f"{start}{number}_{name.removeprefix(start)}": params[name] for name in params}
