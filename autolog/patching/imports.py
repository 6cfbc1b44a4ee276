"""Waiting for a module that nobody has imported yet, without importing it.

This is what `wrapt.register_post_import_hook` does, too. Ours asks a dictionary without a lock at
each of the thousands of imports that do not matter, and stands nowhere any more while the module
that does matter runs: `__loader__` and `__spec__.loader` are the real ones by then.
"""

from __future__ import annotations

import os
import sys
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


def when_imported(name: str, act: Callable[[ModuleType], None]) -> None:
    """Calls `act` with the module: at once if it is imported, else right after it will be.

    Args:
        name: The module's full name.
        act: Must not raise: what it raises would make the user's import fail.
    """
    with _finder.lock:
        module = sys.modules.get(name)
        if module is None:
            _finder.waiting.setdefault(name, []).append(act)
            if _finder not in sys.meta_path:
                sys.meta_path.insert(0, _finder)
    if module is not None:
        act(module)


class _Finder:
    """Stands first among the finders, and asks the others for the modules that are waited for."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[Callable[[ModuleType], None]]] = {}
        self.renew_lock()

    def renew_lock(self) -> None:
        """To be called in a forked child: a thread that is no more may have held it."""
        self.lock = RLock()

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the other finders give, with a loader that tells of the import."""
        if name not in self.waiting:
            return None
        for finder in sys.meta_path:
            ask = None if finder is self else getattr(finder, "find_spec", None)
            spec: ModuleSpec | None = None if ask is None else ask(name, path, target)
            if spec is not None:
                # one that only knows the old `load_module` is left alone
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _TellingLoader(spec.loader)  # type: ignore[assignment]
                return spec
        return None

    def tell(self, module: ModuleType) -> None:
        """Calls what has waited for the module."""
        with self.lock:
            waiting = self.waiting.pop(module.__name__, ())
        for act in waiting:
            act(module)


class _TellingLoader:
    """Loads by the real loader, steps aside before the module runs, and tells that it has run."""

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        spec.loader = self._loader
        try:
            module: ModuleType | None = self._loader.create_module(spec)
        finally:
            spec.loader = self  # type: ignore[assignment]
        return module

    def exec_module(self, module: ModuleType) -> None:
        spec: Any = module.__spec__
        if spec is not None and spec.loader is self:
            spec.loader = self._loader
        if getattr(module, "__loader__", None) is self:
            module.__loader__ = self._loader
        self._loader.exec_module(module)
        _finder.tell(module)


_finder = _Finder()
os.register_at_fork(after_in_child=_finder.renew_lock)
