"""Writes the tables, or prints what they hold of some cases.

    python -m tools.parity [TABLE [CASE ...]]

Run `make parity` after a case has changed, or to look at another version of MLflow. With the name
of a table only that one is written; with names of its cases it is not written, but they are printed
as MLflow has them now.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from tools.parity.runs import runs
from tools.parity.signatures import signatures
from tools.parity.tables import cases, write

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class _Table(NamedTuple):
    """A table.

    Attributes:
        cases: The module of its cases.
        make: Asks MLflow about the named ones of them.
        libraries: What its contents depend on.
    """

    cases: str
    make: Callable[..., Mapping[str, Any]]
    libraries: tuple[str, ...]


TABLES = {
    "signatures": _Table(
        "cases", signatures, ("mlflow", "numpy", "pandas", "polars", "pyarrow", "scipy")
    ),
    "sklearn_runs": _Table("sklearn_cases", runs, ("mlflow", "numpy", "scikit-learn", "scipy")),
    "boosting_runs": _Table(
        "boosting_cases",
        runs,
        ("mlflow", "lightgbm", "numpy", "pandas", "scikit-learn", "scipy", "xgboost-cpu"),
    ),
    "lightning_runs": _Table(
        "lightning_cases",
        runs,
        ("mlflow", "lightning", "numpy", "pytorch-lightning", "torch"),
    ),
    "torch_runs": _Table("torch_cases", runs, ("mlflow", "tensorboard", "torch")),
    "statsmodels_runs": _Table(
        "statsmodels_cases", runs, ("mlflow", "numpy", "pandas", "scipy", "statsmodels")
    ),
}


def main(table: str = "", *names: str) -> None:
    """Writes all tables or one, or prints some cases of one."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = os.environ["DO_NOT_TRACK"] = "true"
    # MLflow tells at length of what it cannot infer or record.
    warnings.simplefilter("ignore")
    logging.disable()
    for name, (module, make, libraries) in TABLES.items():
        known = cases(module)
        if names and name == table:
            sys.stdout.write(json.dumps(make(known, names)))
        elif not names and table in {name, ""}:
            write(f"{name}.json", make(known, known), libraries)


if __name__ == "__main__":
    main(*sys.argv[1:])
