"""The wall time of a whole script that trains one model, from its start to its exit."""

from __future__ import annotations

import random
import subprocess
import sys
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.apart import environment
from benchmarks.result import BARE, Result, beside_bare, measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.scale import Scale

TITLE = "How long does a whole script take?"
METHOD = (
    "`python -c` of a script with one fit on iris, from its start until the process has gone; all "
    "take turns, in a random order in each round, and what is added is compared within a round."
)

SUBJECT = "script with one fit"
AUTOLOG = "autolog"

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
_USED = f"{AUTOLOG}, directory with runs"
_MLFLOW = "MLflow"
_SCRIPTS = {
    BARE: _BARE,
    AUTOLOG: _RECORDED,
    _USED: _RECORDED,
    _MLFLOW: (
        "import mlflow\nmlflow.set_tracking_uri('sqlite:///mlflow.db')\n"
        f"mlflow.sklearn.autolog()\n{_BARE}"
    ),
}
_MOST_OWN = 40_000
_ROUNDS = 11
_ROUNDS_OF_PEERS = 1
_QUICK_ROUNDS = 3
_QUICK_ROUNDS_OF_PEERS = 1
_GOAL_MS = 60.0


def measure(scale: Scale) -> Iterator[Result]:
    """Scripts that record nothing, into a new directory, into one with runs, and by MLflow."""
    rounds = scale.pick(_ROUNDS, _QUICK_ROUNDS)
    of_peers = scale.pick(_ROUNDS_OF_PEERS, _QUICK_ROUNDS_OF_PEERS) if scale.peers else 0
    taken = _taken(rounds, of_peers)
    for name, values in taken.items():
        facts: dict[str, Any] = {"subject": SUBJECT, "contender": name, "unit": "ms"}
        if name == BARE:
            yield measured(values, role="bare", **facts)
        elif values:
            role = "peer" if name == _MLFLOW else "autolog"
            goal = None if role == "peer" else _GOAL_MS
            bare = taken[BARE][: len(values)]
            yield beside_bare(bare, values, role=role, goal=goal, goal_of="added", **facts)


def _taken(rounds: int, of_peers: int) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in _SCRIPTS}
    order = random.Random(0)
    with TemporaryDirectory(prefix="autolog-benchmark-") as used:
        # leaves a run there, and compiled modules for all
        _milliseconds(_RECORDED.format(own=0), used)
        for number in range(rounds):
            names = [name for name in _SCRIPTS if name != _MLFLOW or number < of_peers]
            order.shuffle(names)  # what comes after what makes a difference of its own
            own = order.randrange(_MOST_OWN)
            for name in names:
                with TemporaryDirectory(prefix="autolog-benchmark-") as empty:
                    folder = used if name == _USED else empty
                    taken[name].append(_milliseconds(_SCRIPTS[name].format(own=own), folder))
    return taken


def _milliseconds(script: str, folder: str) -> float:
    started = perf_counter()
    subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env=environment(folder),
        check=True,
        stderr=subprocess.DEVNULL,
    )
    return (perf_counter() - started) * 1e3
