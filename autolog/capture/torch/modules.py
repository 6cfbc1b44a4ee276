"""What a PyTorch module is made of: its class, its parameters, and a table of its parts."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from torch.nn import Module, Parameter

MODEL_SUMMARY = "model_summary.txt"
"""The name of the artifact that a summary is kept as."""

_WRAPPERS = (
    ("torch._dynamo.eval_frame", "OptimizedModule", "_orig_mod"),
    ("torch.nn.parallel.data_parallel", "DataParallel", "module"),
    ("torch.nn.parallel.distributed", "DistributedDataParallel", "module"),
    ("lightning.fabric.wrappers", "_FabricModule", "_original_module"),
    ("lightning_fabric.wrappers", "_FabricModule", "_original_module"),
)
"""Classes that stand around a module, and the attribute that leads to it."""

_DEEPEST = 3
_MOST_ROWS = 1000
_HEADINGS = ("", "Name", "Type", "Params")


def unwrapped(module: Any) -> Any:
    """The module itself, without what `torch.compile` and distributed training put around it.

    Args:
        module: A module, wrapped or not.
    """
    while (inner := _inside(module)) is not None:
        module = inner
    return module


def module_params(module: Module) -> dict[str, object]:
    """The class of a module and the number of its parameters, as params of a run.

    Parameters that are shared count once, and those whose shape is not known yet not at all.

    Args:
        module: A module, wrapped or not.
    """
    inner = unwrapped(module)
    kind = type(inner)
    return {
        "model_class": f"{kind.__module__}.{kind.__qualname__}",
        "parameters": _count(inner.parameters()),
        "trainable_parameters": _count(_trained(inner)),
    }


def module_summary(module: Module) -> str:
    """A table of the parts of a module: their names, their classes and their parameters.

    The module is looked at only; it computes nothing.

    Args:
        module: A module, wrapped or not.
    """
    inner = unwrapped(module)
    rows = [("0", "", type(inner).__name__, _with_commas(_count(inner.parameters())))]
    for name, part in _parts(inner):
        count = _with_commas(_count(part.parameters()))
        rows.append((str(len(rows)), name, type(part).__name__, count))
    total = _count(inner.parameters())
    trainable = _count(_trained(inner))
    size = sum(_bytes(one) for one in inner.parameters())
    return "\n".join(
        [
            *_table(rows),
            f"Trainable params: {trainable:,}",
            f"Non-trainable params: {total - trainable:,}",
            f"Total params: {total:,}",
            f"Size of the params: {size:,} bytes",
            "",
        ]
    )


def _inside(module: Any) -> Any:
    for place, name, attribute in _WRAPPERS:
        kind = getattr(sys.modules.get(place), name, None)
        if kind is not None and isinstance(module, kind):
            return getattr(module, attribute)
    return None


def _parts(module: Module) -> Iterator[tuple[str, Module]]:
    found = ((name, part) for name, part in module.named_modules() if name)
    for count, (name, part) in enumerate(found):
        if count == _MOST_ROWS:
            return
        if name.count(".") < _DEEPEST:
            yield name, part


def _trained(module: Module) -> Iterator[Parameter]:
    return (one for one in module.parameters() if one.requires_grad)


def _count(parameters: Iterable[Parameter]) -> int:
    return sum(0 if _is_lazy(one) else one.numel() for one in parameters)


def _bytes(parameter: Parameter) -> int:
    return 0 if _is_lazy(parameter) else parameter.numel() * parameter.element_size()


def _is_lazy(parameter: Parameter) -> bool:
    lazy = sys.modules.get("torch.nn.parameter")
    return lazy is not None and isinstance(parameter, lazy.UninitializedParameter)


def _with_commas(number: int) -> str:
    return f"{number:,}"


def _table(rows: list[tuple[str, str, str, str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *rows, strict=True)]
    line = "-" * (sum(widths) + 3 * (len(widths) - 1))
    for number, row in enumerate([_HEADINGS, *rows]):
        *left, last = [
            text.ljust(width) for text, width in zip(row[:-1], widths[:-1], strict=True)
        ] + [row[-1].rjust(widths[-1])]
        yield " | ".join([*left, last])
        if number == 0:
            yield line
    yield line
