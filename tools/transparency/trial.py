"""The tests of one module, run once in a process of their own."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

ROOT = Path(__file__).parents[2]
PLUGINS = "tools.transparency"

SINGLE_THREADED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_CRASH, _MODULES = "Fatal Python error", "Extension modules"
_MOST_LINES = 60
# 0: all passed, 1: some failed, 2: a module could not be imported, 5: no test was selected
ORDINARY_ENDS = (0, 1, 2, 5)


@dataclass(frozen=True)
class Outcome:
    """How a test ended.

    Attributes:
        kind: As pytest calls it: `passed`, `failed`, `error`, `skipped`, `xfailed` or `xpassed`;
            `missing` for a test that was not run to its end.
        line: The error on one line, or the reason for a skip.
    """

    kind: str
    line: str = ""


@dataclass(frozen=True)
class Trial:
    """What became of the tests.

    Attributes:
        outcomes: By the test's name within its module.
        seconds: How long the process took.
        trouble: Why it did not come to its end; empty if it did.
        runs: How many runs were recorded.
        said: What autolog logged, each message once.
    """

    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    seconds: float = 0.0
    trouble: str = ""
    runs: int = 0
    said: tuple[str, ...] = ()

    def outcome(self, test: str) -> Outcome:
        """How a test ended; `missing` if it did not."""
        return self.outcomes.get(test, Outcome("missing", self.trouble))


def run_module(
    module: str, *, recorded: bool, limit: float, only: Collection[str] | None = None
) -> Trial:
    """Runs a module's tests.

    Args:
        module: Its dotted name.
        recorded: Whether autolog is switched on, with everything, before it is imported.
        limit: Seconds after which the process is killed.
        only: The names of the tests to run; all by default.
    """
    with tempfile.TemporaryDirectory(prefix="transparency-") as name:
        folder = Path(name)
        (folder / "runs").mkdir()
        began = time.monotonic()
        trouble = _run(_command(module, recorded, only, folder), folder, limit)
        return Trial(
            _read_outcomes(folder / "outcomes"),
            time.monotonic() - began,
            trouble,
            _count_runs(folder / "runs" / "runs.db"),
            _read_said(folder / "runs" / "said.log"),
        )


def _command(module: str, recorded: bool, only: Collection[str] | None, folder: Path) -> list[str]:
    plugins = ["-p", f"{PLUGINS}.outcomes", "--outcomes", "outcomes"]
    if recorded:
        plugins = ["-p", f"{PLUGINS}.switched_on", *plugins]
    if only is not None:
        (folder / "only").write_text(json.dumps(sorted(only)), encoding="utf-8")
        plugins += ["--only", "only"]
    # The settings of this project, warnings as errors above all, are not those of the library.
    neutral = ["-c", os.devnull, "--rootdir", str(folder), "-p", "no:cacheprovider"]
    quiet = ["-q", "--disable-warnings"]
    return [sys.executable, "-m", "pytest", *neutral, *quiet, *plugins, "--pyargs", module]


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith("AUTOLOG")}
    paths = [str(ROOT), *filter(None, [kept.get("PYTHONPATH")])]
    return {
        **kept,
        **dict.fromkeys(SINGLE_THREADED, "1"),
        "AUTOLOG_DIR": str(folder / "runs"),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join(paths),
        "SKLEARN_SKIP_NETWORK_TESTS": "1",
    }


def _run(command: list[str], folder: Path, limit: float) -> str:
    """Runs it to its end or the limit; says what was wrong with its end, if anything was."""
    output = folder / "output"
    with output.open("wb") as file:
        # a session of its own, so that its workers can be killed with it
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            return f"not finished after {limit:.0f} s"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    if status in ORDINARY_ENDS:
        return ""
    return f"exit status {status}: {_last_words(output.read_text('utf-8', errors='replace'))}"


def _last_words(text: str) -> str:
    """The last line; of a process that has crashed, what its threads were doing."""
    _, crash, told = text.partition(_CRASH)  # which begins in the middle of a line of dots
    if not crash:
        return "".join(text.strip().splitlines()[-1:])
    lines = [line for line in f"{crash}{told}".splitlines() if not line.startswith(_MODULES)]
    return "\n    ".join(lines[:_MOST_LINES])


def _read_outcomes(path: Path) -> dict[str, Outcome]:
    if not path.exists():
        return {}
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {line["test"]: Outcome(line["outcome"], line["line"]) for line in lines}


def _count_runs(path: Path) -> int:
    if not path.exists():
        return 0
    with closing(sqlite3.connect(path)) as connection:
        (count,) = connection.execute("SELECT COUNT(*) FROM run").fetchone()
    return int(count)


def _read_said(path: Path) -> tuple[str, ...]:
    if not path.exists():
        return ()
    return tuple(dict.fromkeys(path.read_text(encoding="utf-8").splitlines()))
