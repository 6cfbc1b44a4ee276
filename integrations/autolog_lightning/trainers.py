"""What the user gave a trainer when he made it, which the trainer itself does not keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.weak_identity import WeakIdentities

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autolog.integration import Call, HookSteps, Resumed

_given: WeakIdentities[dict[str, object]] = WeakIdentities()

_PLAIN = (bool, int, float, str, type(None))
_MOST_ITEMS = 20
_AUTOMATIC = "auto"


def remember_arguments(call: Call, _resume: Resumed) -> HookSteps:
    """The hook around `Trainer.__init__`."""
    given = {name: told(value) for name, value in call.given if name != "self"}
    yield
    _given.set(call.instance, given)


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
