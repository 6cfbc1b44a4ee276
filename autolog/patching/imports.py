"""Waiting for a module that nobody has imported yet, without importing it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import wrapt

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


def when_imported(name: str, act: Callable[[ModuleType], None]) -> None:
    """Calls `act` with the module: at once if it is imported, else right after it will be.

    Args:
        name: The module's full name.
        act: Must not raise: what it raises would make the user's import fail.
    """
    module = sys.modules.get(name)
    if module is not None:
        act(module)
    else:
        wrapt.register_post_import_hook(act, name)
