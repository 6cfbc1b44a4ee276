"""What a training takes under MLflow's autologging, which needs a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path


def mlflow_milliseconds(benchmark: str, *arguments: str) -> float:
    """What a benchmark tells when it is run as a program, which prints seconds at its end.

    Args:
        benchmark: The name of its module.
        arguments: What it is given on the command line.
    """
    with tempfile.TemporaryDirectory(prefix="autolog-benchmark-") as folder:
        environment = {
            **os.environ,
            "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
        finished = subprocess.run(
            [sys.executable, "-m", benchmark, *arguments],
            cwd=folder,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
    return float(finished.stdout.split()[-1]) * 1e3
