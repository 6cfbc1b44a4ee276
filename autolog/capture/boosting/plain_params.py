"""The params of a training: what its text can tell, without functions, callbacks and data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autolog.capture.kinds import is_array, is_instance

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from autolog.patching.call import Call

_PLAIN = (str, int, float, bool, type(None))
_CONTAINERS = (list, tuple, set, frozenset)
_MOST_ITEMS = 10_000
_MOST_IN_ARRAY = 100
_ABSENT: Any = object()


def plain_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """The params that are numbers, text or nothing, or consist of these; others are left out.

    Of a list of metrics, the names are kept and the functions are not. A short array is a list of
    numbers, such as the quantiles to be learnt; a long one is data.

    Args:
        params: Values by name.

    Example:
        >>> plain_params({"eta": 0.1, "eval_metric": ["auc", len], "callbacks": [print]})
        {'eta': 0.1, 'eval_metric': ['auc']}
    """
    plain = {str(name): _plain(_listed(value)) for name, value in params.items()}
    return {name: value for name, value in plain.items() if value is not _ABSENT}


def own_arguments(call: Call, left_out: Collection[str]) -> dict[str, Any]:
    """The plain arguments of a call, with the defaults of those that were not given.

    Args:
        call: The call.
        left_out: The names of arguments that are no params.
    """
    arguments = call.arguments
    return plain_params({name: arguments[name] for name in arguments if name not in left_out})


def _listed(value: Any) -> Any:
    is_short = is_array(value) and value.ndim == 1 and len(value) <= _MOST_IN_ARRAY
    return value.tolist() if is_short else value


def _plain(value: Any) -> Any:
    """The value without what is not plain in it; `_ABSENT` if nothing is left."""
    if isinstance(value, _PLAIN) or is_instance(value, "numpy", "generic"):
        return value
    if isinstance(value, dict):
        items = {key: _plain(item) for key, item in value.items()}
        kept = {key: item for key, item in items.items() if item is not _ABSENT}
        return kept if kept or not value else _ABSENT
    if isinstance(value, _CONTAINERS) and len(value) <= _MOST_ITEMS:
        kept_items = [item for item in map(_plain, value) if item is not _ABSENT]
        return type(value)(kept_items) if kept_items or not value else _ABSENT
    # how data are split is told by its own text
    return value if is_instance(value, "sklearn.model_selection", "BaseCrossValidator") else _ABSENT
