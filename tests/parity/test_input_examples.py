"""Input examples are MLflow's, byte for byte, for the inputs of all cases."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from autolog.capture.input_example import write_input_example

HERE = Path(__file__).parent
CASES = runpy.run_path(str(HERE / "cases.py"))["CASES"]
NO_ROWS = {"scalar", "scalar of NumPy's"}
"""What is no training data; MLflow writes an example of these too."""


@pytest.fixture(scope="module")
def of_mlflow(tmp_path_factory):
    """By the name of the case: the folder that MLflow wrote to, and what it says of it."""
    finished = subprocess.run(
        [
            sys.executable,
            *("-W", "ignore"),
            str(HERE / "mlflow_examples.py"),
            str(tmp_path_factory.mktemp("examples")),
        ],
        env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"},
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
        check=True,
    )
    return json.loads(finished.stdout)


def test_an_example_is_that_of_mlflow_where_mlflow_writes_one(of_mlflow, tmp_path):
    for name in of_mlflow.keys() - NO_ROWS:
        folder, info = of_mlflow[name]
        ours = tmp_path / Path(folder).name
        ours.mkdir()

        written = write_input_example(CASES[name]()[0], ours)

        assert (name, written, files_in(ours)) == (name, info, files_in(Path(folder)))


def files_in(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.json")}


def test_mlflow_writes_examples_of_all_kinds(of_mlflow):
    assert {info["type"] for _, info in of_mlflow.values()} == {
        "dataframe",
        "json_object",
        "ndarray",
        "sparse_matrix_csc",
        "sparse_matrix_csr",
    }
