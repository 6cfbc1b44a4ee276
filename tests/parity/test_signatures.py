"""Signatures are MLflow's, word for word; what it infers is written down by `make parity`."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from autolog.capture.signature.inference import infer_schema

HERE = Path(__file__).parent
CASES = runpy.run_path(str(HERE / "cases.py"))["CASES"]
TABLE = json.loads((HERE / "signatures.json").read_text())["cases"]
LIVE = [
    "array of text, classes of bytes",
    "sparse CSC matrix of float32",
    "frame of objects: bool with missing",
    "frame of dictionaries",
    "list of arrays: several outputs",
]


@pytest.mark.parametrize("name", CASES)
def test_a_schema_is_that_of_mlflow_where_mlflow_has_one(name):
    expected = TABLE[name]

    schemas = [None if data is None else infer_schema(data).to_json() for data in CASES[name]()]

    assert schemas == [text_of(expected["inputs"]), text_of(expected["outputs"])]


def text_of(entry):
    if entry is None:
        return None
    return json.dumps(entry["mlflow"] or entry["autolog"])


def test_the_table_was_made_from_these_cases():
    assert list(TABLE) == list(CASES)


def test_the_installed_mlflow_infers_what_the_table_says():
    finished = subprocess.run(
        [sys.executable, "-m", "tools.parity", "signatures", *LIVE],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert json.loads(finished.stdout) == {name: TABLE[name] for name in LIVE}
