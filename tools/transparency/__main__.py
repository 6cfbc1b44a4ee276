"""Prints what becomes of a library's own tests when autolog records them.

    python -m tools.transparency [MODULE ...]

A module may be a package: then it stands for the test modules in it. The exit status is 1 if a test
ends otherwise than without autolog, or if a module could not be run to its end.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from tools.transparency.comparison import Pair, judge
from tools.transparency.report import Report
from tools.transparency.trial import run_module

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_MODULES = (
    *("sklearn.tests", "sklearn.model_selection.tests", "sklearn.metrics.tests"),
    *("statsmodels.regression.tests", "statsmodels.discrete.tests", "statsmodels.genmod.tests"),
    "statsmodels.tsa.statespace.tests",
)


def test_modules(name: str) -> list[str]:
    """The module of this name; or the test modules in the package of this name.

    Raises:
        SystemExit: There is none.
    """
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        spec = None
    if spec is None:
        raise SystemExit(f"There is no module {name}.")
    if spec.submodule_search_locations is None:
        return [name]
    (folder, *_) = spec.submodule_search_locations
    return [f"{name}.{path.stem}" for path in sorted(Path(folder).glob("test_*.py"))]


def pairs(modules: list[str], pool: ThreadPoolExecutor, limit: float) -> Iterator[tuple[str, Pair]]:
    """Runs the tests of all modules, bare and recorded side by side."""
    started = [
        [
            pool.submit(run_module, module, recorded=recorded, limit=limit)
            for recorded in (False, True)
        ]
        for module in modules
    ]
    for module, trials in zip(modules, started, strict=True):
        yield module, Pair(*(trial.result() for trial in trials))


def compare(modules: list[str], processes: int, limit: float) -> Report:
    """Compares all modules, and prints each as soon as it is done."""
    report = Report()
    with ThreadPoolExecutor(processes) as pool:
        verdicts = {}
        for module, pair in pairs(modules, pool, limit):
            report.add(module, pair)
            if pair.differing():
                verdicts[module] = pool.submit(judge, module, pair, limit=limit)
        for module, verdict in verdicts.items():
            report.settle(module, verdict.result())
    return report


def main() -> None:
    """Compares the modules that the command line names."""
    parser = argparse.ArgumentParser(prog="tools.transparency", description=__doc__)
    parser.add_argument("modules", nargs="*", default=DEFAULT_MODULES, metavar="MODULE")
    parser.add_argument("--processes", type=int, default=2, help="how many run side by side")
    parser.add_argument("--limit", type=float, default=3600.0, help="seconds for a module")
    arguments = parser.parse_args()
    modules = [module for name in arguments.modules for module in test_modules(name)]
    report = compare(modules, arguments.processes, arguments.limit)
    report.conclude()
    sys.exit(not report.is_transparent())


if __name__ == "__main__":
    main()
