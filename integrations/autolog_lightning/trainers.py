"""What the user gave a trainer when he made it, which the trainer itself does not keep."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING, Any

from autolog.capture.weak_identity import WeakIdentities
from autolog_lightning.ranks import make_teller

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autolog.integration import Call, HookSteps, Resumed

PACKAGES = ("lightning.pytorch", "pytorch_lightning")
"""What Lightning can be imported as."""

_given: WeakIdentities[dict[str, object]] = WeakIdentities()

_PLAIN = (bool, int, float, str, type(None))
_MOST_ITEMS = 20
_AUTOMATIC = "auto"


def remember_arguments(call: Call, _resume: Resumed) -> HookSteps:
    """The hook around `Trainer.__init__`."""
    given = {name: told(value) for name, value in _own_choices(call)}
    yield
    trainer = call.instance
    _given.set(trainer, given)
    if call.options.rank_metrics and not trainer.is_global_zero:
        trainer.callbacks.insert(0, make_teller(callback_class(trainer)))


def _own_choices(call: Call) -> Iterator[tuple[str, object]]:
    """What was given, but for what would have been so anyway: a command line gives everything."""
    parameters = inspect.signature(call.function).parameters
    for name, value in call.given:
        default = parameters[name].default if name in parameters else None
        is_default = value is default or (type(value) in _PLAIN and value == default)
        if name != "self" and not is_default:
            yield name, value


def callback_class(trainer: Any) -> type:
    """The class of callbacks, of whichever name Lightning was imported by.

    Args:
        trainer: A trainer.
    """
    callback: type = sys.modules[package_of(trainer)].Callback
    return callback


def package_of(trainer: Any) -> str:
    """What Lightning is imported as, by whoever has made a trainer.

    Args:
        trainer: A trainer.
    """
    imported = [package for package in PACKAGES if package in sys.modules]
    return next(name for name in imported if isinstance(trainer, sys.modules[name].Trainer))


def trainer_params(trainer: Any) -> Mapping[str, object]:
    """The arguments that a trainer was given, and what it made of those that matter most.

    Args:
        trainer: The trainer.
    """
    given = _given.get(trainer) or {}
    strategy = given.get("strategy", _AUTOMATIC)
    if strategy == _AUTOMATIC:
        strategy = type(trainer.strategy).__name__
    return {
        **given,
        "max_epochs": trainer.max_epochs,
        "precision": trainer.precision,
        "strategy": strategy,
        "accelerator": type(trainer.accelerator).__name__.removesuffix("Accelerator").lower(),
        "devices": trainer.num_devices,
        "num_nodes": trainer.num_nodes,
    }


def told(value: object) -> object:
    """An argument as a param: objects by their class, since their texts may be long or secret.

    Args:
        value: The argument.
    """
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, list | tuple | set):
        return [told(item) for item in list(value)[:_MOST_ITEMS]]
    if isinstance(value, dict):
        return {name: told(item) for name, item in list(value.items())[:_MOST_ITEMS]}
    if type(value).__module__ in {"pathlib", "datetime"}:
        return str(value)
    return type(value).__name__
