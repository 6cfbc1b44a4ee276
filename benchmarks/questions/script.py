"""The wall time of a whole script that trains one model, from its start to its exit."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks import scripts
from benchmarks.apart import environment
from benchmarks.result import BARE, Result, beside_bare, measured
from benchmarks.slices import on_one_cpu, scripts_in_slices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.scale import Scale

TITLE = "How long does a whole script take?"
METHOD = (
    "`python -c` of a script with one fit on iris, from its start until the process has gone. All "
    "of a round are under way at the same time, on one CPU, and go on by turns for 50 ms, while "
    "the others are stopped: only its own turns count for a script, and what is added is compared "
    "within a round. Lines to reach are a script that writes such a run by hand, with `json`, "
    "`pickle` and `sqlite3`, and one that records nothing, but imports the libraries that autolog "
    "is built on, and as many modules as it loads for the script, with nothing in them."
)

SUBJECT = "script with one fit"
AUTOLOG = "autolog"

_USED = f"{AUTOLOG}, directory with runs"
_MLFLOW = "MLflow"
_BY_HAND = "bare + a run by hand"
_EMPTY_MODULES = "bare + import of msgspec, wrapt, sqlite3 and as many empty modules"
_SCRIPTS = {
    BARE: scripts.UNRECORDED,
    _BY_HAND: scripts.BY_HAND,
    _EMPTY_MODULES: scripts.WITH_EMPTY_MODULES,
    AUTOLOG: scripts.BY_AUTOLOG,
    _USED: scripts.BY_AUTOLOG,
    _MLFLOW: scripts.BY_MLFLOW,
}
_MOST_OWN = 40_000
_ROUNDS = 11
_ROUNDS_OF_PEERS = 1
_QUICK_ROUNDS = 1
_GOAL_MS = 60.0


def measure(scale: Scale) -> Iterator[Result]:
    """Scripts that record nothing, into a new directory, into one with runs, and by others."""
    rounds = dict.fromkeys(_SCRIPTS, scale.pick(_ROUNDS, _QUICK_ROUNDS))
    rounds[_MLFLOW] = scale.pick(_ROUNDS_OF_PEERS, 0)
    taken = _taken(rounds)
    for name, values in taken.items():
        facts: dict[str, Any] = {"subject": SUBJECT, "contender": name, "unit": "ms"}
        bare = taken[BARE][: len(values)]
        if name == BARE:
            yield measured(values, role="bare", **facts)
        elif name in {AUTOLOG, _USED}:
            yield beside_bare(bare, values, role="autolog", goal=_GOAL_MS, goal_of="added", **facts)
        elif values:
            role = "peer" if name == _MLFLOW else "limit"
            yield beside_bare(bare, values, role=role, **facts)


def _taken(rounds: dict[str, int]) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in _SCRIPTS}
    order = random.Random(0)
    with TemporaryDirectory(prefix="autolog-benchmark-") as used:
        # leaves a run there, and compiled modules for all
        modules = int(subprocess.check_output(**_process(scripts.COUNTING_MODULES, 0, used, used)))
        scripts.make_empty_modules(Path(used), modules)
        subprocess.run(**_process("import empty_modules.everything", 0, used, used), check=True)
        for number in range(max(rounds.values())):
            names = [name for name in _SCRIPTS if number < rounds[name]]
            order.shuffle(names)
            own = order.randrange(_MOST_OWN)
            with ExitStack() as folders, on_one_cpu():
                processes = []
                for name in names:
                    empty = folders.enter_context(TemporaryDirectory(prefix="autolog-benchmark-"))
                    folder = used if name == _USED else empty
                    processes.append(_process(_SCRIPTS[name], own, folder, used))
                for name, milliseconds in zip(names, scripts_in_slices(processes), strict=True):
                    taken[name].append(milliseconds)
    return taken


def _process(script: str, own: int, folder: str, path: str) -> dict[str, Any]:
    """What runs a script in a folder of its own; modules are found in `path`, too."""
    variables = environment(folder)
    before = variables.get("PYTHONPATH", "")
    return {
        "args": [sys.executable, "-c", script.format(own=own)],
        "cwd": folder,
        "env": {**variables, "PYTHONPATH": os.pathsep.join(filter(None, (before, path)))},
        "stderr": subprocess.DEVNULL,
    }
