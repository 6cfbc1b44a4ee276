"""What the user's own `SummaryWriter` writes, PyTorch's or tensorboardX's, is recorded too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from torch import Tensor

from autolog.capture.torch.scalars import read_scalars
from autolog_torch.activation import log_when_active

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.integration import Call, HookSteps, Resumed, Run


def add_scalar(call: Call, _resume: Resumed) -> HookSteps:
    """The hook around `SummaryWriter.add_scalar`."""
    yield
    _log(call, {call.get("tag"): call.get("scalar_value")})


def add_scalars(call: Call, _resume: Resumed) -> HookSteps:
    """The hook around `SummaryWriter.add_scalars`."""
    yield
    main, scalars = call.get("main_tag"), call.get("tag_scalar_dict")
    _log(call, {f"{main}/{tag}": value for tag, value in scalars.items()})


def add_hparams(call: Call, _resume: Resumed) -> HookSteps:
    """The hook around `SummaryWriter.add_hparams`."""
    yield
    if not call.options.tensorboard:
        return
    params = {str(name): _plain(value) for name, value in call.get("hparam_dict").items()}
    log_when_active(partial(_log_params, params))
    _log(call, call.get("metric_dict"))


def _log(call: Call, scalars: Mapping[Any, Any]) -> None:
    if not call.options.tensorboard:
        return
    values = read_scalars([_without_gradient(value) for value in scalars.values()])
    metrics = dict(zip(map(str, scalars), values, strict=True))
    step = call.get("global_step")
    step = 0 if step is None else int(step)
    log_when_active(partial(_log_point, metrics, step))


def _log_point(metrics: Mapping[str, float], step: int, run: Run) -> None:
    run.log_point(metrics, step)


def _log_params(params: Mapping[str, object], run: Run) -> None:
    run.log_params(params)


def _plain(value: Any) -> Any:
    return read_scalars([_without_gradient(value)])[0] if isinstance(value, Tensor) else value


def _without_gradient(value: Any) -> Any:
    return value.detach() if isinstance(value, Tensor) else value
