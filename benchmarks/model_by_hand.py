"""What is done with a model by hand: to keep it, and to compute metrics of its training data."""

from __future__ import annotations

import pickle
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.timing import typical

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.trainings import Training

PICKLED, SCORED = "pickle", "scored"


def model_by_hand(
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
