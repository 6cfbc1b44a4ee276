"""Decorated functions, patched from within: the function that everybody holds stays what it is."""

from __future__ import annotations

import inspect
from types import FunctionType
from typing import TYPE_CHECKING, Any

from autolog.patching.wrapper import PatchedFunction, Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CellType, ModuleType


class PatchedInner(PatchedFunction):
    """What a decorated function calls instead of the function that was decorated.

    Args:
        wrapped: The function that was decorated.
        site: Where the decorated function is.
    """

    def __init__(self, wrapped: Any, site: Site) -> None:
        super().__init__(wrapped, site)
        self._self_signature: inspect.Signature | None = None

    @property
    def __signature__(self) -> inspect.Signature:
        """Found out once: decorators that check arguments ask at every call."""
        if self._self_signature is None:
            self._self_signature = inspect.signature(self.__wrapped__)
        return self._self_signature


def decorated_functions(module: ModuleType) -> Iterator[tuple[str, CellType]]:
    """The decorated functions that a module names in `__all__`.

    Each comes with the cell of the decorator's closure that holds what was decorated. To exchange
    what is in there patches the function for all who have imported it by name, while the function
    stays the same object, with the same pickle.
    """
    for name in getattr(module, "__all__", ()):
        function = getattr(module, name, None)
        cell = _cell_of_decorated(function) if isinstance(function, FunctionType) else None
        if cell is not None:
            yield name, cell


def _cell_of_decorated(function: FunctionType) -> CellType | None:
    decorated = getattr(function, "__wrapped__", None)
    for cell in function.__closure__ or () if isinstance(decorated, FunctionType) else ():
        content = content_of(cell)
        if content is decorated or isinstance(content, PatchedInner):
            return cell
    return None


def content_of(cell: CellType) -> object:
    """What a cell holds; `None` where it is empty."""
    try:
        content: object = cell.cell_contents
    except ValueError:
        return None
    return content
