"""How much memory recording takes beside a fit on a gigabyte of data."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from benchmarks.figure import Figure, Goal

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROWS = 1_250_000
_QUICK_ROWS = 125_000

# The peak of the process, since what comes and goes within the fit counts too.
_SCRIPT = """
import resource, sys
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin

class Center(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):
        self.center_ = sum(float(row[0]) for row in X[:100_000])
        return self
    def predict(self, X):
        return np.zeros(len(X))

X = np.zeros((int(sys.argv[1]), 100))
X += 1.0
y = np.zeros(len(X))
if sys.argv[2] == "recorded":
    import autolog
    autolog.autolog(sklearn={"training_metrics": False})
    Center().fit(X[:10], y[:10])
    autolog.flush()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
Center().fit(X, y)
if sys.argv[2] == "recorded":
    autolog.flush()
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def measure(*, quick: bool) -> Iterator[Figure]:
    """The growth of the peak of memory over a fit, bare and recorded."""
    rows = _QUICK_ROWS if quick else _ROWS
    yield Figure(
        f"growth over a fit on {rows * 100 * 8 / 1e9:g} GB, without training metrics",
        "MB",
        _growth(rows, "recorded"),
        _growth(rows, "bare"),
        "the fit without autolog",
        Goal(50.0, "added"),
    )


def _growth(rows: int, how: str) -> float:
    with tempfile.TemporaryDirectory(prefix="autolog-benchmark-") as folder:
        finished = subprocess.run(
            [sys.executable, "-c", _SCRIPT, str(rows), how],
            env={**os.environ, "AUTOLOG_DIR": folder},
            check=True,
            capture_output=True,
            text=True,
        )
    return float(finished.stdout.split()[-1])
