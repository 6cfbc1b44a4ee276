"""The values of losses, taken so that neither a device nor a mode of the user's notices."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.nn import Parameter
from torch.utils import _python_dispatch

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

dispatch_modes = torch._C._len_torch_dispatch_stack  # noqa: SLF001 - there is no other way
"""How many modes see each operator."""

function_modes = torch._C._len_torch_function_stack  # noqa: SLF001 - there is no other way
"""How many modes see each function."""


class _Unknown:
    """Stands where PyTorch does not tell soon whether a mode sees each operator: it may be so."""

    _is_in_torch_dispatch_mode = True


dispatching: Any = (
    _python_dispatch if hasattr(_python_dispatch, "_is_in_torch_dispatch_mode") else _Unknown
)
"""Its `_is_in_torch_dispatch_mode` tells whether a mode of any thread may see each operator."""

_PLAIN = (Tensor, Parameter)
_nothing = nullcontext()


def unseen() -> AbstractContextManager[object]:
    """A block whose calls of functions no mode of the user's sees."""
    if function_modes():
        return torch._C.DisableTorchFunction()  # noqa: SLF001 - there is no other way
    return _nothing


def value_of(loss: Any) -> Any:
    """The value of a loss: a number, or a copy on its device, so that nobody has to wait for it.

    Args:
        loss: A tensor.

    Returns:
        The value; `None` for what is no tensor of one element, or better left alone: tensors of
        other kinds than PyTorch's own, and computations that somebody watches or captures.
    """
    if type(loss) not in _PLAIN or dispatch_modes():
        return None
    with unseen():
        if loss.numel() != 1 or loss.is_meta:
            return None
        if loss.is_cpu:
            return loss.item()
        if loss.is_cuda and torch.cuda.is_current_stream_capturing():
            return None
        return loss.detach().clone()


def values_of_losses(tensors: Any) -> list[Any]:
    """The values of what is a loss among some tensors.

    Args:
        tensors: A tensor, or several.
    """
    if isinstance(tensors, Tensor):
        tensors = (tensors,)
    # what else can be gone through may be so only once
    every = tensors if isinstance(tensors, list | tuple) else ()
    return [value for value in map(value_of, every) if value is not None]


def is_learnt_from(result: Any) -> bool:
    """Whether it is a loss whose gradients can be computed."""
    if type(result) not in _PLAIN:
        return False
    with unseen():
        return bool(result.requires_grad) and result.numel() == 1
