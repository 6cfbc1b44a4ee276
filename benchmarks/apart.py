"""Calls functions of the benchmarks in fresh processes, with the interpreter that has the peers.

    python -m benchmarks.apart MODULE:FUNCTION ARGUMENTS RESULT

is such a process. It reads its arguments from a file, as JSON, and writes the result to another:
what a tracker prints is no result.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv-bench" / "bin" / "python"
"""The interpreter of the environment that `make bench` puts the other trackers into."""

# Threads of BLAS wait for each other by spinning: beside anything else that runs on the machine,
# a fit takes a tenth of a second or a hundredth, by chance.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
}
_SECONDS = 900.0


class Failed(RuntimeError):
    """What was measured ended with an error, whose last line is the message."""


def environment(folder: str | Path) -> dict[str, str]:
    """The variables of a process that records nothing outside a folder.

    Args:
        folder: Where trackers keep what they keep besides.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AUTOLOG")}
    return {
        **kept,
        **ONE_THREAD,
        "AUTOLOG_DIR": str(folder),
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "true",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        # installed packages come compiled, so the sources of a working tree are to be compiled once
        "PYTHONDONTWRITEBYTECODE": "",
    }


def interpreter(*, peers: bool) -> str:
    """The interpreter of a process.

    Args:
        peers: Whether it needs other trackers; where they are not installed, none has them.
    """
    return str(PEERS) if peers and PEERS.exists() else sys.executable


def apart(
    function: Callable[..., Any],
    *arguments: Any,
    peers: bool = False,
    folder: str | None = None,
    descriptors: Sequence[int] = (),
) -> Any:
    """What a function gives in a fresh process, in an empty folder.

    Args:
        function: One of a module of the benchmarks.
        arguments: What JSON can hold.
        peers: Whether the process needs other trackers.
        folder: An existing folder in place of an empty one.
        descriptors: Those of open files that the process is to have, too.

    Raises:
        Failed: The function has raised.
    """
    with TemporaryDirectory(prefix="autolog-benchmark-") as empty:
        command, result = command_of(function, *arguments, folder=empty, peers=peers)
        finished = subprocess.run(
            command,
            cwd=folder or empty,
            env=environment(folder or empty),
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
            pass_fds=descriptors,
        )
        if finished.returncode or not result.exists():
            raise Failed(last_line(finished.stderr) or f"exit code {finished.returncode}")
        return json.loads(result.read_text(encoding="utf-8"))


def command_of(
    function: Callable[..., Any], *arguments: Any, folder: str | Path, peers: bool
) -> tuple[list[str], Path]:
    """The command line of such a process, and the file that it writes its result to.

    Args:
        function: One of a module of the benchmarks.
        arguments: What JSON can hold.
        folder: Where both files are.
        peers: Whether the process needs other trackers.
    """
    given, result = Path(folder) / "arguments.json", Path(folder) / "result.json"
    given.write_text(json.dumps(arguments), encoding="utf-8")
    name = f"{function.__module__}:{function.__qualname__}"
    python = interpreter(peers=peers)
    return [python, "-m", "benchmarks.apart", name, str(given), str(result)], result


def last_line(text: str) -> str:
    """The last line that a traceback does not indent, as short as a table needs it."""
    lines = [line for line in text.splitlines() if line and not line[0].isspace()]
    return lines[-1][:100] if lines else ""


def _main(name: str, given: Path, result: Path) -> None:
    module, _, function = name.partition(":")
    arguments: Mapping[str, Any] = json.loads(given.read_text(encoding="utf-8"))
    found = getattr(import_module(module), function)(*arguments)
    unfinished = result.with_suffix(".part")
    unfinished.write_text(json.dumps(found), encoding="utf-8")
    unfinished.rename(result)


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
