"""Suites of tests that pytest runs in a process of its own, and what the plugin has recorded."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autolog.store import Store

ROOT = Path(__file__).parents[2]


class Suite:
    """A folder with tests, and the runs that they have left.

    Args:
        pytester: pytest's own.
    """

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.path = pytester.path

    def write(self, text: str = "", **files: str) -> None:
        """Writes `test_it.py`, or modules by their names."""
        self.pytester.makepyfile(**files, **({"test_it": text} if text else {}))

    def run(self, *arguments: str, plugins: tuple[str, ...] = ()) -> pytest.RunResult:
        """Runs pytest with autolog's plugin, and of all others only those that are named."""
        chosen = (part for name in ("autolog", *plugins) for part in ("-p", name))
        return self.pytester.runpytest_subprocess(*chosen, "-p", "no:cacheprovider", *arguments)

    @property
    def store(self) -> Store:
        """Where the runs are."""
        return Store(self.path / ".autolog" / "runs.db")

    @property
    def session_run(self):
        """The run of the one session of tests."""
        (run,) = self.store.runs(parent=None)
        return run

    @property
    def runs(self):
        """The runs below that of the session, by name."""
        return {run.name: run for run in self.session_run.children}

    @property
    def outcomes(self):
        """What came of the tests that have a run."""
        return {name: run.tags["pytest.outcome"] for name, run in self.runs.items()}


@pytest.fixture
def suite(pytester, monkeypatch):
    """A suite that is empty yet; its processes have nothing of autolog's in their environment."""
    monkeypatch.setenv("AUTOLOG_DIR", str(pytester.path / ".autolog"))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_TESTRUNUID"):
        monkeypatch.delenv(name, raising=False)
    if "coverage" in sys.modules:
        _have_covered(monkeypatch)
    return Suite(pytester)


def _have_covered(monkeypatch):
    """Has the processes measured as this one is; their data lie beside its own."""
    from coverage import Coverage

    measuring = Coverage.current()
    if measuring is not None:
        monkeypatch.setenv("COVERAGE_PROCESS_START", str(ROOT / "pyproject.toml"))
        monkeypatch.setenv("COVERAGE_FILE", str(ROOT / measuring.config.data_file))
