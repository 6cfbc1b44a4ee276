"""Has modules of ours imported as they are, where pytest would rewrite their assertions.

It does so with all that is installed together with a plugin: it reads and hashes each source at
each start, and compiles them all anew where it cannot write. There is nothing in them to rewrite,
but for the tests that `autolog.testing` has for others.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_OURS = "autolog"
_INTEGRATIONS = "autolog_"
_REWRITTEN = "autolog.testing"


def import_plainly() -> Callable[[], None]:
    """Has modules imported plainly from now on.

    Returns:
        Has them imported as pytest sees fit again.
    """
    finder = _Finder()
    sys.meta_path.insert(0, finder)

    def undo() -> None:
        if finder in sys.meta_path:
            sys.meta_path.remove(finder)

    return undo


class _Finder:
    """Stands before pytest's own, and finds nothing but what is ours."""

    def __init__(self) -> None:
        self.integrations: frozenset[str] | None = None

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module of ours, with Python's own loader."""
        if not name.startswith(_OURS):  # as hardly any of the thousands that tests import does
            return None
        package, _, _ = name.partition(".")
        if package == _OURS:
            plain = not name.startswith(_REWRITTEN)
        else:
            plain = package.startswith(_INTEGRATIONS) and package in self._integrations()
        return _plain_spec(name, path) if plain else None

    def _integrations(self) -> frozenset[str]:
        """The packages of the integrations: tests may be in a package that sounds like one."""
        if self.integrations is None:
            from autolog.plugins import INTEGRATIONS, installed

            self.integrations = frozenset(
                plugin.module.partition(".")[0] for plugin in installed(INTEGRATIONS)
            )
        return self.integrations


def _plain_spec(name: str, path: Sequence[str] | None) -> ModuleSpec | None:
    """As Python's own finder has it, which looks for a library of C in that place before."""
    if path is not None and len(path) == 1:
        file = f"{path[0]}/{name.rpartition('.')[2]}.py"
        if os.path.isfile(file):  # noqa: PTH113 - a tenth of the time of a path
            loader = SourceFileLoader(name, file)
            return spec_from_file_location(
                name, file, loader=loader, submodule_search_locations=None
            )
    return PathFinder.find_spec(name, path)
