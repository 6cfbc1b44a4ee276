"""What the pytest plugin costs, where nobody asked for it, and where no test trains."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.apart import ROOT, apart, environment
from benchmarks.result import BARE, beside_bare, measured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.result import Result
    from benchmarks.scale import Scale

TITLE = "What does the pytest plugin cost?"
METHOD = (
    "Fresh processes, which take turns: the import of the plugin's module into a process that has "
    "pytest; one test that does nothing, with the plugin blocked and with it there, installed from "
    "a wheel, whose list of files pytest reads; and suites of tests that do not train, of some "
    "milliseconds of work each and of none, without and with `--autolog`."
)

_START_MS = 5.0
_SUITE_RATIO = 1.02
_TESTS, _QUICK_TESTS = 300, 100
_ROUNDS, _QUICK_ROUNDS = 7, 1
_WORK = 500
"""Turns of a loop that take some milliseconds together."""

_SUITE = """
import math
import pytest

@pytest.fixture(scope="module")
def shared():
    return 1

@pytest.fixture
def own(shared):
    return shared

@pytest.mark.parametrize("number", range({tests}))
def test_number(own, number):
    for _ in range({work}):
        assert sum(map(math.sqrt, range(100))) > number - {tests}
"""


def measure(scale: Scale) -> Iterator[Result]:
    """Milliseconds of the import and of a start, and seconds of a suite."""
    rounds = scale.pick(_ROUNDS, _QUICK_ROUNDS)
    imports = [apart(imported) for _ in range(rounds + 1)][1:]  # the first compiles
    yield measured(
        imports, subject="import", contender="autolog", role="autolog", unit="ms", goal=_START_MS
    )
    with TemporaryDirectory(prefix="autolog-benchmark-") as installed:
        _install(installed)
        bare, ours = _in_turn(rounds, [], installed=installed)
    facts: dict[str, Any] = {"subject": "start of pytest", "unit": "ms"}
    yield measured([one * 1e3 for one in bare], contender=BARE, role="bare", **facts)
    yield beside_bare(
        [one * 1e3 for one in bare],
        [one * 1e3 for one in ours],
        contender="autolog",
        role="autolog",
        goal=_START_MS,
        goal_of="added",
        **facts,
    )
    tests = scale.pick(_TESTS, _QUICK_TESTS)
    for subject, work in ((f"{tests} tests", _WORK), (f"{tests} empty tests", 0)):
        bare, ours = _in_turn(rounds, ["--autolog"], tests=tests, work=work)
        facts = {"subject": subject, "unit": "s"}
        yield measured(bare, contender=BARE, role="bare", **facts)
        goal = median(bare) * _SUITE_RATIO
        yield beside_bare(bare, ours, contender="--autolog", role="autolog", goal=goal, **facts)


def imported() -> float:
    """Milliseconds that the plugin's module takes in a process that has pytest."""
    import pytest

    assert pytest.__name__ in sys.modules
    started = perf_counter()
    import autolog.pytest_plugin

    taken = (perf_counter() - started) * 1e3
    assert autolog.pytest_plugin.__all__
    return taken


def _install(folder: str) -> None:
    """Installs a wheel of the working tree, as users have it."""
    with TemporaryDirectory(prefix="autolog-benchmark-") as wheels:
        build = ("-m", "hatchling", "build", "-t", "wheel", "-d", wheels)
        subprocess.run([sys.executable, *build], cwd=ROOT, check=True, capture_output=True)
        pip = ("-m", "pip", "install", "-q", "--no-deps", "--no-index", "--target", folder)
        (wheel,) = Path(wheels).iterdir()
        subprocess.run([sys.executable, *pip, str(wheel)], check=True, capture_output=True)


def _in_turn(
    rounds: int,
    options: list[str],
    *,
    tests: int = 1,
    work: int = 0,
    installed: str | None = None,
) -> tuple[list[float], list[float]]:
    """Seconds of runs of a suite without the plugin, and with it, in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    with TemporaryDirectory(prefix="autolog-benchmark-") as folder:
        text = _SUITE.format(tests=tests, work=work)
        Path(folder, "test_suite.py").write_text(text, encoding="utf-8")
        for number in range(rounds + 1):
            taken = (
                _seconds(folder, ["-p", "no:autolog"]),
                _seconds(folder, options, installed),
            )
            if number:  # the first round compiles
                found[0].append(taken[0])
                found[1].append(taken[1])
    return found


def _seconds(folder: str, options: list[str], installed: str | None = None) -> float:
    with TemporaryDirectory(prefix="autolog-benchmark-") as kept:
        variables = environment(kept)
        if installed is not None:
            variables["PYTHONPATH"] = os.pathsep.join([installed, variables["PYTHONPATH"]])
        # of the plugins that are there for tests of ours, one warns
        without = ["-p", "no:cacheprovider", "-p", "no:asyncio"]
        started = perf_counter()
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *without, *options],
            cwd=folder,
            env=variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        return perf_counter() - started
