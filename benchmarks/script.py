"""The wall time of a whole script that trains one model, from its start to its exit."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.figure import Figure, Goal

if TYPE_CHECKING:
    from collections.abc import Iterator

# Python's full garbage collections come when the number of objects has grown by a quarter. A script
# meets them at moments of its own, and an import more or less shifts them, for some 20 ms either
# way. Objects of the script's own, as many in each kind of a round, spread the moments.
_BARE = """
own = [[] for _ in range({own})]
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
LogisticRegression(max_iter=500).fit(*load_iris(return_X_y=True))
"""
_RECORDED = f"from autolog import autolog\nautolog()\n{_BARE}"
_MOST_OWN = 40_000
_ROUNDS = 35
_QUICK_ROUNDS = 3
_GOAL = Goal(100.0, "added")


def measure(*, quick: bool) -> Iterator[Figure]:
    """Bare and recorded scripts in turn, in a new autolog directory and in one with runs."""
    seconds: dict[str, list[float]] = {"bare": [], "new": [], "used": []}
    kinds, order = list(seconds), random.Random(0)
    with TemporaryDirectory(prefix="autolog-benchmark-") as folder:
        # leaves a run there, and compiled modules for all
        _seconds_of(_RECORDED.format(own=0), folder)
        for _ in range(_QUICK_ROUNDS if quick else _ROUNDS):
            order.shuffle(kinds)  # what comes after what makes a difference of its own
            own = order.randrange(_MOST_OWN)
            for kind in kinds:
                with TemporaryDirectory(prefix="autolog-benchmark-") as empty:
                    script = (_BARE if kind == "bare" else _RECORDED).format(own=own)
                    seconds[kind].append(_seconds_of(script, folder if kind == "used" else empty))
    bare = seconds.pop("bare")
    typical = median(bare)
    for name, recorded in seconds.items():
        # within a round, because the load of a machine comes and goes
        added = median(mine - plain for mine, plain in zip(recorded, bare, strict=True))
        yield Figure(
            f"script with one fit, {name} directory",
            "ms",
            (typical + added) * 1e3,
            typical * 1e3,
            "the script without autolog",
            _GOAL,
        )


def _seconds_of(script: str, directory: str) -> float:
    # Installed packages come compiled, so the sources of a working tree are to be compiled only
    # once, too.
    environment = {**os.environ, "AUTOLOG_DIR": directory, "PYTHONDONTWRITEBYTECODE": ""}
    started = perf_counter()
    subprocess.run(
        [sys.executable, "-c", script], env=environment, check=True, stderr=subprocess.DEVNULL
    )
    return perf_counter() - started
