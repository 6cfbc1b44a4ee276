"""What is done with a model by hand: to keep it, and to compute metrics of its training data."""

from __future__ import annotations

import pickle
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.trainings import Training

PICKLED, SCORED = "pickle", "scored"

_SHORT_MS = 100.0
_SHORT_ONES = 5


def by_hand(
    training: Training, model: Any, clock: Callable[[], float] = perf_counter
) -> dict[str, float]:
    """Milliseconds of `pickle.dump` of a model and, where they matter, of its training metrics.

    Args:
        training: What the model comes from.
        model: The model.
        clock: Tells the time of the metrics, in seconds.
    """
    taken = {}
    if scored := training.scored:

        def metrics() -> tuple[None, float]:
            started = clock()
            scored(model)
            return None, (clock() - started) * 1e3

        _, taken[SCORED] = typical(metrics)
    kept = training.kept(model)
    started = perf_counter()
    with Path("model.pickle").open("wb") as file:
        pickle.dump(kept, file, protocol=5)
    taken[PICKLED] = (perf_counter() - started) * 1e3
    return taken


def typical(measured: Callable[[], tuple[Any, float]]) -> tuple[Any, float]:
    """Of what takes long one measurement, and else the median of some, behind one to warm up.

    Args:
        measured: Makes something, and gives it with the milliseconds that this took.
    """
    made, found = measured()
    if found >= _SHORT_MS:
        return made, found
    return made, median(measured()[1] for _ in range(_SHORT_ONES))
