"""The settings of optimizers and schedulers, as params, and the learning rates, as metrics."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PLAIN = (bool, int, float, str)
_OF_PROGRESS = frozenset(
    {"base_lrs", "best", "cooldown_counter", "last_epoch", "num_bad_epochs", "verbose"}
    | {"T_cur", "T_i", "default_min_lr", "mode_worse"}
)
"""Attributes of schedulers that change as they go, or follow from others."""

_MOST_GROUPS = 20


def optimizer_params(optimizers: Sequence[Any]) -> dict[str, object]:
    """The class and the settings of each optimizer.

    The first has them under their own names, as MLflow has; those of the others are numbered:
    `optimizer_2_name`, `optimizer_2_lr`. So are the settings of groups of parameters that differ:
    `group_2_lr`.

    Args:
        optimizers: The optimizers, in their order.
    """
    params: dict[str, object] = {}
    for number, optimizer in enumerate(map(_bare, optimizers), start=1):
        prefix = "" if number == 1 else f"optimizer_{number}_"
        params["optimizer_name" if number == 1 else f"{prefix}name"] = type(optimizer).__name__
        defaults = getattr(optimizer, "defaults", None) or {}
        params |= {f"{prefix}{name}": _plain(value) for name, value in defaults.items()}
        params |= _groups(optimizer, prefix, defaults)
    return params


def scheduler_params(schedulers: Sequence[Any]) -> dict[str, object]:
    """The class and the settings of each scheduler: `scheduler_name`, `scheduler_gamma`.

    Those from the second on are numbered: `scheduler_2_name`.

    Args:
        schedulers: The schedulers, in their order.
    """
    params: dict[str, object] = {}
    for number, scheduler in enumerate(schedulers, start=1):
        prefix = "scheduler_" if number == 1 else f"scheduler_{number}_"
        params[f"{prefix}name"] = type(scheduler).__name__
        for name, value in vars(scheduler).items():
            if not name.startswith("_") and name not in _OF_PROGRESS and _is_plain(value):
                params[f"{prefix}{name}"] = value
    return params


class LearningRates:
    """The learning rates of optimizers, by the names that Lightning's monitor gives them.

    They are `lr-Adam`; `lr-Adam-1` for the second of a class; `lr-Adam/pg1`, `lr-Adam/pg2` where
    there are several groups of parameters.

    Args:
        optimizers: The optimizers, in their order.

    Attributes:
        names: The names, in the order of `values`.
    """

    def __init__(self, optimizers: Sequence[Any]) -> None:
        self.names: list[str] = []
        self._groups: list[dict[str, Any]] = []
        seen: Counter[str] = Counter()
        for optimizer in map(_bare, optimizers):
            kind = type(optimizer).__name__
            name = f"lr-{kind}-{seen[kind]}" if seen[kind] else f"lr-{kind}"
            seen[kind] += 1
            groups = optimizer.param_groups
            for number, group in enumerate(groups[:_MOST_GROUPS], start=1):
                if "lr" in group:
                    self.names.append(f"{name}/pg{number}" if len(groups) > 1 else name)
                    self._groups.append(group)

    def now(self) -> dict[str, Any]:
        """The rates as the optimizers have them: numbers, or tensors of one element."""
        return dict(zip(self.names, self.values(), strict=True))

    def values(self) -> list[Any]:
        """The same without their names, for whoever asks with every step."""
        return [group["lr"] for group in self._groups]


def _bare(optimizer: Any) -> Any:
    """The optimizer itself, without what Lightning puts around it."""
    return getattr(optimizer, "_optimizer", None) or getattr(optimizer, "optimizer", optimizer)


def _groups(optimizer: Any, prefix: str, defaults: Mapping[str, object]) -> dict[str, object]:
    groups = getattr(optimizer, "param_groups", ())
    return {
        f"{prefix}group_{number}_{name}": _plain(value)
        for number, group in enumerate(groups[:_MOST_GROUPS], start=1)
        for name, value in group.items()
        if name in defaults and not _is_same(value, defaults[name])
    }


def _is_same(one: object, other: object) -> bool:
    if type(one).__module__ == "torch" or type(other).__module__ == "torch":
        return str(_plain(one)) == str(_plain(other))
    return bool(one == other)


def _plain(value: object) -> object:
    """A tensor of one element as its number: a rate may be one."""
    if type(value).__module__ == "torch" and hasattr(value, "numel") and value.numel() == 1:
        number: object = value.item()  # type: ignore[attr-defined]
        return number
    return value


def _is_plain(value: object) -> bool:
    if isinstance(value, list | tuple):
        return all(isinstance(item, _PLAIN) for item in value)
    return isinstance(value, _PLAIN)
