"""autolog's integration for PyTorch Lightning: every fit is a run, by either import name.

PYTEST_DONT_REWRITE: see `autolog/__init__.py`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autolog_lightning.logger import AutologLogger as AutologLogger

__all__ = ["AutologLogger"]


def __getattr__(name: str) -> object:
    """Imports Lightning only where its logger is asked for."""
    if name != "AutologLogger":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module("autolog_lightning.logger").AutologLogger
