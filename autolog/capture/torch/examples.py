"""What a module was given and what it gave, as arrays that a signature is inferred from."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch.nn import Module


def as_arrays(value: Any, rows: int = 5) -> Any:
    """Tensors as arrays of NumPy's, which nothing changes any more.

    Args:
        value: A tensor, or tensors in tuples, lists and dictionaries.
        rows: How many rows of each are taken at most.

    Returns:
        An array for one tensor, a dictionary of arrays for several; `None` where there is none.
    """
    found = _named("", value, rows)
    return found[""] if list(found) == [""] else found or None


def named_inputs(
    module: Module, args: Sequence[Any], kwargs: Mapping[str, Any], rows: int = 5
) -> Any:
    """The tensors that a module's `forward` was called with.

    Args:
        module: The module.
        args: The positional arguments.
        kwargs: The keyword arguments.
        rows: How many rows of each are taken at most.

    Returns:
        An array for one tensor; for several, a dictionary of arrays by the names of the parameters
        of `forward`; `None` where there is none.
    """
    names = _parameter_names(module.forward, len(args))
    found: dict[str, Any] = {}
    for name, value in [*zip(names, args, strict=True), *kwargs.items()]:
        found |= _named(name, value, rows)
    # a model of one input is called with it alone, and so is one of one dictionary
    is_alone = len(args) + len(kwargs) == 1 and len(found) == 1
    return next(iter(found.values())) if is_alone else found or None


def _named(name: str, value: Any, rows: int) -> dict[str, Any]:
    """The arrays within a value, by names that begin with its own."""
    array = _array(value, rows)
    if array is not None:
        return {name: array}
    if isinstance(value, Mapping):
        items = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, list | tuple):
        fields = getattr(value, "_fields", range(len(value)))
        items = [(str(key), item) for key, item in zip(fields, value, strict=True)]
    else:
        return {}
    found: dict[str, Any] = {}
    for key, item in items:
        inner = f"{name}.{key}" if name else (f"output_{key}" if key.isdigit() else key)
        found |= _named(inner, item, rows)
    return found


def _array(value: Any, rows: int) -> Any:
    """A tensor as an array; `None` for anything else, and for what NumPy has no words for."""
    import torch

    if not isinstance(value, torch.Tensor) or value.is_sparse or value.is_quantized:
        return None
    taken = (value[:rows] if value.ndim else value).detach()
    if taken.dtype == torch.bfloat16:  # which NumPy does not have
        taken = taken.float()
    try:
        return taken.cpu().resolve_conj().resolve_neg().numpy().copy()
    except (TypeError, RuntimeError):  # of a kind that NumPy does not have either
        return None


def _parameter_names(function: Any, count: int) -> list[str]:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    names = [
        one.name
        for one in parameters
        if one.kind in {one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD}
    ][:count]
    return [*names, *(f"input_{place}" for place in range(len(names), count))]
