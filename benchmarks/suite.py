"""Runs benchmarks, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.figure import Figure

ALL = (
    "logging_steps",
    "delivery",
    "script",
    "fit",
    "memory",
    "calls",
    "datasets",
    "models",
    "searches",
    "boosting",
    "statsmodels_fit",
    "torch_loop",
    "lightning",
    "large_data",
    "sinks",
    "mlflow_server",
)
"""The modules with a `measure`, in the order in which they run."""

GATED = ("logging_steps", "delivery", "fit", "calls", "datasets", "models", "searches", "boosting")
"""Those with limits to their ratios."""

_ATTEMPTS = 3

# Threads of BLAS wait for each other by spinning: beside anything else that runs on the machine,
# a fit takes a tenth of a second or a hundredth, by chance.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def measured(name: str, *, quick: bool = False) -> list[Figure]:
    """The figures of one benchmark.

    Args:
        name: One of `ALL`.
        quick: Whether to measure for seconds only.
    """
    os.environ.update(_ONE_THREAD)
    # what one has imported, patched or filled must not help the next
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_measure, name, quick=quick).result()


def gated(name: str) -> list[Figure]:
    """The figures of one benchmark that have a limit, from the first attempt within all limits.

    Other programs on the machine make an attempt worse, never better.

    Args:
        name: One of `GATED`.
    """
    figures: list[Figure] = []
    for _ in range(_ATTEMPTS):
        figures = [figure for figure in measured(name, quick=True) if figure.ratio_limit]
        if not any(figure.is_too_dear for figure in figures):
            break
    return figures


def _measure(name: str, *, quick: bool) -> list[Figure]:
    return list(import_module(f"benchmarks.{name}").measure(quick=quick))
