"""How long `import` takes, and how many modules it brings."""

from __future__ import annotations

import sys
from importlib import import_module
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.questions.by_tracker import by_tracker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.result import Result
    from benchmarks.scale import Scale

TITLE = "What does the import cost?"
METHOD = (
    "Fresh processes, which take turns, import what a script imports for its first logging call, "
    "from compiled modules in the cache of files; the first round is not counted."
)

_MODULES = {
    "sqlite3": ("sqlite3",),
    "autolog": ("autolog", "autolog.api"),
    "mlflow": ("mlflow",),
    "wandb": ("wandb",),
    "tensorboard": ("tensorboardX",),
    "trackio": ("trackio",),
    "aim": ("aim",),
}
_ROUNDS = 4
_QUICK_ROUNDS = 1
_OTHERS = ("bare", "os.write", "mlflow-async")


def measure(scale: Scale) -> Iterator[Result]:
    """Milliseconds and modules for every tracker."""
    rounds = 1 + scale.pick(_ROUNDS, _QUICK_ROUNDS)
    contenders = by_tracker(
        imported, scale=scale, rounds=rounds, rounds_of_peers=rounds, but=_OTHERS
    )
    for place, (subject, unit) in enumerate((("time", "ms"), ("modules", "modules"))):
        for contender in contenders:
            yield contender.result(
                [found[place] for found in contender.found[1:]], subject=subject, unit=unit
            )


def imported(key: str) -> tuple[float, float]:
    """Imports a tracker in this process; milliseconds, and how many modules are new.

    Args:
        key: The tracker.
    """
    before = len(sys.modules)
    started = perf_counter()
    for module in _MODULES[key]:
        import_module(module)
    return (perf_counter() - started) * 1e3, len(sys.modules) - before
