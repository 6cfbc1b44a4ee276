"""The wall time of a whole script that trains one model, from its start to its exit."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks.figure import Figure, Goal
from benchmarks.recording import fresh_directory

if TYPE_CHECKING:
    from collections.abc import Iterator

_BARE = """
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
LogisticRegression(max_iter=500).fit(*load_iris(return_X_y=True))
"""
_RECORDED = f"from autolog import autolog\nautolog()\n{_BARE}"
_ROUNDS = 20
_QUICK_ROUNDS = 3
_GOAL = Goal(100.0, "added")


def measure(*, quick: bool) -> Iterator[Figure]:
    """Bare and recorded scripts in turn, in a new autolog directory and in one with runs."""
    bare, new, used = [], [], []
    with fresh_directory():
        _seconds_of(_RECORDED)  # fills the directory, and the disk cache for all of them
        for _ in range(_QUICK_ROUNDS if quick else _ROUNDS):
            bare.append(_seconds_of(_BARE))
            used.append(_seconds_of(_RECORDED))
            with fresh_directory():
                new.append(_seconds_of(_RECORDED))
    for name, seconds in (("new", new), ("used", used)):
        yield Figure(
            f"script with one fit, {name} directory",
            "ms",
            median(seconds) * 1e3,
            median(bare) * 1e3,
            "the script without autolog",
            _GOAL,
        )


def _seconds_of(script: str) -> float:
    started = perf_counter()
    subprocess.run([sys.executable, "-c", script], check=True, stderr=subprocess.DEVNULL)
    return perf_counter() - started
