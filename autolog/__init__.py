"""autolog records machine-learning training by itself.

    from autolog import autolog
    autolog()

Every model that is trained afterwards, with any supported library, becomes a run.

PYTEST_DONT_REWRITE: there is nothing to rewrite for pytest, and nothing to warn of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autolog.api import (
        active_run,
        autolog,
        disable,
        flush,
        log_artifact,
        log_figure,
        log_metric,
        log_metrics,
        log_model,
        log_param,
        log_params,
        run,
        set_tag,
        set_tags,
        shutdown,
    )
    from autolog.errors import AutologError
    from autolog.model_loading import load_model
    from autolog.reading import get_run, last_run, search_runs
    from autolog.version import __version__

__all__ = [
    "AutologError",
    "__version__",
    "active_run",
    "autolog",
    "disable",
    "flush",
    "get_run",
    "last_run",
    "load_model",
    "log_artifact",
    "log_figure",
    "log_metric",
    "log_metrics",
    "log_model",
    "log_param",
    "log_params",
    "run",
    "search_runs",
    "set_tag",
    "set_tags",
    "shutdown",
]

_HOMES = {
    "AutologError": "errors",
    "__version__": "version",
    "get_run": "reading",
    "last_run": "reading",
    "load_model": "model_loading",
    "search_runs": "reading",
}


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used, and keeps it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    from autolog.garbage import no_collection

    with no_collection():
        module = import_module(f"autolog.{_HOMES.get(name, 'api')}")
    value = getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
