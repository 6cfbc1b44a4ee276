"""Writes the table in tests/parity that tells what the installed MLflow infers of the same data.

Run `make parity` after a case has changed, or to look at another version of MLflow. With the names
of cases of signatures it prints what MLflow infers of these now, and writes nothing.
"""

from __future__ import annotations

import json
import logging
import os
import runpy
import sys
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from autolog.capture.kinds import is_instance
from autolog.capture.signature.inference import infer_schema

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent.parent / "tests" / "parity"
LIBRARIES = ("mlflow", "numpy", "pandas", "polars", "pyarrow", "scipy")

Entry: TypeAlias = dict[str, Any]
Cases: TypeAlias = "dict[str, Callable[[], tuple[Any, Any]]]"


def signature(case: Callable[[], tuple[Any, Any]]) -> Entry:
    """What MLflow infers of the inputs and the outputs."""
    inputs, outputs = case()
    return {"inputs": _schema(inputs), "outputs": None if outputs is None else _schema(outputs)}


def cases(module: str) -> Cases:
    """The cases in a module of tests/parity."""
    found: Cases = runpy.run_path(str(FOLDER / f"{module}.py"))["CASES"]
    return found


def write(table: str, entries: dict[str, Entry]) -> None:
    """Writes a table with one line for each case."""
    lines = [f"    {json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items()]
    made_with = json.dumps({name: version(name) for name in LIBRARIES})
    body = ",\n".join(lines)
    text = f'{{\n  "made_with": {made_with},\n  "cases": {{\n{body}\n  }}\n}}\n'
    (FOLDER / table).write_text(text, encoding="utf-8")


def _schema(data: Any) -> Entry:
    """MLflow's schema; where it has none, ours, which it must at least be able to read."""
    from mlflow.exceptions import MlflowException
    from mlflow.types.schema import Schema

    try:
        text = _infer(data).to_json()
    except (AttributeError, MlflowException, TypeError):
        text = infer_schema(data).to_json()
        entry = {"mlflow": None, "autolog": json.loads(text)}
    else:
        entry = {"mlflow": json.loads(text)}
    if Schema.from_json(text).to_json() != text:
        raise SystemExit(f"MLflow reads another schema than was written: {text}")
    return entry


def _infer(data: Any) -> Any:
    from mlflow.data.polars_dataset import from_polars
    from mlflow.exceptions import MlflowException
    from mlflow.types.utils import _infer_schema

    if not is_instance(data, "polars", "DataFrame"):
        return _infer_schema(data)
    inferred = from_polars(data).schema
    if inferred is None:
        raise MlflowException("a Polars frame without a schema")
    return inferred


def main(names: list[str]) -> None:
    """Prints the named cases, or writes the table."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = os.environ["DO_NOT_TRACK"] = "true"
    # MLflow tells at length of what it cannot infer.
    warnings.simplefilter("ignore")
    logging.disable()
    signatures = cases("cases")
    if names:
        sys.stdout.write(json.dumps({name: signature(signatures[name]) for name in names}))
        return
    write("signatures.json", {name: signature(case) for name, case in signatures.items()})


if __name__ == "__main__":
    main(sys.argv[1:])
